# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true of a fleet after the play, whatever was wrong with some of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fleet import pcs
from fleet.faulty import FACTS, HEALTHY, MENDED
from fleet.run import Outcome

# Of the controller, for each of its forks: what Ansible itself keeps of a worker.
DESCRIPTORS_OF_A_FORK = 4


def problems(outcome: Outcome) -> list[str]:
    """What is not as it has to be, in sentences; empty if all is."""
    found = [*_whole_run(outcome)]
    for number in range(outcome.count):
        name = f"win-{number + 1}"
        fault = outcome.faults.get(name)
        ends_well = fault is None or fault.status == MENDED
        wrong = [*(_healthy if ends_well else _faulty)(outcome, name, number)]
        # This, times the time limit, is how long a PC can hold a worker up: what it costs to wait for
        # one answer is bounded by Ansible's connection, and the number of answers here.
        if fault is not None and not 1 <= outcome.struck[name] <= fault.attempts:
            wrong.append(f"{fault} was met {outcome.struck[name]} times")
        found += [f"{name}: {problem}" for problem in wrong]
    return found


def _whole_run(outcome: Outcome) -> Iterator[str]:
    if "Traceback" in outcome.text:
        yield "Ansible printed a traceback"
    if outcome.left:
        yield f"processes that are still there: {outcome.left}"
    if outcome.kept:
        yield f"shells and enumerations that were not given back: {outcome.kept}"
    if outcome.after != outcome.before:
        yield f"the PCs' process held {outcome.before} before and {outcome.after} after"
    first, *others = outcome.controller
    limit = first.descriptors + DESCRIPTORS_OF_A_FORK * outcome.forks
    for census in others:
        if census.descriptors > limit or census.threads > first.threads:
            yield f"the controller holds {census}, and held {first} at the start"
    if len({census.descriptors for census in others}) > 1:
        yield f"the controller holds more and more: {outcome.controller}"


def _healthy(outcome: Outcome, name: str, number: int) -> Iterator[str]:
    results = outcome.results.get(name, {})
    if {task: result["status"] for task, result in results.items()} != HEALTHY:
        yield f"ended as {_told(results)}"
        return
    facts = results[FACTS]["ansible_facts"]["port_facts"]
    read = sorted(
        (each["protocol"], each["address"], each["port"], each["pid"])
        for each in facts["endpoints"]
    )
    if read != outcome.truth[name]:
        yield f"{set(read) ^ set(outcome.truth[name])} is not as on the PC"
    own = [each for each in facts["endpoints"] if each["port"] == pcs.port(number)]
    if [each["process"] for each in own] != [pcs.program(number)]:
        yield f"its own port is held by {own}"
    rules = outcome.own[name]
    wanted = {"LPort": str(pcs.port(number)), "Active": "TRUE", "Desc": name}
    if len(rules) != 1 or not wanted.items() <= rules[0].items():
        yield f"the rules are {rules}"
    if outcome.held[name]:
        yield f"its own port is still held by {outcome.held[name]}"


def _faulty(outcome: Outcome, name: str, number: int) -> Iterator[str]:
    fault = outcome.faults[name]
    results = outcome.results.get(name, {})
    before = [task for task in HEALTHY if task in results][:-1]
    last = results.get(fault.task, {})
    if list(results) != [*before, fault.task] or last.get("status") != fault.status:
        yield f"{fault} ended as {_told(results)}"
    elif name not in last["msg"]:
        yield f"the message does not name the PC: {last['msg']}"
    if any(results[task]["status"] != HEALTHY[task] for task in before):
        yield f"{fault} struck too early: {_told(results)}"
    complete = {"LPort": str(pcs.port(number)), "Active": "TRUE", "Desc": name}
    for rule in outcome.own[name]:
        if not complete.items() <= rule.items():
            yield f"half a rule is left: {rule}"
    if outcome.held[name] != [pcs.program(number)]:
        yield f"its own port is held by {outcome.held[name]}"


def _told(results: Mapping[str, Any]) -> dict[str, str]:
    return {task: f"{each['status']}: {each.get('msg', '')}" for task, each in results.items()}
