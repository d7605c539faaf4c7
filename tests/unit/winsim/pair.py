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

    def curl(self, text: str) -> ProgramResult:
        """Run curl with that configuration, as soon as nothing else runs."""
        return programs.run(self.client, CURL, stdin=text.encode())


@contextmanager
def pair(
    client: Mapping[str, Any] | None = None,
    server: Mapping[str, Any] | None = None,
    images: tuple[str, str] = ("win11-ja", "server2022"),
) -> Iterator[Pair]:
    """Both run, each in a network of its own, with these differences."""
    made = [
        load(image).varied(common).varied(changes or {}).boot(name, _ADDRESSES.next())
        for image, name, common, changes in (
            (images[0], "client", CLIENT, client),
            (images[1], "server", SERVER, server),
        )
    ]
    with Hosts(made):
        yield Pair(*made)
