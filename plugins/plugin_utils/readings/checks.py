# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What port_check asks of one host: options in, diagnoses out.

The controller tries to connect only to the machine that has answered over the connection of the
inventory, to its credentials; no option sets the address, and no name is resolved for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...module_utils.asked.ports import PortError
from ...module_utils.diagnosis import reading, way
from ...module_utils.diagnosis.causes.model import Diagnosis, Situation, WantedPort
from ...module_utils.diagnosis.causes.source import Source
from ...module_utils.diagnosis.drops import judge as drops
from ...module_utils.diagnosis.drops import turning_on
from ...module_utils.diagnosis.drops.result import Recorded
from ...module_utils.diagnosis.expectation import Expectation
from ...module_utils.diagnosis.judge import diagnose
from ...module_utils.diagnosis.result import CheckResult, report
from ...module_utils.diagnosis.sources import wanted_sources
from ...module_utils.diagnosis.wanted import wanted_ports
from ...module_utils.firewall.judging.reading import FirewallReading
from ...module_utils.firewall.policy.addresses import AddressError
from ...module_utils.ground.model import Protocol
from ...module_utils.host.host import Host
from ...module_utils.pc.drops import reading as reading_drops
from ...module_utils.words.languages import Language
from ...module_utils.words.phrases import Sentence, Value, said
from .. import probe
from ..action import UserError, names
from ..documents import remedies

MAX_TIMEOUT = 60.0


@dataclass(frozen=True)
class CheckOptions:
    """What a task asks for. `timeout` is in seconds; `drops`: those that Windows has
    recorded are read."""

    ports: tuple[WantedPort, ...]
    sources: tuple[Source, ...]
    expectation: Expectation | None
    from_controller: bool
    timeout: float
    drops: bool = False


@dataclass(frozen=True)
class Checked:
    """What was found out about the ports of a host. `notes` are sentences about what could not be
    read; `firewall` is as in `reading.Reading`; `recorded` are the drops, if asked for."""

    situation: Situation
    diagnoses: tuple[Diagnosis, ...]
    notes: tuple[Value, ...]
    firewall: FirewallReading | None
    recorded: Recorded | None = None


def options_of(given: Mapping[str, Any]) -> CheckOptions:
    """The options of port_check, and of every task that asks the same.

    Raises:
        UserError: one of them is wrong.
    """
    expectation = None if given["expect"] is None else Expectation(given["expect"])
    free = expectation is Expectation.FREE
    expected = names(given, "expected_process")
    if free and expected:
        raise UserError("check.process_of_free_port")
    if not 0 < given["timeout"] <= MAX_TIMEOUT:
        raise UserError("check.timeout", most=f"{MAX_TIMEOUT:g}")
    if free and given["from"]:
        raise UserError("check.from_of_free_port")
    if free and given["drops"]:
        raise UserError("check.drops_of_free_port")
    try:
        ports = wanted_ports(given["ports"], given["protocols"], expected, free=free)
    except PortError as error:
        raise UserError("argument.of", option="ports", problem=said(error)) from error
    try:
        sources = wanted_sources(given["from"] or ())
    except AddressError as error:
        problem = Sentence(said(error))  # it is a clause
        raise UserError("argument.of", option="from", problem=problem) from error
    # Whether a port is free can't be seen from outside.
    tried = given["from_controller"] and not free
    return CheckOptions(ports, sources, expectation, tried, given["timeout"], given["drops"])


def look(host: Host, noted: probe.Noted, wanted: CheckOptions) -> Checked:
    """Read a host, try to connect to it, and judge.

    Args:
        noted: the transport of the host, which knows where its answers came from.

    Raises:
        HostError: the host could not be read.
    """
    found = reading.read(
        host, wanted.ports, tried=wanted.from_controller, from_there=wanted.sources
    )
    situation = way.placed(found.situation, noted.peers, noted.owns)
    if wanted.from_controller:
        situation = _tried(situation, noted, wanted)
    diagnoses = diagnose(situation, wanted.ports, wanted.sources)
    # After the attempts, which leave records too.
    recorded = _recorded(host, situation, found.firewall, wanted) if wanted.drops else None
    return Checked(situation, tuple(diagnoses), found.notes, found.firewall, recorded)


def result(checked: Checked, wanted: CheckOptions, language: Language) -> CheckResult[Value]:
    """What port_check returns."""
    made = report(checked.situation, checked.diagnoses, wanted.expectation, checked.recorded)
    made["ports"] = remedies.written(made["ports"], language)
    if "drops" in made:
        remedies.write_all(made["drops"]["remedies"], language)
    if checked.notes:
        made["warnings"] = list(checked.notes)
    return made


def _recorded(
    host: Host, situation: Situation, firewall: FirewallReading | None, wanted: CheckOptions
) -> Recorded:
    """What the host has recorded of dropped packets. Raises HostError if it is unreachable."""
    records = reading_drops.read(host)
    own = {each.address.text for each in situation.snapshot.addresses}
    stores = None if firewall is None else firewall.stores
    logs = turning_on.logs_of(stores)
    active = frozenset() if firewall is None else firewall.active_profiles
    return Recorded(
        records,
        drops.find(records, wanted.ports, own, stores),
        turning_on.remedies(records, logs, active),
        turning_on.other_logs(logs),
    )


def _tried(situation: Situation, noted: probe.Noted, wanted: CheckOptions) -> Situation:
    """The situation with the controller's own attempts, or why there are none."""
    found = way.find(noted.peers, noted.owns, situation)
    if found.address is None:
        return replace(situation, why_not=found.why_not)
    ports = [each.port for each in wanted.ports if each.protocol is Protocol.TCP]
    attempts = probe.attempt_all(found.address, ports, wanted.timeout)
    return replace(
        situation,
        targets=(way.bare(found.address),),
        translated=found.translated,
        controller=found.own,
        attempts={(Protocol.TCP, port): attempt for port, attempt in attempts.items()},
    )
