# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection security rules, and exceptions of the old administrative templates."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    rule_text,
    stores,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.besides_rules import (
    Demand,
    security_rule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    GROUP_POLICY_KEY,
    LOCAL_POLICY_KEY,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Action,
    Direction,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples as samples

PORTS = r"DomainProfile\GloballyOpenPorts"
PROGRAMS = r"DomainProfile\AuthorizedApplications"


def policy(keys: dict[str, dict[str, str | int]]) -> stores.FirewallStores:
    lines = [f"{LOCAL_POLICY_KEY}\\FirewallRules", ""]
    for key, values in keys.items():
        lines += [f"{GROUP_POLICY_KEY}\\{key}"]
        for name, data in values.items():
            kind, shown = ("DWORD", hex(data)) if isinstance(data, int) else ("SZ", data)
            lines.append(f"    {name}    REG_{kind}    {shown}")
        lines.append("")
    return stores.read("\r\n".join(lines))


def short(rule: FirewallRule) -> tuple[object, ...]:
    return (
        rule.name,
        {TCP: "tcp", UDP: "udp", None: "any"}.get(rule.protocol, rule.protocol),
        str(rule.local_ports),
        rule.program,
        rule.remote_addresses.texts(),
    )


# ------------------------------------------------------------------ connection security rules


def test_connection_security_rules_are_read_from_the_local_store() -> None:
    (found,) = samples.read(samples.WIN11).security[Store.LOCAL]
    (way,) = found.ways
    assert (found.demand, way.label, way.enabled) == (
        Demand.INBOUND,
        "Nur mit Anmeldung",
        True,
    )
    assert (way.protocol, str(way.local_ports)) == (TCP, "9300")


def test_what_a_rule_demands() -> None:
    words = ("SecureServer", "secure", "Boundary", "DoNotSecure", "Other", "")
    found = {word: security_rule("a", f"v2.31|Action={word}|").demand.name for word in words}
    assert found == {
        "SecureServer": "INBOUND",
        "secure": "AUTHENTICATED",
        "Boundary": "NOTHING",
        "DoNotSecure": "EXEMPT",
        "Other": "AUTHENTICATED",
        "": "AUTHENTICATED",
    }
    assert not security_rule("a", "v2.31|Action=Secure|").ways[0].enabled
    # Nothing says which of two actions counts.
    for text in ("Action=DoNotSecure|Action=Secure", "Action=Boundary|Action=DoNotSecure"):
        assert security_rule("a", f"v2.31|{text}|").demand is Demand.AUTHENTICATED
    for text in ("Action=DoNotSecure|Action=donotsecure|", "Action=DONOTSECURE|"):
        assert security_rule("a", f"v2.31|{text}").demand is Demand.EXEMPT


def test_either_end_may_be_this_host() -> None:
    text = "v2.31|Action=Secure|Active=TRUE|EP1_4=10.0.0.0/8|EP2_4=10.9.0.1-10.9.0.9|Auth1Set={a}|"
    found = {
        (way.local_addresses.texts(), way.remote_addresses.texts())
        for way in security_rule("a", text).ways
    }
    ends = ("10.0.0.0/8",), ("10.9.0.1-10.9.0.9",)
    assert found == {ends, ends[::-1]}
    # A port is the server's: of inbound traffic this host's, of outbound traffic the other's.
    web = security_rule("a", f"{text}Protocol=6|EP1Port=80|")
    assert [str(way.local_ports) for way in web.ways] == ["80"]
    assert [str(way.remote_ports) for way in web.ways_out] == ["80"]
    assert {way.direction for way in web.ways_out} == {Direction.OUT}
    # All of this says how traffic is secured, and is no condition.
    how = "Auth1Set={a}|Auth2Set={b}|Crypto2Set={c}|KeyMod=IKE|Authz=TRUE|EmbedCtxt=|"
    (way,) = security_rule("a", f"v2.31|Action=Secure|Active=TRUE|{how}").ways
    assert (way.unknown, way.malformed) == ((), ())


def test_what_is_no_connection_security_rule() -> None:
    with pytest.raises(rule_text.RuleSyntaxError):
        security_rule("a", "Action=Secure|")
    with pytest.raises(rule_text.RuleSyntaxError):
        security_rule("a", "v2.0|" + "x" * rule_text.MAX_TEXT)
    host = policy({"ConSecRules": {"junk": "hello", "good": "v2.31|Action=Secure|"}})
    assert len(host.security[Store.GROUP_POLICY]) == 1
    (problem,) = host.problems
    assert render(problem, "en").startswith("'junk' in the Group Policy store is not a rule")


# ------------------------------------------------------------------ exceptions


def test_exceptions_for_ports_and_programs() -> None:
    host = policy(
        {
            PORTS: {"Enabled": 1},
            rf"{PORTS}\List": {
                "80:TCP": "80:TCP:*:enabled:Web: inside",
                "53:UDP": "53:udp:10.0.0.0/255.0.0.0, localsubnet,192.168.1.4:Enabled:Names",
                # One that is disabled overrides others for the same port.
                "8080:TCP": "8080:TCP:*:enabled:Off",
                "again": "08080:TCP:localsubnet:disabled:Off",
                "8080:UDP": "8080:UDP::enabled:Nobody",
            },
            PROGRAMS: {"Enabled": 1},
            rf"{PROGRAMS}\List": {
                r"%ProgramFiles%\Web\web.exe": r"%ProgramFiles%\Web\web.exe:*:enabled:Web",
                r"C:\Old\old.exe": r"C:\Old\old.exe:*:disabled:Old",
                r"c:\old\OLD.exe": r"c:\old\OLD.exe:*:enabled:Old",
            },
        }
    )
    found = host.of(Store.GROUP_POLICY)
    assert [short(rule) for rule in found] == [
        ("Web: inside", "tcp", "80", None, ()),
        ("Names", "udp", "53", None, ("LocalSubnet", "10.0.0.0/8", "192.168.1.4")),
        ("Nobody", "udp", "8080", None, ()),
        ("Web", "any", "any", r"%ProgramFiles%\Web\web.exe", ()),
    ]
    assert {rule.action for rule in found} == {Action.ALLOW}
    assert {rule.profiles for rule in found} == {frozenset({Profile.DOMAIN})}
    assert found[0].rule_id == rf"{PORTS}\List\80:TCP"
    # Without any address it lets nobody in for certain.
    assert [bool(rule.malformed) for rule in found] == [False, False, True, False]


def test_a_list_whose_setting_is_off_or_missing() -> None:
    entries = {"80:TCP": "80:TCP:*:enabled:Web"}
    off = policy({PORTS: {"Enabled": 0}, rf"{PORTS}\List": entries})
    assert off.of(Store.GROUP_POLICY) == ()
    (rule,) = policy({rf"{PORTS}\List": entries}).of(Store.GROUP_POLICY)
    assert rule.unknown == ((r"GloballyOpenPorts\Enabled", ""),)


def test_the_standard_profile_is_for_private_and_public_networks() -> None:
    keys: dict[str, dict[str, str | int]] = {
        r"StandardProfile\GloballyOpenPorts": {"Enabled": 1},
        r"StandardProfile\GloballyOpenPorts\List": {"80:TCP": "80:TCP:*:enabled:Web"},
    }
    (rule,) = policy(keys).of(Store.GROUP_POLICY)
    assert rule.profiles == {Profile.PRIVATE, Profile.PUBLIC}
    # Unless one of them has a key of its own.
    assert policy({**keys, "PublicProfile": {"EnableFirewall": 1}}).of(Store.GROUP_POLICY) == ()


def test_switches_for_services() -> None:
    host = policy(
        {
            r"DomainProfile\Services\RemoteDesktop": {
                "Enabled": 1,
                "RemoteAddresses": "10.0.0.0/8",
            },
            r"DomainProfile\Services\FileAndPrint": {"Enabled": 0},
            r"DomainProfile\Services\UPnPFramework": {"RemoteAddresses": "*"},
            r"DomainProfile\IcmpSettings": {"AllowInboundEchoRequest": 1},
        }
    )
    found = {rule.rule_id: rule for rule in host.of(Store.GROUP_POLICY)}
    base = "DomainProfile\\"
    assert {key.removeprefix(base): short(rule)[1:] for key, rule in found.items()} == {
        r"Services\RemoteDesktop\Enabled": ("tcp", "3389", None, ("10.0.0.0/8",)),
        r"Services\FileAndPrint\Enabled": ("tcp", "139,445", None, ()),
        r"Services\FileAndPrint\Enabled\1": ("udp", "137-138", None, ()),
        r"IcmpSettings\AllowInboundEchoRequest": (1, "any", None, ()),
    }
    blocks = found[rf"{base}Services\FileAndPrint\Enabled"]
    assert (blocks.action, bool(blocks.unknown)) == (Action.BLOCK, True)


def test_what_is_no_exception_is_told() -> None:
    host = policy(
        {
            PORTS: {"Enabled": 1},
            rf"{PORTS}\List": {"80": "80:*:enabled:Web", "(Default)": "(value not set)"},
            PROGRAMS: {"Enabled": 1},
            rf"{PROGRAMS}\List": {"x": "x.exe"},
        }
    )
    assert host.of(Store.GROUP_POLICY) == ()
    assert [render(each, "en").partition(" in the")[0] for each in host.problems] == [
        "'80:*:enabled:Web' ('80')",
        "'x.exe' ('x')",
    ]


def test_an_entry_is_never_a_rule_for_other_traffic() -> None:
    """A | in an entry ends no field of the rule that the entry becomes, and a port that there can't
    be is not every port."""
    entries = {
        PORTS: [
            "80:TCP:10.0.0.1|Profile=Public:enabled:Web",
            "80:TCP:*|LA4=10.0.0.1|:enabled:Web",
            "70000:TCP:*:enabled:Web",
            "0:UDP:*:enabled:Web",
            "99999:TCP:*:disabled:Web",
        ],
        PROGRAMS: [
            r"C:\a.exe|Profile=Public:*:enabled:A",
            r"C:\a.exe:10.0.0.1|Svc=a:enabled:A",
        ],
    }  # fmt: skip
    host = policy(
        {key: {"Enabled": 1} for key in entries}
        | {rf"{key}\List": {each: each for each in listed} for key, listed in entries.items()}
        | {
            r"DomainProfile\Services\RemoteDesktop": {
                "Enabled": 1,
                "RemoteAddresses": "10.0.0.1,10.0.0.2|Profile=Public",
            }
        }
    )
    (desktop,) = host.of(Store.GROUP_POLICY)
    assert len(host.problems) == 7
    assert desktop.profiles == {Profile.DOMAIN}
    assert desktop.malformed == (("RA4", "10.0.0.2?Profile=Public"),)
    # A name may have one, which is no field either.
    named = "80:TCP:*:enabled:{0} a|Profile=Public|b {{ c }}"
    (rule,) = policy({PORTS: {"Enabled": 1}, rf"{PORTS}\List": {"x": named}}).of(Store.GROUP_POLICY)
    assert (rule.label, rule.profiles) == ("{0} a|Profile=Public|b {{ c }}", {Profile.DOMAIN})
