# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that would open a port but for one condition, and what is done about each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.winrm_guard import (
    Flow,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    InterfaceType,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category.foresight import (
    Foresight,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Forward,
    Protocol,
    Via,
)
from unit.diagnosis.cases import (
    APACHE,
    CAFE,
    CONTROLLER,
    HTTPD,
    OFFICE,
    OPEN_80,
    PC,
    SYSTEM,
    TIMED_OUT,
    ask,
    firewall,
    kinds,
    listener,
    msg,
    process,
    rule,
    service,
    situation,
    tasks,
)
from unit.firewall import firewall_samples as samples
from unit.rows import each_row
from unit.words.english import english

NEW_RULE = {"name": "Allow TCP 80", "ports": 80, "protocol": "tcp", "profiles": ["public"]}


def found_for(*local: FirewallRule | str, networks: Any = (CAFE,), **others: Any) -> Any:
    known = situation(firewall=firewall(*local, **others), networks=networks, attempt=TIMED_OUT)
    return ask(known)


CASES: dict[str, tuple[FirewallRule | str, str, dict[str, Any]]] = {
    "for another profile": (
        OPEN_80 + "|Profile=Private|Profile=Domain",
        "rule_for_other_profile",
        {"rule_id": "web", "profiles": ["any"]},
    ),
    "disabled": (
        rule(OPEN_80, active=False),
        "rule_disabled",
        {"rule_id": "web", "enabled": True},
    ),
    "for a program elsewhere": (
        OPEN_80 + r"|App=C:\Old\httpd.exe",
        "rule_for_other_program",
        {"rule_id": "web", "program": HTTPD},
    ),
    "for a program elsewhere, at any port": (
        r"Action=Allow|App=C:\Old\httpd.exe|Name=Web",
        "rule_for_other_program",
        {"rule_id": "web", "program": HTTPD},
    ),
    "for a service": (OPEN_80 + "|Svc=W3SVC", "rule_for_other_service", NEW_RULE),
    "for other addresses": (
        OPEN_80 + "|RA4=192.0.2.0/255.255.255.0",
        "rule_for_other_remote",
        {"rule_id": "web", "remote_addresses": ["192.0.2.0/24", "198.51.100.5"]},
    ),
    "for another protocol": (
        "Action=Allow|Protocol=17|LPort=80|Name=Web",
        "rule_for_other_protocol",
        NEW_RULE,
    ),
    "for outbound traffic": (rule(OPEN_80, direction="Out"), "rule_outbound", NEW_RULE),
    "for another address of the PC": (
        OPEN_80 + "|LA4=10.0.0.1",
        "condition_not_met",  # which addresses the PC has is not known
        NEW_RULE,
    ),
    # A client does not choose its port.
    "for another port of the client": (OPEN_80 + "|RPort=5000", "condition_not_met", NEW_RULE),
    "for an app package": (OPEN_80 + "|AppPkgId=S-1-15-2-1", "no_rule", NEW_RULE),
    "for another kind of adapter": (
        OPEN_80 + "|IFType=Wireless",
        "condition_not_met",  # which kind the adapter has is not known
        NEW_RULE,
    ),
}


@each_row("case", CASES)
def test_of_one_rule(case: str) -> None:
    stored, kind, options = CASES[case]
    found = found_for(stored)
    assert kinds(found) == [kind]
    assert tasks(found) == ([options] if options else [])
    assert kind == "no_rule" or "'Web'" in msg(found)


def test_an_open_condition_hides_no_near_miss() -> None:
    perhaps = "Action=Allow|Protocol=6|LPort=80|RPort=5000|Name=Odd"
    for case in ("for another profile", "disabled", "for other addresses", "for a service"):
        stored, kind, options = CASES[case]
        found = found_for(stored, perhaps)
        assert (kinds(found), tasks(found)) == ([kind], [options]), case
    # If nobody has tried, the condition may be met. What would help is told all the same.
    known = situation(firewall=firewall(CASES["disabled"][0], perhaps), networks=(CAFE,))
    found = ask(known)
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["condition_open"])
    assert tasks(found) == [{"rule_id": "web", "enabled": True}]
    assert [each.task is None for each in found.remedies] == [False, True]


