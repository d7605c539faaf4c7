# SPDX-License-Identifier: GPL-3.0-or-later
"""One survey of a fleet of simulated PCs, some of them faulty, and what is wrong with what it found."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fleet import pcs
from fleet.faulty import FAULTS_OF_READING, UNREAD, Fault
from fleet.run import Census, Played, census, play, wait_until
from winsim.config import Access
from winsim.injection import parse
from winsim.inventory import write_inventory
from winsim.server import Hosts

PLAYBOOK = Path(__file__).parent / "survey.yml"


@dataclass
class Surveyed:
    """What has become of a survey.

    Attributes:
        faults: what is wrong with which PC.
        played: how the run ended.
        detail: what the detail file says of each PC.
        own: the port and the program of each PC that no other has.
        truth: what listened on each PC.
        before, after: what the process of the PCs held before the survey and after it.
        kept: shells and enumerations that were not given back.
        forgotten: files that the run has left in its temporary folder.
        requests: HTTP requests to each PC, as far as they were answered.
        struck: requests that met the fault of a faulty PC.
        seconds: elapsed of the whole run.
    """

    faults: dict[str, Fault]
    played: Played
    detail: dict[str, dict[str, Any]]
    own: dict[str, tuple[int, str]]
    truth: dict[str, list[tuple[str, str, int, int]]]
    before: Census
    after: Census
    seconds: float
    kept: dict[str, tuple[int, int]] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    struck: dict[str, int] = field(default_factory=dict)

    @property
    def result(self) -> dict[str, Any]:
        """What the one task returned; empty if it returned nothing, or there were more."""
        results = self.played.results
        result: dict[str, Any] = results[0]["result"] if len(results) == 1 else {}
        return result

    @property
    def healthy(self) -> list[str]:
        """The names of the PCs with which nothing is wrong."""
        return [name for name in self.truth if name not in self.faults]


def run(count: int, faulty: int, folder: Path, first_address: str) -> Surveyed:
    """Have a fleet of PCs in this process and let one task survey them.

    Args:
        faulty: how many of them are.
        folder: an empty folder.
        first_address: loopback address of the first PC; the others follow it.
    """
    machines = pcs.pcs(count, first_address)
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    kinds = FAULTS_OF_READING
    rules = {number: parse(text) for number, text in pcs.fault_texts(count, faulty, kinds).items()}
    with Hosts(machines, access=access, faults=list(rules.values())) as hosts:
        known = pcs.hosts_of_inventory(hosts, faulty, kinds)
        write_inventory(folder / "inventory.yml", {"windows": {"hosts": known}})
        path = folder / "survey.json"
        before, started = census(), time.monotonic()
        played = play(folder, PLAYBOOK, "-e", f"survey_file={path}")
        seconds = time.monotonic() - started
        # Connections that the controller has left are closed as soon as their end is read.
        wait_until(lambda: census().descriptors <= before.descriptors)
        written = json.loads(path.read_text("utf-8"))["hosts"] if path.exists() else []
        return Surveyed(
            faults={
                hosts[number].name: fault
                for number, fault in pcs.faults(count, faulty, kinds).items()
            },
            played=played,
            detail={each["name"]: each for each in written},
            own={
                host.name: (pcs.port(number), pcs.program(number))
                for number, host in enumerate(hosts)
            },
            truth={host.name: pcs.truth(host.machine) for host in hosts},
            before=before,
            after=census(),
            seconds=seconds,
            kept=pcs.open_operations(list(hosts)),
            forgotten=[each.name for each in (folder / "private").rglob("port_survey*")],
            requests={host.name: len(hosts.log.entries(host.name)) for host in hosts},
            struck={
                hosts[number].name: rule.seen(hosts[number].name) for number, rule in rules.items()
            },
        )


def problems(found: Surveyed) -> list[str]:
    """What is not as it has to be, in sentences; empty if all is."""
    told = [*_whole_run(found)]
    for name in found.truth:
        check = _faulty if name in found.faults else _healthy
        told += [f"{name}: {problem}" for problem in check(found, name)]
    return told


def _whole_run(found: Surveyed) -> Iterator[str]:
    played = found.played
    if played.code or found.result.get("status") != "ok":
        yield f"the survey ended with {played.code}: {found.result.get('msg', played.text[-2000:])}"
    if "Traceback" in played.text:
        yield "Ansible printed a traceback"
    if list(found.detail) != list(found.truth):
        yield f"the detail file has {len(found.detail)} PCs"
    if played.left:
        yield f"processes that are still there: {played.left}"
    if found.forgotten:
        yield f"files that are still there: {found.forgotten}"
    if found.kept:
        yield f"shells and enumerations that were not given back: {found.kept}"
    if found.after != found.before:
        yield f"the PCs' process held {found.before} before and {found.after} after"
    first, last = played.controller[0], played.controller[-1]
    if last.threads > first.threads:
        yield f"the controller holds {last}, and held {first} at the start"


def _healthy(found: Surveyed, name: str) -> Iterator[str]:
    port, program = found.own[name]
    rows = [
        (each["port"], each["verdict"], each.get("process"))
        for each in found.result.get("rows", ())
        if each["host"] == name
    ]
    if rows != [(port, "blocked", program)]:
        yield f"its rows are {rows}, {_unread(found, name)}"
    facts = found.detail.get(name, {}).get("facts", {}).get("ansible_facts", {})
    read = sorted(
        (each["protocol"], each["address"], each["port"], each["pid"])
        for each in facts.get("port_facts", {}).get("endpoints", ())
    )
    if read != found.truth[name]:
        yield f"{set(read) ^ set(found.truth[name])} is not as on the PC"


def _faulty(found: Surveyed, name: str) -> Iterator[str]:
    fault = found.faults[name]
    unread = _unread(found, name)
    rows = [each for each in found.result.get("rows", ()) if each["host"] == name]
    if fault.status == UNREAD:
        if rows or unread is None:
            yield f"{fault} was told as {rows}"
        elif name not in unread["msg"]:
            yield f"the message does not name the PC: {unread['msg']}"
    elif unread is not None or [each["verdict"] for each in rows] != [fault.status]:
        yield f"{fault} was told as {rows}, {unread}"
    if not 1 <= found.struck[name] <= fault.attempts:
        yield f"{fault} was met {found.struck[name]} times"


def _unread(found: Surveyed, name: str) -> dict[str, Any] | None:
    entries = found.result.get("unread", ())
    return next((each for each in entries if each["host"] == name), None)
