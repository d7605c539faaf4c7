# SPDX-License-Identifier: GPL-3.0-or-later
"""What port_facts, port_survey and the report of a fleet cost, beside Ansible's own debug: `make bench`.

Requests and bytes are exact. Times are of one run on one machine, so only their ratios mean
anything. The simulated hosts run on the same machine and take their share of its cores, which
counts against port_facts in the elapsed times but not in the CPU times.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

from bench import firewall, kerberos, memory, report, survey
from bench.running import Cost, ansible, begin
from demo.__main__ import simulated_hosts
from loopback import Network

HERE = Path(__file__).parent
FLEET = 100
FORKS = 10
RUNS = 5
GATHER = '{"gather": ["process", "service"]}'

# What the design promises, checked here on every run.
MAX_REQUESTS = 8
MAX_SENT = 24 * 1024
MAX_BUSY_RECEIVED = 4 * 1024 * 1024
MAX_BUSY_CPU = 1.0
MAX_RATIO_TO_LOCAL_DEBUG = 2.0


def command(program: str, inventory: Path, *arguments: str) -> Cost:
    return ansible(program, "-i", str(inventory), "-f", str(FORKS), *arguments)


def median(program: str, inventory: Path, *arguments: str) -> Cost:
    runs = [command(program, inventory, *arguments) for _unused in range(RUNS)]
    return Cost(
        *(statistics.median(each) for each in zip(*map(astuple, runs), strict=True)),
    )


@dataclass(frozen=True)
class Traffic:
    requests: int
    sent: int
    received: int


def traffic(log: Path) -> Traffic:
    """What one run sent and received, from the simulated host's own count."""
    records = [json.loads(line) for line in log.read_text().splitlines()]
    return Traffic(
        len(records),
        sum(record["bytes_in"] for record in records),
        sum(record["bytes_out"] for record in records),
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [columns, *rows]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        first, *others = (
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join([first, *others]))
    print()


class Promises:
    """What was promised and what was measured."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def measure(self, what: str, measured: Callable[[], float], limit: float) -> None:
        """The same of what is still to be measured."""
        begin(what)
        self.at_most(what, measured(), limit)

    def at_most(self, what: str, measured: float, limit: float) -> None:
        kept = measured <= limit
        print(f"{'kept  ' if kept else 'BROKEN'}  {what}: {measured:,.2f} of at most {limit:,.2f}")
        if not kept:
            self.broken.append(what)


def _apart() -> tuple[str, str]:
    """The option of winsim for addresses that no other simulated host of the machine has."""
    return "--address", Network().address()


def one_host(folder: Path, image: str) -> tuple[Traffic, Cost]:
    begin(f"port_facts of the image {image}")
    inventory, log = folder / f"{image}.yml", folder / f"{image}.log"
    with simulated_hosts(inventory, "--image", image, "--log-requests", str(log), *_apart()):
        # In a playbook: ad hoc, printing the result would cost more than all the rest.
        play = str(HERE / "port_facts.yml")
        command("ansible-playbook", inventory, play)
        counted = traffic(log)
        return counted, median("ansible-playbook", inventory, play)


def main() -> int:
    promises = Promises()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"One host, port_facts with processes and services, median of {RUNS} runs\n")
        quiet_traffic, quiet = one_host(folder, "server2022")
        busy_traffic, busy = one_host(folder, "busy")
        table(
            ("image", "requests", "bytes sent", "bytes received", "CPU s", "CPU ratio"),
            [
                (
                    image,
                    str(counted.requests),
                    f"{counted.sent:,}",
                    f"{counted.received:,}",
                    f"{run.cpu:.2f}",
                    f"{run.cpu / quiet.cpu:.2f}",
                )
                for image, counted, run in (
                    ("server2022", quiet_traffic, quiet),
                    ("busy", busy_traffic, busy),
                )
            ],
        )
        print(f"{FLEET} hosts, forks {FORKS}, median of {RUNS} runs\n")
        inventory = folder / "fleet.yml"
        options = ("--image", "server2022", "--count", str(FLEET))
        with simulated_hosts(inventory, *options, *_apart()):
            everywhere = ("ansible", inventory, "windows", "-m")
            begin(f"debug of {FLEET} hosts, local")
            local = median(*everywhere, "debug", "-e", "ansible_connection=local")
            begin(f"debug of {FLEET} hosts, winrm")
            winrm = median(*everywhere, "debug")
            begin(f"port_facts of {FLEET} hosts, processes and services")
            ours = median(*everywhere, "port_facts", "-a", GATHER)
            begin(f"port_facts of {FLEET} hosts, as it is by default")
            ours_by_default = median(*everywhere, "port_facts")
        table(
            ("task", "elapsed s", "to debug local", "CPU s", "to debug local"),
            [
                (
                    task,
                    f"{run.elapsed:.2f}",
                    f"{run.elapsed / local.elapsed:.2f}",
                    f"{run.cpu:.2f}",
                    f"{run.cpu / local.cpu:.2f}",
                )
                for task, run in (
                    ("ansible.builtin.debug, local", local),
                    ("ansible.builtin.debug, winrm", winrm),
                    ("port_facts, processes and services", ours),
                    ("port_facts, as it is by default", ours_by_default),
                )
            ],
        )
    surveyed = survey.measured(kerberos.slopes())
    print(
        f"Each host further than {survey.SMALL}, of {survey.LARGE}; median of {survey.RUNS} runs\n"
    )
    table(survey.COLUMNS, survey.rows(surveyed))
    print("port_survey, facts, by the number of hosts\n")
    table(survey.SIZE_COLUMNS, survey.size_rows(surveyed))
    begin(f"the report of {report.PCS:,} hosts")
    written = report.cost()
    begin(f"the report of {report.MANY_PCS:,} hosts of a survey")
    many = report.cost(many=True)
    print(f"The report of {report.PCS:,} hosts with {report.LISTENERS} listeners each\n")
    table(
        ("file", "bytes", "bytes a host"),
        [
            (kind, f"{size:,}", f"{size // report.PCS:,}")
            for kind, size in (("html", written.html), ("csv", written.csv), ("json", written.json))
        ],
    )
    promises.at_most("requests of port_facts", quiet_traffic.requests, MAX_REQUESTS)
    promises.at_most("bytes sent by port_facts", quiet_traffic.sent, MAX_SENT)
    promises.at_most("bytes received of 10,000 endpoints", busy_traffic.received, MAX_BUSY_RECEIVED)
    promises.at_most("CPU s beyond a quiet host's", busy.cpu - quiet.cpu, MAX_BUSY_CPU)
    promises.at_most("elapsed to debug over local", ours.elapsed / local.elapsed,
                     MAX_RATIO_TO_LOCAL_DEBUG)  # fmt: skip
    promises.at_most("elapsed to debug over winrm", ours.elapsed / winrm.elapsed, 1.0)
    for what, value, limit in survey.promises(surveyed):
        promises.at_most(what, value, limit)
    promises.measure(
        f"MB of survey and report of {memory.PCS:,} hosts with {memory.LISTENERS} listeners each",
        memory.megabytes,
        memory.MAX_MEGABYTES,
    )
    for what, seconds, limit in (
        ("verdicts on 100 listeners", firewall.seconds, firewall.MAX_SECONDS),
        ("the audit of 1,100 rules", firewall.audit_seconds, firewall.MAX_AUDIT_SECONDS),
        ("256 ports from 16 places", firewall.sources_seconds, firewall.MAX_SOURCES_SECONDS),
        (
            "the reach of 100 listeners of unknown programs",
            partial(firewall.reach_seconds, harsh=True),
            firewall.MAX_REACH_SECONDS,
        ),
        ("the reach of 100 listeners", firewall.reach_seconds, firewall.MAX_REACH_SECONDS),
    ):
        promises.measure(f"CPU s of {what}", seconds, limit)
    promises.at_most("CPU s of the report", written.seconds, report.MAX_SECONDS)
    promises.at_most("MB of the report, with the results", written.megabytes, report.MAX_MEGABYTES)
    promises.at_most("MB of a report of 5,000 hosts of a survey", many.megabytes,
                     report.MAX_MANY_MEGABYTES)  # fmt: skip
    promises.at_most("bytes of its page, of which 5 % are not ready", many.html,
                     report.MAX_MANY_HTML)  # fmt: skip
    promises.at_most("CPU s to templating the results", written.seconds / written.templated, 1.0)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    sys.exit(main())
