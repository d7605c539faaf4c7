# SPDX-License-Identifier: GPL-3.0-or-later
"""What pypsrp gets from a host. Reads the host and the operations as JSON, writes JSON."""

from __future__ import annotations

import json
import sys
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pypsrp.client import Client
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from pypsrp.shell import Process, WinRS
from pypsrp.wsman import SelectorSet, WSMan

A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
B = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
DMTF = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
SERVICE = f"{WMI}/root/cimv2/Win32_Service"
RULE = f"{WMI}/root/standardcimv2/MSFT_NetFirewallRule"
ANONYMOUS = f"{A}/role/anonymous"

asked: dict[str, Any] = json.load(sys.stdin)


def settings() -> dict[str, Any]:
    plain = asked["scheme"] == "http" and asked["authentication"] == "basic"
    return {
        "port": asked["port"],
        "username": asked["user"],
        "password": asked["password"],
        "ssl": asked["scheme"] == "https",
        "auth": asked["authentication"],
        "cert_validation": asked["certificate"] or True,
        "encryption": "never" if plain else "auto",
    }


def connection() -> WSMan:
    return WSMan(asked["address"], **settings())


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def properties(element: ET.Element) -> dict[str, Any]:
    return {local(child): child.text for child in element}


def selected(keys: Mapping[str, str]) -> SelectorSet:
    chosen = SelectorSet()
    for name, value in keys.items():
        chosen.add_option(name, value)
    return chosen


def items(
    uri: str,
    filtering: ET.Element | None = None,
    *,
    most: int = 10,
    mode: str = "",
    keys: SelectorSet | None = None,
) -> Any:
    """The children of every page's Items."""
    start = ET.Element(f"{{{N}}}Enumerate")
    ET.SubElement(start, f"{{{W}}}OptimizeEnumeration")
    ET.SubElement(start, f"{{{W}}}MaxElements").text = str(most)
    if mode:
        ET.SubElement(start, f"{{{W}}}EnumerationMode").text = mode
    if filtering is not None:
        start.append(filtering)
    with connection() as wsman:
        answer = wsman.enumerate(uri, start, selector_set=keys)
        while True:
            for element in answer.iter():
                if local(element) == "Items":
                    yield from element
            if any(local(element) == "EndOfSequence" for element in answer.iter()):
                return
            pull = ET.Element(f"{{{N}}}Pull")
            context = answer.find(f".//{{{N}}}EnumerationContext")
            assert context is not None
            pull.append(context)
            ET.SubElement(pull, f"{{{N}}}MaxElements").text = str(most)
            answer = wsman.pull(uri, pull, selector_set=keys)


def dialect(uri: str, text: str | None = None, children: Iterable[ET.Element] = ()) -> ET.Element:
    found = ET.Element(f"{{{W}}}Filter", Dialect=uri)
    found.text = text
    found.extend(children)
    return found


def reference(element: ET.Element) -> dict[str, str]:
    return {
        selector.attrib["Name"]: selector.text or ""
        for selector in element.iter(f"{{{W}}}Selector")
    }


def selectors(keys: Mapping[str, str], parent: ET.Element) -> ET.Element:
    found = ET.SubElement(parent, f"{{{W}}}SelectorSet")
    for name, value in keys.items():
        ET.SubElement(found, f"{{{W}}}Selector", Name=name).text = value
    return parent


def selector_filter(keys: Mapping[str, str]) -> ET.Element:
    chosen = ET.Element("root")
    selectors(keys, chosen)
    return dialect("http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter", None, chosen)


def keys_of_rule(identifier: str) -> dict[str, str]:
    [found] = items(RULE, selector_filter({"InstanceID": identifier}), mode="EnumerateEPR")
    return reference(found)


def content(uri: str, values: Mapping[str, Any]) -> ET.Element:
    element = ET.Element(f"{{{uri}}}{uri.rpartition('/')[2]}")
    for name, value in values.items():
        ET.SubElement(element, f"{{{uri}}}{name}").text = str(value)
    return element


def enumerate_all() -> Any:
    return [[properties(each)["Name"], properties(each)["State"]] for each in items(SERVICE)]


def dmtf() -> Any:
    namespace = selected({"__cimnamespace": "root/cimv2"})
    found = items(f"{DMTF}/CIM_Service", keys=namespace)
    return [[properties(each)["Name"], properties(each)["State"]] for each in found]


def wql() -> Any:
    query = dialect("http://schemas.microsoft.com/wbem/wsman/1/WQL", asked["query"])
    found = items(f"{WMI}/root/cimv2/*", query, most=100)
    return [[properties(each)["Name"], properties(each)["State"]] for each in found]


def selector() -> Any:
    found = items(SERVICE, selector_filter({"Name": asked["service"]}))
    return [[properties(each)["Name"], properties(each)["State"]] for each in found]


def references() -> Any:
    found = items(SERVICE, mode="EnumerateEPR", most=100)
    return [reference(each)["Name"] for each in found]


