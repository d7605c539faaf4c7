# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of a survey of 1,000 PCs with 60 listeners each, and of their report: the role port_report,
from the first message to the files.

One simulated PC answers for all: each has a loopback address of its own, from which a relay in this process
leads to it.
`python -m bench.memory` measures this alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import yaml

from demo.__main__ import simulated_hosts
from loopback import Network

CHECKOUT = Path(__file__).parent.parent.parent
PCS = 1_000
LISTENERS = 60
MAX_MEGABYTES = 400.0
#: How often the processes are looked at, in seconds.
_EVERY = 0.2
#: The server of the images has 25 of its own, as the report counts: an address of IPv4 and of IPv6 is one.
_IMAGE = """\
base: server2022
crowds:
  - {name: app.exe, path: 'C:\\App\\app.exe', parent: 692, user: network service, after: 21.5,
     processes: 1, first_pid: 10000, tcp: 30, first_tcp: 10000, udp: 5, first_udp: 10000,
     connections: 0, first_connections: 20000}
"""


def megabytes(pcs: int = PCS) -> float:
    """The most that all processes of the run hold together, where each page that several of them
    share counts once.

    Raises:
        RuntimeError: the run failed, or not all PCs are in the report with their listeners.
    """
    _unused, many = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (many, many))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "image.yml").write_text(_IMAGE)
        network = Network()
        addresses = [network.next() for _unused in range(pcs)]
        image = ("--image", str(folder / "image.yml"), "--address", Network().address())
        with simulated_hosts(folder / "one.yml", *image):
            windows = yaml.safe_load((folder / "one.yml").read_text())["windows"]
            (one,) = windows["hosts"].values()
            windows["hosts"] = {
                f"pc-{number:04}": {**one, "ansible_host": address}
                for number, address in enumerate(addresses)
            }
            (folder / "hosts.json").write_text(json.dumps({"windows": windows}))
            with _relays(addresses, one["ansible_host"], int(one["ansible_port"])):
                most = _peak(folder)
        report = json.loads((folder / "port_report.json").read_text("utf-8"))
    counts = [len(host["listeners"] or ()) for host in report["hosts"]]
    if counts != [LISTENERS] * pcs:
        raise RuntimeError(f"the report has other PCs or listeners: {set(counts)}")
    return most


@contextmanager
def _relays(addresses: Sequence[str], host: str, port: int) -> Iterator[None]:
    """Lead connections to a port of each of these addresses to one host."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    listening = threading.Event()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_host, to_host = await asyncio.open_connection(host, port)
        await asyncio.gather(copy(reader, to_host), copy(from_host, writer))

    async def serve() -> None:
        servers = [
            await asyncio.start_server(lead, address, port, backlog=16) for address in addresses
        ]
        listening.set()
        await stop.wait()
        for server in servers:
            server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    if not listening.wait(60):
        raise RuntimeError("the relays don't listen")
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)


def _peak(folder: Path) -> float:
    given = {"port_report_ports": "80,443", "port_report_folder": str(folder)}
    given["port_report_from_controller"] = "no"
    line = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        *("-i", str(folder / "hosts.json"), "-e", json.dumps(given)),
        "portkeeper.windows.report",
    ]
    environment = os.environ | {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")}
    most = 0.0
    with (folder / "output").open("w+") as output:
        process = subprocess.Popen(
            line, stdout=output, stderr=subprocess.STDOUT, cwd=CHECKOUT, env=environment
        )
        while process.poll() is None:
            most = max(most, sum(map(_share, _tree(process.pid))))
            time.sleep(_EVERY)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(line)} failed:\n{output.read()[-4000:]}")
    return most


def _tree(pid: int) -> Iterator[int]:
    """A process, and those that it and they have started."""
    yield pid
    children: list[str] = []
    with suppress(OSError):  # it has ended
        for thread in os.listdir(f"/proc/{pid}/task"):
            children += Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
    for child in children:
        yield from _tree(int(child))


def _share(pid: int) -> float:
    """The megabytes of a process, its share of what it has in common with others (PSS, proc(5))."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PCS
    print(f"{megabytes(count):.0f} MB for {count:,} PCs with {LISTENERS} listeners each")
