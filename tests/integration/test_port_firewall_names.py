# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows' own rules and groups by the names that Windows shows, on PCs in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration.firewall_plays import Fleet, Task, address, asks, fleet, settles
from winsim.firewall.store import RULES
from winsim.images import load

pytestmark = pytest.mark.integration

WEB = "World Wide Web Services (HTTP Traffic-In)"
DESKTOP = "RemoteDesktop-UserMode-In-TCP"
SMB = ["FPS-SMB-In-TCP-NoScope", "FPS-SMB-In-TCP"]
_IIS = (
    "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|App=System|"
    r"Name=@%windir%\system32\firewallapi.dll,-38520|"
    r"EmbedCtxt=@%windir%\system32\firewallapi.dll,-38521|"
)
_GERMAN = (
    "v2.33|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|"
    "Name=@FirewallAPI.dll,-28775|EmbedCtxt=@FirewallAPI.dll,-28752|"
)
_POLICY = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=81|Name=Head office|EmbedCtxt=HQ|"


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """PCs in Japanese and German, and a server in English that Group Policy manages."""
    machines = [
        load(image).boot(name, address(number))
        for number, (name, image) in enumerate(
            {"ja": "win11-ja", "de": "win11-de", "en": "server2022"}.items(), start=1
        )
    ]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        running.firewall("ja").set_rule("IIS-WebServerRole-HTTP-In-TCP", _IIS)
        running.firewall("de").set_rule(DESKTOP, _GERMAN)
        running.firewall("en").set_value(RULES["policy"], "{hq}", _POLICY)
        yield running


def ids(result: dict[str, Any]) -> list[str]:
    return [each["rule_id"] for each in result["rules"]]


def test_rules_and_groups_by_the_names_that_windows_shows(pcs: Fleet) -> None:
    before = pcs.rules("ja")
    results = pcs.play(
        "ja",
        [
            *settles(name=WEB, enabled=False),
            *settles(name=WEB.upper(), enabled=True, ports=80, protocol="tcp"),
            *settles(name="ファイルとプリンターの共有 (SMB 受信)", enabled=True),
            *settles(name="File and Printer Sharing (SMB-In)", enabled=False),
            *settles(group="リモート デスクトップ", enabled=True),
            *settles(group="Remote Desktop", enabled=False),
            *settles(
                rules=[
                    {"name": "ネットワーク探索 (UPnP 受信)", "profiles": "private"},
                    {"rule_id": DESKTOP, "name": "Remote Desktop - User Mode (TCP-In)",
                     "group": "Remote Desktop", "enabled": False},
                ],
            ),
            *settles(name="Remote Desktop - User Mode (TCP-In)", state="absent"),
        ],
    )  # fmt: skip
    assert [ids(each) for each in results[1::3]] == [
        ["IIS-WebServerRole-HTTP-In-TCP"],
        ["IIS-WebServerRole-HTTP-In-TCP"],
        SMB,
        SMB,
        *[[DESKTOP, "RemoteDesktop-UserMode-In-UDP", "RemoteDesktop-Shadow-In-TCP"]] * 2,
        ["NETDIS-UPnPHost-In-TCP-NoScope", "NETDIS-UPnPHost-In-TCP-Active",
         "NETDIS-UPnPHost-In-TCP", DESKTOP],
        [DESKTOP],
    ]  # fmt: skip
    after = pcs.rules("ja")
    assert before.keys() - after.keys() == {DESKTOP}
    assert after.keys() - before.keys() == set()
    # Each has the name that Windows translates.
    assert {rule_id: fields.get("Name") for rule_id, fields in after.items()} == {
        rule_id: before[rule_id].get("Name") for rule_id in after
    }
    # One of the two is for the domain, which the PC is not connected to.
    assert [each["effective"] for each in results[7]["rules"]] == [False, True]
    assert results[7]["effective"] is True
    assert "warnings" not in results[7]
    smb = results[10]["rules"][0]
    assert smb["name"] == f"File and Printer Sharing (SMB-In) ({SMB[0]})"
    assert smb["rule"]["name"] == "@FirewallAPI.dll,-28511"


def test_no_twin_and_nothing_that_only_a_policy_could_change(pcs: Fleet) -> None:
    before = {name: pcs.rules(name) for name in ("ja", "de", "en")}
    german = "Remotedesktop - Benutzermodus (TCP eingehend)"
    refused = pcs.play(
        "ja",
        [
            asks("failed", name=WEB, direction="out", ports=80),
            asks("failed", name="Windows Management Instrumentation (WMI)", protocol="tcp"),
            asks("failed", rule_id="RemoteFwAdmin-Nope", enabled=True),
            asks("failed", group="Remote Desktopp", enabled=True),
        ],
    )
    assert [
        words in result["msg"]
        for words, result in zip(
            ("IIS-WebServerRole-HTTP-In-TCP", "as group, without", "no local rule has this id",
             "as Windows shows"),
            refused,
            strict=True,
        )
    ] == [True] * 4  # fmt: skip
    found, gone = pcs.play(
        "de",
        [
            asks("changed", check=True, name=german, enabled=True),
            asks("changed", check=True, group="Remotedesktop", enabled=True),
        ],
    )
    assert ids(found) == ids(gone) == [DESKTOP]
    policy = pcs.play(
        "en",
        [
            asks("failed", name="Head office", enabled=False, ports=81),
            asks("failed", rule_id="{HQ}", enabled=True),
            asks("failed", group="HQ", enabled=True),
            asks("ok", name="head office", state="absent"),
            asks("changed", check=True, name="Head office", ports=81),
            asks("ok", group="hq", state="absent"),
        ],
    )
    assert ["Only the policy can change" in each["msg"] for each in policy[:3]] == [True] * 3
    for each in policy[3:5]:
        assert any("A rule of Group Policy is called" in text for text in each["warnings"])
    assert ": Rules of Group Policy are in the group 'hq'." in policy[5]["warnings"][0]
    assert {name: pcs.rules(name) for name in ("ja", "de", "en")} == before


def test_a_remedy_names_the_rule_that_windows_has_for_the_port(pcs: Fleet) -> None:
    arguments = {"ports": [135, 445], "timeout": 1}
    check = "portkeeper.windows.port_check"
    results = [
        pcs.play(name, [Task(arguments | {"language": language}, "ok", module=check)])[0]
        for name, language in (("ja", "ja"), ("en", "en"))
    ]
    for result in results:
        assert [
            (port["verdict"], port["remedies"][0]["task"]["portkeeper.windows.port_firewall"])
            for port in result["ports"]
        ] == [
            ("blocked", {"rule_id": "FPS-RPCSS-In-TCP", "enabled": True}),
            ("blocked", {"rule_id": "FPS-SMB-In-TCP", "enabled": True}),
        ]
    japanese, english = (result["ports"][1] for result in results)
    assert "「ファイルとプリンターの共有 (SMB 受信) (FPS-SMB-In-TCP)」" in japanese["msg"]
    assert "'File and Printer Sharing (SMB-In) (FPS-SMB-In-TCP)'" in english["msg"]
    assert english["causes"][0]["rule"] == "File and Printer Sharing (SMB-In) (FPS-SMB-In-TCP)"
    assert english["remedies"][0]["task"]["name"] == (
        "Enable the firewall rule File and Printer Sharing (SMB-In) (FPS-SMB-In-TCP)"
    )
