# SPDX-License-Identifier: GPL-3.0-or-later
"""What pywinrm gets from a host. Reads the host and the operations as JSON, writes JSON."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from winrm import Session
from winrm.exceptions import WinRMError, WSManFaultError


def session(target: Mapping[str, Any]) -> Session:
    return Session(
        target["url"],
        auth=(target["user"], target["password"]),
        transport=target["authentication"],
        server_cert_validation="validate",
        ca_trust_path=target["certificate"],
    )


def command(target: Mapping[str, Any]) -> Any:
    done = session(target).run_cmd("echo", ["one", "two"])
    return done.std_out.decode(), done.std_err.decode(), done.status_code


def unicode(target: Mapping[str, Any]) -> Any:
    protocol = session(target).protocol
    shell = protocol.open_shell(codepage=65001)
    run = protocol.run_command(shell, "echo", ["héllo", "日本"])
    stdout, stderr, code = protocol.get_command_output(shell, run)
    protocol.cleanup_command(shell, run)
    protocol.close_shell(shell)
    return stdout.decode(), stderr.decode(), code


def failing(target: Mapping[str, Any]) -> Any:
    done = session(target).run_cmd("no-such-program")
    return done.std_out.decode(), done.std_err.decode(), done.status_code


def long(target: Mapping[str, Any]) -> Any:
    """The number of values that a query of the registry prints."""
    return session(target).run_cmd(target["long"]).std_out.count(b"    REG_SZ    ")


def input_(target: Mapping[str, Any]) -> Any:
    protocol = session(target).protocol
    shell = protocol.open_shell()
    run = protocol.run_command(shell, "sort.exe")
    protocol.send_command_input(shell, run, "pear\r\n")
    protocol.send_command_input(shell, run, b"apple\r\n", end=True)
    stdout, stderr, code = protocol.get_command_output(shell, run)
    protocol.cleanup_command(shell, run)
    protocol.close_shell(shell)
    return stdout.decode(), stderr.decode(), code


class NoProgramError(Exception):
    """A program ended with an exit code, and said why on stderr."""


def powershell(target: Mapping[str, Any]) -> Any:
    done = session(target).run_ps("Get-Date")
    if done.status_code:
        raise NoProgramError(done.status_code, done.std_err.decode())
    return done.std_out.decode()


OPERATIONS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "command": command,
    "unicode": unicode,
    "failing": failing,
    "long": long,
    "input": input_,
    "powershell": powershell,
}


def outcome(operation: str, target: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"got": OPERATIONS[operation](target)}
    except WSManFaultError as fault:
        return {"refused": str(fault.wsman_fault_code), "said": str(fault)}
    except NoProgramError as error:
        code, said = error.args
        return {"refused": f"exit code {code}", "said": said}
    except WinRMError as error:
        return {"refused": f"HTTP {getattr(error, 'code', '')}".strip(), "said": str(error)}


warnings.simplefilter("ignore")
asked = json.load(sys.stdin)
json.dump({each: outcome(each, asked) for each in asked["operations"]}, sys.stdout)
