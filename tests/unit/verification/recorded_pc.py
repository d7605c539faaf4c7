# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated PC that was verified and recorded, and the same PC answering from the recording."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import (
    reading as diagnosis_reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import report
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    reading as firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import (
    exposure,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import result as facts
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import reading, result
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording import (
    document,
    envelopes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.recording import (
    Recording,
    RecordingTransport,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.redaction import (
    Redactor,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial import driver
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.run import (
    TrialResult,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.simulated import SimulatedTransport
from winsim import images, recording_replay
from winsim.machine import Machine
from winsim.unkind.manner import Unkind

KNOWN = envelopes.Known(hosts=("win-1",), users=("admin",))


@dataclass(frozen=True)
class Recorded:
    """What came of verifying a machine: the text of the recording, and what knows its secrets."""

    machine: Machine
    evidence: reading.HostReadings
    text: str
    redactor: Redactor
    trial: TrialResult | None = None

    def replayed(self) -> Host:
        """The host as it answers from the recording."""
        return Host(RecordedTransport(loaded(self.text)), "replayed")


@functools.cache
def loaded(text: str) -> recording_replay.RecordedImage:
    """A recording as it is read from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.jsonl"
        path.write_text(text)
        return recording_replay.load(path)


class RecordedTransport(SimulatedTransport):
    """A Transport to a recording."""

    def __init__(self, image: recording_replay.RecordedImage) -> None:
        machine = image.boot()
        super().__init__(machine)
        self.service = recording_replay.RecordedService(machine)


def host_of(machine: Machine) -> Host:
    return Host(SimulatedTransport(machine), machine.name)


def record(machine: Machine, *, trial: bool = False, unkind: int | None = None) -> Recorded:
    """Verify a machine, and make the recording that verify_host writes. With the seed `unkind` it
    answers as such a host."""
    recording = Recording()
    simulated = SimulatedTransport(machine)
    if unkind is not None:
        simulated.service.manner = Unkind(unkind)
    transport: Transport = RecordingTransport(simulated, recording)
    host = Host(transport, machine.name)
    evidence = reading.read(host)
    tried = driver.carry_out(host, result.order_of(evidence, "win-1", "")) if trial else None
    host.close()
    messages, redactor = envelopes.redact(recording.messages, KNOWN)
    system = redactor.text(result.system_of(evidence))
    text = "".join(document.lines(messages, complete=recording.complete, system=system))
    return Recorded(machine, evidence, text, redactor, tried)


@functools.cache
def recorded(image: str, unkind: int | None = None) -> Recorded:
    """An image that was recorded once for all tests: it is what takes the time here."""
    return record(images.load(image).boot(), unkind=unkind)


def port_facts(host: Host) -> dict[str, Any]:
    """What port_facts returns of a host, with all that it gathers but owners of processes."""
    wanted = snapshot.SnapshotRequest(families=True, reserved=True, dynamic=True, http_urls=True)
    taken, printed = snapshot.take_with(host, wanted, (firewall.PROGRAM,))
    judged = exposure.judged(taken, firewall.read(host, printed[firewall.PROGRAM]))
    found: dict[str, Any] = spoken(facts.facts(taken, judged), "en")
    return found


def port_check(host: Host, *ports: int) -> dict[str, Any]:
    """What port_check returns of ports, without attempts to connect."""
    wanted = tuple(WantedPort(Protocol.TCP, port) for port in ports)
    situation = diagnosis_reading.read(host, wanted).situation
    found: dict[str, Any] = spoken(report(situation, diagnose(situation, wanted), None), "en")
    return found


def redacted(value: Any, redactor: Redactor) -> Any:
    """A result with the pseudonyms that a recording has."""
    if isinstance(value, dict):
        return {
            redacted(key, redactor): redactor.account(item)
            if key in ("user", "start_name") and isinstance(item, str)
            else redacted(item, redactor)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [redacted(item, redactor) for item in value]
    return redactor.text(value) if isinstance(value, str) else value


def ordered(value: Any) -> Any:
    """A result without the order of its lists: pseudonyms sort in another way."""
    if isinstance(value, dict):
        return {key: ordered(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=repr)
    return value
