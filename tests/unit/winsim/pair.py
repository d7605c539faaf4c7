# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated client and a server that really run, and curl on the client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from loopback import Network
from winsim import programs
from winsim.images import load
from winsim.machine import Machine
from winsim.programs import ProgramResult
from winsim.server import Hosts

_ADDRESSES = Network()
CURL = r"%SystemRoot%\System32\curl.exe -q -K -"
CLIENT = {"network": {"ipv4": "10.20.1.7", "gateways!": ["10.20.1.1"]}}
SERVER = {"network": {"ipv4": "10.20.2.5", "gateways!": ["10.20.2.1"]}}
#: For `configuration`: the lines that every one of these tests wants.
USUAL = ("silent", "verbose", 'stderr = "-"')


def configuration(*urls: str, lines: tuple[str, ...] = USUAL, seconds: float = 0.3) -> str:
    text = "".join(f"{line}\n" for line in lines)
    text += f"connect-timeout = {seconds}\nmax-time = {seconds}\n"
    text += (
        'write-out = "\\n|%{url_effective}|%{local_port}|%{local_ip}|%{exitcode}|%{errormsg}\\n"\n'
    )
    return text + "".join(f'url = "{url}"\noutput = "NUL"\n' for url in urls)


@dataclass
class Pair:
    client: Machine
    server: Machine
    hosts: Hosts

    def curl(self, text: str) -> ProgramResult:
        """Run curl with that configuration, as soon as nothing else runs."""
        return programs.run(self.client, CURL, stdin=text.encode())

    def tries(self, *targets: str, **given: Any) -> list[tuple[bool, str, str]]:
        """For each target, such as ``10.20.2.5:80``: whether a connection was made, from which
        address, and why none was."""
        urls = [f"pop3://{each}" for each in targets]
        # Those of one run take their time together.
        lines = (*USUAL, "parallel", "no-progress-meter")
        printed = self.curl(configuration(*urls, lines=lines, **given)).stdout.decode()
        rows = {row[1]: row for line in printed.splitlines() if len(row := line.split("|")) > 2}
        return [(int(row[2]) > 0, row[3], row[5]) for row in (rows[f"{each}/"] for each in urls)]


@contextmanager
def pair(
    client: Mapping[str, Any] | None = None,
    server: Mapping[str, Any] | None = None,
    *others: Machine,
    images: tuple[str, str] = ("win11-ja", "server2022"),
) -> Iterator[Pair]:
    """Both run, each in a network of its own with these differences; `others` beside them."""
    made = [
        load(image).varied(common).varied(changes or {}).boot(name, _ADDRESSES.next())
        for image, name, common, changes in (
            (images[0], "client", CLIENT, client),
            (images[1], "server", SERVER, server),
        )
    ]
    with Hosts([*made, *others], unkind=None) as hosts:
        yield Pair(*made, hosts)


def other(changes: Mapping[str, Any], image: str = "server2022") -> Machine:
    """Another one beside the two."""
    return load(image).varied(changes).boot("other", _ADDRESSES.next())
