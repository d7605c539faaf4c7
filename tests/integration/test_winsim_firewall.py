# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall of a simulated host over the wire, with requests as they are written by hand: a
rule is made, limited, enabled, read from the registry, changed and removed; and what is answered
when that can't be done."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from xml.sax.saxutils import escape

import pytest

from unit.winsim.wire import (
    ENUMERATION,
    NAMESPACES,
    SHELL,
    TRANSFER,
    WMI,
    enumerate_body,
    envelope,
    options,
    pull_body,
    selectors,
)
from winsim.images import Image, load
from winsim.machine import Machine
from winsim.server import Host, Hosts

pytestmark = pytest.mark.integration

ADDRESS = "127.77.19.1"
BASIC = "Basic " + base64.b64encode(b"admin:Passw0rd!").decode()
CIMV2 = f"{WMI}root/StandardCimv2"
RULE = f"{CIMV2}/MSFT_NetFirewallRule"
PORTS = f"{CIMV2}/MSFT_NetProtocolPortFilter"
ROOT = r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall"
#: Text that XML, command lines and rules treat in their own ways; a bar is all that is forbidden.
TEXT = '社内 <ポータル> & "%PATH%" ]]> \' ^'


@dataclass(frozen=True)
class Answer:
    status: int
    document: ET.Element

    def text(self, path: str) -> str:
        found = self.document.find(path, NAMESPACES)
        assert found is not None, ET.tostring(self.document, encoding="unicode")
        return found.text or ""

    def named(self, name: str) -> list[str]:
        """The texts of all elements of that local name."""
        return [e.text or "" for e in self.document.iter() if e.tag.rpartition("}")[2] == name]

    @property
    def wmi_error(self) -> tuple[int, int, str]:
        """HTTP status, CIM status and identifier of an MSFT_WmiError."""
        return self.status, int(self.named("CIMStatusCode")[0]), self.named("MessageID")[-1]


class Client:
    """One connection to a host."""

    def __init__(self, host: Host) -> None:
        self.connection = HTTPConnection(host.address, host.port, timeout=10)

    def ask(self, action: str, body: str = "", **kwargs: Any) -> Answer:
        headers = {"Content-Type": "application/soap+xml;charset=UTF-8", "Authorization": BASIC}
        self.connection.request("POST", "/wsman", envelope(action, body, **kwargs), headers)
        response = self.connection.getresponse()
        return Answer(response.status, ET.fromstring(response.read()))

    def create(self, header: str = "", **values: object) -> Answer:
        body = instance("MSFT_NetFirewallRule", values)
        return self.ask(f"{TRANSFER}Create", body, uri=RULE, header=header)

    def put(self, uri: str, keys: str, **values: object) -> Answer:
        name = uri.rpartition("/")[2]
        return self.ask(f"{TRANSFER}Put", instance(name, values), uri=uri, header=keys)

    def invoke(self, method: str, keys: str) -> Answer:
        body = f'<p:{method}_INPUT xmlns:p="{RULE}"/>'
        return self.ask(f"{RULE}/{method}", body, uri=RULE, header=keys)

    def query(self, text: str) -> Answer:
        body = enumerate_body(text)
        return self.ask(f"{ENUMERATION}Enumerate", body, uri=f"{CIMV2}/*")

    def items(self, body: str, uri: str = f"{CIMV2}/*") -> Iterator[ET.Element]:
        """The items of an enumeration, from all its pages."""
        answer = self.ask(f"{ENUMERATION}Enumerate", body, uri=uri)
        while True:
            assert answer.status == 200, ET.tostring(answer.document, encoding="unicode")
            for kind in "wn":
                items = answer.document.find(f".//{kind}:Items", NAMESPACES)
                yield from () if items is None else items
                if answer.document.find(f".//{kind}:EndOfSequence", NAMESPACES) is not None:
                    return
            context = answer.text(".//n:EnumerationContext")
            answer = self.ask(f"{ENUMERATION}Pull", pull_body(context), uri=uri)

    def run(self, command_line: str) -> tuple[str, str, str, int]:
        """Output, errors, exit code, and in how many answers they came."""
        cmd = f"{SHELL}cmd"
        body = "<rsp:Shell><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
        page = options(("WINRS_CODEPAGE", "65001"))
        opened = self.ask(f"{TRANSFER}Create", body, uri=cmd, header=page)
        shell = selectors(ShellId=opened.text(".//rsp:ShellId"))
        body = (
            f"<rsp:CommandLine><rsp:Command>{escape(command_line)}</rsp:Command></rsp:CommandLine>"
        )
        started = self.ask(f"{SHELL}Command", body, uri=cmd, header=shell)
        command = started.text(".//rsp:CommandId")
        body = (
            f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr'
            "</rsp:DesiredStream></rsp:Receive>"
        )
        streams, answers = {"stdout": b"", "stderr": b""}, 0
        while True:
            answer = self.ask(f"{SHELL}Receive", body, uri=cmd, header=shell)
            answers += 1
            for element in answer.document.iter(f"{{{NAMESPACES['rsp']}}}Stream"):
                streams[element.attrib["Name"]] += base64.b64decode(element.text or "")
            state = answer.document.find(".//rsp:CommandState", NAMESPACES)
            if state is not None and state.attrib["State"].endswith("/Done"):
                break
        self.ask(f"{TRANSFER}Delete", uri=cmd, header=shell)
        out, err = (streams[name].decode() for name in ("stdout", "stderr"))
        return out, err, answer.text(".//rsp:ExitCode"), answers


