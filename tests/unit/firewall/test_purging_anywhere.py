# SPDX-License-Identifier: GPL-3.0-or-later
"""A task whose rules are the only ones of a scope, on PCs with any rules, and interrupted anywhere:
only what is in the scope goes, no rule lets in more than before and after the task together, WinRM stays let
in at every moment, and running again completes it.

What is let in is judged by the simulated PC's own firewall, on the texts in its store.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from unit.firewall.changing.purging.purges import Entry, purge, rule
from unit.firewall.refusing import Refusing
from unit.firewall.test_every_moment import PROFILES, WINRM, Law
from unit.firewall.test_healing import ERRORS, Interrupted, Killed
from unit.firewall.test_simulated_changes import pc
from unit.simulated import SimulatedTransport
from winsim.firewall.enforcement import inbound_rule
from winsim.machine import Machine

Texts = dict[str, str]

GROUP = "Orders"
GROUPS = st.sampled_from([GROUP, GROUP, "ORDERS", "Else", None, "@FirewallAPI.dll,-28752"])


@st.composite
def stored_rules(draw: st.DrawFn) -> str:
    """The text of a rule that may be in the group, may be about WinRM, and may be Windows' own."""
    fields = {
        "Active": draw(st.sampled_from(["TRUE", "TRUE", "TRUE", "FALSE"])),
        "Action": draw(st.sampled_from(["Allow", "Allow", "Allow", "Block"])),
        "Dir": draw(st.sampled_from(["In", "In", "In", "Out"])),
    }
    group = draw(GROUPS)
    if group is not None:
        fields["EmbedCtxt"] = group
    fields |= draw(
        st.sampled_from(
            [{}, {}, {"Profile": "Domain"}, {"RA4": "192.0.2.0/255.255.255.0"}, {"App": "System"},
             {"TTK2_27": "UPnP"}, {"Desc": "社内"}]
        )
    )  # fmt: skip
    name = draw(st.sampled_from(["Web", "Web", "Manage", "Old", "@FirewallAPI.dll,-28753", "道具"]))
    return rule(name, draw(st.sampled_from([80, 5985, 5985, 5986, 8000])), **fields)


stores = st.dictionaries(st.sampled_from([f"r{number}" for number in range(8)]), stored_rules())
entries = st.lists(
    st.one_of(
        st.sampled_from(
            [
                {"name": "Web", "ports": 80}, {"name": "New", "ports": 8000},
                {"name": "New WinRM", "ports": "5985,5986"}, {"name": "Manage", "ports": 5985},
                {"name": "Web", "state": "absent"}, {"name": "Old", "enabled": False},
                {"name": "Two", "ports": 53, "protocol": ["tcp", "udp"]},
            ]
        ),
        st.sampled_from([{"rule_id": f"r{number}", "enabled": True} for number in range(4)]),
    ),
    max_size=3,
    unique_by=lambda entry: entry.get("name", entry.get("rule_id")),
)  # fmt: skip
# Those that are not about WinRM, which a task with `force` may close.
harmless = st.lists(
    st.sampled_from([{"name": "New", "ports": 8000}, {"name": "Two", "ports": 53}]),
    max_size=2,
    unique_by=lambda entry: str(entry["name"]),
)
scopes: st.SearchStrategy[tuple[list[Entry], dict[str, Any]]] = st.one_of(
    st.tuples(entries, st.fixed_dictionaries({"group": st.just(GROUP)})),
    st.tuples(
        entries,
        st.fixed_dictionaries(
            {"group": st.just(GROUP), "limits": st.just({"profiles": ["public"]})}
        ),
    ),
    st.tuples(
        harmless,
        st.fixed_dictionaries(
            {
                "group": st.none(),
                "limits": st.just({"direction": "in"}),
                "force": st.just(value=True),
            }
        ),
    ),
)


def texts_of(machine: Machine) -> Texts:
    assert machine.firewall is not None
    return dict(machine.firewall.rules())


class Watched(SimulatedTransport):
    """Keeps all rules after each request. The connection breaks once, at the request of a number,
    which the machine has carried out or not."""

    def __init__(self, machine: Machine, breaks: int = -1, *, carried_out: bool = True) -> None:
        super().__init__(machine)
        self.texts = [texts_of(machine)]
        self._breaks, self._carried_out = breaks, carried_out

    def send(self, envelope: bytes) -> bytes:
        if len(self.actions) == self._breaks:
            if self._carried_out:
                super().send(envelope)
            else:
                self.actions.append("broken")
            self.texts.append(texts_of(self.service.machine))
            raise TransportError(Failure.CLOSED)
        try:
            return super().send(envelope)
        finally:
            self.texts.append(texts_of(self.service.machine))


