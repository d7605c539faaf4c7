# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that answers every request in form, and with whatever it likes as content.

Damage to the form is for the parsers of messages. Here the form is right, so that what is in it
gets to those that make endpoints, processes, rules, plans and diagnoses of it.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimClass,
    CimType,
)
from fuzz import localized
from fuzz.messages import carried, envelope
from fuzz.texts import mutated, values

Row = Mapping[str, str]

_MARKER = re.compile(r" & echo (portkeeper-end-of-output-[0-9]+)(?: & )?")
PROGRAMS = (
    "netstat.exe",
    "excludedportrange",
    "dynamicport",
    "servicestate",
    "reg.exe",
    "tasklist",
)

#: The classes that are read to answer a task.
CLASSES = (
    *(classes.NET_TCP_CONNECTION, classes.NET_UDP_ENDPOINT, classes.PROCESS, classes.SERVICE),
    *(classes.NET_CONNECTION_PROFILE, classes.FIREWALL_PRODUCT, classes.OPERATING_SYSTEM),
    *(classes.NETWORK_ADAPTER_CONFIGURATION, classes.NET_IP_ADDRESS, classes.NET_ADAPTER),
    classes.NET_ROUTE,
)


@dataclass
class HostileTransport:
    """Rows by the name of their class, and what programs print by a word of their command lines."""

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    url: str = "http://192.0.2.1:5985/wsman"
    operation_timeout: float = 20.0
    shell_id: str | None = "SHELL"
    peer: tuple[str, int] | None = ("192.0.2.1", 5985)
    own: tuple[str, int] | None = ("192.0.2.9", 50000)
    _command_line: str = ""

    def send(self, request: bytes) -> bytes:
        text = request.decode()
        return envelope(self._body(text), _found(r"<a:MessageID>([^<]+)<", text))

    def reconnect(self) -> None:
        """The next request is answered like the last."""

    def forget_shell(self) -> None:
        """It may be asked for again."""

    def _body(self, text: str) -> str:
        action = _found(r"<a:Action[^>]*>[^<]*/([^/<]+)<", text)
        if action == "Enumerate":
            name = _found(r"FROM (\w+)|ResultClassName>(\w+)<", text)
            rows = "".join(map(_written, self.rows.get(name, ())))
            return f"<p:R_Response><p:Items>{rows}</p:Items><p:EndOfSequence/></p:R_Response>"
        if action == "Command":
            self._command_line = html.unescape(_found(r"<rsp:Command>([^<]*)<", text))
            return "<p:CommandResponse><p:CommandId>C</p:CommandId></p:CommandResponse>"
        if action == "Receive":
            output = base64.b64encode(self._output().encode("utf-8", "surrogatepass")).decode()
            return (
                f'<p:ReceiveResponse><p:Stream Name="stdout">{output}</p:Stream>'
                '<p:CommandState State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/'
                'CommandState/Done"><p:ExitCode>0</p:ExitCode></p:CommandState></p:ReceiveResponse>'
            )
        if action == "Signal":
            return "<p:SignalResponse/>"
        returned = self.rows.get(f"{action}_OUTPUT", ({},))
        return f"<p:{action}_OUTPUT>{_fields(returned[0])}</p:{action}_OUTPUT>"

    def _output(self) -> str:
        """What each program prints and, behind it, the marker that the command line asks for."""
        parts = _MARKER.split(self._command_line)
        if len(parts) == 1:
            return self._print(parts[0])
        return "".join(
            f"{self._print(line)}{marker}\r\n"
            for line, marker in zip(parts[::2], parts[1::2], strict=False)
        )

    def _print(self, command_line: str) -> str:
        return next((self.printed.get(word, "") for word in PROGRAMS if word in command_line), "")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return next(filter(None, match.groups()), "") if match else ""


def _written(row: Row) -> str:
    return f"<p:XmlFragment>{_fields(row)}</p:XmlFragment>"


def _fields(row: Row) -> str:
    return "".join(f"<p:{name}>{carried(value)}</p:{name}>" for name, value in row.items())


def _value(cim_type: CimType) -> st.SearchStrategy[str]:
    """Texts that are of a type nearly always: one that isn't ends the whole reading."""
    if cim_type is CimType.DATETIME:
        return st.datetimes().map(lambda each: each.isoformat() + "Z")
    if cim_type is CimType.BOOLEAN:
        return st.sampled_from(["true", "false"])
    if cim_type is CimType.STRING:
        return values
    return st.integers(0, 12).map(str)


_ADDRESSES = st.sampled_from(["0.0.0.0", "::", "127.0.0.1", "::1", "192.0.2.1", "fe80::1%12"])
_STATES = st.sampled_from(["2", "5", "100"])
_PORTS = st.sampled_from(["80", "80", "81", "5985", "0"])


@st.composite
def rows(draw: st.DrawFn, cim_class: CimClass) -> Row:
    """A row that makes sense to a program and none to a person."""
    row = {}
    for each in cim_class.properties:
        strategy = _value(each.type)
        if each.name in ("LocalAddress", "RemoteAddress") and "Net" in cim_class.name:
            strategy = _ADDRESSES
        elif each.name == "LocalPort":
            strategy = _PORTS
        elif each.name == "State" and cim_class is classes.NET_TCP_CONNECTION:
            strategy = _STATES
        if draw(st.integers(0, 400)) == 0:
            strategy = values
        if each.array or (strategy is not _ADDRESSES and draw(st.integers(0, 9)) == 0):
            continue
        row[each.name] = draw(strategy)
    return row


@st.composite
def hosts(
    draw: st.DrawFn, classes_read: tuple[CimClass, ...] = CLASSES, most: int = 4
) -> HostileTransport:
    """A host with some of everything."""
    tables: dict[str, Sequence[Row]] = {
        each.name: draw(st.lists(rows(each), max_size=most)) for each in classes_read
    }
    tables["GetOwner_OUTPUT"] = [{"User": draw(values), "Domain": draw(values), "ReturnValue": "0"}]
    texts = (
        *(localized.netstat(), localized.excluded_ranges(), localized.dynamic_ports()),
        *(localized.service_state(), localized.firewall_stores(), localized.tasklist()),
    )
    printed = {word: draw(mutated(text)) for word, text in zip(PROGRAMS, texts, strict=True)}
    if draw(st.booleans()):
        printed["reg.exe"] = (
            f"\r\n{stores.LOCAL_POLICY_KEY}\\FirewallRules\r\n" + (printed["reg.exe"])
        )
    return HostileTransport(tables, printed)