def instance(name: str, values: dict[str, object]) -> str:
    inner = ""
    for key, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            inner += f"<p:{key}>{escape(str(item))}</p:{key}>"
    return f'<p:{name} xmlns:p="{CIMV2}/{name}">{inner}</p:{name}>'


def keys_of(reference: ET.Element) -> str:
    """The selectors of an endpoint reference, as a header to send."""
    found = reference.find(".//w:SelectorSet", NAMESPACES)
    assert found is not None
    return selectors(**{s.attrib["Name"]: escape(s.text or "") for s in found})


def filters_of(keys: str, association: str = "", result_class: str = "") -> str:
    """The body of an Enumerate for the filters of a rule, with their references."""
    named = f"<b:AssociationClassName>{association}</b:AssociationClassName>" if association else ""
    named += f"<b:ResultClassName>{result_class}</b:ResultClassName>" if result_class else ""
    filtering = (
        '<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter">'
        f"<b:AssociatedInstances><b:Object><a:Address>http://x</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{RULE}</w:ResourceURI>{keys}</a:ReferenceParameters></b:Object>{named}"
        "</b:AssociatedInstances></w:Filter>"
    )
    return enumerate_body(filtering=filtering, mode="EnumerateObjectAndEPR")


@contextmanager
def client(machine: Machine | None = None) -> Iterator[Client]:
    if machine is None:
        machine = load("win11-ja").boot(address=ADDRESS)
    with Hosts([machine]) as hosts:
        yield Client(hosts[0])


def changed(**section: object) -> Machine:
    """The host with another section ``firewall``."""
    document = dict(load("win11-ja").document)
    document["firewall"] = {"dump": "win10_1903", **section}
    return Image("changed", document).boot(address=ADDRESS)


def stored(c: Client, rule_id: str) -> str | None:
    """The text of a rule, as reg.exe shows it."""
    out, _err, code, _answers = c.run(rf"%SystemRoot%\System32\reg.exe query {ROOT}\FirewallRules")
    assert code == "0"
    found = re.search(rf"^    {re.escape(rule_id)}    REG_SZ    (.*)\r$", out, re.MULTILINE)
    return None if found is None else found[1]


