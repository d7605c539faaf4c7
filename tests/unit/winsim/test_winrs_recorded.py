# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded conversations with a cmd shell, held again: each answer has the recorded structure."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import yaml

from unit.rows import each_row
from unit.winsim.structure import shape
from unit.winsim.wire import CALLER, NAMESPACES, SAMPLES, machine
from winsim.machine import Machine
from winsim.programs import ProgramResult
from winsim.wsman import Reply, Service

#: Name of the conversation, and the Windows that it was recorded from as far as it matters: 2008
#: R2 runs a command without cmd.exe, and only Windows 10 writes an ActivityId.
CONVERSATIONS = {
    "standard": "6.3.9600",
    "stderr_rc": "6.3.9600",
    "unicode": "10.0.14393",
    "extra_opts": "10.0.14393",
    "bad_cmd_id": "10.0.14393",
    "no_cmd_shell": "6.1.7601",
}


@each_row("name", CONVERSATIONS)
def test_every_answer_has_the_recorded_structure(name: str) -> None:
    path = SAMPLES / "wsman_winrs" / f"pypsrp_winrs_{name}.yml"
    messages = yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]
    service = Service(machine(CONVERSATIONS[name]), run=recorded_program(messages))
    ours: dict[str, str] = {}
    for message in messages:
        recorded = ET.fromstring(message["response"])
        reply = ask(service, translate(message["request"], ours))
        answer = ET.fromstring(reply.text)
        assert shape(answer) == shape(recorded)
        assert reply.status == (500 if recorded.find(".//s:Fault", NAMESPACES) is not None else 200)
        learn(ours, recorded, answer)


def test_the_envelope_declares_what_it_did_when_recorded() -> None:
    """Prefixes and namespaces of the envelope, which some clients look for as text."""
    path = SAMPLES / "wsman_winrs" / "pypsrp_winrs_standard.yml"
    messages = yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]
    service = Service(machine("10.0.14393"), run=recorded_program(messages))
    ours: dict[str, str] = {}
    for message in messages:
        reply = ask(service, translate(message["request"], ours))
        assert start_tag(reply.text) == start_tag(message["response"])
        learn(ours, ET.fromstring(message["response"]), ET.fromstring(reply.text))


def start_tag(text: str) -> str:
    return re.sub(r'xml:lang="[^"]*"', "", text[: text.index(">")])


def ask(service: Service, data: bytes) -> Reply:
    request = service.read(data, CALLER)
    return request if isinstance(request, Reply) else service.answer(request, CALLER)


def recorded_program(
    messages: list[dict[str, str]],
) -> Callable[[Machine, str, int], ProgramResult]:
    """A program that writes what the recorded one wrote."""
    streams = {"stdout": b"", "stderr": b""}
    exit_code = 0
    for message in messages:
        root = ET.fromstring(message["response"])
        for stream in root.iterfind(".//rsp:Stream", NAMESPACES):
            streams[stream.get("Name", "")] += base64.b64decode(stream.text or "")
        for code in root.iterfind(".//rsp:ExitCode", NAMESPACES):
            exit_code = int(code.text or "")
    result = ProgramResult(streams["stdout"], streams["stderr"], exit_code)
    return lambda machine, command_line, code_page=65001: result


def translate(request: str, ours: dict[str, str]) -> bytes:
    """The recorded request with the identifiers of the new conversation."""
    for recorded, new in ours.items():
        request = request.replace(recorded, new)
    return request.encode()


def learn(ours: dict[str, str], recorded: ET.Element, answer: ET.Element) -> None:
    """Which identifier of ours stands for which recorded one."""
    for path in (".//rsp:ShellId", ".//rsp:CommandId"):
        theirs, new = recorded.find(path, NAMESPACES), answer.find(path, NAMESPACES)
        if theirs is not None and new is not None:
            ours[theirs.text or ""] = new.text or ""
