# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit finds, and what it does not claim."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.audit import (
    Audit,
    Finding,
    FindingKind,
    audit,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.programs import (
    Files,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from unit.firewall import firewall_samples as samples
from unit.firewall.small_firewalls import stores
from unit.rows import each_row
from unit.words.english import english

ENVIRONMENT = Environment()
GUID = "{5C1B3C51-4A44-4E8B-9C0C-3D8F2B7D3A11}"
TCP_80 = "Action=Allow|Protocol=6|LPort=80"


def audited(found: FirewallStores, files: Files | None = None, **more: Any) -> Audit:
    return audit(found, ENVIRONMENT, files or Files(), **more)


def findings(*local: str, kind: str | None = None, **others: Any) -> list[Finding]:
    found = audited(stores(*local, **others)).findings
    return [each for each in found if kind in (None, each.kind.value)]


def names(found: list[Finding]) -> list[list[str]]:
    return [[rule.rule_id for _store, rule in each.rules] for each in found]


@each_row(
    ("text", "is_open"),
    [
        (f"{TCP_80}|Name=a", True),
        ("Action=Allow|Name=a", True),
        ("Action=Allow|Protocol=17|Name=a", True),
        (f"{TCP_80}|RPort=53|Name=a", True),
        (f"{TCP_80}|LA4=10.0.0.5|Name=a", True),
        (
            f"{TCP_80}|RA4=0.0.0.0-255.255.255.255|RA6=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            "|Name=a",
            True,
        ),
        (f"{TCP_80}|RA4=0.0.0.0-255.255.255.255|Name=a", False),
        (f"{TCP_80}|RA4=LocalSubnet|RA6=LocalSubnet|Name=a", False),
        (f"{TCP_80}|App=System|Name=a", False),
        (f"{TCP_80}|Svc=W3SVC|Name=a", False),
        (f"{TCP_80}|IFType=Lan|Name=a", False),
        (f"{TCP_80}|AppPkgId=S-1-15-2-1|Name=a", False),
        (f"{TCP_80}|Security=Authenticate|Name=a", False),
        (f"{TCP_80}|Later2_40=1|Name=a", False),
        (f"{TCP_80}|Platform=2:5:1|Name=a", False),
        ("Action=Allow|Protocol=1|Name=a", False),
        ("Action=Block|Name=a", False),
    ],
)
def test_rules_that_are_open_to_all(text: str, is_open: bool) -> None:
    found = findings(text, kind="open_to_all")
    assert names(found) == ([["a"]] if is_open else [])


def test_how_open_a_rule_is() -> None:
    every, some = findings("Action=Allow|Name=every", f"{TCP_80}|Name=some")
    assert english(every.text) == (
        "The rule 'every' lets everybody in at every port, to every program."
    )
    assert english(some.text) == (
        "The rule 'some' lets everybody in, to every program, at these ports: 80."
    )
    assert not findings("Action=Allow|Name=out", direction="Out")


@each_row(
    ("rules", "blocks"),
    [
        ((f"{TCP_80}|Name=a", "Action=Block|Name=b"), ["b"]),
        ((f"{TCP_80}|Name=a", "Action=Block|Protocol=6|Name=b"), ["b"]),
        ((f"{TCP_80}|Name=a", "Action=Block|Protocol=6|LPort=443|Name=b"), None),
        ((f"{TCP_80}|Name=a", "Action=Block|Profile=Public|Name=b"), None),
        ((f"{TCP_80}|Profile=Public|Name=a", "Action=Block|Profile=Public|Name=b"), ["b"]),
        (
            (
                f"{TCP_80}|Name=a",
                "Action=Block|Protocol=6|Profile=Public|Name=b",
                "Action=Block|Protocol=6|Profile=Private|Profile=Domain|Name=c",
                "Action=Block|Protocol=17|Name=d",
            ),
            ["b", "c"],
        ),
        # What a block rule depends on has to be what the other rule depends on, too.
        ((f"{TCP_80}|Name=a", "Action=Block|LUAuth=D:(A;;CC;;;WD)|Name=b"), None),
        (
            (
                f"{TCP_80}|LUAuth=D:(A;;CC;;;WD)|Name=a",
                "Action=Block|LUAuth=D:(A;;CC;;;WD)|Name=b",
            ),
            ["b"],
        ),
        ((f"{TCP_80}|Name=a", "Action=Block|Later2_40=1|Name=b"), None),
        ((f"{TCP_80}|Name=a", "Action=Block|Platform=2:5:1|Name=b"), None),
        ((f"{TCP_80}|RA4=10.0.0.5|Name=a", "Action=Block|RA4=LocalSubnet|Name=b"), None),
        ((f"{TCP_80}|App=C:\\a.exe|Name=a", "Action=Block|App=c:\\A.EXE|Name=b"), ["b"]),
        ((f"{TCP_80}|Name=a", "Action=Block|App=C:\\a.exe|Name=b"), None),
        # A bypass wins over a block.
        (("Action=ByPass|Protocol=6|Name=a", "Action=Block|Name=b"), None),
        # A block rule that is for past an edge device too is needed for what comes that way.
        ((f"{TCP_80}|Edge=TRUE|Name=a", "Action=Block|Name=b"), None),
        ((f"{TCP_80}|Name=a", "Action=Block|Active=FALSE|Name=b"), None),
    ],
)
def test_rules_that_never_match(rules: tuple[str, ...], blocks: list[str] | None) -> None:
    texts = [each if "Active=" not in each else each.replace("Active=FALSE|", "") for each in rules]
    made = stores(*texts)
    if texts != list(rules):
        local = made.of(Store.LOCAL)
        off = rule_text.parse("b", "v2.30|Action=Block|Active=FALSE|Dir=In|Name=b|")
        made = FirewallStores(
            rules={Store.LOCAL: (local[0], off)},
            profiles=made.profiles,
            policy_version=made.policy_version,
        )
    found = [each for each in audited(made).findings if each.kind is FindingKind.NEVER_MATCHES]
    if blocks is None:
        assert not found
        return
    (one,) = found
    assert names([one]) == [["a"]]
    assert [rule.rule_id for _store, rule in one.others] == blocks
    assert "blocked by" in english(one.text)
    # It is not told to be open as well.
    assert not [each for each in audited(made).findings if each.kind is FindingKind.OPEN_TO_ALL]


def test_a_void_block_hides_nothing() -> None:
    void = {"local_rules": Setting(False, Origin.GROUP_POLICY, "the-value")}
    policy = (f"{TCP_80}|App=C:\\a.exe|Name=p",)
    assert findings("Action=Block|Name=b", group_policy=policy, kind="never_matches")
    found = findings("Action=Block|Name=b", group_policy=policy, settings=void)
    assert [each.kind.value for each in found] == ["void"]
    assert english(found[0].text) == (
        "These rules don't count in any of their profiles: b (the-value, set by Group Policy)."
    )


def test_a_block_of_a_policy_hides_a_local_rule() -> None:
    (found,) = findings(f"{TCP_80}|Name=a", group_policy=("Action=Block|Name=p",))
    assert found.kind is FindingKind.NEVER_MATCHES
    assert found.others[0][0] is Store.GROUP_POLICY
    # It is not certain what a local rule with the id of a policy's does.
    assert not findings(
        "Action=Block|Name=p", group_policy=(f"{TCP_80}|Name=p",), kind="never_matches"
    )


def test_equal_rules() -> None:
    program = r"|App=C:\a.exe"
    made = [
        rule_text.parse(rule_id, f"v2.30|Active=TRUE|Dir=In|{text}|")
        for rule_id, text in (
            ("1", f"{TCP_80}{program}|Name=Web"),
            ("2", f"{TCP_80}|App=c:\\A.EXE|Name=WEB|Desc=again"),
            ("3", f"Action=Allow|Protocol=6|LPort=81{program}|Name=A"),
            ("4", f"Action=Allow|Protocol=6|LPort2_10=81-81{program}|Name=B"),
            ("5", f"Action=Block|Protocol=6|LPort=82{program}|Name=A"),
            ("6", f"Action=Allow|Protocol=6|LPort=83{program}|LUAuth=x|Name=A"),
            ("7", f"Action=Allow|Protocol=6|LPort=83{program}|LUAuth=y|Name=A"),
            ("8", "Action=Allow|Protocol=6|LPort=84|App=System|Name=@FirewallAPI.dll,-1"),
            ("9", "Action=Allow|Protocol=6|LPort=84|App=System|Name=@FirewallAPI.dll,-1"),
        )
    ]
    found = audited(FirewallStores(rules={Store.LOCAL: tuple(made)})).findings
    assert [(each.kind.value, names([each])[0]) for each in found] == [
        ("duplicate", ["1", "2"]),
        ("same_but_name", ["3", "4"]),
    ]
    assert [[rule.rule_id for _store, rule in each.absent] for each in found] == [["2"], ["4"]]
    assert english(found[0].text) == "2 rules are called 'Web' and do the same."
    assert english(found[1].text) == "2 rules differ in nothing but their names: A and B."


@each_row(
    "one, other",
    [
        # A policy may set aside local rules for single ports, and those for programs.
        ("Protocol=6|LPort2_10=80-81", "Protocol=6|LPort=80|LPort=81"),
        (r"Protocol=6|App=C:\a.exe", r"Protocol=6|App=C:\a.exe|LPort2_10=1-65535"),
        # What the flag says of the other side is documented in two ways.
        (
            "Protocol=17|LPort=80|LOM=TRUE|RA4=10.0.0.7",
            "Protocol=17|LPort=80|LOM=TRUE|RA4=10.0.0.8",
        ),
    ],
)
def test_rules_that_may_differ_are_not_told_to_be_equal(one: str, other: str) -> None:
    assert findings(
        f"Action=Allow|{one}|Name=a", f"Action=Allow|{one}|Name=b", kind="same_but_name"
    )
    assert not findings(
        f"Action=Allow|{one}|Name=a", f"Action=Allow|{other}|Name=b", kind="same_but_name"
    )


def test_a_flag_that_means_nothing_in_a_rule_that_blocks_tells_none_apart() -> None:
    for action, equal in (("Block", True), ("Allow", False)):
        of_action = f"Action={action}|Protocol=17|LPort=80|RA4=10.0.0.7"
        found = findings(
            f"{of_action}|Name=a", f"{of_action}|LOM=TRUE|Name=b", kind="same_but_name"
        )
        assert bool(found) is equal


def test_a_rule_with_the_id_of_a_policys_is_not_the_one_to_keep() -> None:
    made = (f"{TCP_80}|App=C:\\a.exe|Name=a", f"{TCP_80}|App=C:\\a.exe|Name=b")
    assert findings(*made, kind="same_but_name")
    policy = ("Action=Block|Protocol=17|Name=a",)
    assert not findings(*made, group_policy=policy, kind="same_but_name")


def test_block_rules_of_the_prompt() -> None:
    path = r"c:\program files\nodejs\node.exe"
    made = [
        rule_text.parse(
            rule_id, f"v2.30|Active=TRUE|Dir=In|Action={action}|{text}|App={path}|Name=n|"
        )
        for rule_id, action, text in (
            (f"TCP Query User{GUID}{path}", "Block", "Protocol=6"),
            (f"UDP Query User{GUID}{path}", "Block", "Protocol=17"),
            (f"TCP Query User{GUID}{path}2", "Allow", "Protocol=6|LPort=1"),
            (f"Query User{GUID}", "Block", "Protocol=6|LPort=2"),
        )
    ]
    (found,) = [
        each
        for each in audited(FirewallStores(rules={Store.LOCAL: tuple(made)})).findings
        if each.kind is FindingKind.PROMPT_BLOCK
    ]
    assert names([found]) == [[f"TCP Query User{GUID}{path}", f"UDP Query User{GUID}{path}"]]
    assert found.program == path
    assert found.absent == found.rules


def test_programs_that_are_gone() -> None:
    rules = (
        r"Action=Allow|Protocol=6|App=%ProgramFiles%\Old\old.exe|Name=Old TCP",
        r"Action=Allow|Protocol=17|App=C:\Program Files\Old\old.exe|Name=Old UDP",
        r"Action=Allow|Protocol=6|App=C:\new.exe|Name=New",
        r"Action=Allow|Protocol=6|App=D:\what.exe|Name=What",
        r"Action=Allow|Protocol=6|App=C:\snmp.exe|Name=@FirewallAPI.dll,-1",
        # Its id is its name here.
        r"Action=Allow|Protocol=6|App=C:\sshd.exe|Name=OpenSSH-Server-In-TCP",
    )
    made = stores(*rules)
    programs = {rule.program for rule in made.of(Store.LOCAL) if rule.program}
    missing = {
        each for each in programs if any(gone in each for gone in ("ld.exe", "snmp", "sshd"))
    }
    files = Files(frozenset({r"C:\new.exe"}), frozenset(missing), {r"D:\what.exe": "nobody knows"})
    found = audited(made, files)
    (one,) = found.findings
    assert one.kind is FindingKind.MISSING_PROGRAM
    assert names([one]) == [["Old TCP", "Old UDP"]]
    assert one.absent == one.rules
    ((program, why, ((_store, rule),)),) = found.unknown
    assert (program, why, rule.name) == (r"D:\what.exe", "nobody knows", "What")


def test_findings_about_chosen_rules() -> None:
    made = stores(f"{TCP_80}|Name=a", f"{TCP_80}|Name=b", "Action=Allow|Name=c")
    everything = audited(made).findings
    assert [each.kind.value for each in everything] == [*["open_to_all"] * 3, "same_but_name"]
    chosen = audited(made, selected={(Store.LOCAL, "b")}).findings
    # A rule is judged beside the others, which are named where it is about them too.
    assert names(list(chosen)) == [["b"], ["a", "b"]]
    assert not audited(made, selected=()).findings


def test_a_windows_as_it_comes_has_no_findings_about_its_own_rules() -> None:
    for name in samples.HIVES:
        for each in audited(samples.read(name)).findings:
            assert not all(rule.is_windows_own for _store, rule in each.rules), english(each.text)


@pytest.mark.sweep
def test_a_hostile_store_takes_no_long_time() -> None:
    texts = []
    for number in range(800):
        ports = f"LPort2_10={number + 1}-{60_000 - number}"
        action = "Allow" if number % 2 else "Block"
        texts.append(f"Action={action}|Protocol=6|{ports}|RA4=10.{number % 250}.0.1|Name={number}")
    made = stores(*texts)
    begun = time.process_time()
    found = audited(made)
    assert time.process_time() - begun < 10
    assert [english(each)[:30] for each in found.notes] == ["There are too many block rules"]


@pytest.mark.sweep
def test_what_is_told_is_bounded() -> None:
    texts = (f"Action=Allow|Protocol=6|LPort={number + 1}|Name={number}" for number in range(2_100))
    found = audited(stores(*texts))
    assert len(found.findings) == 2_000
    assert [english(each) for each in found.notes] == [
        "100 more are left out. Ask about fewer rules at once."
    ]
