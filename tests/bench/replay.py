# SPDX-License-Identifier: GPL-3.0-or-later
"""Many hosts in one process that answer the same: what a simulated PC has answered to the same question
before, after a fixed delay.

So a thousand of them take hardly any CPU from what is measured, and a run takes no longer because they
are busy. A question is that of a message whatever its id and the address that it is sent to.

Run as a program (`python -m bench.replay up --count 1000 --delay 0.02 --inventory hosts.yml`).
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from loopback import Network
from unit.simulated import SimulatedTransport
from winsim.images import load

_PORT = 5985
_ID = re.compile(rb"(<a:MessageID>)([^<]*)(?=<)")
_TO = re.compile(rb"<a:To>[^<]*</a:To>")
_RELATES_TO = re.compile(rb"(<(?:[\w.-]+:)?RelatesTo\b[^>]*>)[^<]*(?=<)")
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


class Answers:
    """The answers of one simulated PC."""

    def __init__(self, image: str) -> None:
        self._transport = SimulatedTransport(load(image).boot())
        self._known: dict[bytes, bytes] = {}

    def to(self, message: bytes) -> bytes:
        found = _ID.search(message)
        if found is None:
            raise ValueError("a message without an id")
        question = _ID.sub(rb"\1", _TO.sub(b"", message))
        if question not in self._known:
            self._known[question] = self._transport.send(message)
        return _RELATES_TO.sub(rb"\g<1>" + found[2], self._known[question], count=1)


async def serve(answers: Answers, addresses: Sequence[str], delay: float, inventory: Path) -> None:
    """Answer on all addresses until the process is told to end."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = _LENGTH.search(head)
                body = await reader.readexactly(int(found[1]) if found else 0)
                await asyncio.sleep(delay)
                answer = answers.to(body)
                writer.write(
                    b"HTTP/1.1 200 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
                    b"Server: Microsoft-HTTPAPI/2.0\r\nContent-Length: %d\r\n\r\n%b"
                    % (len(answer), answer)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    servers = [await asyncio.start_server(converse, each, _PORT) for each in addresses]
    variables = {
        "ansible_connection": "winrm",
        "ansible_port": _PORT,
        "ansible_user": "admin",
        "ansible_password": "correct horse",
        "ansible_winrm_scheme": "http",
        "ansible_winrm_transport": "basic",
    }
    hosts = {f"pc-{number:04}": {"ansible_host": each} for number, each in enumerate(addresses, 1)}
    inventory.write_text(yaml.safe_dump({"windows": {"hosts": hosts, "vars": variables}}))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("ready", flush=True)
    await stop.wait()
    for server in servers:
        server.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.replay", description=__doc__)
    parser.add_argument("command", choices=["up"])
    parser.add_argument("--inventory", type=Path, required=True)
    parser.add_argument("--image", default="server2022")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--log-level", help="for those who start winsim; nothing is logged")
    options = parser.parse_args(arguments)
    network = Network()
    addresses = [network.next() for _number in range(options.count)]
    asyncio.run(serve(Answers(options.image), addresses, options.delay, options.inventory))
    return 0


if __name__ == "__main__":
    sys.exit(main())
