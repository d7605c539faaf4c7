# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of rules one by one: met, not met, or open."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.matching import (
    ConditionKind,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    ICMPV4,
    TCP,
    UDP,
    InterfaceType,
)
from unit.firewall.small_firewalls import PUBLIC, SVCHOST, WEB, stores, verdict, web
from unit.rows import each_row

OPEN, YES, NO = VerdictState.CONDITIONAL, VerdictState.ALLOWED, VerdictState.BLOCKED


CONDITIONS: list[tuple[str, Listener, VerdictState]] = [
    ("Protocol=17|LPort=8080", web, NO),
    ("Protocol=6|LPort2_10=8000-8100", web, YES),
    ("Protocol=6|LPort2_10=1-65535", web, YES),
    ("Protocol=6|LPort=80", web, NO),
    ("Protocol=6", web, YES),
    ("", web, YES),
    # programs
    (f"App={WEB}", web, YES),
    (f"App={WEB.upper()}", web, YES),
    (r"App=C:\App\other.exe", web, NO),
    (f"App={WEB}", replace(web, program=None), OPEN),
    (r"App=%SystemDrive%\App\web.exe", web, YES),
    (r"App=%NoSuchVariable%\App\web.exe", web, OPEN),
    (r"App=%NoSuchVariable%\App\other.exe", web, NO),
    # Other ways to write a path: one that may be this program is never certainly another.
    (r"App=C:\PROGRA~1\web.exe", web, OPEN),
    (r"App=C:\PROGRA~1\x.exe", web, NO),
    (r"App=C:\App\LONGNA~1.EXE", web, OPEN),
    (r"App=C:\App\LONGNA~1.COM", web, NO),
    (r"App=\Device\HarddiskVolume3\App\web.exe", web, OPEN),
    (r"App=\Device\HarddiskVolume3\App\other.exe", web, NO),
    (r"App=\\?\C:\App\web.exe", web, OPEN),
    (r"App=\??\C:\App\web.exe", web, OPEN),
    (r"App=\\server\share\web.exe", web, OPEN),
    (r"App=C:\\App\\web.exe", web, OPEN),
    (r"App=C:\App\.\web.exe", web, OPEN),
    (r"App=C:\Elsewhere\..\App\web.exe", web, OPEN),
    ("App=C:/App/web.exe", web, OPEN),
    (r"App=C:\App\web.exe ", web, OPEN),
    ('App="C:\\App\\web.exe"', web, OPEN),
    ("App=web.exe", web, OPEN),
    ("App=%WEB%", web, OPEN),
    (r"App=%WEB%\bin", web, NO),
    (f"App={WEB}", replace(web, program=r"\\?\C:\App\web.exe"), OPEN),
    (r"App=\\?\C:\App\web.exe", replace(web, program=r"\\?\C:\App\web.exe"), YES),
    (f"App={WEB}", replace(web, program=r"C:\PROGRA~1\web.exe"), OPEN),
    (r"App=C:\Other\web.exe", web, NO),
    (r"App=C:\Other\..\System", replace(web, program="System"), OPEN),
    ("App=System", replace(web, program="System"), YES),
    ("App=SYSTEM", web, NO),
    # services
    ("Svc=Spooler", web, NO),
    ("Svc=Spooler", replace(web, services=None), OPEN),
    ("Svc=Spooler", replace(web, services=("Spooler",)), OPEN),
    ("Svc=Spooler", Listener(TCP, 8080, program=SVCHOST, services=("spooler",)), YES),
    ("Svc=*", Listener(TCP, 8080, program=SVCHOST, services=("spooler",)), YES),
    ("Svc=*", web, NO),
    # A child of a service may have its identity.
    ("Svc=Spooler", replace(web, inherited=("spooler",)), OPEN),
    ("Svc=Spooler", replace(web, inherited=("Other",)), NO),
    ("Svc=*", replace(web, inherited=("Other",)), OPEN),
    ("Svc=Spooler", replace(web, inherited=None), OPEN),
    ("Svc=*", replace(web, inherited=None), OPEN),
    # app packages
    ("AppPkgId=S-1-15-2-1", web, NO),
    ("PFN=Some.Package_abc", web, NO),
    ("AppPkgId=S-1-15-2-1", replace(web, program=None), OPEN),
    ("PFN=x", replace(web, program=r"C:\Program Files\WindowsApps\x\y.exe"), OPEN),
    ("PFN=x", replace(web, program=r"D:\src\app\bin\x64\Debug\AppX\app.exe"), OPEN),
    # what only Windows can judge
    ("LUAuth=O:LSD:(A;;CC;;;WD)", web, OPEN),
    ("Security=Authenticate", web, OPEN),
    ("NNm=office", web, OPEN),
    ("Later2_40=1", web, OPEN),
    ("RA4=host", web, OPEN),
    ("LUOwn=S-1-5-18", web, OPEN),
    ("TTK2_22=WFDPrint", web, NO),
    # ports that Windows resolves
    ("Protocol=6|LPort=RPC-EPMap", replace(web, port=135), YES),
    ("Protocol=6|LPort=RPC-EPMap", web, NO),
    ("Protocol=6|LPort=RPC", replace(web, port=49664), OPEN),
    ("Protocol=6|LPort=RPC", replace(web, port=80), NO),
    ("Protocol=6|LPort2_10=IPHTTPSIn", replace(web, port=443), OPEN),
    ("Protocol=6|LPort2_10=IPHTTPSIn", web, NO),
    ("Protocol=17|LPort2_24=mDNS", Listener(UDP, 5353, program=WEB, services=()), OPEN),
    ("Protocol=17|LPort2_20=DHCP", Listener(UDP, 68, program=WEB, services=()), YES),
    # remote ports
    ("Protocol=6|RPort=5000", web, OPEN),
    ("Protocol=6|RPort2_10=0-65535", web, YES),
    # platforms
    ("Platform=2:6:2|Platform2=GTEQ", web, YES),
    ("Platform=2:6:2", web, NO),
    ("Platform=2:10:0", web, YES),
    ("Platform=1:10:0", web, NO),
    ("Platform=3:10:0", web, NO),
    # [MS-FASP] 2.2.29: a later type of Windows, whatever its version.
    ("Platform=1:10:0|Platform2=GTEQ", web, YES),
    ("Platform=3:6:0|Platform2=GTEQ", web, NO),
    ("Platform=3:6:0|Platform=2:6:1|Platform2=GTEQ", web, YES),
    ("Platform=2:6:1|Platform=3:6:0|Platform2=GTEQ", web, NO),
    # All profiles, as a number.
    ("Profile=65535", web, YES),
    ("Profile=2147483647", web, YES),
    ("Profile=0x7fffffff", web, YES),
    ("Profile=7", web, YES),
    ("Profile=Domain|Profile=65535", web, YES),
    ("Profile=3", web, OPEN),
    ("Profile=Everywhere", web, OPEN),
    ("SkipVer=2.30", web, NO),
    ("SkipVer=2.29", web, YES),
    # icmp
    ("Protocol=1|ICMP4=8:*", Listener(ICMPV4, None, icmp=(8, 0)), YES),
    ("Protocol=1|ICMP4=8:0", Listener(ICMPV4, None, icmp=(8, 0)), YES),
    ("Protocol=1|ICMP4=8:1", Listener(ICMPV4, None, icmp=(8, 0)), NO),
    ("Protocol=1|ICMP4=8:*", Listener(ICMPV4, None), OPEN),
]
#: Whether such a block rule stops what another rule allows, although no allow rule with the same
#: condition would let anything in.
ONLY_BLOCKS: list[tuple[str, Listener, VerdictState]] = [
    ("AppPkgId=S-1-15-2-1", web, OPEN),
    ("PFN=Some.Package_abc", web, OPEN),
    ("AppPkgId=S-1-15-2-1", replace(web, program="System"), YES),
    ("AppPkgId=S-1-15-2-1", replace(web, services=("Web",)), YES),
    ("AppPkgId=S-1-15-2-1", replace(web, packaged=False), YES),
]
#: What the condition makes of a block rule: it is at least as much in force.
BLOCKS = {YES: VerdictState.BLOCKED, OPEN: VerdictState.CONDITIONAL}


