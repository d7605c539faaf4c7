# SPDX-License-Identifier: GPL-3.0-or-later
"""network_category through Ansible: what becomes of networks, and of those who connect through
them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration.firewall_plays import SOON, Fleet, Task, fleet
from loopback import Network
from winsim.classes.net_connection_profile import POLICIES
from winsim.images import Image, load

pytestmark = pytest.mark.integration

NETWORK = Network()
MODULE = "portkeeper.windows.network_category"
OFFICE = {"name": "Office", "interface": "Ethernet", "index": 12, "category": "public",
          "id": "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}"}  # fmt: skip
GUESTS = {"name": "Guests", "interface": "Wi-Fi", "index": 19, "category": "private",
          "id": "{7F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6C}"}  # fmt: skip
RULE = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5040|Profile=Private|Name=Private|"
#: It lets WinRM in wherever the PC is, and no other rule does.
WINRM_IN_PRIVATE = (
    "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Private|LPort=5985|App=System|Name=W|"
)


def on(*networks: dict[str, Any], image: str = "win11-ja") -> Image:
    """An image that is connected to these networks."""
    found: dict[str, Any] = dict(load(image).document)
    found["network"] = found["network"] | {"profiles": list(networks), "unconnected": []}
    return Image("networks", found)


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    images = {
        "pc": on(OFFICE, GUESTS),
        "member": on(OFFICE | {"name": "corp.example", "category": "domain"}),
        "locked": on(OFFICE),
        "slow": on(OFFICE),
        "twins": on(OFFICE, OFFICE | {"interface": "Ethernet 2", "index": 13, "id": "{2}"}),
        "peers": on(OFFICE),
    }
    machines = [image.boot(name, NETWORK.next()) for name, image in images.items()]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        running.firewall("pc").set_rule("{private}", RULE)
        running.firewall("locked").set_value(rf"{POLICIES}\FirstNetwork", "CategoryReadOnly", 1)
        running.machine("slow").category_takes = 1.0
        yield running


def asks(status: str, *, check: bool = False, **arguments: Any) -> Task:
    return Task(arguments, status, check, MODULE)


def settles(**arguments: Any) -> list[Task]:
    """In check mode first, then in earnest, then once more."""
    return [
        asks("changed", check=True, **arguments),
        asks("changed", **arguments),
        asks("ok", **arguments),
    ]


def categories(pcs: Fleet, name: str) -> dict[str, int]:
    return {each.interface_alias: each.category for each in pcs.machine(name).network.profiles}


def test_who_connects_follows_the_category(pcs: Fleet) -> None:
    """A rule for private networks lets others in as soon as the network is private."""
    assert pcs.connects("pc", 5040) == "silent"
    checked, made, again = pcs.play("pc", settles(name="office", category="private"))
    assert pcs.connects("pc", 5040) == "accepted"
    assert categories(pcs, "pc") == {"Ethernet": 1, "Wi-Fi": 1}
    said = "The network 'Office' (adapter 'Ethernet') "
    assert checked["msg"] == f"{said}is public and would become private."
    assert made["msg"] == f"{said}was public and is private now."
    assert again["msg"] == f"{said}is private."
    for result in (checked, made):
        assert (result["before"], result["network"]["category"]) == ("public", "private")
        assert result["diff"] == {
            "before_header": "network 'Office' (adapter 'Ethernet')",
            "after_header": "network 'Office' (adapter 'Ethernet')",
            "before": "category: public\n",
            "after": "category: private\n",
        }
    (back,) = pcs.play("pc", [asks("changed", interface="12", category="public", force=True)])
    assert back["network"]["name"] == "Office"
    assert pcs.connects("pc", 5040) == "silent"


def test_what_is_wrong_is_told(pcs: Fleet) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"category": "private"}, "Say which network is meant"),
        ({"category": "private", "name": " "}, "name: one of the names is empty"),
        ({"category": "domain", "name": "Office"}, "domain"),
        ({"category": "private", "name": "Office", "timeout": -1}, "from 0 to 600 seconds"),
        (
            {"category": "private", "name": "Home"},
            "no network called 'Home'. The options name and interface",
        ),
        ({"category": "private", "name": "Home"}, "'Guests' (adapter 'Wi-Fi', private)"),
        ({"category": "private", "interface": "eth0"}, "no network on the adapter 'eth0'"),
    ]
    before = categories(pcs, "pc")
    results = pcs.play("pc", [asks("failed", **arguments) for arguments, _words in wrong])
    for result, (arguments, words) in zip(results, wrong, strict=True):
        assert words in result["msg"], (arguments, result["msg"])
    assert categories(pcs, "pc") == before


def test_what_windows_or_a_policy_decides_is_told(pcs: Fleet) -> None:
    (domain,), (asked, refused), (slow,), twins = pcs.play_each(
        ("member", [asks("failed", interface="Ethernet", category="private")], {}),
        (
            "locked",
            [
                asks("changed", check=True, name="Office", category="private"),
                asks("failed", name="Office", category="private"),
            ],
            {},
        ),
        ("slow", [asks("changed", name="Office", category="private")], {}),
        (
            "twins",
            [
                asks("failed", name="Office", category="private"),
                asks("changed", interface="Ethernet 2", category="private"),
            ],
            {},
        ),
    )
    assert "'corp.example' (adapter 'Ethernet') is a domain network" in domain["msg"]
    (policy,) = asked["policies"]
    assert policy["path"] == rf"{POLICIES}\FirstNetwork"
    assert policy["locked"]
    assert any("may keep the network 'Office'" in each for each in asked["warnings"])
    assert "locked refused to make the network 'Office'" in refused["msg"]
    assert categories(pcs, "locked") == {"Ethernet": 0}
    assert slow["network"]["category"] == "private"
    assert "several networks called 'Office'" in twins[0]["msg"]
    assert [each["adapter"] for each in twins[1]["also"]] == ["Ethernet"]
    assert categories(pcs, "twins") == {"Ethernet": 1, "Ethernet 2": 1}


#: The documented examples of NetConnectionProfile in NetworkingDsc, with names of this module. What
#: it also takes, IPv4Connectivity and IPv6Connectivity of `Internet`, is what Windows measures.
PEERS = {"SetPublicEnableInternet": "public", "SetPrivate": "private"}


def test_the_examples_of_networking_dsc(pcs: Fleet) -> None:
    tasks = [
        asks("ok", interface_alias="Ethernet", category=PEERS["SetPublicEnableInternet"]),
        asks("changed", interface_alias="Ethernet", category=PEERS["SetPrivate"]),
        asks("ok", interface_alias="Ethernet", category=PEERS["SetPrivate"]),
        asks("changed", interface_alias="Ethernet", category="public", force=True),
    ]
    results = pcs.play("peers", tasks)
    assert [each["network"]["ipv4_connectivity"] for each in results] == ["internet"] * 4
    assert categories(pcs, "peers") == {"Ethernet": 0}


def test_winrm_is_not_shut_out_by_mistake(tmp_path_factory: pytest.TempPathFactory) -> None:
    """WinRM stands behind the firewall here: forced, the task closes it to itself."""
    machine = on(OFFICE | {"category": "private"}).boot("far", NETWORK.next())
    state = machine.firewall
    assert state is not None
    for rule_id in [each for each in state.rules() if each.upper().startswith("WINRM-")]:
        state.delete_rule(rule_id)
    state.set_rule("{w}", WINRM_IN_PRIVATE)
    with fleet(tmp_path_factory.mktemp("far"), [machine], filtered=True, port=5985) as running:
        (refused,) = running.play("far", [asks("failed", name="Office", category="public")])
        assert "it could cut off this connection" in refused["msg"]
        assert "public profile" in refused["msg"]
        assert categories(running, "far") == {"Ethernet": 1}
        forced = asks("unreachable", name="Office", category="public", force=True)
        (cut,) = running.play("far", [forced], *SOON)
        assert categories(running, "far") == {"Ethernet": 0}
        assert cut["changed"]
        assert "the network 'Office' (adapter 'Ethernet')" in cut["msg"]
