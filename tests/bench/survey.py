# SPDX-License-Identifier: GPL-3.0-or-later
"""What port_survey costs for each further host, beside what a user would run instead.

CPU is the slope between a small and a large fleet, so the start of Ansible is not in it, nor is the
simulator, which has a process of its own. What is compared runs in turn, so that other work on the
machine falls on all of it. `make bench` runs it.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bench import peer
from bench.running import CHECKOUT, Cost, ansible, begin
from demo.__main__ import simulated_hosts
from loopback import Network, black_hole

SMALL, LARGE = 40, 140
FORKS = 10
RUNS = 3
#: The same for the module that a user would pick instead: a host costs it much.
PEER_SMALL, PEER_LARGE = 20, 60
#: Hosts whose number is doubled. They take that many seconds for each answer.
SIZES = 250, 500, 1_000
DELAY = 0.02
IMAGE = "server2022"
PORTS = "20000-20019"
#: Seconds to connect, where hosts are off.
CONNECT = 3.0
OFF = 300, 1_000  # so many of so many

MAX_TO_LOCAL_DEBUG = 0.5
MAX_TO_LOCAL_DEBUG_SEALED = 1.0
MAX_TO_FORKS = 0.25
MAX_ELAPSED_TO_FORKS = 0.4
MAX_TO_PEER = 0.1
MAX_DOUBLED = 2.0
MAX_CHECK_SECONDS = 0.050
MAX_CONNECT_TIMES = 1.5


#: The heads of `rows`.
COLUMNS = ("task", "CPU ms", "to debug local", "elapsed of all to debug local", "MB")


@dataclass(frozen=True)
class Slope:
    """What each further host costs, in milliseconds of CPU, and what the large fleet costs."""

    milliseconds: float
    large: Cost


#: By the name of the task.
Slopes: TypeAlias = Mapping[str, Slope]

DEBUG, BY_FORKS, SURVEY = "debug, local", "port_facts, forks", "port_survey, facts"
CHECKED = "port_survey, 20 ports"
ROLE = "port_report, role"


@dataclass(frozen=True)
class Figures:
    """What was measured. Each group has what is compared in it."""

    slopes: Slopes
    sealed: Slopes
    #: None where the packages for Kerberos can't be had.
    tickets: Slopes | None
    #: None where its collection can't be had.
    peer: Slopes | None
    #: Of a survey of facts, by the number of hosts.
    sizes: Mapping[int, Cost]
    #: Seconds longer that a survey takes of a fleet of which some hosts are off.
    longer: float


def measured(tickets: Slopes | None) -> Figures:
    """Run everything but what is measured with Kerberos `tickets`. It takes some minutes."""
    _open_many_files()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _fleet(folder / "plain.yml") as hosts:
            facts = {
                DEBUG: _debug,
                "debug, winrm": _debug_over_winrm,
                BY_FORKS: _facts,
                SURVEY: _survey(),
                ROLE: _role,
            }
            checks = {"port_check of 20 ports, forks": _check, CHECKED: _survey(ports=PORTS)}
            slopes = {**_slopes(folder, hosts, facts), **_slopes(folder, hosts, checks, runs=1)}
        sealed = sealed_slopes(folder, "--transport", "ntlm")
        peers = peer_slopes(folder)
        with _replayed(folder / "many.yml", max(*SIZES, OFF[1])) as hosts:
            by_size, later = sizes(folder, hosts), longer(folder, hosts)
        return Figures(slopes, sealed, tickets, peers, by_size, later)


def sealed_slopes(folder: Path, *options: str) -> Slopes:
    """What each further host costs where messages are sealed. `options` are winsim's."""
    _open_many_files()
    with _fleet(folder / "sealed.yml", *options) as hosts:
        return _slopes(folder, hosts, {DEBUG: _debug, BY_FORKS: _facts, SURVEY: _survey()})


def _open_many_files() -> None:
    """Let this process, and what it starts, have as many open as it may: each simulated host listens
    on some 25 ports."""
    _unused, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def peer_slopes(folder: Path) -> Slopes | None:
    """What each further host costs the module that a user would pick instead, beside a survey."""
    collections = peer.collection(folder)
    if collections is None:
        return None
    with _fleet(folder / "peer.yml", count=PEER_LARGE, module="bench.peer") as hosts:
        return _slopes(
            folder,
            hosts,
            {DEBUG: _debug, peer.MODULE: _peer, SURVEY: _survey()},
            of=(PEER_SMALL, PEER_LARGE),
            collections=collections,
        )


def sizes(folder: Path, windows: Mapping[str, Any]) -> dict[int, Cost]:
    """What a survey of facts costs, by the number of hosts."""
    runs: dict[int, list[Cost]] = {size: [] for size in SIZES}
    for number in range(RUNS):
        begin(f"port_survey of up to {SIZES[-1]:,} hosts, run {number + 1} of {RUNS}")
        for size in SIZES:
            runs[size].append(_run(folder, _some(windows, size), _survey()("windows")))
    return {
        size: Cost(
            statistics.median(each.elapsed for each in costs),
            statistics.median(each.cpu for each in costs),
            max(each.megabytes for each in costs),
        )
        for size, costs in runs.items()
    }