def test_a_package_may_be_in_any_folder() -> None:
    found = [
        verdict(listener, PUBLIC, "any", "Action=Allow|Name=a", f"Action=Block|{condition}").state
        for condition, listener, _expected in ONLY_BLOCKS
    ]
    assert found == [expected for *_unused, expected in ONLY_BLOCKS]


def test_conditions_of_an_allow_rule() -> None:
    wrong = []
    for condition, listener, expected in CONDITIONS:
        found = verdict(listener, PUBLIC, "any", f"Action=Allow|{condition}|Name=r").state
        blocked = verdict(
            listener, PUBLIC, "any", "Action=Allow|Name=a", f"Action=Block|{condition}"
        ).state
        if found is not expected or blocked is not BLOCKS.get(expected, blocked):
            wrong.append((condition, listener, found, blocked))
    assert wrong == []


@each_row(
    ("condition", "local", "remote", "expected"),
    [
        ("RA4=10.0.0.0/255.0.0.0", "0.0.0.0", "any", OPEN),
        ("RA4=10.0.0.0/255.0.0.0", "0.0.0.0", "10.1.2.3", YES),
        ("RA4=10.0.0.0/255.0.0.0", "0.0.0.0", "11.1.2.3", NO),
        ("RA4=10.0.0.5-10.0.0.9", "0.0.0.0", "10.0.0.9", YES),
        ("RA4=0.0.0.0-255.255.255.255", "0.0.0.0", "any", YES),
        # A rule with IPv4 addresses only says nothing of IPv6, and the reverse; a listener on ::
        # may serve both.
        ("RA4=10.0.0.0/255.0.0.0", "::", "any", OPEN),
        ("RA4=10.0.0.0/255.0.0.0", "2001:db8::5", "any", NO),
        ("RA4=10.0.0.0/255.0.0.0", "::", "::ffff:10.1.2.3", YES),
        # Documents disagree on whether this flag makes a remote address irrelevant.
        ("RA4=10.0.0.0/255.0.0.0|LOM=TRUE", "0.0.0.0", "11.1.2.3", OPEN),
        ("RA4=10.0.0.0/255.0.0.0|LOM=TRUE", "::", "2001:db8::1", OPEN),
        ("RA4=10.0.0.0/255.0.0.0", "::", "10.1.2.3", YES),
        ("RA6=fe80::/64", "::", "fe80::7%12", YES),
        ("RA6=fe80::/64", "0.0.0.0", "any", NO),
        ("RA4=LocalSubnet|RA6=LocalSubnet", "0.0.0.0", "10.1.2.3", OPEN),
        ("RA42=IntErnet", "0.0.0.0", "8.8.8.8", OPEN),
        ("LA4=192.168.1.5", "192.168.1.5", "any", YES),
        ("LA4=192.168.1.5", "192.168.1.6", "any", NO),
        ("LA4=192.168.1.5", "0.0.0.0", "any", OPEN),
        ("IFType=Wireless", "0.0.0.0", "any", OPEN),
        ("IF={AAAAAAAA-0000-0000-0000-000000000001}", "0.0.0.0", "any", OPEN),
    ],
)
def test_addresses_and_interfaces(
    condition: str, local: str, remote: str, expected: VerdictState
) -> None:
    listener = replace(web, local_address=local)
    assert verdict(listener, PUBLIC, remote, f"Action=Allow|{condition}").state is expected


