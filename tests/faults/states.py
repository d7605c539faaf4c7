# SPDX-License-Identifier: GPL-3.0-or-later
"""What a PC has to be like after a task, at every moment of it, and after it was killed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from faults.cells import PARTLY, Cell
from faults.ending import Run
from faults.pc import State


def _nothing_changed(_cell: Cell, _clean: Run, run: Run) -> Iterator[str]:
    before, after = run.other or (run.before, run.before)
    if run.after != run.before or after != before:
        yield "a module that only reads has changed something"


def _old_or_new_rules(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    old, new, now = (dict(state.rules) for state in (run.before, clean.after, run.after))
    message = run.message
    whole = all(
        now.get(each) in (old.get(each), new.get(each))
        or (each not in new and now[each] == _off(old[each]) and _WAITING in message)
        for each in {**old, **new, **now}
    )
    if not run.failed and now != new:
        yield f"the task ended well, and the rules are not as asked for: {_between(new, now)}"
    if run.failed and not whole:
        # Not to be mended where the PC answers no more; but it has to be said, and to be safe.
        if not cell.onwards:
            yield f"a rule is neither old nor new: {_between(old, now)}"
        if "half done" not in message and "could not be" not in message:
            yield f"a rule is half done, and nobody is told: {message}"
        if not run.after.open_to <= (run.before.open_to | clean.after.open_to):
            yield f"a half done rule is open to more than before and after: {_between(old, now)}"
    if run.failed and whole and now != old:
        if not (run.result.get("changed") or "half done" in message):
            yield f"the rules have changed, and the error denies it: {message}"
        for rule_id in new.keys() | old.keys() if now != new else ():
            name = _NAME.search(new.get(rule_id) or old[rule_id])
            changed = now.get(rule_id) != old.get(rule_id)
            if changed and name is not None and name[1] not in message:
                yield f"{name[1]} has changed, and the error does not say so: {message}"
    # What nobody can find out may have changed.
    told = "half done" in message or "could not be" in message
    if run.result.get("changed") and now == old and not told:
        yield "nothing has changed, and the result says that something has"
    if run.failed and "half done" in message and not run.result.get("changed"):
        yield f"a rule may have changed, and the result says that nothing has: {message}"


# What is said of rules that go with others, of which some are gone: they are disabled.
_WAITING = "Not yet deleted, but disabled"


def _off(text: str) -> str:
    return text.replace("|Active=TRUE|", "|Active=FALSE|")


def _never_worse(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    """At no moment is more let in than the old and the new rules together do, and no rule changes
    that the task is not about."""
    may = run.before.open_to | clean.after.open_to
    known = run.before.open_to
    own = {rule_id for rule_id, _text in run.before.rules ^ clean.after.rules}
    for moment in run.moments:
        # What the PC makes of a message that it carries out in part is its own doing; what the
        # task does about it is not.
        partly = moment.number == cell.number and cell.row in PARTLY
        more = moment.open_to - may - known
        if more and not partly:
            yield f"message {moment.number} opens {sorted(more)[:3]}"
        known = moment.open_to
        foreign = sorted(each for each in moment.rules ^ run.before.rules if each[0] not in own)
        if foreign:
            yield f"message {moment.number} changes a rule that is none of the task's: {foreign}"


def _stopped_and_told(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    old, now, result, message = run.before, run.after, run.result, run.message
    (port,) = [cell.task.arguments["ports"]]
    restarts = cell.task.arguments.get("state") == "restarted"
    if not run.failed and not cell.data:
        if bool(now.holders(port)) != restarts:
            yield f"the task ended well, and the port is held by {now.holders(port) or 'nobody'}"
        if now.lasting != clean.after.lasting:
            yield f"the task ended well, and the PC differs: {_differing(clean.after, now)}"
    unknown = "unknown whether" in message and result.get("changed")
    running = {name for _pid, name in now.processes}
    gone = {name for _pid, name in old.processes} - running
    told = {_PROGRAMS.get(each["name"], each["name"]) for each in result.get("stopped", [])}
    if told - gone and "unknown whether" not in message and not restarts:
        yield f"{sorted(told - gone)} are said to have stopped, and run"
    for name in sorted(gone - told):
        if not unknown:
            yield f"{name} was stopped, and nobody is told: {message}"
    if not gone <= {name for _pid, name in old.processes - clean.after.processes}:
        yield "something was stopped that ought not to"
    changed = {name for name, mode in _modes(old) if (name, mode) not in _modes(now)}
    for name in sorted(changed ^ set(result.get("start_modes", {}))):
        if not unknown:
            yield f"the start mode of {name} is another one than the result tells: {message}"
    if result.get("after") is not None and not cell.data:
        after = {each["pid"] for each in result.get("after", [])}
        if after != now.holders(port):
            yield f"{sorted(after)} are said to hold the port, and {now.holders(port)} do"


def _old_or_new_category(_cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    old, new, now = (state.categories for state in (run.before, clean.after, run.after))
    if now not in (old, new):
        yield f"a network is what nobody has asked for: {sorted(now)}"
    if not run.failed and now != new:
        yield f"the task ended well, and the networks are {sorted(now)}"
    if now != old and run.failed:
        unsure = "could not be" in run.message
        if not (run.result.get("changed") or unsure):
            yield f"a network has changed, and the error denies it: {run.message}"
    if now == old and run.result.get("changed") and "could not be" not in run.message:
        yield "nothing has changed, and the result says that something has"
    if replace(run.after, categories=old) != run.before:
        yield "something other than the category has changed"


def _old_or_new_profiles(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    old, new, now = (
        {profile: _of_profile(state, profile) for profile in _PROFILES}
        for state in (run.before, clean.after, run.after)
    )
    whole = all(now[each] in (old[each], new[each]) for each in _PROFILES)
    told = "could not be" in run.message or "may be as before" in run.message
    # What the PC makes of a request that it carries out in part is undone, where it answers.
    if not whole and not (cell.row in PARTLY and told):
        yield f"a profile is neither as before nor as asked for: {now}"
    if not run.failed and now != new:
        yield f"the task ended well, and the profiles are not as asked for: {now}"
    if run.failed and now != old and not (run.result.get("changed") and told) and now != new:
        yield f"a profile has changed, and nobody is told: {run.message}"
    if now == old and run.result.get("changed") and not told:
        yield "nothing has changed, and the result says that something has"
    if replace(run.after, settings=run.before.settings, open_to=run.before.open_to) != run.before:
        yield "something other than the profiles has changed"


_PROFILES = ("domain", "private", "public")


def _of_profile(state: State, profile: str) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for of, name, value in state.settings if of == profile)


# The services of the PC, and the program that each of them runs in.
_PROGRAMS = {"Depot": "depot.exe", "Front": "front.exe"}


def _modes(state: State) -> set[tuple[str, str]]:
    return {(name, mode) for name, _state, mode in state.services}


def _between(old: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The rules that are others than before."""
    differing = [each for each in {**old, **now} if old.get(each) != now.get(each)]
    return "; ".join(now.get(each, f"{each} is gone") for each in differing)


