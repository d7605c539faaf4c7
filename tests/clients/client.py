# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients: where each comes from, how its driver is run, and what it has no operation for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools import clients as installed
from winsim.config import Access

DRIVERS = Path(__file__).parent / "drivers"


@dataclass(frozen=True)
class Way:
    """A way to a host: scheme, the client's authentication, and what the host allows."""

    title: str
    scheme: str
    authentication: str
    access: Access


#: What each host allows is its way alone, so that a client can't take another one.
WAYS: dict[str, Way] = {
    "http-basic": Way("HTTP, Basic", "http", "basic", Access(negotiate=False)),
    "http-ntlm": Way(
        "HTTP, NTLM, sealed", "http", "ntlm", Access(basic=False, allow_unencrypted=False)
    ),
    "https-basic": Way("HTTPS, Basic", "https", "basic", Access(negotiate=False)),
    "https-ntlm": Way("HTTPS, NTLM", "https", "ntlm", Access(basic=False)),
}

#: The operations, in the order of the table, with their titles there.
OPERATIONS: dict[str, str] = {
    "identify": "Identify",
    "enumerate": "Enumerate with pulls",
    "dmtf": "Enumerate by a DMTF URI",
    "wql": "WQL query",
    "selector": "selector filter",
    "references": "endpoint references",
    "association": "association",
    "get": "Get",
    "config": "Get of the configuration",
    "put": "Put",
    "create": "Create",
    "delete": "Delete",
    "invoke": "Invoke",
    "shells": "shells listed",
    "command": "command in a shell",
    "unicode": "command with Unicode (code page 65001)",
    "failing": "command that fails",
    "long": "command with a long output",
    "input": "command that reads input",
    "powershell": "PowerShell",
    "copy": "file copied by PowerShell",
}


@dataclass(frozen=True)
class Client:
    """One client.

    `source`: where it comes from. `command`: what runs its driver. `way`: on which it tries all its
    operations; `probe`: the one that it tries on each way. `lacks`: the operations that it can't
    do, and why; `notes`: what the table says beside an operation of it, and `also`: what its
    driver does so that the notes are tested. `variables`: of its driver's environment.
    """

    name: str
    source: str
    command: tuple[str, ...]
    way: str
    probe: str
    lacks: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def operations(self) -> tuple[str, ...]:
        return tuple(each for each in OPERATIONS if each not in self.lacks)


def _python(driver: str, interpreter: str = sys.executable) -> tuple[str, ...]:
    """Isolated: neither PYTHONPATH nor the driver's folder is searched for modules."""
    return (interpreter, "-I", str(DRIVERS / f"{driver}_client.py"))


def _lacks(reason: str, *operations: str) -> dict[str, str]:
    return dict.fromkeys(operations, reason)


_NO_OPERATION = "has no such operation"
_SHELLS_ONLY = "runs commands only"
_NO_SHELLS = "has no shells"
_SHELLS = ("shells", "command", "unicode", "failing", "long", "input", "powershell")
_BEFORE_SHELLS = tuple(each for each in OPERATIONS if each not in _SHELLS and each not in {"copy"})

CLIENTS: tuple[Client, ...] = (
    Client(
        name="pywinrm",
        source="PyPI, as pinned in `tests/constraints`",
        command=_python("pywinrm"),
        way="http-ntlm",
        probe="command",
        lacks=_lacks(_SHELLS_ONLY, *_BEFORE_SHELLS, "shells") | _lacks(_NO_OPERATION, "copy"),
    ),
    Client(
        name="pypsrp",
        source="PyPI, as pinned in `tests/constraints`",
        command=_python("pypsrp"),
        way="http-ntlm",
        probe="get",
        lacks=_lacks(_NO_OPERATION, "identify")
        | _lacks("copies over the PowerShell Remoting Protocol only", "copy"),
    ),
    Client(
        name="awinrm",
        source="PyPI, as pinned in `tests/clients/requirements.txt`; it has an NTLM of its own",
        command=_python("awinrm", installed.program("python")),
        way="http-ntlm",
        probe="command",
        lacks=_lacks(_SHELLS_ONLY, *_BEFORE_SHELLS, "shells")
        | _lacks("copies no file before it has PowerShell", "copy"),
        notes={
            "command": "over HTTPS with a `transport_type`, and a transport for its certificate: "
            "without, it speaks HTTP to a URL of HTTPS"
        },
    ),
    Client(
        name="python-wsmanclient",
        source="PyPI, as pinned in `tests/clients/requirements.txt`",
        command=_python("wsmanclient", installed.program("python")),
        way="http-basic",
        probe="wql",
        lacks=_lacks(_NO_SHELLS, *_SHELLS, "copy")
        | _lacks("knows CQL and WQL only", "selector", "association")
        | _lacks("has no enumeration modes", "references")
        | _lacks("has no selectors for an enumeration", "dmtf")
        | _lacks(_NO_OPERATION, "identify", "get", "config", "put", "create", "delete"),
        notes={
            "enumerate": "without OptimizeEnumeration: optimised, it drops the first of several "
            "pages, whose Items are in the namespace of WS-Management"
        },
        also=("enumerate_optimised",),
    ),
    Client(
        name="wsl",
        source="Debian",
        command=_python("wsl"),
        way="http-basic",
        probe="identify",
        lacks=_lacks(_NO_SHELLS, *_SHELLS, "copy") | _lacks(_NO_OPERATION, "create", "delete"),
        notes={
            "association": "`-references` asks for the associated instances, `-associators` for "
            "the associations; neither names the association",
            "put": "`-fragment`, the description of the operating system",
            "invoke": "with an endpoint reference in its own prefixes: it copies that of an "
            "answer without the declarations of its namespaces",
        },
        also=("invoke_enumerated",),
    ),
    Client(
        name="winrmcp",
        source="Debian",
        command=_python("winrmcp"),
        way="http-basic",
        probe="copy",
        lacks=_lacks("copies files only", *_BEFORE_SHELLS, *_SHELLS),
    ),
    Client(
        name="winrm-client",
        source="npm, as pinned in `tests/clients/package-lock.json`",
        command=(installed.program("node"), str(DRIVERS / "winrm_client.cjs")),
        way="https-ntlm",
        probe="command",
        lacks=_lacks(_SHELLS_ONLY, *_BEFORE_SHELLS, "shells")
        | _lacks("asks for code page 437 always", "unicode")
        | _lacks("fetches the first part of an output only", "long")
        | _lacks("answers prompts only", "input")
        | _lacks(_NO_OPERATION, "copy"),
        also=("first_part",),
        variables={"NODE_PATH": str(installed.MODULES)},
    ),
)
