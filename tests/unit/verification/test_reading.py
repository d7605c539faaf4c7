# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a host by two ways: nothing is changed there, and what can't be read is told."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import commands
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    PROGRAMS,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.recording import (
    Recording,
    RecordingTransport,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from unit.simulated import SimulatedTransport
from unit.winsim.small import boot, document
from winsim.images import load


def test_nothing_but_reading_is_asked() -> None:
    recording = Recording()
    host = Host(RecordingTransport(SimulatedTransport(load("win11-ja").boot()), recording), "pc")
    evidence = read(host)
    host.close()
    assert evidence.problems == {}
    requests = [message.request.decode() for message in recording.messages]
    actions = {re.findall("/([A-Za-z]+)</a:Action>", request)[0] for request in requests}
    assert actions == {"Enumerate", "Create", "Command", "Receive", "Delete"}
    # A shell is all that is made and given back, and one constant line all that it runs.
    made = [each for each in requests if re.search("/(Create|Delete)</a:Action>", each)]
    assert [each.count("windows/shell/cmd") for each in made] == [1, 1]
    (line,) = (each for each in requests if "/Command<" in each)
    assert commands.compose(PROGRAMS).replace("&", "&amp;").replace('"', "&quot;") in line
    # No WHERE: a recording of whole classes answers narrower questions.
    asked = [found for each in requests for found in re.findall("SELECT [^<]*", each)]
    assert [each for each in asked if " WHERE " in each] == [
        "SELECT Name,State,StartMode FROM Win32_Service WHERE (Name='MpsSvc' OR Name='BFE')"
    ]


def test_command_lines_are_not_asked_for() -> None:
    recording = Recording()
    read(Host(RecordingTransport(SimulatedTransport(boot()), recording), "pc"))
    assert not any(b"CommandLine," in message.request for message in recording.messages)


def test_what_is_not_there_is_told_by_name() -> None:
    image = document()
    image["network"]["cim_classes"] = False
    evidence = read(Host(SimulatedTransport(boot(image)), "pc"))
    assert (evidence.before, evidence.after, evidence.cim_profiles) == (None, None, None)
    assert evidence.netstat
    name = "MSFT_NetTCPSetting"
    assert evidence.problems[name] == Phrase("check.class_missing", {"name": name})


def test_without_any_program_classes_are_read_all_the_same() -> None:
    machine = boot()
    machine.wsman = replace(machine.wsman, max_shells_per_user=0)
    evidence = read(Host(SimulatedTransport(machine), "pc"))
    assert "programs" in evidence.problems
    assert evidence.processes
    assert (evidence.netstat, evidence.tasks, evidence.firewall) == (None, None, None)


def test_a_host_that_is_gone_is_gone() -> None:
    transport = SimulatedTransport(boot())
    transport.failures = {3: TransportError(Failure.REFUSED)}
    with pytest.raises(HostError) as raised:
        read(Host(transport, "pc"))
    assert raised.value.unreachable