#: Ways to write a path of which no rule may have the characters, and others that may be meant.
WRONG_PATHS = {"C:/Apache24/bin/httpd.exe": "/", f'"{HTTPD}"': '"'}
ODD_PATHS = (
    r"C:\\Apache24\bin\httpd.exe", r"C:\APACHE~1\bin\httpd.exe", r"%NOWHERE%\httpd.exe", "httpd.exe",
    r"C:\Apache24\bin\..\bin\httpd.exe", r"\Device\HarddiskVolume3\Apache24\bin\httpd.exe",
)  # fmt: skip


@each_row("path", [*WRONG_PATHS, *ODD_PATHS])
def test_the_path_of_a_program_is_said_to_be_at_fault_and_corrected(path: str) -> None:
    for attempt in (TIMED_OUT, None):
        known = situation(
            firewall=firewall(OPEN_80 + f"|App={path}"), networks=(OFFICE,), attempt=attempt
        )
        found = ask(known)
        assert tasks(found) == [{"rule_id": "web", "program": HTTPD}]
        assert found.remedies[0].task is not None
        for language in ("en", "ja"):
            assert path in msg(found, language)
            assert HTTPD in msg(found, language)
        if path in WRONG_PATHS:
            assert kinds(found) == ["rule_for_other_program"]
            assert f"but a path in a rule can't have {WRONG_PATHS[path]}, so it" in msg(found)
        else:
            assert kinds(found) == ["condition_not_met" if attempt else "condition_open"]
            said = "does not seem to take" if attempt else "takes that path for"
            assert said in msg(found)


def test_a_path_of_a_policy_is_corrected_there() -> None:
    known = situation(
        firewall=firewall(group_policy=(OPEN_80 + "|App=C:/Apache24/bin/httpd.exe",)),
        networks=(OFFICE,),
    )
    found = ask(known)
    assert kinds(found) == ["rule_for_other_program"]
    assert "rule_id" not in tasks(found)[0]


def test_a_rule_that_admits_only_some_is_not_opened_for_everyone() -> None:
    found = found_for(OPEN_80 + "|RA4=DNS")
    assert kinds(found) == ["condition_not_met"]
    assert tasks(found) == [NEW_RULE | {"remote_addresses": ["198.51.100.5"]}]
    known = situation(firewall=firewall(OPEN_80 + "|RA4=DNS"), networks=(CAFE,), controller=None)
    assert tasks(ask(known)) == []


def test_a_program_whose_path_is_not_told_is_told_what_opens_the_port() -> None:
    packages = [f"Action=Allow|AppPkgId=S-1-15-2-{number}|Name=App {number}" for number in range(7)]
    known = situation(
        processes=[process(4312, "httpd.exe", None)],
        firewall=firewall(*packages),
        networks=(CAFE,),
    )
    found = ask(known)
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["condition_open"])
    assert "one of the rules for single app packages if the program is of such a package" in msg(
        found
    )
    assert tasks(found) == [NEW_RULE]
    mistake = firewall(CASES["disabled"][0], *packages)
    assert tasks(ask(replace(known, firewall=mistake))) == [{"rule_id": "web", "enabled": True}]


def test_a_rule_for_another_profile_hides_the_port() -> None:
    found = found_for(OPEN_80 + "|Profile=Private")
    assert found.verdict is Verdict.HIDDEN_BY_PROFILE
    assert msg(found) == (
        "The firewall rule 'Web' opens TCP 80 for private networks only, and the PC is on the "
        "public network 'Cafe'; if everybody on the public network may connect, open it for the "
        "public profile too with port_firewall."
    )


def test_a_network_that_is_trusted_could_be_private_instead() -> None:
    remedies = [each.text.key for each in found_for(OPEN_80 + "|Profile=Private").remedies]
    assert remedies == ["remedy.for_everybody", "remedy.make_network_private"]
    # Not where the rule is not for private networks, nor where the network is one.
    for stored, network in ((OPEN_80 + "|Profile=Domain", CAFE),
                            (OPEN_80 + "|Profile=Public", OFFICE)):  # fmt: skip
        found = found_for(stored, networks=(network,))
        public = network is CAFE
        key = "remedy.for_everybody" if public else "remedy.extend_profiles"
        assert [each.text.key for each in found.remedies] == [key]