def lets_winrm_in(texts: Texts) -> set[str]:
    """The profiles in which rules let WinRM in."""
    rules = [
        found
        for text in texts.values()
        if "|Dir=In|" in text and (found := inbound_rule(text)) is not None
    ]
    matching = [each for each in rules if each.matches(WINRM)]
    return {
        profile
        for profile in PROFILES
        if any(not each.blocks and profile in each.profiles for each in matching)
        and not any(each.blocks and profile in each.profiles for each in matching)
    }


def fields(machine: Machine, text: str) -> dict[str, str]:
    assert machine.firewall is not None
    return dict(machine.firewall.fields(text))


def in_scope(machine: Machine, text: str, options: dict[str, Any]) -> bool:
    """Whether a rule is one of those that go, by what the documentation says."""
    found = fields(machine, text)
    group = found.get("EmbedCtxt", "")
    if found["Name"].startswith("@") or group.startswith("@"):
        return False
    if options["group"] is None:
        return found["Dir"] == "In"
    limits = options.get("limits", {})
    return group.lower() == "orders" and not (limits and found.get("Profile") == "Domain")


def disabled(machine: Machine, text: str) -> dict[str, str]:
    return fields(machine, text) | {"Active": "FALSE"}


def check(
    machine: Machine,
    moments: Sequence[Texts],
    named: set[str],
    options: dict[str, Any],
    final: Texts,
) -> None:
    """What holds at every moment of a task. `named` are the rules that it names, `final` are all
    after a task that nothing interrupts."""
    start = moments[0]
    for rule_id in named:
        old, new = start.get(rule_id), final.get(rule_id)
        between = {each.get(rule_id) for each in moments} - {old, new}
        if between:
            # WinRM is looked at below, where other rules may let it in.
            Law(old, new).check(sorted(between, key=str), forced=True)
    winrm = lets_winrm_in(start)
    for texts in moments:
        assert lets_winrm_in(texts) >= winrm, texts
        for rule_id, text in start.items():
            now = texts.get(rule_id)
            if rule_id in named or now == text:
                continue
            assert in_scope(machine, text, options), rule_id
            assert now is None or fields(machine, now) == disabled(machine, text)


def broken(
    rules: Texts,
    task: tuple[list[Entry], dict[str, Any]],
    unspecified: str,
    place: int,
    *,
    carried_out: bool,
) -> None:
    asked, options = task
    options = {**options, "unspecified": unspecified}
    machine = pc(**rules)
    whole = Watched(machine)
    try:
        done = purge(machine, asked, transport=whole, **options)
    except ChangeError:
        assert all(each == whole.texts[0] for each in whole.texts)
        return
    named = {
        each.plan.rule_id for each in done.changes if each.plan is not None and not each.unspecified
    }
    final = whole.texts[-1]
    check(machine, whole.texts, named, options, final)
    for rule_id, text in rules.items():
        if rule_id not in named and in_scope(machine, text, options):
            gone = unspecified == "remove"
            assert (rule_id not in final) if gone else "|Active=FALSE|" in final[rule_id]
    if any(each.key == "wish.contradiction" for each in done.notes):
        return
    assert not purge(machine, asked, **options).changed
    # A shell, the stores and three queries come first.
    places = range(7, len(whole.actions))
    if not places:
        return
    machine = pc(**rules)
    cut = Watched(machine, places[place % len(places)], carried_out=carried_out)
    try:
        purge(machine, asked, transport=cut, **options)
        assert cut.texts[-1] == final
    except (ChangeError, HostError):
        # All is as it was, unless a rule is gone that can't be made again.
        left = cut.texts[-1]
        going = rules.keys() - final.keys()
        if going <= left.keys():
            assert left == cut.texts[0]
        else:
            assert {key: left[key] for key in final} == final
            assert all("|Active=FALSE|" in left[key] for key in going & left.keys())
    check(machine, cut.texts, named, options, final)
    purge(machine, asked, **options)
    assert texts_of(machine) == final
    assert not purge(machine, asked, **options).changed


@pytest.mark.sweep
@given(stores, scopes, st.sampled_from(["remove", "disable"]), st.integers(0, 60), st.booleans())
def test_whatever_a_pc_has_and_wherever_a_task_breaks_off(
    rules: Texts,
    task: tuple[list[Entry], dict[str, Any]],
    unspecified: str,
    place: int,
    carried_out: bool,
) -> None:
    broken(rules, task, unspecified, place, carried_out=carried_out)


