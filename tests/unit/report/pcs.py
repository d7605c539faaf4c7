# SPDX-License-Identifier: GPL-3.0-or-later
"""PCs in every state, asked as the role port_report asks them.

`python -m unit.report.pcs` writes example.json beside this file anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading, result
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Attempt,
    AttemptOutcome,
    Situation,
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    reading as firewall_reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import (
    exposure,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import result as facts
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.report import json_text
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import Report
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.simulated import SimulatedTransport
from winsim.images import load
from winsim.machine import Machine
from winsim.state import Endpoint, Process

EXAMPLE = Path(__file__).with_name("example.json")
MADE_BY = "portkeeper.windows 0.1.0"
YESTERDAY = "2026-11-23T14:00:00Z"
TODAY = "2026-11-24T14:00:00Z"
WANTED = [80, 8080]
#: What is asked of any PC of the office, so that each image is read once.
OFFICE = frozenset({80, 3389, 5150, 8080, 8443})
#: What somebody names a program who wants to do harm to who reads of it.
HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e=cmd|' /C calc'!A0.exe"

Result = dict[str, Any]


def pc(image: str, name: str = "pc") -> Machine:
    return load(image).boot(name=name)


def start(machine: Machine, program: str, port: int, address: str = "0.0.0.0") -> None:
    """A program that somebody starts, which listens."""
    booted = machine.operating_system.booted
    with machine.lock:
        pid = machine.start_process(Process(0, 4556, program, f"C:\\App\\{program}")).pid
        machine.open_as(pid, [Endpoint("tcp", address, port, pid, booted)])


def asked(
    where: Machine | str,
    wanted: Sequence[Any],
    language: Language = "en",
    address: str = "192.0.2.10",
) -> tuple[Result, Result]:
    """What port_check and port_facts return of a PC, or of an untouched one of an image. The
    controller's attempts to connect end as they would: what the PC shows to be open answers, and
    nothing else does."""
    ports = wanted_ports(list(wanted), None)
    if isinstance(where, str):
        numbers = OFFICE | {each.port for each in ports}
        protocols = frozenset(each.protocol.value for each in ports)
        situation, listing = _seen(where, numbers, protocols), _listed(where, language)
    else:
        host = Host(SimulatedTransport(where), "pc")
        situation, listing = reading.read(host, ports).situation, spoken(listed(host), language)
    attempts = {
        each.wanted.key: Attempt(
            AttemptOutcome.CONNECTED
            if each.verdict is Verdict.REACHABLE
            else AttemptOutcome.TIMED_OUT,
            address,
        )
        for each in diagnose(situation, ports)
    }
    situation = replace(situation, targets=(address,), attempts=attempts)
    check = result.report(situation, diagnose(situation, ports))
    check = spoken(check | {"ports": remedies.written(check["ports"], language)}, language)
    return check | {"changed": False}, listing


@cache
def _seen(image: str, numbers: frozenset[int], protocols: frozenset[str]) -> Situation:
    ports = wanted_ports(sorted(numbers), sorted(protocols))
    return reading.read(Host(SimulatedTransport(pc(image)), "pc"), ports).situation


@cache
def _facts(image: str) -> Result:
    return listed(Host(SimulatedTransport(pc(image)), "pc"))


@cache
def _listed(image: str, language: Language) -> Result:
    """The same for all that ask, who therefore do not change it."""
    told: Result = spoken(_facts(image), language)
    return told


def listed(host: Host) -> Result:
    """What port_facts returns with what the role wants of it."""
    wanted = snapshot.SnapshotRequest(
        families=True, reserved=True, dynamic=True, http_urls=True, processes=True, services=True
    )
    taken, printed = snapshot.take_with(host, wanted, (firewall_reading.PROGRAM,))
    firewall = firewall_reading.read(host, printed[firewall_reading.PROGRAM])
    return {"changed": False, "ansible_facts": facts.facts(taken, exposure.judged(taken, firewall))}


def unreachable(name: str) -> Answers:
    message = (
        f"Could not connect to WinRM on {name} (192.0.2.99 port 5985): no answer within 30 seconds."
    )
    return Answers(name, {"unreachable": True, "changed": False, "msg": message})


def failed(name: str) -> Answers:
    message = f"{name}: WinRM refused the request: access is denied. The account has to be an "
    message += "administrator of the PC."
    return Answers(name, {"failed": True, "changed": False, "msg": message})


@cache
def office() -> tuple[Answers, ...]:
    """Ten PCs. Of the last time they were looked at, see `yesterday`."""
    hostile = pc("server2022")
    start(hostile, HOSTILE, 8080)
    taken = {"port": 80, "expected_process": "nginx.exe"}
    found = {
        "srv-web-01": asked("server2022", [80, 3389], address="192.0.2.11"),
        "東京-営業-01": asked("win11-ja", WANTED, address="192.0.2.12"),
        "東京-営業-02": asked("win11-ja", [taken, 8080], address="192.0.2.13"),
        "osaka-dev-01": asked("gpo-locked", WANTED, address="192.0.2.14"),
        "osaka-dev-02": asked("gpo-locked", WANTED, address="192.0.2.15"),
        "osaka-dev-03": asked("hyperv-reserved", [8080, 5150], address="192.0.2.16"),
        "osaka-dev-04": asked("third-party-firewall", WANTED, address="192.0.2.17"),
        "srv-app-01": asked(hostile, [80, 8080, 8443], address="192.0.2.18"),
        "srv-app-02": asked("server2022", [80, 8443], address="192.0.2.19"),
    }
    answered = [Answers(name, *results) for name, results in found.items()]
    return (*answered, unreachable("nagoya-01"), failed("nagoya-02"))


@cache
def yesterday() -> Report:
    """The same PCs the day before: one answered that is silent today, some were not set up."""
    before = {
        "srv-web-01": asked("server2022", [80, 8443], address="192.0.2.11"),
        "srv-app-01": asked("server2022", [80, 8080, 8443], address="192.0.2.18"),
        "nagoya-01": asked("win11-ja", WANTED, address="192.0.2.20"),
        "kyoto-01": asked("win11-ja", WANTED, address="192.0.2.21"),
    }
    answers = [Answers(name, *results) for name, results in before.items()]
    return build(answers, collection=MADE_BY, language="en", created=YESTERDAY)


@cache
def example() -> Report:
    return build(office(), collection=MADE_BY, language="en", created=TODAY, previous=yesterday())


if __name__ == "__main__":
    EXAMPLE.write_text(json_text.write(example()), encoding="utf-8")
    print(json.dumps(json_text.to_data(example().summary)))