@each_row(
    ("local", "networks", "said"),
    [
        ([], (CAFE,), True),
        (["Action=Allow|Protocol=6|LPort=80|Name=Web|Profile=Domain"], (CAFE,), True),
        ([rule(OPEN_80, active=False)], (CAFE,), True),
        # All of that very network are everybody there.
        ([rule(OPEN_80 + "|RA4=LocalSubnet", active=False)], (CAFE,), True),
        # Nobody but those who are named, or a network whose people are known.
        ([rule(f"{OPEN_80}|RA4={CONTROLLER}", active=False)], (CAFE,), False),
        ([OPEN_80 + "|RA4=192.0.2.0/255.255.255.0"], (CAFE,), False),
        ([], (OFFICE,), False),
        ([rule(OPEN_80, active=False)], (OFFICE,), False),
    ],
)
def test_who_opens_a_port_to_a_public_network_is_told_to_whom(
    local: list[FirewallRule | str], networks: tuple[Network, ...], said: bool
) -> None:
    found = found_for(*local, networks=networks)
    remedy = found.remedies[0]
    assert remedy.task is not None
    text, title = english(remedy.text), english(remedy.task.name)
    assert text.startswith("if everybody on the public network may connect, ") is said
    assert title.endswith(" for everybody on a public network") is said


SVCHOST_FOR_NODE = (
    process(4312, "svchost.exe", r"C:\Windows\System32\svchost.exe"),
    r"Action=Allow|Protocol=6|LPort=80|App=C:\node\node.exe|Name=Web",
)


def test_a_rule_for_what_runs_services_names_the_service() -> None:
    svchost, stored = SVCHOST_FOR_NODE
    about: dict[str, Any] = {
        "processes": [svchost],
        "firewall": firewall(stored),
        "networks": (OFFICE,),
        "attempt": TIMED_OUT,
    }
    found = ask(situation(services=[service("W3SVC", 4312)], **about))
    assert kinds(found) == ["rule_for_other_program"]
    program = {"rule_id": "web", "program": svchost.path}
    assert tasks(found) == [program | {"service": "W3SVC"}]
    # Which of several listens is unknown: then it is said whom the rule is for.
    two = [service("iphlpsvc", 4312), service("Dnscache", 4312)]
    found = ask(situation(services=two, **about))
    assert tasks(found) == [program]
    assert "for each of the services that svchost.exe runs" in msg(found)
    # A program that is one service is for nothing else.
    found = ask(situation(services=[service("Apache2.4", 4312)], **about | {"processes": [APACHE]}))
    assert tasks(found) == [{"rule_id": "web", "program": HTTPD}]


@each_row(
    ("process_of_it", "services", "mapped", "remedy"),
    [
        ("svchost", ["iphlpsvc"], False, "find the mapping with 'netsh interface portproxy show"),
        ("svchost", ["iphlpsvc"], True, "delete that mapping with 'netsh interface portproxy del"),
        # In a process of several services, the mapping tells.
        ("svchost", ["iphlpsvc", "Dnscache"], True, "delete that mapping with 'netsh interface"),
        ("docker", [], False, "stop the container of Docker Desktop that publishes it"),
    ],
)
def test_the_rule_of_a_program_stays_where_a_relay_has_taken_its_port(
    process_of_it: str, services: list[str], mapped: bool, remedy: str
) -> None:
    svchost, stored = SVCHOST_FOR_NODE
    docker = process(4312, "com.docker.backend.exe")
    known = situation(
        services=[service(each, 4312) for each in services],
        processes=[svchost if process_of_it == "svchost" else docker],
        firewall=firewall(stored),
        networks=(OFFICE,),
        attempt=TIMED_OUT,
    )
    proxy = Forward(Via.PORTPROXY, Protocol.TCP, "0.0.0.0", 80, "172.20.0.2", 8080, "v4tov4")
    snapshot = replace(known.snapshot, forwards=(proxy,) if mapped else ())
    found = ask(replace(known, snapshot=snapshot))
    assert kinds(found) == ["rule_for_other_program"]
    # What the evidence shows is what the remedy is about.
    assert found.evidence.forwards == snapshot.forwards
    first, *others = [english(each.text) for each in found.remedies]
    assert first.startswith(rf"if C:\node\node.exe is to listen on TCP 80, {remedy}")
    # Or it is meant to be forwarded, and then it is to be open.
    assert first.endswith(f"; if the port is to be forwarded: {others[0]}")
    assert others
    assert all("rule_id" not in task for task in tasks(found))