def association() -> Any:
    query = ET.Element(f"{{{B}}}AssociatedInstances")
    source = ET.SubElement(query, f"{{{B}}}Object")
    ET.SubElement(source, f"{{{A}}}Address").text = ANONYMOUS
    parameters = ET.SubElement(source, f"{{{A}}}ReferenceParameters")
    ET.SubElement(parameters, f"{{{W}}}ResourceURI").text = RULE
    selectors(keys_of_rule(asked["rule"]), parameters)
    # Without the association it would be all that a real host knows of the rule.
    ET.SubElement(query, f"{{{B}}}AssociationClassName").text = "MSFT_NetFirewallRuleFilters"
    kind = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"
    found = items(f"{WMI}/root/standardcimv2/*", dialect(kind, None, [query]))
    ports = {local(each): properties(each).get("LocalPort") for each in found}
    return [sorted(ports), ports.get("MSFT_NetProtocolPortFilter")]


def get() -> Any:
    with connection() as wsman:
        found = wsman.get(SERVICE, selector_set=selected({"Name": asked["service"]}))
    [instance] = found
    values = properties(instance)
    return [values["Name"], values["State"], values["PathName"]]


def config() -> Any:
    with connection() as wsman:
        found = wsman.get_server_config()
    return [each.text for each in found.iter() if local(each) == "MaxEnvelopeSizekb"]


def put() -> Any:
    keys = keys_of_rule(asked["rule"])
    with connection() as wsman:
        found = wsman.put(RULE, content(RULE, {"Enabled": 2}), selector_set=selected(keys))
    return [properties(each)["Enabled"] for each in found if local(each) == RULE.rpartition("/")[2]]


def create() -> Any:
    values = {
        "InstanceID": asked["new_rule"],
        "ElementName": "A rule of another client",
        "Direction": 1,
        "Action": 2,
        "Enabled": 2,
    }
    with connection() as wsman:
        created = wsman.create(RULE, content(RULE, values))
    return reference(created)


def delete() -> Any:
    with connection() as wsman:
        wsman.delete(RULE, selector_set=selected(keys_of_rule(asked["old_rule"])))
    return len(list(items(RULE, selector_filter({"InstanceID": asked["old_rule"]}))))


def invoke() -> Any:
    arguments = ET.Element(f"{{{SERVICE}}}StopService_INPUT")
    chosen = selected({"Name": asked["service"]})
    with connection() as wsman:
        output = wsman.invoke(f"{SERVICE}/StopService", SERVICE, arguments, selector_set=chosen)
    return [each.text for each in output.iter() if local(each) == "ReturnValue"]


def shells() -> Any:
    """How many shells the host lists of two open ones, and is there none that isn't open?"""
    with connection() as wsman, WinRS(wsman) as one, WinRS(wsman) as two:
        found = [properties(each)["ShellId"] for each in items(SHELL)]
        return len(found), set(found) == {one.id, two.id}


def run(line: str) -> Any:
    with Client(asked["address"], **settings()) as client:
        return client.execute_cmd(line)


def unicode() -> Any:
    with connection() as wsman, WinRS(wsman, codepage=65001) as shell:
        process = Process(shell, "echo", ["héllo", "日本"])
        process.invoke()
        return process.stdout.decode(), process.stderr.decode(), process.rc


def input_() -> Any:
    with connection() as wsman, WinRS(wsman) as shell:
        process = Process(shell, "sort.exe")
        process.begin_invoke()
        process.send(b"pear\r\n", end=False)
        process.send(b"apple\r\n")
        process.end_invoke()
        return process.stdout.decode(), process.stderr.decode(), process.rc


def powershell() -> Any:
    with Client(asked["address"], **settings()) as client:
        return client.execute_ps("Get-Date")[0]


OPERATIONS: dict[str, Callable[[], Any]] = {
    "enumerate": enumerate_all,
    "dmtf": dmtf,
    "wql": wql,
    "selector": selector,
    "references": references,
    "association": association,
    "get": get,
    "config": config,
    "put": put,
    "create": create,
    "delete": delete,
    "invoke": invoke,
    "shells": shells,
    "command": lambda: run("echo one two"),
    "unicode": unicode,
    "failing": lambda: run("no-such-program"),
    "long": lambda: run(asked["long"])[0].count("    REG_SZ    "),
    "input": input_,
    "powershell": powershell,
}


def outcome(operation: str) -> dict[str, Any]:
    try:
        return {"got": OPERATIONS[operation]()}
    except WSManFaultError as fault:
        return {"refused": str(fault.code), "said": str(fault)}
    except WinRMTransportError as error:
        return {"refused": f"HTTP {error.code}", "said": str(error)}
    except AuthenticationError as error:
        return {"refused": "HTTP 401", "said": str(error)}


warnings.simplefilter("ignore")
json.dump({each: outcome(each) for each in asked["operations"]}, sys.stdout)
