# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules as text: what was recorded is read and written again, in the order of Windows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from unit.rows import each_row
from unit.sweeps import fast
from winsim.firewall.rule import Rule, parse
from winsim.firewall.store import RULES, SAMPLES, FirewallState, read_dump

DUMPS = sorted(SAMPLES.glob("*.txt"))
TEXT = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|App=System|Name=Web|Desc=d|"


def recorded(path: Path) -> list[str]:
    state = FirewallState(read_dump(path))
    return [text for store in RULES for text in state.rules(store).values()]


@pytest.mark.parametrize("path", DUMPS, ids=lambda p: p.name)
def test_recorded_rules_are_written_as_they_were(path: Path) -> None:
    texts = recorded(path)
    assert texts
    for text in texts:
        assert parse(text).text() == text


@pytest.mark.parametrize(
    "name",
    fast(["win11_written", "win10_export", "win10_1903", "win10_1709", "win81"], "win11_written"),
)
def test_fields_put_in_one_by_one_stand_in_the_recorded_order(name: str) -> None:
    (path,) = SAMPLES.glob(f"{name}_*.txt")
    state = FirewallState(read_dump(path))
    shuffled = random.Random(7)
    for rule_id, rule in state.parsed_rules().items():
        names = list(dict.fromkeys(name for name, _unused in rule.fields))
        shuffled.shuffle(names)
        rebuilt = Rule(rule.version, ())
        for field in names:
            rebuilt = rebuilt.replace({field: rule.all(field)})
        assert rebuilt.text() == rule.text(), rule_id


def test_names_of_fields_are_compared_without_case() -> None:
    rule = parse("V2.0|Action=Allow|Dir=in|LPORT=68|Protocol=17|app=x.exe|Rport2_10=1-2|")
    assert rule.first("App") == "x.exe"
    assert rule.all("LPort", "RPort2_10") == ["68", "1-2"]
    assert rule.replace({"App": "y.exe"}).first("app") == "y.exe"


def test_replaced_field_takes_its_place_and_none_takes_it_away() -> None:
    rule = parse(TEXT)
    assert rule.replace({"Profile": ["Domain", "Public"]}).text() == TEXT.replace(
        "Protocol=6|", "Protocol=6|Profile=Domain|Profile=Public|"
    )
    assert rule.replace({"Desc": None, "LPort": []}).text() == (
        "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=System|Name=Web|"
    )


def test_unknown_field_is_kept() -> None:
    text = TEXT + "New2_40=x|"
    assert parse(text).replace({"Active": "FALSE"}).text() == text.replace("TRUE", "FALSE")


@each_row("text", ["", "v2.30", "v2.30|", "Action=Allow|", "v2.30|Action|", "v2|A=B"])
def test_anything_else_is_no_rule(text: str) -> None:
    if text == "v2.30|":
        assert parse(text).fields == ()
    else:
        with pytest.raises(ValueError, match="firewall rule"):
            parse(text)


def test_a_field_given_twice_has_both_values_in_order() -> None:
    rule = parse("v2.30|LPort=1|RPort=9|lport=2|")
    assert (rule.first("LPORT"), rule.all("LPort")) == ("1", ["1", "2"])
    assert rule.all("RPort", "LPort") == ["1", "9", "2"]
    assert (rule.first("App"), rule.all("App")) == (None, [])
