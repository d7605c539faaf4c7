# SPDX-License-Identifier: GPL-3.0-or-later
"""What port_survey costs for each further host, beside what a user would run instead.

CPU is the slope between a small and a large fleet, so the start of Ansible is not in it, nor is the
simulator, which has a process of its own. `make bench` runs it.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench import peer
from bench.running import CHECKOUT, Cost, ansible
from demo.__main__ import simulated_hosts
from loopback import black_hole

SMALL, LARGE = 40, 140
FORKS = 10
RUNS = 3
#: The same for the module that a user would pick instead: a host costs it much.
PEER_SMALL, PEER_LARGE = 20, 60
#: Hosts whose number is doubled.
SIZES = 250, 500
IMAGE = "server2022"
PORTS = "20000-20019"
#: Seconds to connect, where hosts are off.
CONNECT = 3.0
OFF = 3, 10  # so many of so many

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


@dataclass(frozen=True)
class Figures:
    """What was measured, by the name of the task."""

    slopes: Mapping[str, Slope]
    sealed: Mapping[str, Slope]
    #: None where its collection can't be had.
    peer: Slope | None
    #: Of a survey of facts, by the number of hosts.
    sizes: Mapping[int, Cost]
    #: Seconds longer that a survey takes of a fleet of which some hosts are off.
    longer: float


def measured() -> Figures:
    """Run everything. It takes some minutes."""
    # Each simulated host listens on some 25 ports.
    _unused, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _fleet(folder / "plain.yml") as hosts:
            slopes = {
                "debug, local": _slope(folder, hosts, _debug),
                "port_facts, forks": _slope(folder, hosts, _facts),
                "port_survey, facts": _slope(folder, hosts, _survey()),
                "port_check of 20 ports, forks": _slope(folder, hosts, _check, runs=1),
                "port_survey, 20 ports": _slope(folder, hosts, _survey(ports=PORTS), runs=1),
            }
            longer = _longer(folder, hosts)
        with _fleet(folder / "sealed.yml", "--transport", "ntlm") as hosts:
            sealed = {
                "port_facts, forks": _slope(folder, hosts, _facts),
                "port_survey, facts": _slope(folder, hosts, _survey()),
            }
        return Figures(slopes, sealed, peer_slope(folder), sizes(folder), longer)


def peer_slope(folder: Path) -> Slope | None:
    """What each further host costs the module that a user would pick instead."""
    collections = peer.collection(folder)
    if collections is None:
        return None
    with _fleet(folder / "peer.yml", count=PEER_LARGE, module="bench.peer") as hosts:
        return _slope(
            folder,
            hosts,
            _peer,
            runs=1,
            of=(PEER_SMALL, PEER_LARGE),
            collections=collections,
        )


def sizes(folder: Path) -> dict[int, Cost]:
    """What a survey of facts costs, by the number of hosts."""
    with _fleet(folder / "sizes.yml", count=max(SIZES)) as windows:
        found = {}
        for size in SIZES:
            some = {**windows, "hosts": dict(list(windows["hosts"].items())[:size])}
            runs = [_run(folder, some, _survey()("windows")) for _run_ in range(RUNS)]
            found[size] = Cost(
                statistics.median(each.elapsed for each in runs),
                statistics.median(each.cpu for each in runs),
                max(each.megabytes for each in runs),
            )
        return found


@contextmanager
def _fleet(
    inventory: Path, *options: str, count: int = LARGE, module: str = "winsim"
) -> Iterator[dict[str, Any]]:
    images = ("--image", IMAGE, "--count", str(count))
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


def _facts(_names: str) -> list[dict[str, Any]]:
    # What the survey reads too: an account is another request for each process.
    gather = ["process", "service", "httpsys"]
    return _by_forks({"portkeeper.windows.port_facts": {"gather": gather}})


def _check(_names: str) -> list[dict[str, Any]]:
    arguments = {"ports": PORTS, "from_controller": False}
    return _by_forks({"portkeeper.windows.port_check": arguments})


def _peer(_names: str) -> list[dict[str, Any]]:
    return _by_forks({peer.MODULE: {}})


def _by_forks(task: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"hosts": "windows", "gather_facts": False, "tasks": [task]}]


def _survey(**options: Any) -> Any:
    def play(names: str) -> list[dict[str, Any]]:
        arguments = {"hosts": names, "from_controller": False, **options}
        task = {"portkeeper.windows.port_survey": arguments}
        return [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]

    return play


def _slope(
    folder: Path,
    windows: dict[str, Any],
    play: Any,
    *,
    runs: int = RUNS,
    of: tuple[int, int] = (SMALL, LARGE),
    collections: Path | None = None,
) -> Slope:
    """What each further host costs, from the medians of some runs of each size. `collections` is a
    folder with more of them."""
    found = {}
    small, large = of
    for size in of:
        hosts = dict(list(windows["hosts"].items())[:size])
        found[size] = [
            _run(folder, {**windows, "hosts": hosts}, play("windows"), collections)
            for _run_ in range(runs)
        ]
    cpu = {size: statistics.median(each.cpu for each in costs) for size, costs in found.items()}
    cost = Cost(
        statistics.median(each.elapsed for each in found[large]),
        cpu[large],
        max(each.megabytes for each in found[large]),
    )
    return Slope(1000 * (cpu[large] - cpu[small]) / (large - small), cost)


def _longer(folder: Path, windows: dict[str, Any]) -> float:
    """How many seconds longer a survey takes if some of its hosts are off, that is silent."""
    some, of_all = OFF
    names = list(windows["hosts"])
    with ExitStack() as stack:
        address, port = stack.enter_context(black_hole())
        off = {
            name: {**windows["hosts"][name], "ansible_host": address, "ansible_port": port}
            if number % of_all < some
            else windows["hosts"][name]
            for number, name in enumerate(names)
        }
        play = _survey(connect_timeout=CONNECT)("windows")
        on = _run(folder, windows, play)
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
    debug = figures.slopes["debug, local"]
    found: list[tuple[str, ...]] = []
    for over, slopes in (("Basic", figures.slopes), ("NTLM, sealed", figures.sealed)):
        for task, slope in slopes.items():
            found.append(
                (
                    f"{task}, {over}",
                    f"{slope.milliseconds:.1f}",
                    f"{slope.milliseconds / debug.milliseconds:.2f}",
                    f"{slope.large.elapsed / debug.large.elapsed:.2f}",
                    f"{slope.large.megabytes:.0f}",
                )
            )
    if figures.peer is None:
        found.append((f"{peer.COLLECTION}: {peer.PACKAGE} can't be had here", "", "", "", ""))
    else:
        # Its large fleet is a smaller one, so its time is not to be compared.
        ratio = figures.peer.milliseconds / debug.milliseconds
        name = f"{peer.MODULE.rpartition('.')[2]}, forks, Basic"
        cells = (f"{figures.peer.milliseconds:.1f}", f"{ratio:.2f}", "")
        found.append((name, *cells, f"{figures.peer.large.megabytes:.0f}"))
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
    debug, forks = figures.slopes["debug, local"], figures.slopes["port_facts, forks"]
    survey, sealed = figures.slopes["port_survey, facts"], figures.sealed["port_survey, facts"]
    check = figures.slopes["port_survey, 20 ports"]
    small, large = (figures.sizes[size] for size in SIZES)
    beside_peer = []
    if figures.peer is not None:
        ratio = survey.milliseconds / figures.peer.milliseconds
        beside_peer = [(f"CPU of a further host, survey to {peer.MODULE}", ratio, MAX_TO_PEER)]
    return [
        *beside_peer,
        (f"CPU of {SIZES[1]} hosts to {SIZES[0]}", large.cpu / small.cpu, MAX_DOUBLED),
        (f"elapsed of {SIZES[1]} hosts to {SIZES[0]}", large.elapsed / small.elapsed, MAX_DOUBLED),
        ("CPU of a further host, survey to debug over local",
         survey.milliseconds / debug.milliseconds, MAX_TO_LOCAL_DEBUG),
        ("the same with NTLM, sealed",
         sealed.milliseconds / debug.milliseconds, MAX_TO_LOCAL_DEBUG_SEALED),
        ("CPU of a further host, survey to port_facts by forks",
         survey.milliseconds / forks.milliseconds, MAX_TO_FORKS),
        (f"elapsed for {LARGE} hosts, survey to port_facts by forks",
         survey.large.elapsed / forks.large.elapsed, MAX_ELAPSED_TO_FORKS),
        ("CPU s of a further host, 20 ports", check.milliseconds / 1000, MAX_CHECK_SECONDS),
        (f"connect time-outs that {OFF[0]} of {OFF[1]} hosts which are off cost together",
         figures.longer / CONNECT, MAX_CONNECT_TIMES),
    ]  # fmt: skip
