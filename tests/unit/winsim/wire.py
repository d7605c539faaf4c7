# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to a simulated service without a network, and classes made of recorded instances."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from winsim.cim import CimClass, Property, Scalar, Values
from winsim.exchange import NO_FAULTS
from winsim.machine import Machine
from winsim.network_state import Network
from winsim.state import OperatingSystem, Process
from winsim.state import Service as ServiceRow
from winsim.wsman import Caller, Reply, Service

SAMPLES = Path(__file__).parent.parent.parent / "samples"

NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "n": "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "b": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/"
MESSAGE_ID = "uuid:11111111-2222-3333-4444-555555555555"
CALLER = Caller("admin", "127.0.0.1", "http://127.77.0.1:5985/wsman")


def envelope(
    action: str,
    body: str = "",
    *,
    uri: str = f"{WMI}root/cimv2/*",
    header: str = "",
    max_envelope_size: int = 512_000,
) -> bytes:
    """A request as clients write them; `header` is put among the header blocks."""
    declarations = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        f"<s:Envelope{declarations}><s:Header>"
        f'<a:Action s:mustUnderstand="true">{action}</a:Action>'
        "<a:To>http://127.77.0.1:5985/wsman</a:To>"
        f'<w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>'
        f"<a:MessageID>{MESSAGE_ID}</a:MessageID><a:ReplyTo><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
        f"</a:Address></a:ReplyTo><w:MaxEnvelopeSize>{max_envelope_size}</w:MaxEnvelopeSize>"
        f"<w:OperationTimeout>PT60S</w:OperationTimeout>{header}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def enumerate_body(
    query: str | None = None, *, max_elements: int = 32_000, mode: str = "", filtering: str = ""
) -> str:
    """The body of an optimised Enumerate, for a WQL query or with another filter."""
    if query is not None:
        dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
        text = query.replace("&", "&amp;").replace("<", "&lt;")
        filtering = f'<w:Filter Dialect="{dialect}">{text}</w:Filter>'
    enumeration_mode = f"<w:EnumerationMode>{mode}</w:EnumerationMode>" if mode else ""
    return (
        f"<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>{max_elements}</w:MaxElements>"
        f"{enumeration_mode}{filtering}</n:Enumerate>"
    )


def pull_body(context: str, max_elements: int = 32_000) -> str:
    return (
        f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>"
        f"<n:MaxElements>{max_elements}</n:MaxElements></n:Pull>"
    )


def selectors(**values: str) -> str:
    inner = "".join(f'<w:Selector Name="{k}">{v}</w:Selector>' for k, v in values.items())
    return f"<w:SelectorSet>{inner}</w:SelectorSet>"


def options(*pairs: tuple[str, str]) -> str:
    inner = "".join(f'<w:Option Name="{name}">{value}</w:Option>' for name, value in pairs)
    return f"<w:OptionSet>{inner}</w:OptionSet>"


def ask(service: Service, data: bytes, injected: Mapping[str, str] = NO_FAULTS) -> Reply:
    """What the service answers to an envelope."""
    request = service.read(data, CALLER)
    if isinstance(request, Reply):
        return request
    return service.answer(request, CALLER, injected)


def tree(reply: Reply) -> ET.Element:
    return ET.fromstring(reply.text)


def find(reply: Reply, path: str) -> ET.Element | None:
    return tree(reply).find(path, NAMESPACES)


def text(reply: Reply, path: str) -> str:
    """The text at a path, which must be there."""
    found = find(reply, path)
    assert found is not None, f"no {path} in {reply.text}"
    return found.text or ""


def fault_code(reply: Reply) -> tuple[int, str, str]:
    """Status, subcode and the number in the detail of a fault, whichever form it has."""
    code = re.search(r'Code="([0-9]+)"|error_Code [^>]*>([0-9]+)<', reply.text)
    assert code is not None, reply.text
    subcode = find(reply, ".//s:Subcode/s:Value")
    return reply.status, (subcode.text or "") if subcode is not None else "", code[1] or code[2]