FAR = "198.51.100.0/24"
OTHER = r"C:\x\other.exe"


@each_row(
    ("local", "lacks", "japanese", "options"),
    [
        (
            [f"{OPEN_80}|Profile=Private|RA4=192.0.2.9"],
            "it is for private networks only and it lets in 192.0.2.9 only",
            "プライベート プロファイル専用、許可する相手は 192.0.2.9 のみ",
            {"profiles": ["private", "public"], "remote_addresses": ["192.0.2.9", CONTROLLER]},
        ),
        (
            [rule(f"{OPEN_80}|App={OTHER}", active=False)],
            rf"it is disabled and it is for the program {OTHER}",
            rf"無効になっている、プログラム {OTHER} 専用",
            {"enabled": True, "program": HTTPD},
        ),
        (
            [rule(f"{OPEN_80}|App={OTHER}|Profile=Domain", active=False)],
            rf"it is for domain networks only, it is disabled and it is for the program {OTHER}",
            rf"ドメイン プロファイル専用、無効になっている、プログラム {OTHER} 専用",
            {"profiles": ["domain", "public"], "enabled": True, "program": HTTPD},
        ),
        # What no task changes: the addresses of the PC.
        (
            [f"{OPEN_80}|Profile=Private|LA4=192.0.2.77"],
            "it is for private networks only and it is for other addresses of the PC (192.0.2.77)",
            "プライベート プロファイル専用、PC の別のアドレス (192.0.2.77) 専用",
            None,
        ),
        # Of two rules that which lacks less.
        (
            [
                rule(f"{OPEN_80}|App={OTHER}|Profile=Domain", active=False),
                rule(f"{OPEN_80}2|Profile=Private|RA4=192.0.2.9"),
            ],
            "it is for private networks only and it lets in 192.0.2.9 only",
            "プライベート プロファイル専用、許可する相手は 192.0.2.9 のみ",
            {"profiles": ["private", "public"], "remote_addresses": ["192.0.2.9", CONTROLLER]},
        ),
    ],
)
def test_the_nearest_rule_is_named_with_all_that_is_in_the_way(
    local: list[FirewallRule | str],
    lacks: str,
    japanese: str,
    options: dict[str, Any] | None,
) -> None:
    """A change of one thing alone would not help, so that none of them is a near miss."""
    found = found_for(*local)
    assert kinds(found) == ["no_rule"]
    assert f"', but {lacks}); " in msg(found)
    assert f"次の点が異なります: {japanese})" in msg(found, "ja")
    offered = tasks(found)[0]
    if options is None:
        assert offered == NEW_RULE
    else:
        assert {name: value for name, value in offered.items() if name != "rule_id"} == options
        assert "change that rule in all these respects with port_firewall" in msg(found)


@each_row(
    "local",
    [
        # Not meant for the port, or for too much else.
        [rule(f"{OPEN_80}|Profile=Private", direction="Out")],
        [OPEN_80.replace("Protocol=6", "Protocol=17") + "|Profile=Private"],
        [rule(f"{OPEN_80}|App={OTHER}|Profile=Domain|RA4=192.0.2.9", active=False)],
        [rule(OPEN_80.replace("Allow", "Block") + "|Profile=Private", active=False)],
    ],
)
def test_a_rule_that_is_far_from_opening_the_port_is_not_named(local: list[FirewallRule]) -> None:
    found = found_for(*local)
    assert kinds(found) == ["no_rule"]
    assert "nearest" not in msg(found)


def test_a_rule_of_windows_that_is_enabled_for_some_says_for_whom() -> None:
    """Who does not know where the controller is can't know whether that is enough for it."""
    known = situation(
        listener(445, 4),
        processes=(SYSTEM,),
        firewall=firewall(*WINDOWS),
        networks=(CAFE,),
        controller=None,
    )
    found = ask(known, 445)
    assert tasks(found) == [{"rule_id": "FPS-SMB-In-TCP", "enabled": True}]
    assert "enable that rule with port_firewall (it lets in LocalSubnet only)." in msg(found)
    assert "許可されるのは LocalSubnet のみです" in msg(found, "ja")


