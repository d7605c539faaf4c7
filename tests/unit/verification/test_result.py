# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of verify_host: a table, and below it what a person should look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Protocol,
    TcpState,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.claims import CLAIMS
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    Comparison,
    Discrepancy,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.result import (
    order_of,
    report,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import Instance
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken

EVIDENCE = HostReadings(
    system=Instance(None, {"Caption": "Windows 11\x1b[2J", "Version": "10.0.22631"}, None)
)
COMPARISONS = (
    Comparison("Listeners", "CIM", "netstat", 3),
    Comparison(
        "Rules",
        "CIM",
        "registry",
        2,
        (
            Discrepancy("Web", "allow", "block"),
            Discrepancy("Mail", None, "block"),
            Discrepancy("Old", "allow", None, Phrase("check.other_store")),
        ),
    ),
    Comparison("Networks", "CIM", "registry", problem=Phrase("check.unreadable")),
)


def test_the_result_is_plain_json_with_its_counts() -> None:
    found = spoken(report(EVIDENCE, COMPARISONS), "en")
    assert json.loads(json.dumps(found)) == found
    assert found["changed"] is False
    assert found["system"] == "Windows 11[2J 10.0.22631"
    assert found["counts"] == {"disagree": 1, "unknown": 1, "expected": 0, "agree": 1}
    assert found["disagreements"] == 2


def test_the_table_and_what_stands_below_it() -> None:
    lines = report(EVIDENCE, COMPARISONS)["msg"].splitlines()
    assert lines[:9] == [
        "Windows 11[2J 10.0.22631",
        "FACT       ONE WAY  ANOTHER   AGREE  DIFFER  OUTCOME",
        "Listeners  CIM      netstat       3       0  agree",
        "Rules      CIM      registry      2       3  disagree",
        "Networks   CIM      registry      0       0  unknown",
        "Rules: Web: CIM says 'allow', registry says 'block'.",
        "Rules: Mail: CIM says nothing, registry says 'block'.",
        "Rules: 1 expected: the rule is in another store of the registry.",
        "Networks: could not be compared. It could not be read.",
    ]
    assert lines[9] == ""
    assert lines[10].split() == ["CLAIM", "GRADE", "ON", "THIS", "HOST"]
    assert lines[-1] == (
        "Claims of docs/fidelity.md: this host shows 0 (if it is a real Windows, they are 'recorded "
        f"on Windows' from now on), says nothing of {len(CLAIMS)}, and contradicts 0."
    )
    assert len(lines) == 12 + len(CLAIMS)


def test_very_many_disagreements_are_counted() -> None:
    differences = tuple(Discrepancy(f"r{number}", "a", None) for number in range(25))
    text = report(EVIDENCE, [Comparison("Rules", "CIM", "registry", 0, differences)])["msg"]
    assert "Rules: r9: CIM says 'a', registry says nothing." in text
    assert "r10" not in text
    assert "Rules: 15 more disagreements." in text


def test_it_speaks_japanese_too() -> None:
    found = spoken(report(EVIDENCE, COMPARISONS, None, "ja"), "ja")
    lines = found["msg"].splitlines()
    assert lines[:9] == [
        "Windows 11[2J 10.0.22631",
        "項目       方法 1  方法 2    一致  相違  結果",
        "Listeners  CIM     netstat      3     0  一致",
        "Rules      CIM     registry     2     3  不一致",
        "Networks   CIM     registry     0     0  不明",
        "Rules: Web: CIM では「allow」、registry では「block」。",
        "Rules: Mail: CIM にはありません、registry では「block」。",
        "Rules: 想定内の相違 1 件: 規則はレジストリの別のストアにあります。",
        "Networks: 比較できませんでした。読み取れませんでした。",
    ]
    assert lines[-1].startswith("docs/fidelity.md の前提: このホストで 0 件を確認できました")
    (rules,) = (each for each in found["comparisons"] if each["fact"] == "Rules")
    assert rules["differences"][-1]["reason"] == "規則はレジストリの別のストアにあります"
    assert rules["outcome"] == "disagree"


@pytest.mark.parametrize(
    ("used", "port"),
    [
        ([], 1),
        ([1, 2, 4], 5),
        # No two neighbours are free, so some port has to do for a disabled rule.
        pytest.param(range(1, 65536, 2), 1, marks=pytest.mark.sweep),
        pytest.param(range(1, 65535), 1, marks=pytest.mark.sweep),
    ],
)
def test_a_trial_takes_two_ports_that_nobody_uses(used: Sequence[int], port: int) -> None:
    local = parse_address("0.0.0.0")
    before = [Endpoint(Protocol.TCP, local, each, TcpState.LISTEN) for each in used]
    assert order_of(replace(EVIDENCE, before=before), "win-1", "").port == port
