# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall through Ansible on simulated PCs: rules that are limited to single network adapters,
which a task names and the rule store has by their GUIDs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.firewall_plays import Fleet, address, asks, fleet, rules_put_back, settles
from winsim.images import load

pytestmark = pytest.mark.integration

#: The adapters of the image: the one that is connected, and one that is not.
WIRED, WIRED_GUID = "イーサネット", "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}"
WIRELESS, WIRELESS_GUID = "Wi-Fi", "{9D1E2F30-4A5B-4C6D-8E7F-A0B1C2D3E4F5}"
CLOCK: dict[str, Any] = {"name": "Time server", "protocol": "udp", "ports": 123}


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(
        tmp_path_factory.mktemp("adapters"), [load("win11-ja").boot("pc", address(11))]
    ) as running:
        yield running


def limits(pcs: Fleet) -> list[str]:
    """What the one rule of that name is limited to, as the store has it."""
    state = pcs.firewall("pc")
    (text,) = [each for each in state.rules().values() if "|Name=Time server|" in each]
    return [value for key, value in state.fields(text) if key == "IF"]


def test_added_changed_taken_away_and_each_of_it_once(pcs: Fleet) -> None:
    with rules_put_back(pcs.firewall("pc")):
        added = pcs.play("pc", settles(**CLOCK, interfaces=WIRED))
        assert limits(pcs) == [WIRED_GUID]
        assert [each["rules"][0]["outcome"] for each in added] == [
            "created", "created", "unchanged",
        ]  # fmt: skip
        assert added[1]["rules"][0]["rule"]["interfaces"] == [WIRED]
        assert added[1]["effective"] is True
        # In another letter case it is the same adapter.
        both = pcs.play("pc", settles(**CLOCK, interfaces=[WIRED, WIRELESS.upper()]))
        assert sorted(limits(pcs)) == [WIRED_GUID, WIRELESS_GUID]
        for result in both[:2]:
            assert result["rules"][0]["differences"] == ["interfaces"]
            assert f"interfaces: {WIRED}\n" in result["diff"][0]["before"]
            assert f"interfaces: {WIRELESS}, {WIRED}\n" in result["diff"][0]["after"]
        pcs.play("pc", settles(**CLOCK, interfaces="any"))
        assert limits(pcs) == []


def test_what_is_not_asked_for_stays_and_is_told(pcs: Fleet) -> None:
    with rules_put_back(pcs.firewall("pc")):
        _created, other, named = pcs.play(
            "pc",
            [
                asks("changed", **CLOCK, interfaces=WIRED),
                asks("changed", **CLOCK | {"ports": 124}),
                asks("ok", **CLOCK | {"ports": 124}, interfaces=WIRED),
            ],
        )
        assert limits(pcs) == [WIRED_GUID]
        assert any("single network adapters" in each for each in other["warnings"])
        assert not named.get("warnings")


def test_an_adapter_that_is_not_connected_has_no_effect_now(pcs: Fleet) -> None:
    with rules_put_back(pcs.firewall("pc")):
        (result,) = pcs.play("pc", [asks("changed", **CLOCK, interfaces=WIRELESS)])
        assert result["effective"] is False
        assert result["rules"][0]["reason"] == (
            "the rule is for the network adapters Wi-Fi, and the host is connected by others"
        )


def test_an_adapter_that_is_not_there_is_refused_with_those_that_are(pcs: Fleet) -> None:
    before = pcs.rules("pc")
    english, japanese, refused = pcs.play(
        "pc",
        [
            asks("failed", **CLOCK, interfaces=[WIRED, "Ethernet 9"]),
            asks("failed", **CLOCK, interfaces=["Ethernet 9"], language="ja"),
            asks("failed", **CLOCK, interfaces=["Ethernet*"], language="ja"),
        ],
    )
    assert "interfaces: the host has no network adapter named Ethernet 9." in english["msg"]
    assert WIRED in english["msg"]
    assert WIRELESS in english["msg"]
    assert "Ethernet 9 という名前のネットワーク アダプターはありません" in japanese["msg"]
    assert refused["msg"].startswith("interfaces: Ethernet*: ワイルドカードは使えません。")
    assert pcs.rules("pc") == before


def test_a_write_that_is_accepted_and_ignored_is_no_success(tmp_path: Path) -> None:
    """And nothing of it stays: the rule that was to be limited is as it was, the new one gone."""
    machine = load("win11-ja").boot("pc", address(12))
    with fleet(tmp_path, [machine], faults=["without=InterfaceAlias"]) as pc:
        before = pc.rules("pc")
        made, changed, new = pc.play(
            "pc",
            [
                asks("changed", **CLOCK),
                asks("failed", **CLOCK, interfaces=WIRED),
                asks("failed", **CLOCK | {"name": "Another"}, interfaces=WIRED),
            ],
        )
        assert made["rules"][0]["rule"]["interfaces"] == ["any"]
        assert f"interfaces is any instead of {WIRED}" in changed["msg"]
        assert f"interfaces is any instead of {WIRED}" in new["msg"]
        assert limits(pc) == []
        assert pc.named("pc", "Another") == []
        pc.play("pc", [asks("changed", name="Time server", state="absent")])
        assert pc.rules("pc") == before