def test_a_rule_is_made_disabled_then_limited_then_enabled_and_removed() -> None:
    with client() as c:
        made = c.create(
            InstanceID="portal", ElementName=TEXT, Direction=1, Action=2, Enabled=2, Description="D"
        )
        assert made.status == 200
        rule = made.document.find(".//x:ResourceCreated", NAMESPACES)
        assert rule is not None
        keys = keys_of(rule)
        assert keys == selectors(
            CreationClassName="MSFT|FW|FirewallRule|portal",
            PolicyRuleName="",
            SystemCreationClassName="",
            SystemName="",
        )
        head = "v2.30|Action=Allow|Active=FALSE|Dir=In|"
        tail = f"Name={TEXT}|Desc=D|"
        assert stored(c, "portal") == head + tail

        found = {
            item[0].tag.rpartition("}")[2]: keys_of(item[1]) for item in c.items(filters_of(keys))
        }
        assert len(found) == 7
        ports = c.put(
            PORTS,
            found["MSFT_NetProtocolPortFilter"],
            Protocol="TCP",
            LocalPort=["443", "8080-8090"],
        )
        assert ports.status == 200
        assert ports.named("LocalPort") == ["443", "8080-8090"]
        limits = "Protocol=6|{}LPort=443|LPort2_10=8080-8090|"
        assert stored(c, "portal") == head + limits.format("") + tail

        assert c.put(RULE, keys, Profiles=3).status == 200
        enabled = c.invoke("Enable", keys)
        assert enabled.status == 200
        output = enabled.document.find(f".//{{{RULE}}}Enable_OUTPUT")
        assert output is not None
        assert list(output) == []
        limits = limits.format("Profile=Domain|Profile=Private|")
        assert stored(c, "portal") == head.replace("FALSE", "TRUE") + limits + tail

        got = c.ask(f"{TRANSFER}Get", uri=RULE, header=keys)
        assert got.named("DisplayName") == [TEXT]
        assert got.named("Enabled") == ["1"]
        assert c.ask(f"{TRANSFER}Delete", uri=RULE, header=keys).status == 200
        assert stored(c, "portal") is None
        gone = c.ask(f"{TRANSFER}Get", uri=RULE, header=keys)
        assert gone.wmi_error[:2] == (500, 6)


def test_options_of_a_create_limit_the_rule_at_once() -> None:
    given = options(
        ("wmi:PolicyStore", "PersistentStore"),
        ("wmi:Protocol", "UDP"),
        ("wmiarray:LocalPort", "53"),
        ("wmiarray:LocalPort", "5300-5310"),
        ("wmiarray:RemoteAddress", "LocalSubnet"),
    )
    with client() as c:
        assert c.create(given, InstanceID="dns", ElementName="n").status == 200
        assert stored(c, "dns") == (
            "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=53|LPort2_10=5300-5310|"
            "RA4=LocalSubnet|RA6=LocalSubnet|Name=n|"
        )


def test_one_filter_by_its_association() -> None:
    keys = selectors(CreationClassName="MSFT|FW|FirewallRule|WINRM-HTTP-In-TCP")
    body = filters_of(
        keys, "MSFT_NetFirewallRuleFilterByAddress", result_class="MSFT_NetAddressFilter"
    )
    with client() as c:
        (item,) = c.items(body)
        assert [e.text for e in item[0] if e.tag.endswith("RemoteAddress")] == ["LocalSubnet"]
        (none,) = [list(c.items(filters_of(keys, "MSFT_NetFirewallRuleFilterByService", "x")))]
        assert none == []


def test_a_rule_is_selected_by_its_id_alone() -> None:
    """With the dialect for selectors: the key of a rule is made of other properties."""
    keys = selectors(InstanceID="winrm-http-in-tcp")
    dialect = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
    body = enumerate_body(filtering=f'<w:Filter Dialect="{dialect}">{keys}</w:Filter>')
    with client() as c:
        (row,) = c.items(body, uri=RULE)
        assert [e.text for e in row if e.tag.endswith("}InstanceID")] == ["WINRM-HTTP-In-TCP"]
        assert c.ask(f"{TRANSFER}Get", uri=RULE, header=keys).status == 500