def test_who_was_let_in_before_is_not_warned_of() -> None:
    """The rule is for all of that network already, and the remedy for the controller alone."""
    found = found_for(f"{OPEN_80}|RA4=LocalSubnet")
    assert tasks(found) == [NEW_RULE | {"remote_addresses": [CONTROLLER]}]
    assert "if everybody on the public network may connect" not in msg(found)


def test_a_task_names_a_rule_as_people_know_it() -> None:
    web = replace(rule(OPEN_80, active=False), rule_id="{11111111-2222-3333-4444-555555555555}")
    (remedy,) = found_for(web, networks=(OFFICE,)).remedies
    assert remedy.task is not None
    assert english(remedy.task.name) == "Enable the firewall rule Web"
    # And so does the task itself.
    assert remedy.task.options == {"name": "Web", "enabled": True}
    # Another rule of that name would be meant too.
    (remedy,) = found_for(web, replace(web, rule_id="~"), networks=(OFFICE,)).remedies
    assert remedy.task is not None
    assert remedy.task.options == {"rule_id": web.rule_id, "enabled": True}
    # So would one of Windows' own that is shown by that name, in whichever language, and whatever
    # it is for.
    for name in (
        "Remote Desktop - User Mode (TCP-In)",
        "リモート デスクトップ - ユーザー モード (TCP 受信)",
    ):
        of_windows = rule("Action=Allow|Protocol=6|LPort=3389|Name=@FirewallAPI.dll,-28775")
        (remedy,) = found_for(replace(web, name=name), of_windows, networks=(OFFICE,)).remedies
        assert remedy.task is not None
        assert remedy.task.options == {"rule_id": web.rule_id, "enabled": True}
    # A name that could be taken for a template may not stand in a task.
    odd = replace(web, name="{{ web }}")
    (remedy,) = found_for(odd, networks=(OFFICE,)).remedies
    assert remedy.task is not None
    assert english(remedy.task.name) == f"Enable the firewall rule {web.rule_id}"
    assert remedy.task.options == {"rule_id": web.rule_id, "enabled": True}


WIRELESS = replace(CAFE, alias="Wi-Fi")
PRIVATE_ONLY = OPEN_80 + "|Profile=Private"
BLOCKED_IN_PRIVATE = OPEN_80.replace("Allow", "Block").replace("Web", "Shut") + "|Profile=Private"


WINRM = "Action=Allow|Protocol=6|LPort=5985|App=System|Name=WinRM"


def foresight(*local: str, networks: tuple[Network, ...] = (WIRELESS,)) -> Foresight:
    """The PC as network_category would judge it, with the controller's connection to WinRM."""
    reading = FirewallReading(firewall(*local).stores, networks)
    return Foresight(reading, (Flow(5985, PC, CONTROLLER),))


def test_a_task_makes_that_very_network_private() -> None:
    found = ask(
        situation(
            firewall=firewall(PRIVATE_ONLY),
            networks=(WIRELESS,),
            attempt=TIMED_OUT,
            in_domain=False,
            foresight=foresight(PRIVATE_ONLY),
        )
    )
    # Opening the one port comes first.
    first, second = found.remedies
    assert first.text.key == "remedy.for_everybody"
    assert second.task is not None
    assert second.task.module == "portkeeper.windows.network_category"
    assert second.task.options == {"name": "Cafe", "interface": "Wi-Fi", "category": "private"}
    assert english(second.task.name) == "Make the network Cafe private"
    assert "only if you trust everybody on that network" in english(second.text)
    assert "every rule for private networks" in english(second.text)


@each_row(
    ("winrm", "offered"),
    [
        # WinRM is open in both profiles, or in none: then nothing that is known gets worse.
        (WINRM, True),
        ("", True),
        # Who is private is locked out.
        (f"{WINRM}|Profile=Public", False),
        (f"{WINRM}|Profile=Public|Profile=Domain|RA4={CONTROLLER}", False),
    ],
)
def test_what_would_close_winrm_is_not_offered(winrm: str, offered: bool) -> None:
    rules = [PRIVATE_ONLY, *([winrm] if winrm else [])]
    known = situation(
        firewall=firewall(*rules),
        networks=(WIRELESS,),
        attempt=TIMED_OUT,
        in_domain=False,
        foresight=foresight(*rules),
    )
    for each in (known, replace(known, in_domain=None)):
        texts = " ".join(english(remedy.text) for remedy in ask(each).remedies)
        assert ("private with network_category" in texts) is offered
    offers = [each for each in tasks(ask(known)) if "category" in each]
    assert bool(offers) is offered


