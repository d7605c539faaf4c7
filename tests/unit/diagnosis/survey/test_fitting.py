# SPDX-License-Identifier: GPL-3.0-or-later
"""A result is never too large for AWX, and says how much of what is known it lacks."""

from __future__ import annotations

import json
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import (
    fitting as fitting_module,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey.fitting import (
    SHARES,
    fitting,
    named,
    octets,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey.result import (
    Kind,
    Survey,
    SurveyRow,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Failure
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Value,
    Verbatim,
    render,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import harmless
from unit.sweeps import inputs

# MAX_EVENT_RES_DATA in AWX's awx/settings/defaults.py.
MOST_OF_AWX = 700_000
KINDS = [each.value for each in (*Failure, *Kind)]
SIZES = st.sampled_from([1, 20, 150, 2_000])
# Letters of one, six, seven and twelve octets in JSON, the third after it is made visible.
LETTERS = ["w", "営", "\u202e", "\U0001f5a5"]


def told(host: str, why: str) -> Value:
    """A sentence of a host, with words of its own in it."""
    return Phrase("task.not_connected", {"where": host, "problem": Verbatim(why)})


def survey(
    hosts: int, name: str, why: str, notes: int, rows: int, read: int, kinds: list[str]
) -> Survey:
    """A survey of hosts with such names, the first `read` of which were read."""
    every = tuple(f"{name}-{number}" for number in range(hosts))
    row: SurveyRow = {
        "host": name, "port": 65_535, "protocol": "tcp", "verdict": "not_listening",
        "cause": "not_listening", "process": why, "pid": 4_294_967_292, "service": why,
        "reach": "own_subnets", "as_expected": False,
    }  # fmt: skip
    failures: dict[str, Any] = {
        host: {"host": host, "address": name, "kind": kind, "msg": told(host, why)}
        for host, kind in zip(every[read:], cycle(kinds), strict=False)
    }
    return Survey(
        every,
        {host: [row] * rows for host in every[:read]},
        failures,
        left_out=hosts,
        checked=True,
        notes={host: [told(host, why)] * notes for host in every[:read]},
    )


def sizes(made: Any) -> list[int]:
    """Of a result as Ansible hands it on, in each language."""
    return [len(json.dumps(harmless(made, language))) for language in LANGUAGES]


WORDS = st.builds(lambda letter, count: letter * count, st.sampled_from(LETTERS), SIZES)


@pytest.mark.sweep
@settings(max_examples=inputs(30, 200))
@given(
    st.builds(
        survey,
        hosts=st.sampled_from([0, 3, len(KINDS), 1_000]),
        name=WORDS,
        why=WORDS,
        notes=st.integers(0, 12),
        rows=st.integers(0, 8),
        read=st.sampled_from([0, 10, 500]),
        kinds=st.sampled_from([KINDS, KINDS[:1]]),
    ),
    st.sampled_from([0, 2_000]),
)
def test_a_result_fits_whatever_the_hosts_say(given_survey: Survey, strangers: int) -> None:
    unmatched = [f"{host}!" for host in islice(cycle(given_survey.hosts or ("x",)), strangers)]
    made = result(given_survey, Expectation.REACHABLE, stopped=5, unmatched=unmatched)
    assert max(sizes(made)) < MOST_OF_AWX
    totals = made["totals"]
    assert totals["rows"] == len(made["rows"])
    assert len(made["unread"]) + totals["not_listed"]["unread"] == len(given_survey.unread)
    noted = sum(1 for notes in given_survey.notes.values() if notes)
    assert len(made["incomplete"]) + totals["not_listed"]["incomplete"] == noted
    assert len(made["unmatched"]) + totals["not_listed"]["unmatched"] == strangers


@pytest.mark.parametrize("read", [0, 5_000, 10_000])
@pytest.mark.sweep
def test_a_result_of_ten_thousand_hosts_fits_and_uses_its_room(read: int) -> None:
    why = "接続できませんでした。" * 15
    everything = survey(10_000, "営業部-第二課-ノート", why, 3, 2, read, KINDS)
    made = result(everything, Expectation.REACHABLE, stopped=5, unmatched=everything.hosts)
    assert SHARES["rows"] < max(sizes(made)) < MOST_OF_AWX
    if read < 10_000:
        assert made["unread"]
    if read:
        assert made["rows"]
        assert made["incomplete"]


def test_each_list_has_its_share_and_what_the_others_do_not_need() -> None:
    entry = {"msg": "x" * 988}  # a thousand octets, with its name
    assert octets(entry) == 1_000 - 1
    most = sum(SHARES.values())
    many = [entry] * (most // 1_000)
    empty: dict[str, list[Any]] = {name: [] for name in SHARES}
    for name in SHARES:
        alone = fitting(empty | {name: many})
        assert alone.pop(name) == most // 1_001
        assert not any(alone.values())
    shared = fitting(dict.fromkeys(SHARES, many))
    # The first list has what the others can't use of theirs.
    assert all(shared[name] == SHARES[name] // 1_001 for name in shared if name != "rows")
    assert SHARES["rows"] // 1_001 < shared["rows"]
    assert sum(shared.values()) == most // 1_001


def test_what_is_left_out_is_said_with_where_it_is() -> None:
    hosts = tuple(f"pc-{number}" for number in range(5_000))
    failures: Any = {
        host: {"host": host, "address": None, "kind": "timeout", "msg": Verbatim("why " * 60)}
        for host in hosts[:4_000]
    }
    notes = {host: [Verbatim("what " * 60)] for host in hosts[4_000:]}
    rows: Any = {hosts[-1]: [{"host": hosts[-1], "port": 7, "protocol": "tcp"}]}
    made = result(Survey(hosts, rows, failures, notes=notes), in_file=True)
    lacking = made["totals"]["not_listed"]
    assert lacking["unread"] == 4_000 - len(made["unread"]) > 0
    assert lacking["incomplete"] == 1_000 - len(made["incomplete"]) > 0
    # The counts are of all.
    assert made["totals"]["read"] == 1_000
    assert made["totals"]["unread"] == {"timeout": 4_000}
    assert render(made["warnings"][-1], "en") == (
        "With all entries, the result would be too large for AWX. Left out are: unread "
        f"{lacking['unread']}, incomplete {lacking['incomplete']}. The file of detail_file has the "
        "whole of each host."
    )
    assert render(made["warnings"][-1], "ja") == (
        "すべてを含めると結果が AWX の上限より大きくなるため、一部を省略しました: unread "
        f"{lacking['unread']} 件、incomplete {lacking['incomplete']} 件。各ホストの結果全体は "
        "detail_file のファイルにあります。"
    )
    assert "warnings" in result(Survey(hosts, rows, failures))
    assert not [
        each
        for each in result(Survey(hosts, rows, failures), for_report=True).get("warnings", [])
        if "AWX" in render(each, "en")
    ]


def test_long_names_leave_room_in_a_sentence_and_one_of_them_is_always_there() -> None:
    short = [f"pc-{number}" for number in range(12)]
    assert render(named(short), "en") == f"{', '.join(short[:10])} and 2 more"
    long = ["営" * 60 + str(number) for number in range(12)]
    assert render(named(long), "en") == f"{', '.join(long[:2])} and 10 more"
    endless = "営" * 5_000
    assert render(named([endless]), "en") == "営" * 99 + "…"


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.text(),
        st.sampled_from(["svchost.exe", "a\x7fb", "C:\\a", 'a"b', "a\nb", "営", "\u202e"]),
        st.builds(Verbatim, st.text(max_size=5)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_a_size_is_that_of_what_is_shown(value: Any) -> None:
    assert octets(value) == max(
        len(json.dumps(fitting_module._shown(value, language))) for language in LANGUAGES
    )


def test_a_row_that_is_shown_as_it_is_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"host": "pc", "port": 80, "protocol": "tcp", "process": "a.exe", "pid": 7}
    written: list[object] = []
    dumps = json.dumps

    def counted(value: object) -> str:
        written.append(value)
        return dumps(value)

    monkeypatch.setattr(fitting_module.json, "dumps", counted)
    assert octets(row) == len(dumps(row))
    assert written == [row]