def _some(windows: Mapping[str, Any], size: int) -> dict[str, Any]:
    return {**windows, "hosts": dict(list(windows["hosts"].items())[:size])}


@contextmanager
def _replayed(inventory: Path, count: int) -> Iterator[dict[str, Any]]:
    options = ("--image", IMAGE, "--count", str(count), "--delay", str(DELAY))
    with simulated_hosts(inventory, *options, module="bench.replay"):
        yield yaml.safe_load(inventory.read_text())["windows"]


@contextmanager
def _fleet(
    inventory: Path, *options: str, count: int = LARGE, module: str = "winsim"
) -> Iterator[dict[str, Any]]:
    # At addresses that no other simulated host of the machine has.
    images = ("--image", IMAGE, "--count", str(count), "--address", Network().address())
    with simulated_hosts(inventory, *images, *options, module=module):
        yield yaml.safe_load(inventory.read_text())["windows"]


def _debug(_names: str) -> list[dict[str, Any]]:
    return [
        {
            "hosts": "windows",
            "gather_facts": False,
            "vars": {"ansible_connection": "local"},
            "tasks": [{"ansible.builtin.debug": {"msg": "nothing"}}],
        }
    ]


def _debug_over_winrm(_names: str) -> list[dict[str, Any]]:
    return _by_forks({"ansible.builtin.debug": {"msg": "nothing"}})


def _facts(_names: str) -> list[dict[str, Any]]:
    # What the survey reads too: an account is another request for each process.
    gather = ["process", "service", "httpsys"]
    return _by_forks({"portkeeper.windows.port_facts": {"gather": gather}})


def _check(_names: str) -> list[dict[str, Any]]:
    arguments = {"ports": PORTS, "from_controller": False}
    return _by_forks({"portkeeper.windows.port_check": arguments})


def _peer(_names: str) -> list[dict[str, Any]]:
    return _by_forks({peer.MODULE: {}})


def _role(_names: str) -> list[dict[str, Any]]:
    """The role as the playbook has it: it reads what the survey reads, and checks a port. In check
    mode, it writes no file."""
    imported = {"name": "portkeeper.windows.port_report", "rolespec_validate": False}
    asked = {
        "port_report_ports": PORTS.partition("-")[0],
        "port_report_gather": ["process", "service", "httpsys"],
        "port_report_from_controller": False,
    }
    (play,) = _by_forks({"ansible.builtin.import_role": imported, "vars": asked})
    return [play | {"check_mode": True}]


def _by_forks(task: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"hosts": "windows", "gather_facts": False, "tasks": [task]}]


def _survey(**options: Any) -> Any:
    def play(names: str) -> list[dict[str, Any]]:
        arguments = {"hosts": names, "from_controller": False, **options}
        task = {"portkeeper.windows.port_survey": arguments}
        return [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]

    return play


def _slopes(
    folder: Path,
    windows: dict[str, Any],
    plays: Mapping[str, Any],
    *,
    runs: int = RUNS,
    of: tuple[int, int] = (SMALL, LARGE),
    collections: Path | None = None,
) -> dict[str, Slope]:
    """What each further host costs each of some plays, from the medians of some runs of each size.
    `collections` is a folder with more of them."""
    small, large = of
    found: dict[tuple[str, int], list[Cost]] = {(name, size): [] for name in plays for size in of}
    for number in range(runs):
        begin(f"each further host, run {number + 1} of {runs}: {'; '.join(plays)}")
        for (name, size), costs in found.items():
            costs.append(_run(folder, _some(windows, size), plays[name]("windows"), collections))
    slopes = {}
    for name in plays:
        cpu = {size: statistics.median(each.cpu for each in found[name, size]) for size in of}
        cost = Cost(
            statistics.median(each.elapsed for each in found[name, large]),
            cpu[large],
            max(each.megabytes for each in found[name, large]),
        )
        slopes[name] = Slope(1000 * (cpu[large] - cpu[small]) / (large - small), cost)
    return slopes


def longer(folder: Path, windows: Mapping[str, Any]) -> float:
    """How many seconds longer a survey takes if some of its hosts are off, that is silent."""
    some, of_all = OFF
    begin(f"port_survey of {of_all:,} hosts, of which {some} are off")
    hosts = dict(list(windows["hosts"].items())[:of_all])
    with ExitStack() as stack:
        address, port = stack.enter_context(black_hole())
        off = {
            name: {**host, "ansible_host": address, "ansible_port": port}
            # All over the fleet.
            if number * some % of_all < some
            else host
            for number, (name, host) in enumerate(hosts.items())
        }
        play = _survey(connect_timeout=CONNECT)("windows")
        on = _run(folder, {**windows, "hosts": hosts}, play)
        return _run(folder, {**windows, "hosts": off}, play).elapsed - on.elapsed