_NAME = re.compile(r"\|Name=([^|@]+)\|")


def _differing(wanted: State, now: State) -> str:
    """What of a PC is not as wanted, apart from PIDs."""
    one, other = vars(wanted.lasting), vars(now.lasting)
    return "; ".join(
        f"{name}: {sorted(other[name] - one[name])} for {sorted(one[name] - other[name])}"
        for name in one
        if one[name] != other[name]
    )


_READS = (_nothing_changed,)
_STATES: Mapping[str, tuple[Callable[[Cell, Run, Run], Iterator[str]], ...]] = {
    "port_facts": _READS,
    "port_check": _READS,
    "port_firewall_info": _READS,
    "port_path": _READS,
    "port_survey": _READS,
    "network_category": (_old_or_new_category,),
    "firewall_profile": (_old_or_new_profiles, _never_worse),
    "port_firewall": (_old_or_new_rules, _never_worse),
    "port_process": (_stopped_and_told,),
}


def problems_of_states(cell: Cell, clean: Run, run: Run) -> Iterator[str]:
    """What is wrong with the PC after a task, compared to the task without a fault."""
    for look in _STATES[cell.task.module]:
        yield from look(cell, clean, run)


def problems_of_healing(cell: Cell, clean: Run, killed: State, run: Run) -> Iterator[str]:
    """What is wrong with the PC where a task was killed, and with what the next run of it (`run`,
    with the PC as it was before the first) has come to."""
    more = killed.open_to - (run.before.open_to | clean.after.open_to)
    if more:
        yield f"when it was killed, {sorted(more)[:3]} were open"
    yield from _never_worse(cell, clean, run)
    if run.failed:
        yield f"the task does not run again: {run.message}"
    if run.after.lasting != clean.after.lasting:
        yield f"the next run does not heal it: {_differing(clean.after, run.after)}"
    if _STATES[cell.task.module] == _READS and run.comparable != clean.comparable:
        yield f"the next run tells something else: {str(run.result)[:600]}"