def test_a_task_of_which_nobody_knows_what_it_does_to_winrm_is_not_offered() -> None:
    two = (WIRELESS, replace(WIRELESS, interface_id="{x}"))
    for seen in (
        None,
        # The rules are not known, or the module could not tell which network is meant.
        replace(foresight(), before=replace(foresight().before, stopped={"BFE": "Auto"})),
        foresight(PRIVATE_ONLY, networks=()),
        foresight(PRIVATE_ONLY, networks=two),
    ):
        known = situation(
            firewall=firewall(PRIVATE_ONLY),
            networks=(WIRELESS,),
            attempt=TIMED_OUT,
            in_domain=False,
            foresight=seen,
        )
        assert not any("category" in each for each in tasks(ask(known)))


@each_row(
    ("local", "networks", "in_domain"),
    [
        # The PC may be a member of a domain.
        ([PRIVATE_ONLY], (WIRELESS,), None),
        # Windows does not know the network, or it is unknown which one it is.
        ([PRIVATE_ONLY], (replace(WIRELESS, name="Unidentified network"),), False),
        ([PRIVATE_ONLY], (replace(WIRELESS, name=""),), False),
        ([PRIVATE_ONLY], (CAFE,), False),
        # One of two networks would not be enough.
        ([PRIVATE_ONLY], (WIRELESS, replace(CAFE, name="Hotel", alias="Ethernet")), False),
    ],
)
def test_otherwise_it_is_said_in_words(
    local: list[str], networks: tuple[Network, ...], in_domain: bool | None
) -> None:
    found = ask(
        situation(
            firewall=firewall(*local),
            networks=networks,
            targets=(),
            attempt=TIMED_OUT,
            in_domain=in_domain,
        )
    )
    assert kinds(found)[0] == "rule_for_other_profile"
    (private,) = [each for each in found.remedies if each.text.key.endswith("_private")]
    assert private.task is None
    assert not any("category" in each for each in tasks(found))


@each_row(
    ("local", "in_domain"),
    [
        # It would not be let in there either.
        ([PRIVATE_ONLY, BLOCKED_IN_PRIVATE], False),
        ([PRIVATE_ONLY, BLOCKED_IN_PRIVATE], None),
        # A member of a domain should be in the network of its domain.
        ([PRIVATE_ONLY], True),
    ],
)
def test_a_network_that_is_not_to_be_private_is_left_alone(
    local: list[str], in_domain: bool | None
) -> None:
    found = ask(
        situation(
            firewall=firewall(*local), networks=(WIRELESS,), attempt=TIMED_OUT, in_domain=in_domain
        )
    )
    assert kinds(found)[0] == "rule_for_other_profile"
    assert "private with network_category" not in " ".join(english(e.text) for e in found.remedies)


def test_a_member_that_should_be_in_the_network_of_its_domain_is_not_told_so() -> None:
    rule_of_both = OPEN_80 + "|Profile=Private|Profile=Domain"
    known = situation(
        firewall=firewall(rule_of_both), networks=(WIRELESS,), attempt=TIMED_OUT, in_domain=True
    )
    keys = [each.text.key for each in ask(known).remedies]
    assert keys == ["remedy.mend_location", "remedy.deliberately"]


@pytest.mark.parametrize(
    "windows_own",
    [
        "Action=Allow|Protocol=6|LPort=80|Profile=Private|Name=@FirewallAPI.dll,-1",
        "Action=Allow|Protocol=6|LPort=80|Profile=Private|Name=Web|EmbedCtxt=@FirewallAPI.dll,-2",
    ],
)
def test_rules_of_windows_keep_what_they_are(windows_own: str) -> None:
    found = found_for(windows_own)
    assert kinds(found) == ["rule_for_other_profile"]
    assert tasks(found) == [NEW_RULE]


