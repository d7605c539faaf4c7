# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report of a large fleet costs: 1,000 PCs with 60 listeners each, from their variables to
the files. And that of 5,000 PCs from the file of a survey, as the role makes it.

Run as a program (`python -m bench.report`) it measures itself and prints what it found as JSON: the
memory is that of the whole process, which holds what Ansible holds of the PCs, too.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import detail
from ansible_collections.portkeeper.windows.plugins.plugin_utils import files
from unit import returned
from unit.report.play import run, variables

PCS = 1_000
LISTENERS = 60
PORTS = 5
#: A fleet that was surveyed, of which one PC in twenty is not ready.
MANY_PCS = 5_000
NOT_READY = 20
# What the design promises.
MAX_SECONDS = 20.0
MAX_MEGABYTES = 500.0
MAX_MANY_MEGABYTES = 700.0
MAX_MANY_HTML = 15_000_000


@dataclass(frozen=True)
class Cost:
    """CPU seconds, megabytes of the process at its peak and before it began, bytes of the files,
    and the CPU seconds that templating the listeners would take, were they an option."""

    seconds: float
    megabytes: float
    before: float
    html: int
    csv: int
    json: int
    templated: float


def check(number: int, *, ready: bool = False) -> dict[str, Any]:
    """What port_check returns of a PC: one port in three can't be reached, as of real fleets,
    unless it is ready."""
    return {"changed": False, "failed": False, "msg": "",
            "networks": [{"name": "corp.example", "profile": "domain"}],
            "ports": [port(number, 80 + index, ready=ready) for index in range(PORTS)]}  # fmt: skip


def port(number: int, port_number: int, *, ready: bool = False) -> dict[str, Any]:
    blocked = not ready and (number + port_number) % 3 == 0
    name, label = f"program{number % 50}.exe", f"TCP {port_number}"
    text = f"{label} is blocked on the domain network 'corp.example': no rule opens it."
    cause = {"kind": "no_rule", "verdict": "blocked", "rule": None, "setting": None, "text": text}
    task = f"- name: Open {label} in the firewall\n  portkeeper.windows.port_firewall:\n    name: "
    remedy = {"cause": "no_rule", "text": "Open it with port_firewall.", "task": {},
              "yaml": f"{task}Allow {label}\n    ports: {port_number}\n"}  # fmt: skip
    firewall = returned.on_network(
        network="corp.example",
        profile="domain",
        rule=None if blocked else "Web",
        state="blocked" if blocked else "allowed",
        text="allowed: the allow rule 'Web' of this host",
    )
    attempt = {"outcome": "connected", "address": "192.0.2.1", "detail": None}
    return returned.checked_port(
        port=port_number,
        name=None,
        verdict="blocked" if blocked else "reachable",
        msg=f"{label} is served by {name} (PID {1000 + number}) on {number}.",
        causes=[cause] if blocked else [],
        remedies=[remedy] if blocked else [],
        evidence=returned.evidence(listeners=[], firewall=[firewall], attempt=attempt),
    )


def facts(number: int) -> dict[str, Any]:
    """What port_facts returns of a PC with listeners for IPv4 and IPv6 in turn."""
    state = {"state": "allowed", "reason": "allowed: the allow rule 'Web' of this host"}
    endpoints = [
        {"protocol": "udp" if index % 3 == 0 else "tcp", "port": 80 + index * 97 + number % 5,
         "address": "::" if index % 2 else "0.0.0.0", "scope": "all", "pid": 1000 + index,
         "state": None if index % 3 == 0 else "listen", "process": f"program{index}.exe",
         "service": f"Service{index}", "firewall": {"domain": state}}
        for index in range(LISTENERS)
    ]  # fmt: skip
    listed = {"tcp_listen": [dict(each) for each in endpoints], "udp_listen": []}
    unknown = dict.fromkeys(("path", "user", "parent_pid", "session", "started"))
    processes = {
        str(each["pid"]): {**unknown, "name": each["process"], "services": {each["service"]: "A"}}
        for each in endpoints
    }
    found = returned.port_facts(
        endpoints=endpoints,
        processes=processes,
        reserved=[returned.port_range("tcp", 5357, 5357)],
        profiles=[{"name": "corp.example", "profile": "domain"}],
    )
    return {"changed": False, "ansible_facts": {"port_facts": found} | listed}


def fleet(folder: Path) -> dict[str, Any]:
    """The variables of a task after the PCs were asked, as Ansible holds them."""
    return variables(
        folder,
        {
            f"pc-{number:04}": {
                "port_report_check": check(number),
                "port_report_facts": facts(number),
            }
            for number in range(PCS)
        },
    )


def templated_seconds(task_vars: dict[str, Any]) -> float:
    """What templating alone costs for a hundredth of the fleet, times a hundred."""
    some = task_vars["ansible_play_hosts_all"][: PCS // 100]
    raw = {name: task_vars["hostvars"].raw_get(name)["port_report_facts"] for name in some}
    started = time.process_time()
    Templar(loader=DataLoader(), variables={"found": raw}).template(raw)
    return (time.process_time() - started) * 100


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured() -> Cost:
    with tempfile.TemporaryDirectory() as name:
        task_vars, folder = fleet(Path(name)), Path(name) / "reports"
        before = peak()
        started = time.process_time()
        # Twice, so that the second compares with an earlier report: that costs the most.
        results = [run(task_vars, folder=str(folder)) for _unused in range(2)]
        seconds = (time.process_time() - started) / 2
        if [result.get("changed") for result in results] != [True, False]:
            raise RuntimeError(f"the report was not written as it should be: {results}")
        sizes = {path.suffix[1:]: path.stat().st_size for path in folder.iterdir()}
        return Cost(seconds, peak(), before, **sizes, templated=templated_seconds(task_vars))


def surveyed(path: Path) -> None:
    """Write what a survey of many PCs has found."""
    head = detail.DetailHead(collection="", language="en", created="2026-11-24T14:00:00Z")
    lines = (
        detail.line(
            {
                "name": f"pc-{number:04}",
                "address": "192.0.2.1",
                "check": check(number, ready=number % NOT_READY != 0),
                "facts": facts(number),
            }
        )
        for number in range(MANY_PCS)
    )
    files.write_all({path: detail.parts(head, lines)})


def measured_many() -> Cost:
    """As of the role: from the file of a survey, and the second time beside an earlier report."""
    with tempfile.TemporaryDirectory() as name:
        survey, folder = Path(name) / "survey.json", Path(name) / "reports"
        surveyed(survey)
        task_vars = variables(Path(name), {f"pc-{number:04}": {} for number in range(MANY_PCS)})
        before = peak()
        started = time.process_time()
        results = [
            run(task_vars, folder=str(folder), surveys=[str(survey)]) for _unused in range(2)
        ]
        seconds = (time.process_time() - started) / 2
        ready = {each.get("summary", {}).get("ready") for each in results}
        if ready != {MANY_PCS - MANY_PCS // NOT_READY}:
            raise RuntimeError(f"the report is not of the PCs of the survey: {results}")
        sizes = {path.suffix[1:]: path.stat().st_size for path in folder.iterdir()}
        return Cost(seconds, peak(), before, **sizes, templated=0.0)


def cost(*, many: bool = False) -> Cost:
    """Measured in a process of its own.

    Raises:
        subprocess.CalledProcessError: it failed; its own words stand above.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.report", *(["many"] if many else [])],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    print(json.dumps(asdict(measured_many() if sys.argv[1:] == ["many"] else measured())))
