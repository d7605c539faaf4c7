# SPDX-License-Identifier: GPL-3.0-or-later
"""A task whose rules are the only ones of their group, or of a direction: what goes, what stays."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import result
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Changes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall.changing.purging.purges import names, purge, rule
from unit.firewall.test_simulated_changes import CHANGING, pc
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from winsim.machine import Machine

MINE = {"EmbedCtxt": "Orders"}
WEB = {"name": "Web", "ports": 8000}
OWN = {"Name": "@FirewallAPI.dll,-28753", "EmbedCtxt": "@FirewallAPI.dll,-28752"}
RDP = "RemoteDesktop-UserMode-In-TCP"
# Published listings: their ids are their names.
OF_CONTAINERS = (
    "HNS Container Networking - DNS (UDP-In) - 790E58B4-7939-4434-9358-89AE7DDBE87F - 0",
    "DNS Server Forward Rule - UDP - C4E3AB35-7F63-4BE9-8D53-C89F92107640 - 0",
    "Container Enable ICC - 43A34E0B-F72F-4DFE-92C3-ABCE316F2CC0",
)
# A rule of the PC that no task here is about.
OTHER = "Other"


def outcomes(done: Changes) -> list[tuple[str, str]]:
    found = result.result(done)["rules"]
    return [
        (render(each["name"], "en"), each["outcome"] + " other" * each.get("unspecified", False))
        for each in found
    ]


def warnings(done: Changes, language: Language = "en") -> list[str]:
    return [render(each, language) for each in result.warnings(done)]


def settles(machine: Machine, *arguments: Any, **options: Any) -> Changes:
    """A task: in check mode it changes nothing and tells the same, and the second run changes
    nothing either."""
    assert machine.firewall is not None
    before = dict(machine.firewall.rules())
    told = purge(machine, *arguments, check=True, **options)
    assert machine.firewall.rules() == before
    done = purge(machine, *arguments, **options)
    assert outcomes(told) == outcomes(done)
    after = dict(machine.firewall.rules())
    transport = SimulatedTransport(machine)
    assert not purge(machine, *arguments, transport=transport, **options).changed
    # The first Create opens the shell.
    assert [each for each in transport.actions if each in CHANGING] == ["Create"]
    assert machine.firewall.rules() == after
    return done


# ------------------------------------------------------------------ what goes


@pytest.mark.parametrize("unspecified", ["remove", "disable"])
def test_of_a_group_only_the_rules_of_the_task_are_left(unspecified: str) -> None:
    host = pc(
        web=rule("Web", **MINE),
        old=rule("Old", 81, **MINE),
        off=rule("Off", 82, Active="FALSE", **MINE),
        out=rule("Out", 83, Dir="Out", EmbedCtxt="ORDERS"),
        else_=rule("Else", 84, EmbedCtxt="Else"),
        none=rule("None", 85),
    )
    done = settles(host, [WEB, {"name": "New", "ports": 9000}], unspecified=unspecified)
    if unspecified == "remove":
        gone = [("Old", "deleted other"), ("Off", "deleted other"), ("Out", "deleted other")]
        assert names(host) == ["Else", "New", "None", OTHER, "Web"]
    else:
        gone = [("Old", "changed other"), ("Out", "changed other")]
        assert names(host) == ["(Off)", "(Old)", "(Out)", "Else", "New", "None", OTHER, "Web"]
    assert outcomes(done) == [("Web", "unchanged"), ("New", "created"), *gone]
    diff = result.diff(done)
    assert len(diff) == 1 + len(gone)
    assert done.changed


def test_all_are_disabled_and_read_before_any_is_deleted() -> None:
    host = pc(**{f"old-{number}": rule(f"Old {number}", 81 + number, **MINE) for number in (1, 2)})
    transport = SimulatedTransport(host)
    purge(host, [{"name": "New", "ports": 9000}], transport=transport)
    shell = transport.actions.index("Create")
    done = [each for each in transport.actions[shell + 1 :] if each in (*CHANGING, "Receive")]
    assert done == [
        "Receive", "Create", "Put", "Receive", "Enable", "Disable", "Disable", "Receive",
        "Delete", "Delete", "Receive",
    ]  # fmt: skip


def test_an_empty_list_leaves_none() -> None:
    host = pc(old=rule("Old", 81, **MINE))
    assert outcomes(settles(host)) == [("Old", "deleted other")]
    assert names(host) == [OTHER]


@each_row(
    ("limits", "left"),
    [
        ({"direction": "in"}, ["Domain out", "Public out"]),
        ({"direction": "out"}, ["All in", "Domain in", OTHER, "Public in"]),
        ({"direction": "in", "profiles": ["domain"]}, ["Domain out", "Public in", "Public out"]),
        ({"direction": "in", "profiles": ["public", "private"]},
         ["Domain in", "Domain out", "Public out"]),
    ],
)  # fmt: skip
def test_all_of_a_direction_need_to_be_meant(limits: dict[str, object], left: list[str]) -> None:
    host = pc(
        a=rule("All in"),
        b=rule("Domain in", Profile="Domain", **MINE),
        c=rule("Public in", Profile="Public"),
        d=rule("Domain out", Dir="Out", Profile="Domain"),
        e=rule("Public out", Dir="Out", Profile="Public", EmbedCtxt="Else"),
        own=rule("", **OWN),
    )
    settles(host, group=None, limits=limits, force=True)
    assert [each for each in names(host) if not each.startswith("@")] == left
    assert OWN["Name"] in names(host)


def test_a_rule_that_the_task_moves_into_the_group_or_out_of_it_stays() -> None:
    host = pc(a=rule("Web"), b=rule("Leaves", 81, **MINE))
    entries = [WEB, {"rule_id": "b", "group": "Else"}, {"name": "New", "ports": 1, "group": ""}]
    assert [each for _name, each in outcomes(settles(host, entries))] == [
        "changed", "changed", "created",
    ]  # fmt: skip


def test_what_an_entry_deletes_waits_for_the_judgement_too() -> None:
    host = pc(a=rule("Web"), b=rule("Old", 81, **MINE))
    transport = SimulatedTransport(host)
    done = purge(host, [{"name": "Web", "state": "absent"}], transport=transport)
    assert outcomes(done) == [("Web", "deleted"), ("Old", "deleted other")]
    changing = [each for each in transport.actions if each in ("Disable", "Delete")]
    assert changing == ["Disable", "Disable", "Delete", "Delete"]


def test_a_rule_is_not_deleted_and_made_again_by_each_run() -> None:
    host = pc()
    purge(host, [WEB])
    with pytest.raises(ChangeError, match="entries 1 and 2 of rules undo each other"):
        purge(host, [{"name": "Web", "state": "absent"}, {**WEB, "ports": 9000}])
    assert names(host) == [OTHER, "Web"]


# ------------------------------------------------------------------ whose rule a name means


def test_rules_of_other_groups_with_the_same_name_are_left_alone() -> None:
    host = pc(mine=rule("Web", 80, **MINE), theirs=rule("Web", 80, EmbedCtxt="Else"))
    done = settles(host, [WEB, {"name": "New", "ports": 1}])
    assert [each for _name, each in outcomes(done)] == ["changed", "created"]
    assert host.firewall is not None
    assert host.firewall.rules()["theirs"] == rule("Web", 80, EmbedCtxt="Else")
    settles(host, [{"name": "Web", "state": "absent"}])
    assert names(host) == [OTHER, "Web"]


def test_a_rule_of_another_group_is_not_taken_over_by_its_name() -> None:
    host = pc(theirs=rule("Web", EmbedCtxt="Else"), old=rule("Old", 81, **MINE))
    before = names(host)
    with pytest.raises(ChangeError, match=r"in another group, 'Else'.*of the group 'Orders'"):
        purge(host, [WEB])
    assert names(host) == before
    # It is, by its id.
    settles(host, [{"rule_id": "theirs"}])
    assert names(host) == [OTHER, "Web"]


def test_a_rule_of_another_group_that_stays_is_told() -> None:
    gone = {"name": "Web", "state": "absent"}
    host = pc(web=rule("Web", EmbedCtxt="Else"))
    done = settles(host, [gone])
    assert outcomes(done) == [("Web", "unchanged")]
    (told,) = [each for each in warnings(done) if "another group" in each]
    assert told.startswith("The rule 'Web' stays: it is in another group, 'Else'")
    assert "(web)" in told
    # It is not meant where one of the group is, nor where it is in none or is meant by its id.
    for entry, rules in (
        (gone, {"web": rule("Web", EmbedCtxt="Else"), "mine": rule("Web", **MINE)}),
        (gone, {"web": rule("Web")}),
        (gone, {}),
        ({"rule_id": "web", "state": "absent"}, {"web": rule("Web", EmbedCtxt="Else")}),
    ):
        done = settles(pc(**rules), [entry])
        assert not any("stays: it is in another group" in each for each in warnings(done))


def test_an_entry_with_a_group_of_its_own_means_a_rule_of_that_group() -> None:
    host = pc(theirs=rule("Web", 80, EmbedCtxt="Else"), old=rule("Old", 81, **MINE))
    done = settles(host, [{**WEB, "group": "Else"}])
    assert outcomes(done) == [("Web", "changed"), ("Old", "deleted other")]
    assert host.firewall is not None
    assert dict(host.firewall.fields(host.firewall.rules()["theirs"]))["EmbedCtxt"] == "Else"


def test_several_rules_of_a_name_in_the_group_are_refused() -> None:
    twins = {each: rule("Web", **MINE) for each in ("a", "b")}
    host = pc(**twins, old=rule("Old", 81, **MINE))
    with pytest.raises(ChangeError, match="2 rules are named 'Web'"):
        purge(host, [WEB])
    assert names(host) == ["Old", OTHER, "Web", "Web"]
    done = settles(host, [{"rule_id": "a"}])
    assert sorted(outcomes(done)) == [
        ("Old", "deleted other"), ("Web", "deleted other"), ("Web", "unchanged"),
    ]  # fmt: skip


def test_twins_of_two_protocols_are_the_rules_of_one_entry() -> None:
    host = pc(old=rule("Old", 81, **MINE))
    entry = {"name": "DNS", "ports": 53, "protocol": ["tcp", "udp"]}
    settles(host, [entry])
    assert names(host) == ["DNS", "DNS", OTHER]
    settles(host, [{**entry, "protocol": "udp"}])
    assert names(host) == ["DNS", OTHER]


# ------------------------------------------------------------------ Windows' own rules


@each_row(
    "group",
    ["Remote Desktop", "リモート デスクトップ", "@FirewallAPI.dll,-28752", "REMOTE DESKTOP"],
)
def test_windows_own_rules_stay_in_a_group_of_windows(group: str) -> None:
    host = pc(
        **{RDP: rule("", **OWN)},
        # Somebody's rule that Windows shows in the group, since it has its reference.
        placed=rule("Placed", 81, EmbedCtxt=OWN["EmbedCtxt"]),
    )
    before = names(host)
    done = settles(host, group=group)
    assert not done.changed
    assert names(host) == before
    (told,) = [each for each in warnings(done) if "Windows itself" in each]
    assert f"The group '{group}' has rules of Windows itself" in told
    assert f"({RDP})" in told
    assert "'Placed'" in told


def test_rules_of_installed_apps_and_of_a_feature_with_plain_names_stay() -> None:
    app = {"AppPkgId": "S-1-15-2-1", "LUOwn": "S-1-5-21-1", **MINE}
    host = pc(
        app=rule("Skype", **app),
        # Somebody has made this one for an app.
        mine=rule("Mine", 81, AppPkgId="S-1-15-2-1", **MINE),
        **{"OpenSSH-Server-In-TCP": rule("OpenSSH SSH Server (sshd)", 22, **MINE)},
        **{name: rule(name, 53, Protocol="17") for name in OF_CONTAINERS},
    )
    done = settles(host, group=None, limits={"direction": "in"}, force=True)
    assert ("Mine", "deleted other") in outcomes(done)
    assert names(host) == sorted(["OpenSSH SSH Server (sshd)", "Skype", *OF_CONTAINERS])
    (told,) = [each for each in warnings(purge(host)) if "Windows itself" in each]
    assert "'Skype'" in told
    # Named, they are changed, and stay in their groups.
    entry = {"name": "OpenSSH SSH Server (sshd)", "enabled": False}
    before = names(host)
    assert outcomes(settles(host, [entry], group="Else")) == [(entry["name"], "changed")]
    before[before.index(entry["name"])] = f"({entry['name']})"
    assert names(host) == sorted(before)
    assert host.firewall is not None
    assert "|EmbedCtxt=Orders|" in host.firewall.rules()["OpenSSH-Server-In-TCP"]


def test_somebodys_rule_with_the_shown_name_of_a_group_of_windows_goes() -> None:
    host = pc(**{RDP: rule("", **OWN)}, mine=rule("Mine", 81, EmbedCtxt="Remote Desktop"))
    done = settles(host, group="Remote Desktop")
    assert outcomes(done) == [("Mine", "deleted other")]
    assert names(host) == [OWN["Name"], OTHER]


@each_row(
    "entry",
    [
        {"name": "File and Printer Sharing (SMB-In)"},
        {"name": "ファイルとプリンターの共有 (SMB 受信)"},
        {"rule_id": "FPS-SMB-In-TCP"},
    ],
)
def test_an_entry_may_name_a_rule_of_windows_and_it_keeps_its_group(entry: dict[str, Any]) -> None:
    own = {"Name": "@FirewallAPI.dll,-28511", "EmbedCtxt": "@FirewallAPI.dll,-28502"}
    ids = {"FPS-SMB-In-TCP": rule("", **own, Active="FALSE")}
    host = pc(**ids, old=rule("Old", 81, **MINE))
    done = settles(host, [{**entry, "enabled": True}])
    assert [each for _name, each in outcomes(done)] == ["changed", "deleted other"]
    assert host.firewall is not None
    fields = dict(host.firewall.fields(host.firewall.rules()["FPS-SMB-In-TCP"]))
    assert {key: fields[key] for key in own} == own
    assert not any("Windows itself" in each for each in warnings(done))


def test_rules_of_policies_stay() -> None:
    host = pc(old=rule("Old", 81, **MINE))
    assert host.firewall is not None
    policy = rule("Of policy", 82, **MINE)
    host.firewall.set_rule("p", policy, "policy")
    done = purge(host)
    assert outcomes(done) == [("Old", "deleted other")]
    assert any("Only the policy can change them" in each for each in warnings(done))
    assert host.firewall.rules("policy") == {"p": policy}


# ------------------------------------------------------------------ what is told


def test_entries_of_one_name_are_told_apart_or_refused() -> None:
    host = pc(old=rule("Old", 8000, **MINE))
    for check in (True, False):
        with pytest.raises(ChangeError, match="undo each other"):
            purge(host, [{"name": "Web", "ports": 1}, {"name": "Web", "ports": 2}], check=check)
    assert sorted(names(host)) == ["Old", OTHER]
    both = [{"name": "DNS", "ports": 53}, {"name": "DNS", "ports": 53, "protocol": "udp"}]
    for changed in (True, False):
        assert purge(host, both).changed is changed
    assert sorted(names(host)) == ["DNS", "DNS", OTHER]


def test_what_can_not_be_made_again_is_in_the_result() -> None:
    text = rule("Sales", 81, LUOwn="S-1-5-21-1-2-3-1001", **MINE)
    host = pc(sales=text, plain=rule("Plain", 82, **MINE))
    for check in (True, False):
        done = purge(host, check=check)
        found = {each["rule_id"]: each.get("stored") for each in result.result(done)["rules"]}
        assert found["plain"] is None
        assert found["sales"] is not None
        assert found["sales"]["text"] == text
        assert found["sales"]["lost"] == ["LUOwn"]
        told = [each for each in warnings(done) if "make these rules again" in each]
        assert len(told) == 1
        assert "'Sales'" in told[0]
        assert "'Plain'" not in told[0]
        assert any("作成し直す" in each and "「Sales」" in each for each in warnings(done, "ja"))


def test_traffic_that_something_else_lets_in_is_told_but_not_that_of_the_task_itself() -> None:
    host = pc(old=rule("Old", 8000, **MINE), gone=rule("Gone", 9000, **MINE), block=rule(
        "Block", 1000, Action="Block", **MINE))  # fmt: skip
    done = purge(host, [{"name": "Web", "ports": 8000}], check=True)
    assert not any("still lets in" in each for each in warnings(done))
    assert result.result(done)["effective"] is True
    assert host.firewall is not None
    host.firewall.set_rule("all", rule("All", 9000))
    done = purge(host, [{"name": "Web", "ports": 8000}])
    (told,) = [each for each in warnings(done) if "still lets in" in each]
    assert "'Gone'" in told
    assert "'Old'" not in told
    assert "'Block'" not in told
    assert result.result(done)["effective"] is False


# ------------------------------------------------------------------ WinRM

WINRM = rule("Manage", 5985, App="System", **MINE)


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("unspecified", ["remove", "disable"])
def test_the_rule_that_lets_the_connection_in_is_refused_even_with_force(
    unspecified: str, force: bool
) -> None:
    host = pc(manage=WINRM, old=rule("Old", 81, **MINE))
    for scope in ({}, {"group": None, "limits": {"direction": "in"}}):
        if scope and not force:
            continue
        with pytest.raises(ChangeError, match="No entry of rules names the rule 'Manage'") as told:
            purge(host, [WEB], unspecified=unspecified, force=force, **scope)
        assert "Use force" not in str(told.value)
        assert names(host) == ["Manage", "Old", OTHER]
    # Another rule of the task may do instead.
    settles(host, [{"name": "New way", "ports": "5985,5986"}], unspecified="remove")
    assert names(host) == ["New way", OTHER]


def test_it_stays_where_an_entry_names_it_and_goes_where_one_says_so() -> None:
    host = pc(manage=WINRM, old=rule("Old", 81, **MINE))
    settles(host, [{"name": "Manage"}])
    assert names(host) == ["Manage", OTHER]
    gone = {"name": "Manage", "state": "absent"}
    with pytest.raises(ChangeError, match="Use force if that is intended"):
        purge(host, [gone])
    assert outcomes(purge(host, [gone], force=True)) == [("Manage", "deleted")]


# ------------------------------------------------------------------ when a step fails


class Failing(SimulatedTransport):
    """The connection breaks at the last request of a kind, which the machine does not carry out."""

    def __init__(self, machine: Machine, kind: str, number: int) -> None:
        super().__init__(machine)
        self._kind, self._left = kind, number

    def send(self, envelope: bytes) -> bytes:
        if f"/{self._kind}<".encode() in envelope:
            self._left -= 1
            if not self._left:
                self.actions.append("broken")
                raise TransportError(Failure.CLOSED)
        return super().send(envelope)


# A request of a kind that fails, what is left then, and what is said of it.
FAILURES: list[tuple[str, int, list[str], str, list[str]]] = [
    ("Disable", 2, ["Old 1", "Old 2", OTHER], "Everything that the task had changed was taken back",
     ["unchanged", "unchanged", "unchanged"]),
    ("Delete", 1, ["Old 1", "Old 2", OTHER], "Everything that the task had changed was taken back",
     ["unchanged", "unchanged", "unchanged"]),
    ("Delete", 2, ["(Old 2)", "New", OTHER], "Not yet deleted, but disabled: 'Old 2'. Run the task",
     ["created", "deleted", "disabled"]),
]  # fmt: skip


@each_row(("kind", "number", "left", "words", "standings"), FAILURES)
def test_a_failure_takes_all_back_until_a_rule_is_gone(
    kind: str, number: int, left: list[str], words: str, standings: list[str]
) -> None:
    host = pc(**{f"old-{each}": rule(f"Old {each}", 80 + each, **MINE) for each in (1, 2)})
    entries = [{"name": "New", "ports": 9000}]
    with pytest.raises(ChangeError, match=re.escape(words)) as caught:
        purge(host, entries, transport=Failing(host, kind, number))
    assert names(host) == left
    assert [each.standing.value for each in caught.value.rules] == standings
    assert caught.value.changed is (left[0] != "Old 1")
    settles_after = purge(host, entries)
    assert settles_after.changed
    assert names(host) == ["New", OTHER]


def test_a_policy_that_comes_meanwhile_keeps_all_from_being_deleted() -> None:
    """The host is judged as it is after the rules were disabled, and not as it was planned."""
    host = pc(old=rule("Old", 81, **MINE))
    assert host.firewall is not None
    state = host.firewall

    class Meanwhile(SimulatedTransport):
        def send(self, envelope: bytes) -> bytes:
            answer = super().send(envelope)
            if self.actions[-1] == "Disable":
                state.set_rule("p", rule("Shut", 9000, Action="Block"), "policy")
            return answer

    with pytest.raises(ChangeError, match=r"Nothing was deleted.*'New' has no effect.*taken back"):
        purge(host, [{"name": "New", "ports": 9000}], transport=Meanwhile(host))
    assert names(host) == ["Old", OTHER]


def test_nor_does_one_that_shuts_winrm() -> None:
    host = pc(old=rule("Old", 81, **MINE), manage=rule("Manage", 5985))
    assert host.firewall is not None
    state = host.firewall

    class Meanwhile(SimulatedTransport):
        def send(self, envelope: bytes) -> bytes:
            answer = super().send(envelope)
            if self.actions[-1] == "Disable":
                state.set_rule("p", rule("Shut", 5985, Action="Block"), "policy")
            return answer

    with pytest.raises(ChangeError, match=r"Nothing was deleted.*might no longer be let in"):
        purge(host, transport=Meanwhile(host))
    assert names(host) == ["Manage", "Old", OTHER]


def test_a_rule_that_somebody_enables_again_is_not_deleted() -> None:
    host = pc(**{f"old-{each}": rule(f"Old {each}", 80 + each, **MINE) for each in (1, 2)})
    assert host.firewall is not None
    state = host.firewall

    class Meanwhile(SimulatedTransport):
        def send(self, envelope: bytes) -> bytes:
            deletes = b"/Delete<" in envelope
            if deletes and "old-2" in state.rules() and "Delete" in self.actions:
                # The request is swallowed, and somebody is quicker.
                state.set_rule("old-2", rule("Old 2", 82, **MINE))
                return super().send(envelope.replace(b"old-2", b"old-1"))
            return super().send(envelope)

    with pytest.raises(ChangeError, match="Somebody else has enabled the rule 'Old 2'"):
        purge(host, transport=Meanwhile(host))
    assert names(host) == ["Old 2", OTHER]