def test_a_taken_id_and_a_rule_that_may_not_be() -> None:
    with client() as c:
        taken = c.create(InstanceID="winrm-http-in-tcp", ElementName="n")
        assert taken.wmi_error == (500, 11, "Windows System Error 183")
        for name in ("a|b", "all"):
            refused = c.create(InstanceID="x", ElementName=name)
            assert refused.wmi_error == (500, 4, "HRESULT 0x80070057")
        assert stored(c, "x") is None
        assert c.create(InstanceID="x", ElementName="n", Enabled=2).status == 200
        keys = selectors(CreationClassName="MSFT|FW|FirewallRule|x")
        for wrong in ({"LocalPort": ["80"]}, {"Protocol": "TCP", "LocalPort": ["http"]}):
            refused = c.put(PORTS, keys, **wrong)
            assert refused.wmi_error == (500, 4, "HRESULT 0x80070057")
        assert stored(c, "x") == "v2.30|Action=Allow|Active=FALSE|Dir=In|Name=n|"


def test_profiles_are_read_and_written() -> None:
    with client() as c:
        rows = list(c.items(enumerate_body("SELECT Name,Enabled FROM MSFT_NetFirewallProfile")))
        shown = [[e.text for e in row] for row in rows]
        assert shown == [["1", "Domain"], ["1", "Private"], ["1", "Public"]]
        keys = selectors(InstanceID="MSFT|FW|FirewallProfile|Private")
        assert c.put(f"{CIMV2}/MSFT_NetFirewallProfile", keys, Enabled=0).status == 200
        out, _err, _code, _answers = c.run(rf"reg query {ROOT}\StandardProfile /v EnableFirewall")
        assert "    EnableFirewall    REG_DWORD    0x0\r\n" in out


def test_rules_of_group_policy_stand_in_the_registry_and_not_in_the_local_store() -> None:
    text = "v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=No remote desktop|"
    with client(changed(policy={"rules": {"{P}": text}})) as c:
        out, _err, code, _answers = c.run(rf"reg.exe query {POLICY} /s")
        assert code == "0"
        assert f"    {{P}}    REG_SZ    {text}\r\n" in out
        keys = selectors(CreationClassName="MSFT|FW|FirewallRule|{P}")
        for answer in (c.put(RULE, keys, Enabled=2), c.invoke("Disable", keys)):
            assert answer.wmi_error[:2] == (500, 6)


def test_all_stores_in_one_command_line() -> None:
    """Half a megabyte through many answers; the key of Group Policy that is not there says so on
    the other stream, in the host's language."""
    reg = r"%SystemRoot%\System32\reg.exe query"
    with client() as c:
        out, err, code, answers = c.run(rf"{reg} {POLICY} /s & {reg} {ROOT} /s")
        assert code == "0"
        assert err == "エラー: 指定されたレジストリ キーまたは値が見つかりませんでした\r\n"
        assert len(out.encode()) > 400_000
        assert answers > 1
        assert out.startswith(f"\r\n{ROOT.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\r\n")
        assert len(re.findall(r"^    .*    REG_SZ    [vV]2\.", out, re.MULTILINE)) > 680
        _out, err, code, _answers = c.run(rf"{reg} {ROOT} /s & {reg} {POLICY} /s")
        assert (bool(err), code) == (True, "1")


def test_without_its_service_the_classes_have_no_endpoint() -> None:
    machine = load("win11-ja").boot(address=ADDRESS)
    service = machine.service("MpsSvc")
    assert service is not None
    machine.end_process(service.process_id)
    with client(machine) as c:
        for answer in (
            c.query("SELECT * FROM MSFT_NetFirewallRule"),
            c.create(ElementName="n"),
            c.query("SELECT * FROM MSFT_NetFirewallProfile"),
        ):
            assert answer.wmi_error == (500, 1, "Windows System Error 1753")
        assert stored(c, "WINRM-HTTP-In-TCP") is not None


def test_classes_that_wmi_has_lost() -> None:
    with client(changed(broken_classes=True)) as c:
        answer = c.create(InstanceID="x", ElementName="n")
        assert answer.wmi_error == (500, 5, "HRESULT 0x80041010")
        assert c.query("SELECT * FROM MSFT_NetFirewallRule").status == 500
        assert c.query("SELECT * FROM MSFT_NetTCPConnection").status == 200