_BOOTED = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def machine(
    version: str = "10.0.22631", language: str = "en", address: str = "127.77.0.1"
) -> Machine:
    """A machine on which next to nothing runs."""
    return Machine(
        name="win-1",
        address=address,
        image="bare",
        computer_name="BARE-PC",
        operating_system=OperatingSystem(
            caption="Microsoft Windows",
            version=version,
            language=language,
            installed=_BOOTED,
            booted=_BOOTED,
            sku=48,
        ),
        network=Network(),
        processes=[
            Process(0, 0, "System Idle Process"),
            Process(4, 0, "System", user=r"NT AUTHORITY\SYSTEM", created=_BOOTED, protected=True),
            Process(
                96,
                4,
                "ping & <pong>.exe",
                path=r"C:\Tools\ping & <pong>.exe",
                user=r"BARE-PC\admin",
                created=_BOOTED,
            ),
        ],
        services=[ServiceRow("Quiet", "A service that is stopped", r"C:\quiet.exe")],
        endpoints=[],
    )


class Recorded(CimClass):
    """A class whose instances are recorded ones, in their order."""

    def __init__(
        self, name: str, instances: Sequence[ET.Element], *, base: str = "", key: str = ""
    ) -> None:
        self.namespace = "root/cimv2"
        self.name = name
        self.derived_from = (base,)
        self._rows = [_read(instance) for instance in instances]
        names = dict.fromkeys(name for row in self._rows for name in row)
        self.properties = tuple(
            Property(
                name,
                "string",
                # An array is what some instance has more than once, or not at all.
                array=any(isinstance(row.get(name, []), list) for row in self._rows),
                key=name == key,
            )
            for name in names
        )

    def instances(self, machine: Machine) -> Iterable[Values]:
        return iter(self._rows)


def _read(instance: ET.Element) -> Values:
    values: Values = {}
    for child in instance:
        name = child.tag.rpartition("}")[2]
        value = _scalar(child)
        if name in values:
            before = values[name]
            values[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            values[name] = value
    return values


def _scalar(element: ET.Element) -> Scalar:
    if element.get(f"{{{NAMESPACES['xsi']}}}nil") == "true":
        return None
    for child in element:
        moment = (child.text or "").replace("Z", "")
        fraction = moment.partition(".")[2]
        return datetime.fromisoformat(
            f"{moment}{'0' * (6 - len(fraction)) if fraction else ''}+00:00"
        )
    return element.text or ""


class Repository:
    """Classes of one test only."""

    def __init__(self, *classes: CimClass) -> None:
        self._classes = classes

    def find(self, namespace: str, name: str, machine: Machine | None = None) -> CimClass | None:
        return next(iter(self.derived(namespace, name)), None)

    def derived(
        self, namespace: str, name: str, machine: Machine | None = None
    ) -> Sequence[CimClass]:
        return [
            c
            for c in self._classes
            if c.namespace.lower() == namespace.lower()
            and name.lower() in (c.name.lower(), *(base.lower() for base in c.derived_from))
        ]

    def namespaces(self, machine: Machine | None = None) -> Collection[str]:
        return {c.namespace for c in self._classes}


def sample(folder: str, name: str) -> bytes:
    return (SAMPLES / folder / name).read_bytes()


def recorded_pages(pattern: str) -> list[bytes]:
    """The pages of a recorded enumeration, in order."""
    return [path.read_bytes() for path in sorted((SAMPLES / "wsman_enumerate").glob(pattern))]


def items(page: bytes) -> Iterator[ET.Element]:
    root = ET.fromstring(page)
    found = root.find(".//w:Items", NAMESPACES)
    if found is None:
        found = root.find(".//n:Items", NAMESPACES)
    return iter(found if found is not None else ())
