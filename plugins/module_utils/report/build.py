# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what the tasks port_check and port_facts returned of each PC to a Report.

All text of a PC becomes one line without control characters here, so that nothing that is built on
a report has to think of them. What HTML or a spreadsheet would take for an instruction is theirs to
defuse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..asked import well_known
from ..diagnosis.causes.model import Verdict
from ..diagnosis.causes.model import WantedPort as AskedPort
from ..ground.model import Protocol
from ..ground.text import for_display
from ..pc.misfits import MISFITS, what_misfits
from ..words.languages import Language
from ..words.phrases import Phrase, render, said
from . import mending
from . import previous as changes
from .json_text import ReportError
from .listening import NAME_LIMIT, listeners, name_of, reserved
from .model import (
    FORMAT,
    Cause,
    Check,
    Compared,
    Host,
    Network,
    Remedy,
    Report,
    Rule,
    State,
    Summary,
    WantedPort,
)
from .states import worst

# Sentences of the collection name several things of the PC, each of which has a limit of its own.
_TEXT_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Answers:
    """What the tasks port_check and port_facts returned of a PC; None where they did not run."""

    name: str
    check: Mapping[str, Any] | None
    facts: Mapping[str, Any] | None = None


def build(
    answers: Sequence[Answers],
    *,
    collection: str,
    language: Language,
    created: str,
    title: str | None = None,
    wanted: Sequence[AskedPort] = (),
    previous: Report | None = None,
) -> Report:
    """The report.

    Args:
        answers: of each PC, in the order of the report.
        collection: name and version of what makes the report.
        created: the time, as a Report has it.
        title: without one, the usual one of the language.
        wanted: ports that are named even if no PC answers.
        previous: an earlier report, to say what has changed since.

    Raises:
        ReportError: an answer is not what these tasks return.
    """
    hosts = changes.compared([_host(each, language) for each in answers], previous)
    return Report(
        format=FORMAT,
        collection=collection,
        title=for_display(title, NAME_LIMIT) if title else render(Phrase("report.title"), language),
        language=language,
        created=created,
        compared_with=_compared_with(hosts, previous),
        ports=_ports(wanted, hosts),
        summary=Summary.of(hosts),
        first=mending.first(hosts, language),
        hosts=tuple(hosts),
    )


def _compared_with(hosts: Sequence[Host], previous: Report | None) -> Compared | None:
    if previous is None:
        return None
    names = {host.name for host in hosts}
    missing = tuple(host.name for host in previous.hosts if host.name not in names)
    return Compared(previous.created, missing)


def _ports(wanted: Sequence[AskedPort], hosts: Sequence[Host]) -> tuple[WantedPort, ...]:
    """Those that are wanted of one PC at least, in order."""
    found = {(each.port, each.protocol.value) for each in wanted}
    found |= {(check.port, check.protocol) for host in hosts for check in host.checks}
    return tuple(
        WantedPort(port, protocol, well_known.name(port, Protocol(protocol)))
        for port, protocol in sorted(found)
    )


def _host(answers: Answers, language: Language) -> Host:
    name = for_display(answers.name, NAME_LIMIT)
    try:
        return _read_host(name, answers.check, answers.facts, language)
    except (ReportError, *MISFITS) as error:
        problem = said(error) if isinstance(error, ReportError) else what_misfits(error)
        raise ReportError("report.no_results", host=name, problem=problem) from error


def _read_host(
    name: str,
    check: Mapping[str, Any] | None,
    facts: Mapping[str, Any] | None,
    language: Language,
) -> Host:
    if check is None:
        return Host(name, None, State.UNKNOWN, render(Phrase("report.not_asked"), language))
    given = check.get("ports")
    state, message = State.UNKNOWN, None
    checks: tuple[Check, ...] = ()
    if isinstance(given, list):
        checks = tuple(map(_check, given))
        state = worst(each.verdict for each in checks)
        message = None if checks else render(Phrase("report.no_ports"), language)
    elif check.get("unreachable"):
        state, message = State.UNREACHABLE, _line(str(check["msg"]))
    elif check.get("failed"):
        message = _line(str(check["msg"]))
    elif check.get("skipped"):
        message = render(Phrase("report.skipped"), language)
    else:
        raise ReportError("report.results_without_ports")
    held, ranges = None, None
    if facts is not None:
        if "ansible_facts" in facts:
            read = facts["ansible_facts"]["port_facts"]
            held, ranges = listeners(read), reserved(read)
        elif "msg" in facts and message is None:
            message = _line(str(facts["msg"]))
    return Host(
        name=name,
        address=_address(given),
        state=state,
        message=message,
        networks=tuple(
            Network(name_of(each["name"]), str(each["profile"]))
            for each in check.get("networks", ())
        ),
        checks=checks,
        listeners=held,
        reserved=ranges,
    )


def _address(given: Any) -> str | None:
    """Where the controller has tried to connect to; None if it has not."""
    if not isinstance(given, list):
        return None
    tried = (each["evidence"]["attempt"]["address"] for each in given)
    return next((str(address) for address in tried if address), None)


def _check(given: Mapping[str, Any]) -> Check:
    port, protocol = int(given["port"]), Protocol(given["protocol"])
    return Check(
        port=port,
        protocol=protocol.value,
        name=well_known.name(port, protocol),
        verdict=Verdict(given["verdict"]).value,
        msg=_line(given["msg"]),
        causes=tuple(Cause(str(each["kind"]), _line(each["text"])) for each in given["causes"]),
        remedies=tuple(Remedy(_line(each["text"]), each["yaml"]) for each in given["remedies"]),
        rules=tuple(map(_rule, given["evidence"]["firewall"])),
    )


def _rule(given: Mapping[str, Any]) -> Rule:
    return Rule(
        network=name_of(given["network"]),
        profile=str(given["profile"]),
        state=str(given["state"]),
        rule=name_of(given["rule"]),
        path=name_of(given["path"]),
        text=_line(given["text"]),
    )


@lru_cache(maxsize=4096)
def _line(text: str) -> str:
    return for_display(text, _TEXT_LIMIT)
