# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a simulated host to one request of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from unit.winsim.wire import (
    CALLER,
    ENUMERATION,
    TRANSFER,
    WMI,
    enumerate_body,
    envelope,
    find,
    options,
    pull_body,
    selectors,
    text,
)
from winsim.images import load
from winsim.soap import Request
from winsim.unkind.about import About
from winsim.unkind.manner import classes_of
from winsim.wsman import Reply, Service

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
NETWORK = f"{WMI}root/StandardCimv2/"


@dataclass(frozen=True, eq=False)
class Told:
    """One answer, and what a variation is told of it."""

    name: str
    about: About
    reply: Reply


class Client:
    """Asks one host, and keeps its answers."""

    def __init__(self) -> None:
        self.service = Service(load("win11-ja").boot(name="pc"))
        self.told: list[Told] = []

    def ask(self, name: str, data: bytes) -> Reply:
        request = self.service.read(data, CALLER)
        assert isinstance(request, Request)
        about = About.of(request, classes_of(self.service, request))
        reply = self.service.answer(request, CALLER)
        self.told.append(Told(name, about, reply))
        return reply

    def enumerate(self, name: str, query: str, *, uri: str = f"{WMI}root/cimv2/*", mode: str = "",
                  most: int = 5) -> Reply:  # fmt: skip
        body = enumerate_body(query, max_elements=most, mode=mode)
        return self.ask(name, envelope(f"{ENUMERATION}Enumerate", body, uri=uri))


@cache
def answers() -> tuple[Told, ...]:
    client = Client()
    first = client.enumerate("a page", "select * from Win32_Process")
    context = text(first, ".//n:EnumerationContext")
    body = pull_body(context, 3)
    client.ask("a pull", envelope(f"{ENUMERATION}Pull", body, uri=f"{WMI}root/cimv2/*"))
    client.enumerate("all", "select Name,Started,ProcessId from Win32_Service", most=32_000)
    client.enumerate("times", "select Name,CreationDate,ExecutablePath from Win32_Process")
    mode = "EnumerateObjectAndEPR"
    client.enumerate(
        "references", "select * from MSFT_NetFirewallRule", uri=f"{NETWORK}*", mode=mode
    )
    client.enumerate("adapters", "select * from Win32_NetworkAdapterConfiguration", most=32_000)
    client.enumerate("no such class", "select * from Nothing")
    system = f"{WMI}root/cimv2/Win32_OperatingSystem"
    client.ask("get", envelope(f"{TRANSFER}Get", uri=system))
    missing = selectors(Handle="99999")
    client.ask(
        "missing", envelope(f"{TRANSFER}Get", uri=f"{WMI}root/cimv2/Win32_Process", header=missing)
    )
    rule = f"{NETWORK}MSFT_NetFirewallRule"
    created = client.ask("create", envelope(f"{TRANSFER}Create", _new_rule(rule), uri=rule))
    keys = {
        str(each.get("Name")): each.text or "" for each in (find(created, ".//w:SelectorSet") or ())
    }
    body = f'<p:MSFT_NetFirewallRule xmlns:p="{rule}"><p:Enabled>1</p:Enabled></p:MSFT_NetFirewallRule>'
    client.ask("put", envelope(f"{TRANSFER}Put", body, uri=rule, header=selectors(**keys)))
    body = f'<p:Disable_INPUT xmlns:p="{rule}"/>'
    client.ask("invoke", envelope(f"{rule}/Disable", body, uri=rule, header=selectors(**keys)))
    process = f"{WMI}root/cimv2/Win32_Process"
    body = f'<p:GetOwner_INPUT xmlns:p="{process}"/>'
    owner = envelope(f"{process}/GetOwner", body, uri=process, header=selectors(Handle="4"))
    client.ask("returned", owner)
    wrong = envelope(f"{TRANSFER}Get", uri=process, header=selectors(Nothing="4"))
    client.ask("wrong selectors", wrong)
    again = client.ask("again", envelope(f"{TRANSFER}Create", _new_rule(rule), uri=rule))
    assert again.status == 500
    shell = f"{SHELL}/cmd"
    body = "<rsp:Shell><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
    utf_8 = options(("WINRS_CODEPAGE", "65001"))
    opened = client.ask("shell", envelope(f"{TRANSFER}Create", body, uri=shell, header=utf_8))
    where = selectors(ShellId=text(opened, ".//rsp:ShellId"))
    body = (
        "<rsp:CommandLine><rsp:Command>C:\\Windows\\System32\\tasklist.exe /svc /fo csv /nh"
        "</rsp:Command></rsp:CommandLine>"
    )
    begun = client.ask("command", envelope(f"{SHELL}/Command", body, uri=shell, header=where))
    command = text(begun, ".//rsp:CommandId")
    body = (
        f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream>'
        "</rsp:Receive>"
    )
    client.ask("receive", envelope(f"{SHELL}/Receive", body, uri=shell, header=where))
    return tuple(client.told)


def named(name: str) -> Told:
    return next(each for each in answers() if each.name == name)


def _new_rule(uri: str) -> str:
    return (
        f'<p:MSFT_NetFirewallRule xmlns:p="{uri}"><p:InstanceID>web</p:InstanceID>'
        "<p:ElementName>Web</p:ElementName><p:Direction>1</p:Direction><p:Action>2</p:Action>"
        "<p:Enabled>2</p:Enabled></p:MSFT_NetFirewallRule>"
    )
