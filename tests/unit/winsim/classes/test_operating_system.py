# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be changed in Win32_OperatingSystem."""

from __future__ import annotations

from unit.winsim.small import boot
from unit.winsim.wire import TRANSFER, WMI, ask, envelope, fault_code, find, text
from winsim.wsman import Reply, Service

URI = f"{WMI}root/cimv2/Win32_OperatingSystem"


def put(host: Service, name: str, value: str) -> Reply:
    """As the client wsl does: one property, its name without a namespace."""
    header = f'<w:FragmentTransfer s:mustUnderstand="true">{name}</w:FragmentTransfer>'
    body = f"<w:XmlFragment><{name}>{value}</{name}></w:XmlFragment>"
    return ask(host, envelope(f"{TRANSFER}Put", body, uri=URI, header=header))


def test_the_description_stays_changed() -> None:
    host = Service(boot())
    reply = put(host, "Description", "The till")
    assert text(reply, f".//w:XmlFragment/{{{URI}}}Description") == "The till"
    host.machine.restart()
    got = ask(host, envelope(f"{TRANSFER}Get", uri=URI))
    assert text(got, f".//{{{URI}}}Description") == "The till"


def test_nothing_else_is_changed() -> None:
    host = Service(boot())
    before = host.machine.operating_system
    assert fault_code(put(host, "Version", "11.0")) == (500, "a:ActionNotSupported", "2147749924")
    assert host.machine.operating_system == before
    got = ask(host, envelope(f"{TRANSFER}Get", uri=URI))
    assert find(got, f".//{{{URI}}}Version") is not None
