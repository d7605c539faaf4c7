# SPDX-License-Identifier: GPL-3.0-or-later
"""What awinrm gets from a host. Reads the host and the operations as JSON, writes JSON."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx
from awinrm import Session
from awinrm.exceptions import WinRMError

asked: dict[str, Any] = json.load(sys.stdin)


class NoProgramError(Exception):
    """A program ended with an exit code, and said why on stderr."""


def session() -> Any:
    user, password = quote(asked["user"]), quote(asked["password"])
    where = f"{asked['address']}:{asked['port']}"
    url = f"{asked['scheme']}+ntlm-password://{user}:{password}@{where}"
    if asked["scheme"] == "http":
        return Session(url)
    # The scheme of the URL is not enough for HTTPS.
    context = ssl.create_default_context(cafile=asked["certificate"])
    transport = httpx.AsyncHTTPTransport(verify=context)
    return Session(url, transport_type="ssl", transport=transport)


async def run(command: str, *arguments: str) -> Any:
    async with session() as connected:
        stdout, stderr, code = await connected.run_cmd(command, arguments)
    return stdout.decode(), stderr.decode(), code


async def unicode() -> Any:
    async with session() as connected:
        protocol = connected.protocol
        shell = await protocol.open_shell(codepage=65001)
        running = await protocol.run_command(shell, "echo", ("héllo", "日本"))
        outputs = [each async for each in protocol.get_command_output(shell, running)]
        await protocol.cleanup_command(shell, running)
        await protocol.close_shell(shell)
    stdout, stderr = (b"".join(each[which] for each in outputs).decode() for which in (0, 1))
    return stdout, stderr, outputs[-1][2]


async def input_() -> Any:
    async with session() as connected:
        protocol = connected.protocol
        shell = await protocol.open_shell()
        running = await protocol.run_command(shell, "sort.exe")
        await protocol.send_command_input(shell, running, "pear\r\n")
        await protocol.send_command_input(shell, running, b"apple\r\n", end=True)
        outputs = [each async for each in protocol.get_command_output(shell, running)]
        await protocol.cleanup_command(shell, running)
        await protocol.close_shell(shell)
    stdout, stderr = (b"".join(each[which] for each in outputs).decode() for which in (0, 1))
    return stdout, stderr, outputs[-1][2]


async def long() -> Any:
    """The number of values that a query of the registry prints."""
    stdout, _stderr, _code = await run(asked["long"])
    return stdout.count("    REG_SZ    ")


async def powershell() -> Any:
    async with session() as connected:
        stdout, stderr, code = await connected.run_ps("Get-Date")
    if code:
        raise NoProgramError(code, str(stderr))
    return stdout.decode()


OPERATIONS: dict[str, Callable[[], Awaitable[Any]]] = {
    "command": lambda: run("echo", "one", "two"),
    "unicode": unicode,
    "failing": lambda: run("no-such-program"),
    "long": long,
    "input": input_,
    "powershell": powershell,
}


async def outcome(operation: str) -> dict[str, Any]:
    try:
        return {"got": await OPERATIONS[operation]()}
    except NoProgramError as error:
        code, said = error.args
        return {"refused": f"exit code {code}", "said": said}
    except WinRMError as error:
        if "No supported authentication types" not in str(error):
            raise
        return {"refused": "HTTP 401", "said": str(error)}


async def main() -> None:
    json.dump({each: await outcome(each) for each in asked["operations"]}, sys.stdout)


asyncio.run(main())
