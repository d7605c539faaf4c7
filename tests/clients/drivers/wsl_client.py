# SPDX-License-Identifier: GPL-3.0-or-later
"""What Debian's wsl, a set of shell scripts around curl, gets from a host. Reads the host and the
operations as JSON, writes JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
SERVICE = f"{WMI}/root/cimv2/Win32_Service"
RULE = f"{WMI}/root/standardcimv2/MSFT_NetFirewallRule"
SELECTOR = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"

asked: dict[str, Any] = json.load(sys.stdin)
endpoint = f"{asked['address']}:{asked['port']}"


class RefusedError(Exception):
    """The host refused; the message is the number of its fault, or of its HTTP status."""


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def wsl(operation: str, *arguments: str, files: dict[str, str] | None = None) -> list[ET.Element]:
    """Run it in a folder of its own; returns the answers in order. It leaves them in files."""
    folder = Path(asked["folder"], operation)
    folder.mkdir()
    for name, text in (files or {}).items():
        (folder / name).write_text(text, "utf-8")
    if asked["certificate"]:
        # It verifies a host of which it finds the certificate under this name.
        shutil.copy(asked["certificate"], folder / f"{endpoint}.crt")
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SHELL": "/bin/bash",
        "WSENDPOINT": endpoint,
        "WSUSER": asked["user"],
        "WSPASS": asked["password"],
        "WSAUTOMATED": "1",
        "OUTLEVEL": "3",  # with the headers of the answers in its log
        **({"WSNOSSL": "true"} if asked["scheme"] == "http" else {}),
    }
    done = subprocess.run(
        ["wsl", operation.partition("-")[0], *arguments],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    paths = sorted(folder.glob("response-*.xml"), key=lambda path: int(path.stem.split("-")[1]))
    texts = [path.read_text("utf-8") for path in paths]
    fault = re.search(r'<\w+:WSManFault [^>]*Code="(\d+)"|error_Code [^>]*>(\d+)<', texts[-1])
    if fault is not None:
        raise RefusedError(fault[1] or fault[2])
    if not texts[-1].strip():
        [*_earlier, status] = re.findall(r"HTTP/1\.1 (\d+)", (folder / "log.txt").read_text())
        raise RefusedError(f"HTTP {status}")
    if "<" not in texts[-1]:
        raise AssertionError(f"{done.stdout}\n{done.stderr}")
    return [ET.fromstring(text) for text in texts]


def items(*arguments: str, name: str) -> list[ET.Element]:
    answers = wsl(f"enum-{name}", *arguments)
    return [
        each
        for answer in answers
        for part in answer.iter()
        if local(part) == "Items"
        for each in part
    ]


def properties(element: ET.Element) -> dict[str, str | None]:
    return {local(child): child.text for child in element}


def rows(found: list[ET.Element]) -> list[list[str | None]]:
    return [[properties(each)["Name"], properties(each)["State"]] for each in found]


def identify() -> Any:
    [answer] = wsl("identify", "check")
    found = {local(each): each.text for each in answer.iter()}
    return [found["ProductVendor"], found["ProductVersion"]]


def enumerate_all() -> Any:
    return rows(items(SERVICE, "-opti", "10", name="all"))


def dmtf() -> Any:
    # It takes a class whose name begins with CIM_ for one of DMTF.
    return rows(items("CIM_Service", "-ns", "root/cimv2", name="dmtf"))


def wql() -> Any:
    query = ("-dialect", WQL, "-filter", asked["query"])
    return rows(items(f"{WMI}/root/cimv2/*", *query, name="wql"))


def selector() -> Any:
    query = ("-dialect", SELECTOR, "-filter", f"Name={asked['service']}")
    return rows(items(SERVICE, *query, name="selector"))


def references() -> Any:
    found = items(SERVICE, "-mode", "epr", name="references")
    return [
        selector.text
        for each in found
        for selector in each.iter()
        if selector.get("Name") == "Name"
    ]


def association() -> Any:
    # Its names are the wrong way round: -references asks for AssociatedInstances.
    keys = [
        f"CreationClassName=MSFT|FW|FirewallRule|{asked['rule']}",
        *("PolicyRuleName=", "SystemCreationClassName=", "SystemName="),
    ]
    found = items(RULE, "-references", *keys, "-ns", "root/standardcimv2", name="association")
    ports = {local(each): properties(each).get("LocalPort") for each in found}
    return [sorted(ports), ports.get("MSFT_NetProtocolPortFilter")]


def get() -> Any:
    [answer] = wsl("get", SERVICE, f"Name={asked['service']}")
    [found] = [each for each in answer.iter() if local(each) == "Win32_Service"]
    values = properties(found)
    return [values["Name"], values["State"], values["PathName"]]


def config() -> Any:
    [answer] = wsl("get-config", "http://schemas.microsoft.com/wbem/wsman/1/config")
    return [each.text for each in answer.iter() if local(each) == "MaxEnvelopeSizekb"]


def put() -> Any:
    answers = wsl(
        "put", f"{WMI}/root/cimv2/Win32_OperatingSystem", "Description=Changed", "-fragment"
    )
    return [each.text for each in answers[-1].iter() if local(each) == "Description"]


def invoke() -> Any:
    # It copies these lines into its request.
    reference = f"""\
<wsa:ReferenceParameters>
<wsman:ResourceURI>{SERVICE}</wsman:ResourceURI>
<wsman:SelectorSet>
<wsman:Selector Name="Name">{asked["service"]}</wsman:Selector>
</wsman:SelectorSet>
</wsa:ReferenceParameters>
"""
    arguments = (SERVICE, "StopService", "-inst", "reference.xml")
    [answer] = wsl("invoke", *arguments, files={"reference.xml": reference})
    return [each.text for each in answer.iter() if local(each) == "ReturnValue"]


def invoke_enumerated() -> Any:
    query = ("-dialect", SELECTOR, "-filter", f"Name={asked['service']}", "-mode", "epr")
    items(SERVICE, *query, name="reference")
    answer = Path(asked["folder"], "enum-reference", "response.xml").read_text("utf-8")
    arguments = (SERVICE, "InterrogateService", "-inst", "reference.xml")
    [answered] = wsl("invoke-enumerated", *arguments, files={"reference.xml": answer})
    return [each.text for each in answered.iter() if local(each) == "ReturnValue"]


OPERATIONS: dict[str, Callable[[], Any]] = {
    "identify": identify,
    "enumerate": enumerate_all,
    "dmtf": dmtf,
    "wql": wql,
    "selector": selector,
    "references": references,
    "association": association,
    "get": get,
    "config": config,
    "put": put,
    "invoke": invoke,
    "invoke_enumerated": invoke_enumerated,
}


def outcome(operation: str) -> dict[str, Any]:
    try:
        return {"got": OPERATIONS[operation]()}
    except RefusedError as refused:
        return {"refused": str(refused)}


json.dump({each: outcome(each) for each in asked["operations"]}, sys.stdout)