def test_what_is_known_of_a_network_is_used() -> None:
    guid = "{AAAAAAAA-0000-0000-0000-000000000001}"
    office = Network(PUBLIC, InterfaceType.LAN, guid.lower(), ("192.168.1.5", "fe80::5"),
                     ("192.168.1.0/24",))  # fmt: skip

    def found(condition: str, remote: str = "any") -> VerdictState:
        return verdict(web, office, remote, f"Action=Allow|{condition}").state

    assert found("IFType=Lan") is YES
    assert found("IFType=Wireless") is NO
    assert found(f"IF={guid}") is YES
    assert found("IF={BBBBBBBB-0000-0000-0000-000000000001}") is NO
    assert found("LA4=192.168.1.5") is YES
    assert found("LA4=192.168.1.6") is NO
    assert found("RA4=LocalSubnet", "192.168.1.77") is YES
    assert found("RA4=LocalSubnet", "192.168.2.77") is NO


def test_a_repeated_field_is_one_condition() -> None:
    for field, many in (
        ("New=1|New=1|New=2", 2),
        ("Security=Authenticate|Security=Authenticate", 2),
    ):
        found = verdict(web, PUBLIC, "any", f"Action=Allow|{field}")
        (rule,) = found.requires
        conditions = [(each.kind, each.text) for each in rule.conditions]
        assert len(conditions) == len(set(conditions)) == many


def test_a_program_that_is_open_for_two_reasons_is_one_condition() -> None:
    unknown = replace(web, program=None)
    found = verdict(unknown, PUBLIC, "any", r"Action=Allow|App=%NoSuchVariable%\web.exe")
    (rule,) = found.requires
    assert [(each.kind, each.text) for each in rule.conditions] == [
        (ConditionKind.PROGRAM, r"%NoSuchVariable%\web.exe")
    ]


def test_windows_elsewhere_and_its_variables() -> None:
    host = stores(r"Action=Allow|App=%SystemRoot%\System32\x.exe")
    elsewhere = Environment(r"D:\Win", {"TOOLS": r"E:\Tools"})
    listener = replace(web, program=r"d:\win\system32\X.EXE")
    assert Firewall(host, elsewhere).verdict(listener, PUBLIC).state is YES
    assert Firewall(host).verdict(listener, PUBLIC).state is NO
    assert elsewhere.expand(r"%Tools%\a%") == r"E:\Tools\a%"