# ------------------------------------------------------------------ one of them, at each request

RULES: Texts = {
    "keep": rule("Keep", 80, EmbedCtxt=GROUP),
    "manage": rule("Manage", 5985, App="System", EmbedCtxt=GROUP),
    "old": rule("Old", 81, EmbedCtxt=GROUP, TTK2_27="UPnP"),
    "off": rule("Off", 82, EmbedCtxt=GROUP, Active="FALSE"),
    "shut": rule("Shut", 83, EmbedCtxt=GROUP, Action="Block"),
    "else": rule("Keep", 84, EmbedCtxt="Else"),
}
TASK: list[Entry] = [
    {"name": "Keep", "ports": [80, 443], "remote_addresses": "10.0.0.0/8"},
    # In place of the rule that let WinRM in so far.
    {"name": "WinRM", "ports": [5985, 5986], "program": "System"},
]


@pytest.mark.sweep
@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("unspecified", ["remove", "disable"])
def test_a_task_interrupted_at_each_request_heals_by_running_again(
    unspecified: str, how: str
) -> None:
    machine = pc(**RULES)
    whole = Watched(machine)
    purge(machine, TASK, unspecified=unspecified, transport=whole)
    named, options = {"keep"}, {"group": GROUP}
    final = texts_of(machine)
    named |= final.keys() - RULES.keys() - {"other"}
    check(machine, whole.texts, named, options, final)
    healed = []
    for number in range(len(whole.actions)):
        machine = pc(**RULES)
        cut = Interrupted(machine, number, ERRORS[how], carried_out=True)
        with suppress(ChangeError, HostError, Killed):
            purge(machine, TASK, unspecified=unspecified, transport=cut)
        left = texts_of(machine)
        check(machine, [RULES | {"other": left["other"]}, left], named, options, final)
        if left not in healed:
            again = Watched(machine)
            purge(machine, TASK, unspecified=unspecified, transport=again)
            check(machine, again.texts, {*named, *(left.keys() - RULES.keys())}, options, final)
            assert texts_of(machine) == final
            assert not purge(machine, TASK, unspecified=unspecified).changed
            healed.append(left)
    assert len(healed) > 6


@pytest.mark.sweep
@pytest.mark.parametrize("carried_out", [True, False])
def test_one_that_fails_once_takes_all_back_until_a_rule_is_gone(carried_out: bool) -> None:
    machine = pc(**RULES)
    whole = Watched(machine)
    purge(machine, TASK, transport=whole)
    final = texts_of(machine)
    results = set()
    for place in range(7, len(whole.actions)):
        machine = pc(**RULES)
        cut = Watched(machine, place, carried_out=carried_out)
        said = ""
        try:
            purge(machine, TASK, transport=cut)
        except ChangeError as error:
            said = str(error)
        left = texts_of(machine)
        if not said:
            results.add("done")
            assert left == final
        elif left == RULES | {"other": left["other"]}:
            results.add("taken back")
            assert "was taken back" in said or "as it was before" in said
        else:
            results.add("begun")
            assert {key: left[key] for key in final} == final
            assert "Not yet deleted, but disabled: '" in said
        named = {"keep", *(final.keys() - RULES.keys() - {"other"})}
        check(machine, cut.texts, named, {"group": GROUP}, final)
    assert {"done", "taken back"} <= results


@pytest.mark.sweep
@pytest.mark.parametrize("many", [1, 2, 100])
def test_a_pc_that_refuses_has_what_is_left_told_once_and_truly(many: int) -> None:
    """The first part of a task may be taken back in vain, and all of it then at last."""
    machine = pc(**RULES)
    whole = Refusing(machine, 0, 0)
    purge(machine, TASK, transport=whole)
    for first in range(whole.changing):
        machine = pc(**RULES)
        with pytest.raises(ChangeError) as caught:
            purge(machine, TASK, transport=Refusing(machine, first, many))
        told = str(caught.value).partition("Windows says: No. ")[2]
        sentences = [each for each in told.split(". ") if "'" in each or "Everything" in each]
        assert len({*sentences}) == len(sentences), told
        back = texts_of(machine) == RULES | {"other": texts_of(machine)["other"]}
        assert back is not caught.value.changed
        if back:
            assert "could not be" not in told, told
            assert "but disabled" not in told, told
        else:
            assert "Everything that the task had changed" not in told, told
            assert "could not be" in told or "but disabled" in told, told