def test_a_rule_of_windows_may_be_switched_on() -> None:
    found = found_for(rule("Action=Allow|Protocol=6|LPort=80|Name=@iis.dll,-1", active=False))
    assert tasks(found) == [{"rule_id": "@iis.dll,-1", "enabled": True}]


def test_a_rule_of_a_policy_is_not_changed() -> None:
    found = found_for(group_policy=[OPEN_80 + "|Profile=Private"])
    assert kinds(found) == ["rule_for_other_profile"]
    assert tasks(found) == [NEW_RULE]


def test_with_two_conditions_missed_a_rule_is_none_for_the_port() -> None:
    found = found_for(rule(OPEN_80 + "|Profile=Private", active=False))
    assert kinds(found) == ["no_rule"]


def test_a_rule_for_a_whole_range_is_not_about_one_of_its_ports() -> None:
    outbound = rule("Action=Allow|Protocol=6|LPort2_10=1-65535|Name=Any", direction="Out")
    assert kinds(found_for(outbound)) == ["no_rule"]


def test_rules_of_other_programs_and_ports_are_left_alone() -> None:
    others = (
        r"Action=Allow|Protocol=6|App=C:\Other\chat.exe|Name=Chat",
        "Action=Allow|Protocol=6|LPort=8080|Name=Other port",
        rule("Action=Allow|Protocol=17|LPort=8080|Name=Off", active=False),
        rule("Action=Block|Protocol=6|LPort=80|Name=Blocks", active=False),
    )
    assert kinds(found_for(*others)) == ["no_rule"]


def test_the_likeliest_mistake_is_told_first() -> None:
    found = found_for(
        "Action=Allow|Protocol=17|LPort=80|Name=Other protocol",
        rule("Action=Allow|Protocol=6|LPort=80|Name=Off", active=False),
        "Action=Allow|Protocol=6|LPort=80|Profile=Private|Name=Other profile",
    )
    assert kinds(found) == ["rule_for_other_profile"]
    assert "'Other profile'" in msg(found)


def test_a_rule_for_others_is_not_opened_for_everybody() -> None:
    windows_own = (
        "Action=Allow|Protocol=6|LPort=80|RA4=192.0.2.0/255.255.255.0|Name=@FirewallAPI.dll,-1"
    )
    found = found_for(windows_own)
    assert tasks(found) == [NEW_RULE | {"remote_addresses": ["198.51.100.5"]}]


def test_a_near_miss_behind_a_block_rule() -> None:
    found = found_for("Action=Block|Protocol=6|LPort=80|Name=No web", rule(OPEN_80, active=False))
    assert kinds(found) == ["block_rule", "rule_disabled"]


def test_a_rule_for_another_address_of_the_pc() -> None:
    cafe = Network(Profile.PUBLIC, addresses=("192.0.2.10",), name="Cafe")
    found = found_for(OPEN_80 + "|LA4=10.0.0.1", networks=(cafe,))
    assert kinds(found) == ["rule_for_other_address"]
    assert "(10.0.0.1)" in msg(found)
    assert tasks(found) == [NEW_RULE]


def test_a_rule_for_another_kind_of_adapter() -> None:
    cafe = Network(Profile.PUBLIC, interface_type=InterfaceType.LAN, name="Cafe")
    found = found_for(OPEN_80 + "|IFType=Wireless", networks=(cafe,))
    assert kinds(found) == ["rule_for_other_interface"]
    assert tasks(found) == [NEW_RULE]


WINDOWS = samples.read(samples.WIN10_1903).of(Store.LOCAL)
LAN = Network(Profile.PRIVATE, name="Lan")
DOMAIN = Network(Profile.DOMAIN, name="corp.example")
RPC = process(900, "svchost.exe", r"C:\Windows\System32\svchost.exe")
OF_RPC = service("RpcSs", 900)


def of_windows(port: int, pid: int, network: Network, *local: FirewallRule) -> Any:
    known = situation(
        listener(port, pid),
        processes=(SYSTEM, RPC),
        services=(OF_RPC,),
        firewall=firewall(*local, *WINDOWS),
        networks=(network,),
    )
    return ask(known, port)


