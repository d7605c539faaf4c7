# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations answered as real Windows servers did: the same octets, page by page."""

from __future__ import annotations

import itertools
import re

from unit.rows import each_row
from unit.winsim.wire import (
    ENUMERATION,
    Recorded,
    Repository,
    ask,
    enumerate_body,
    envelope,
    find,
    items,
    machine,
    pull_body,
    recorded_pages,
)
from winsim.machine import Machine
from winsim.wsman import Service

#: What the recording client asked for.
LIMIT = 153_600

ENUMERATIONS = [
    "server_2003_Win32_ComputerSystem_star",
    "server_2003_Win32_OperatingSystem_all",
    "server_2003_Win32_OperatingSystem_star",
    "server_2008_Win32_OperatingSystem_all",
    "server_2008_Win32_OperatingSystem_star",
    "server_2008_Win32_Product_all",
    "server_2008_Win32_Service_all",
    "server_2012_Win32_NetworkAdapterConfiguration_star",
    "server_2012_Win32_OperatingSystem_all",
    "server_2012_Win32_OperatingSystem_star",
    "server_2012_Win32_Process_all",
    "server_2012_Win32_Process_star",
    "server_2012_Win32_Service_star",
]


@each_row("name", ENUMERATIONS)
def test_every_page_is_the_recorded_one(name: str) -> None:
    pages = recorded_pages(f"{name}_*")
    class_name = name.split("_", 2)[2].rpartition("_")[0]
    service = Service(host(name), repository=recorded_classes(pages, class_name))
    data = envelope(
        f"{ENUMERATION}Enumerate",
        enumerate_body(query(name, service, class_name)),
        max_envelope_size=LIMIT,
    )
    for number, page in enumerate(pages):
        reply = ask(service, data)
        assert reply.status == 200
        assert comparable(reply.text, name) == comparable(page.decode("utf-8-sig"), name)
        context = find(reply, ".//n:EnumerationContext")
        more = context is not None and bool(context.text)
        assert more == (number < len(pages) - 1)
        if more:
            data = envelope(f"{ENUMERATION}Pull", pull_body(context.text), max_envelope_size=LIMIT)


def host(name: str) -> Machine:
    """A machine that behaves as the recorded servers: one item in the first answer, and no
    ActivityId, which came with Windows 10."""
    versions = {"2003": "5.2.3790", "2008": "6.1.7601", "2012": "6.2.9200"}
    made = machine(versions[name.split("_")[1]])
    made.wsman.first_page = "one"
    return made


def recorded_classes(pages: list[bytes], class_name: str) -> Repository:
    """The recorded instances as classes. Neighbours of one class stay together; an instance of a
    derived class (Win32_TerminalService) has its own, so that the order is kept."""
    everything = [instance for page in pages for instance in items(page)]
    runs = itertools.groupby(everything, key=lambda instance: instance.tag)
    classes = []
    for tag, run in runs:
        name = tag.rpartition("}")[2]
        name = class_name if name == "XmlFragment" else name
        classes.append(Recorded(name, list(run), base=class_name))
    return Repository(*classes)


def query(name: str, service: Service, class_name: str) -> str:
    if name.endswith("_star"):
        return f"Select * from {class_name}"
    (cim_class,) = service.repository.derived("root/cimv2", class_name)
    # Asked in another order than the answer has.
    names = sorted((p.name for p in cim_class.properties), reverse=True)
    return f"Select {','.join(names)} from {class_name}"


def comparable(text: str, name: str) -> str:
    """Identifiers are new in every answer. Server 2003 left quotes as they are."""
    text = re.sub(r"uuid:[0-9A-Fa-f-]{36}", "uuid:", text.strip())
    if "2003" in name:
        text = text.replace("&quot;", '"').replace("&apos;", "'")
    return text
