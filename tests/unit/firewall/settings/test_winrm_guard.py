# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes of profiles and of categories may end the connection of a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.winrm_guard import (
    Flow,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.winrm_guard import (
    Outlook,
    outlook,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    OwnAddress,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render
from unit.firewall.small_firewalls import stores
from unit.rows import each_row

DOMAIN, PRIVATE, PUBLIC = Profile
RULE = "Action=Allow|Protocol=6|LPort=5985|App=System|Name=winrm"
FLOW = Flow(5985, "10.1.2.3", "10.1.2.9")
AFAR = Flow(5985, "10.1.2.3", "10.9.9.9")
TEREDO = Flow(5985, "2001:0:1::1", "2001:db8::9")
UNKNOWN = Flow(5985, "0.0.0.0")

LAN = Network(PRIVATE, interface=3, interface_id="{A}", name="Office", alias="Ethernet")
GUEST = Network(PUBLIC, interface=4, interface_id="{B}", name="Guest", alias="Wi-Fi")
OWN = (
    OwnAddress(parse_address("10.1.2.3"), 24, 3, "Ethernet"),
    OwnAddress(parse_address("192.168.7.2"), 24, 4, "Wi-Fi"),
)

OFF = {"enabled": Setting(False)}
SHIELD = {"block_all_inbound": Setting(True)}
OPEN = {"default_inbound": Setting(Action.ALLOW)}
NO_OUT = {"default_outbound": Setting(Action.BLOCK)}


def host(
    *rules: str,
    networks: Sequence[Network] = (LAN,),
    settings: dict[Profile, dict[str, Any]] | None = None,
    **others: Any,
) -> FirewallReading:
    found: FirewallStores = stores(*rules)
    profiles = {each: ProfileSettings(**(settings or {}).get(each, {})) for each in Profile}
    return FirewallReading(replace(found, profiles=profiles), tuple(networks), **others)


def told(phrase: Phrase | None) -> str:
    return "" if phrase is None else render(phrase, "en")


def of_settings(
    was: dict[str, Any],
    then: dict[str, Any],
    *rules: str,
    profile: Profile = PRIVATE,
    flow: Flow = FLOW,
    addresses: Sequence[OwnAddress] = OWN,
    networks: Sequence[Network] = (LAN,),
) -> Outlook:
    before = host(*rules, settings={profile: was}, networks=networks)
    after = host(*rules, settings={profile: then}, networks=networks)
    return outlook(before, after, lambda: (flow,), lambda: addresses)


@each_row(
    ("was", "then", "rules", "flow", "why"),
    [
        # The firewall is turned on.
        (OFF, {}, [], FLOW, "the default action blocks it"),
        (OFF, {}, [RULE], FLOW, ""),
        (OFF, {}, [RULE + "|RA4=LocalSubnet"], FLOW, ""),
        (OFF, {}, [RULE + "|RA4=LocalSubnet"], AFAR, "the default action blocks it"),
        (OFF, {}, [RULE + "|RA4=10.9.9.0/255.255.255.0"], AFAR, ""),
        (OFF, {}, [RULE + "|Profile=Domain"], FLOW, "the default action blocks it"),
        (OFF, {}, [RULE + "|LUAuth=O:LSD:(A;;CC;;;S-1-5-21-1)"], FLOW, "only under conditions"),
        (OFF, {}, [RULE, RULE.replace("Allow", "Block").replace("winrm", "no")], FLOW, "rule 'no'"),
        (OFF, OPEN, [], FLOW, ""),
        (OFF, OPEN, ["Action=Block|Protocol=6|LPort=5985|Name=no"], FLOW, "rule 'no'"),
        (OFF, {}, [RULE + "|RA4=LocalSubnet"], UNKNOWN, "only under conditions"),
        (OFF, {}, [RULE], UNKNOWN, ""),
        (OFF, {}, [RULE], TEREDO, "edge traversal"),
        (OFF, {}, [RULE + "|Edge=TRUE"], TEREDO, ""),
        (OFF, OFF | SHIELD, [], FLOW, ""),
        # It is turned off.
        ({}, OFF, [], FLOW, ""),
        ({}, OFF, [RULE], TEREDO, ""),
        # All inbound traffic is blocked, whatever the rules say.
        ({}, SHIELD, [RULE], FLOW, "all inbound"),
        (SHIELD, {}, [RULE], FLOW, ""),
        # The default.
        (OPEN, {}, [], FLOW, "the default action blocks it"),
        (OPEN, {}, [RULE], FLOW, ""),
        ({}, OPEN, [], FLOW, ""),
        # What is let in already goes on where nothing gets stricter, whatever lets it in.
        ({}, OPEN, ["Action=Block|Protocol=6|RA4=10.1.2.9|LUAuth=x|Name=no"], FLOW, ""),
        (SHIELD, SHIELD | OPEN, [], FLOW, ""),
        # Answers are let out.
        ({}, NO_OUT, [RULE], FLOW, ""),
        (NO_OUT, {}, [], FLOW, ""),
    ],
)
def test_settings(
    was: dict[str, Any], then: dict[str, Any], rules: list[str], flow: Flow, why: str
) -> None:
    found = of_settings(was, then, *rules, flow=flow)
    said = told(found.cut_off)
    assert bool(said) == bool(why), said
    assert why in said
    assert (found.refusal is None) == (not why)
    assert found.elsewhere == ()


def test_the_refusal_says_what_would_happen_and_names_force() -> None:
    said = told(of_settings(OFF, {}).refusal)
    assert said.startswith("Refused, because it could cut off this connection: ")
    assert "WinRM from 10.1.2.9 (port 5985) would be blocked" in said
    assert "private profile" in said
    assert said.endswith("Use force if that is intended.")


@each_row(
    ("profile", "networks", "addresses", "refused", "elsewhere"),
    [
        # A profile that is not active, and the network of another adapter.
        (PUBLIC, (LAN,), OWN, False, "not active now"),
        (PUBLIC, (LAN, GUEST), OWN, False, "network adapter Wi-Fi"),
        # Without addresses it is unknown by which of two networks it comes.
        (PUBLIC, (LAN, GUEST), (), True, ""),
        (PRIVATE, (LAN, GUEST), OWN, True, ""),
        # No network is listed: any profile may count.
        (PUBLIC, (), OWN, True, ""),
    ],
)
def test_which_networks_count(
    profile: Profile,
    networks: Sequence[Network],
    addresses: Sequence[OwnAddress],
    refused: bool,
    elsewhere: str,
) -> None:
    found = of_settings(OFF, {}, profile=profile, networks=networks, addresses=addresses)
    assert (found.cut_off is not None) is refused
    assert elsewhere in " ".join(map(told, found.elsewhere))
    assert bool(found.elsewhere) is bool(elsewhere)


@each_row(
    ("rules", "settings", "flow", "why"),
    [
        ([RULE + "|Profile=Private"], {}, FLOW, "the default action blocks it"),
        ([RULE], {}, FLOW, ""),
        ([RULE + "|Profile=Private", RULE + "|Profile=Public|RA4=LocalSubnet"], {}, FLOW, ""),
        (
            [RULE + "|Profile=Private", RULE + "|Profile=Public|RA4=LocalSubnet"],
            {},
            AFAR,
            "the default action blocks it",
        ),
        ([RULE + "|Profile=Private"], {PUBLIC: OFF}, FLOW, ""),
        ([RULE + "|Profile=Private"], {PUBLIC: OPEN}, FLOW, ""),
        ([RULE], {PUBLIC: SHIELD}, FLOW, "all inbound"),
        ([RULE], {PUBLIC: {"local_rules": Setting(False)}}, FLOW, "the default action blocks it"),
        ([], {PRIVATE: OFF}, FLOW, "the default action blocks it"),
        # It is let in by something that can't be judged, and that counts in both profiles.
        ([RULE + "|LUAuth=O:LSD:(A;;CC;;;S-1-5-21-1)"], {}, FLOW, ""),
        ([RULE + "|LUAuth=x|Profile=Private"], {}, FLOW, "the default action blocks it"),
        ([RULE, "Action=Block|Protocol=6|LUAuth=x|Profile=Public|Name=b"], {}, FLOW, "'b'"),
    ],
)
def test_a_private_network_becomes_public(
    rules: list[str], settings: dict[Profile, dict[str, Any]], flow: Flow, why: str
) -> None:
    before = host(*rules, settings=settings, networks=(LAN, GUEST))
    after = replace(before, networks=(replace(LAN, profile=PUBLIC), GUEST))
    found = outlook(before, after, lambda: (flow,), lambda: OWN)
    said = told(found.cut_off)
    assert bool(said) == bool(why), said
    assert why in said
    if why:
        assert "in the public profile" in said


def test_a_network_that_the_connection_does_not_use_becomes_public() -> None:
    before = host(RULE + "|Profile=Private", networks=(LAN, replace(GUEST, profile=PRIVATE)))
    after = replace(before, networks=(LAN, GUEST))
    found = outlook(before, after, lambda: (FLOW,), lambda: OWN)
    assert found.cut_off is None
    assert "Wi-Fi" in told(found.elsewhere[0])


def test_the_other_reading_of_device_management_counts() -> None:
    before = host(RULE)
    strict = ProfileSettings(block_all_inbound=Setting(True))
    contested = replace(before.stores, contested={PRIVATE: strict})
    found = outlook(before, replace(before, stores=contested), lambda: (FLOW,), lambda: OWN)
    assert found.cut_off is not None


def test_another_makers_firewall_does_not_count() -> None:
    product = FirewallProduct("Other Firewall", 0x41000)
    before = host(settings={PRIVATE: OFF}, products=(product,))
    found = outlook(before, host(products=(product,)), lambda: (FLOW,), lambda: OWN)
    assert found.cut_off is not None


def test_nothing_is_asked_where_nothing_matters() -> None:
    def never() -> Any:
        raise AssertionError("nothing depends on it")

    same = host(settings={PRIVATE: NO_OUT})
    assert outlook(same, same, never, never) == Outlook()
    assert outlook(host(settings={PRIVATE: OFF}), host(RULE), lambda: (FLOW,), never) == Outlook()


def test_what_can_not_be_read_may_close_it() -> None:
    before, after = host(RULE, settings={PRIVATE: OFF}), host(RULE)
    unread: dict[str, Any] = {"readable": False, "problems": (Phrase("stores.too_large"),)}
    found = outlook(
        replace(before, stores=replace(before.stores, **unread)),
        replace(after, stores=replace(after.stores, **unread)),
        tuple,
    )
    assert "what the firewall lets in is unknown" in told(found.refusal)


def test_the_networks_are_those_from_before() -> None:
    with pytest.raises(ValueError, match="the same"):
        outlook(host(), host(networks=()), lambda: (FLOW,))


def test_many_networks_are_judged_by_their_profiles() -> None:
    many = tuple(replace(LAN, interface=each, interface_id=f"{{{each}}}") for each in range(40))
    before = host(settings={PRIVATE: OFF}, networks=many)
    found = outlook(before, host(networks=many), lambda: (FLOW,), lambda: OWN)
    assert found.cut_off is not None
    public = tuple(replace(each, profile=PUBLIC) for each in many)
    rule = RULE + "|Profile=Private"
    before, after = host(rule, networks=many), host(rule, networks=public)
    assert outlook(before, after, lambda: (FLOW,)).cut_off is not None