def test_windows_own_rule_for_the_port_is_named_and_not_another_of_its_many() -> None:
    found = {
        (port, network.name): of_windows(port, pid, network)
        for port, pid in ((445, 4), (135, 900))
        for network in (CAFE, LAN, DOMAIN)
    }
    scoped = {"enabled": True, "remote_addresses": ["LocalSubnet", CONTROLLER]}
    assert {key: (kinds(each), tasks(each)) for key, each in found.items()} == {
        (445, "Cafe"): (["rule_disabled"], [{"rule_id": "FPS-SMB-In-TCP", **scoped}]),
        (445, "Lan"): (["rule_disabled"], [{"rule_id": "FPS-SMB-In-TCP", **scoped}]),
        (445, "corp.example"): (
            ["rule_disabled"], [{"rule_id": "FPS-SMB-In-TCP-NoScope", "enabled": True}],
        ),
        (135, "Cafe"): (["rule_disabled"], [{"rule_id": "FPS-RPCSS-In-TCP", **scoped}]),
        (135, "Lan"): (["rule_disabled"], [{"rule_id": "FPS-RPCSS-In-TCP", **scoped}]),
        # Windows' own for remote assistance is enabled in the domain.
        (135, "corp.example"): ([], []),
    }  # fmt: skip
    smb = found[445, "Lan"]
    assert msg(smb) == (
        "The firewall rule 'File and Printer Sharing (SMB-In) (FPS-SMB-In-TCP)' would open TCP "
        "445, but it is disabled; enable that rule with port_firewall, and add the controller's "
        "address to it."
    )
    assert "「ファイルとプリンターの共有 (SMB 受信) (FPS-SMB-In-TCP)」" in msg(smb, "ja")
    (task,) = [each.task for each in smb.remedies if each.task]
    assert english(task.name) == (
        "Enable the firewall rule File and Printer Sharing (SMB-In) (FPS-SMB-In-TCP)"
    )


def test_somebody_s_own_rule_with_a_mistake_comes_before_windows_own() -> None:
    mine = rule("Action=Allow|Protocol=6|LPort=445|Name=Files", active=False)
    found = of_windows(445, 4, LAN, mine)
    assert tasks(found) == [{"rule_id": "files", "enabled": True}]


def test_a_rule_that_windows_has_for_another_purpose_is_not_offered() -> None:
    smb = [each for each in WINDOWS if each.rule_id.startswith("FPS-SMB-In-TCP")]
    left = [each for each in WINDOWS if each not in smb]
    known = situation(
        listener(445, 4), processes=(SYSTEM,), firewall=firewall(*left), networks=(LAN,)
    )
    found = ask(known, 445)
    assert (kinds(found), "Netlogon" in msg(found)) == (["no_rule"], False)
    assert tasks(found) == [
        NEW_RULE | {"name": "Allow TCP 445", "ports": 445, "profiles": ["private"]}
    ]
    # Remote desktop has been moved to the port that Media Center uses.
    extenders = replace(
        rule(
            r"Action=Allow|Protocol=6|LPort=3390|RA4=LocalSubnet|App=%SystemRoot%\system32\svchost.exe"
            "|Svc=TermService|Name=@FirewallAPI.dll,-30781",
            active=False,
        ),
        rule_id="MCX-TERMSRV-In-TCP",
    )
    moved = situation(
        listener(3390, 900),
        processes=(SYSTEM, RPC),
        services=(service("TermService", 900),),
        firewall=firewall(extenders),
        networks=(LAN,),
    )
    found = ask(moved, 3390)
    assert (kinds(found), "MCX" in msg(found)) == (["no_rule"], False)
    assert [each["name"] for each in tasks(found)] == ["Allow TCP 3390"]
    # One of a program of its own is for that program, whatever its port.
    spooler = r"C:\Windows\System32\spoolsv.exe"
    own = replace(
        rule(
            rf"Action=Allow|Protocol=6|LPort=9100|App={spooler}|Name=@FirewallAPI.dll,-28535",
            active=False,
        ),
        rule_id="FPS-SpoolSvc-In-TCP",
    )
    known = situation(
        listener(9100, 900),
        processes=(SYSTEM, process(900, "spoolsv.exe", spooler)),
        services=(service("Spooler", 900),),
        firewall=firewall(own),
        networks=(LAN,),
    )
    assert tasks(ask(known, 9100)) == [{"rule_id": "FPS-SpoolSvc-In-TCP", "enabled": True}]