def _run(
    folder: Path,
    windows: dict[str, Any],
    play: list[dict[str, Any]],
    collections: Path | None = None,
) -> Cost:
    """One run of ansible-playbook, whose output is thrown away.

    Raises:
        RuntimeError: it failed; its output is in the message.
    """
    inventory, playbook = folder / "hosts.json", folder / "play.json"
    inventory.write_text(json.dumps({"windows": windows}))
    playbook.write_text(json.dumps(play))
    variables = {}
    if collections is not None:
        search = (CHECKOUT / ".dev", collections)
        variables["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(map(str, search))
    where = ("-i", str(inventory), "-f", str(FORKS), str(playbook))
    return ansible("ansible-playbook", *where, variables=variables)


def rows(figures: Figures) -> list[tuple[str, ...]]:
    """The figures as a table: the task, CPU of each further host beside that of debug, and elapsed
    time and memory of the large fleet."""
    groups = [("Basic", figures.slopes), ("NTLM, sealed", figures.sealed)]
    if figures.tickets is not None:
        groups.append(("Kerberos, sealed", figures.tickets))
    if figures.peer is not None:
        groups.append((f"Basic, {PEER_SMALL} to {PEER_LARGE} hosts", figures.peer))
    found: list[tuple[str, ...]] = [
        (
            f"{task.rpartition('.')[2]}, {over}",
            f"{slope.milliseconds:.1f}",
            f"{slope.milliseconds / slopes[DEBUG].milliseconds:.2f}",
            f"{slope.large.elapsed / slopes[DEBUG].large.elapsed:.2f}",
            f"{slope.large.megabytes:.0f}",
        )
        for over, slopes in groups
        for task, slope in slopes.items()
    ]
    if figures.tickets is None:
        found.append(("Kerberos: its packages can't be had here", "", "", "", ""))
    if figures.peer is None:
        found.append((f"{peer.COLLECTION}: {peer.PACKAGE} can't be had here", "", "", "", ""))
    return found


#: The heads of `size_rows`.
SIZE_COLUMNS = ("hosts", "CPU s", "elapsed s", "MB")


def size_rows(figures: Figures) -> list[tuple[str, ...]]:
    """What a survey of facts costs by the number of hosts, as a table."""
    return [
        (f"{size:,}", f"{cost.cpu:.1f}", f"{cost.elapsed:.1f}", f"{cost.megabytes:.0f}")
        for size, cost in figures.sizes.items()
    ]


def promises(figures: Figures) -> list[tuple[str, float, float]]:
    """What was promised: the words, what was measured, and its limit."""
    plain, sealed = figures.slopes, figures.sealed
    found = []
    if figures.peer is not None:
        ratio = figures.peer[SURVEY].milliseconds / figures.peer[peer.MODULE].milliseconds
        found.append((f"CPU of a further host, survey to {peer.MODULE}", ratio, MAX_TO_PEER))
    for small, large in itertools.pairwise(SIZES):
        fewer, more = figures.sizes[small], figures.sizes[large]
        found += [
            (f"CPU of {large:,} hosts to {small:,}", more.cpu / fewer.cpu, MAX_DOUBLED),
            (f"elapsed of {large:,} hosts to {small:,}", more.elapsed / fewer.elapsed, MAX_DOUBLED),
        ]
    if figures.tickets is not None:
        ratio = figures.tickets[SURVEY].milliseconds / figures.tickets[DEBUG].milliseconds
        found.append(
            (
                "CPU of a further host, survey to debug over local, with Kerberos, sealed",
                ratio,
                MAX_TO_LOCAL_DEBUG_SEALED,
            )
        )
    return [
        *found,
        ("CPU of a further host, survey to debug over local",
         plain[SURVEY].milliseconds / plain[DEBUG].milliseconds, MAX_TO_LOCAL_DEBUG),
        ("the same with NTLM, sealed",
         sealed[SURVEY].milliseconds / sealed[DEBUG].milliseconds, MAX_TO_LOCAL_DEBUG_SEALED),
        ("CPU of a further host, survey to port_facts by forks",
         plain[SURVEY].milliseconds / plain[BY_FORKS].milliseconds, MAX_TO_FORKS),
        (f"elapsed for {LARGE} hosts, survey to port_facts by forks",
         plain[SURVEY].large.elapsed / plain[BY_FORKS].large.elapsed, MAX_ELAPSED_TO_FORKS),
        ("CPU s of a further host, 20 ports", plain[CHECKED].milliseconds / 1000,
         MAX_CHECK_SECONDS),
        (f"connect time-outs that {OFF[0]:,} of {OFF[1]:,} hosts which are off cost together",
         figures.longer / CONNECT, MAX_CONNECT_TIMES),
    ]  # fmt: skip
