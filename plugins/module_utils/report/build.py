# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Builds a Report from what the tasks port_check, port_facts and port_path returned for each PC.

All text of a PC becomes one line without control characters here, so that code that uses a report
need not handle them. The writers of HTML and of spreadsheets escape what these formats would
interpret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NotRequired, TypedDict

from ..asked import well_known
from ..diagnosis.causes.model import Verdict
from ..diagnosis.causes.model import WantedPort as AskedPort
from ..diagnosis.result import (
    CauseEntry,
    CheckedNetwork,
    PortEntry,
    RemedyEntry,
    SourceEntry,
)
from ..ground.model import Protocol
from ..ground.text import for_display
from ..pc import schema
from ..pc.result import PortFacts
from ..pc.schema import MisfitError
from ..words.languages import Language
from ..words.phrases import Phrase, render
from . import mending, paths
from . import previous as changes
from .json_text import ReportError
from .listening import NAME_LIMIT, line_of, listeners, name_of, reserved
from .model import (
    FORMAT,
    MOST_TOTALS,
    Cause,
    Check,
    Compared,
    Host,
    Network,
    Path,
    Remedy,
    Report,
    Source,
    State,
    Summary,
    Total,
    WantedPort,
)
from .states import worst


class _Checked(TypedDict):
    """The keys that are read from a result of port_check."""

    ports: list[PortEntry[str]]
    networks: list[CheckedNetwork]


class _Facts(TypedDict):
    port_facts: PortFacts[str]


class _Gathered(TypedDict):
    """The keys that are read from a result of port_facts."""

    ansible_facts: _Facts


class _Ended(TypedDict):
    """How a task ended that did not return its data."""

    unreachable: NotRequired[bool]
    failed: NotRequired[bool]
    kind: NotRequired[str]
    skipped: NotRequired[bool]


class _Said(TypedDict):
    """Why it did."""

    msg: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What the tasks port_check, port_facts and port_path returned for a PC; None if they did not
    run. `address` is where the PC was looked for, if that is known."""

    name: str
    check: Mapping[str, Any] | None
    facts: Mapping[str, Any] | None = None
    paths: Mapping[str, Any] | None = None
    address: str | None = None


def build(
    answers: Iterable[Answers],
    *,
    collection: str,
    language: Language,
    created: str,
    title: str | None = None,
    wanted: Sequence[AskedPort] = (),
    previous: Report | None = None,
    parts: Sequence[Report] = (),
) -> Report:
    """The report.

    Args:
        answers: the answers of each PC, in the order of the report. Each is let go before the next
            is taken.
        collection: the name and version of the collection that makes the report.
        created: the time, in the form of `Report.created`.
        title: the default is the usual title in the language.
        wanted: ports that appear even if no PC answers.
        previous: an earlier report, to find what has changed since then.
        parts: reports of other PCs, which come first. A PC that is in several of them is as the
            one says that was made last, and one with answers as these say.

    Raises:
        ReportError: an answer is not what these tasks return.
    """
    fresh: list[Host] = []
    met: dict[str, Mapping[str, Any]] = {}
    for each in answers:
        fresh.append(_host(each, language))
        if each.paths is not None:
            met[each.name] = each.paths
    latest = _latest(parts, fresh)
    hosts = changes.compared([*_hosts_of(parts, latest), *fresh], previous)
    found = _paths_of(parts, latest)
    if (asked := _paths(met)) is not None:
        found = [*(found or ()), *asked]
    if found is not None:
        found = paths.compared(found, None if previous is None else previous.paths)
    return Report(
        format=FORMAT,
        collection=collection,
        title=for_display(title, NAME_LIMIT) if title else render(Phrase("report.title"), language),
        language=language,
        created=created,
        compared_with=_compared_with(hosts, previous),
        ports=_ports(wanted, parts, hosts),
        summary=Summary.of(hosts),
        first=mending.first(hosts, language, found or ()),
        hosts=tuple(hosts),
        paths=found,
        history=_history(previous),
    )


def _history(previous: Report | None) -> tuple[Total, ...]:
    if previous is None:
        return ()
    last = Total(previous.created, previous.summary)
    return (*previous.history, last)[-MOST_TOTALS:]


def _latest(parts: Sequence[Report], fresh: Sequence[Host]) -> dict[str, Report | None]:
    """The part that counts for each PC; None for one that was asked anew."""
    found: dict[str, Report | None] = {}
    for part in sorted(parts, key=lambda each: each.created):
        found |= dict.fromkeys((host.name for host in part.hosts), part)
    return found | dict.fromkeys(host.name for host in fresh)


def _hosts_of(parts: Sequence[Report], latest: Mapping[str, Report | None]) -> Iterator[Host]:
    for part in parts:
        for host in part.hosts:
            if latest[host.name] is part:
                yield replace(host, changes=())


def _paths_of(
    parts: Sequence[Report], latest: Mapping[str, Report | None]
) -> Sequence[Path] | None:
    """What the clients of the parts met, None if none of the parts has asked."""
    if all(part.paths is None for part in parts):
        return None
    return [
        replace(path, before=None)
        for part in parts
        for path in part.paths or ()
        if latest.get(path.server, part) is part
    ]


def _paths(asked: Mapping[str, Mapping[str, Any]]) -> list[Path] | None:
    """What the clients meet, from the result on each host, None if there is no task that has
    asked."""
    results = {name: each for name, each in asked.items() if not each.get("skipped")}
    if not results:
        return None
    found: list[Path] = []
    for host, result in results.items():
        try:
            found += paths.of_task(host, result)
        except MisfitError as error:
            name = for_display(host, NAME_LIMIT)
            raise ReportError("report.no_results", host=name, problem=error) from error
    return found


def _compared_with(hosts: Sequence[Host], previous: Report | None) -> Compared | None:
    if previous is None:
        return None
    names = {host.name for host in hosts}
    missing = tuple(host.name for host in previous.hosts if host.name not in names)
    return Compared(previous.created, missing)


def _ports(
    wanted: Sequence[AskedPort], parts: Sequence[Report], hosts: Sequence[Host]
) -> tuple[WantedPort, ...]:
    """The ports that were asked about on at least one PC, in order."""
    found = {(each.port, each.protocol.value) for each in wanted}
    found |= {(each.port, each.protocol) for part in parts for each in part.ports}
    found |= {(check.port, check.protocol) for host in hosts for check in host.checks}
    names = {(each.port, each.protocol.value): each.name for each in wanted if each.name}
    return tuple(
        WantedPort(*port, names.get(port) or well_known.name(port[0], Protocol(port[1])))
        for port in sorted(found)
    )


def _host(answers: Answers, language: Language) -> Host:
    name = for_display(answers.name, NAME_LIMIT)
    try:
        host = _read_host(name, answers.check, answers.facts, language)
    except (ReportError, MisfitError) as error:
        raise ReportError("report.no_results", host=name, problem=error) from error
    # Of a PC that was read, the address that matters is the one of the attempts.
    if answers.address and not host.checks:
        return replace(host, address=for_display(answers.address, NAME_LIMIT))
    return host


def _read_host(
    name: str,
    check: Mapping[str, Any] | None,
    facts: Mapping[str, Any] | None,
    language: Language,
) -> Host:
    if check is None:
        return Host(name, None, State.UNKNOWN, render(Phrase("report.not_asked"), language))
    host = _checked_host(name, check, language)
    if facts is None:
        return host
    if "ansible_facts" in facts:
        read = schema.read(_Gathered, facts)["ansible_facts"]["port_facts"]
        return replace(host, listeners=listeners(read), reserved=reserved(read))
    if "msg" in facts and host.message is None:
        return replace(host, message=line_of(schema.read(_Said, facts)["msg"]))
    return host


def _checked_host(name: str, check: Mapping[str, Any], language: Language) -> Host:
    """A PC, from what port_check returned or from why it returned nothing."""
    if "ports" in check:
        checked = schema.read(_Checked, check)
        ports = checked["ports"]
        checks = tuple(_check(each, number) for number, each in enumerate(ports))
        return Host(
            name=name,
            address=_address(ports),
            state=worst(each.verdict for each in checks),
            message=None if checks else render(Phrase("report.no_ports"), language),
            networks=tuple(
                Network(name_of(each["name"]), each["profile"]) for each in checked["networks"]
            ),
            checks=checks,
        )
    ended = schema.read(_Ended, check)
    if ended.get("unreachable") or ended.get("failed"):
        state = State.UNREACHABLE if ended.get("unreachable") else State.UNKNOWN
        msg, kind = line_of(schema.read(_Said, check)["msg"]), name_of(ended.get("kind"))
        return Host(name, None, state, msg, failure=kind)
    if ended.get("skipped"):
        return Host(name, None, State.UNKNOWN, render(Phrase("report.skipped"), language))
    raise ReportError("report.results_without_ports")


def _address(ports: Sequence[PortEntry[str]]) -> str | None:
    """The address that the controller tried to connect to; None if it did not try."""
    tried = (each["evidence"]["attempt"]["address"] for each in ports)
    return next((address for address in tried if address), None)


def _check(given: PortEntry[str], number: int) -> Check:
    if given["verdict"] not in list(Verdict):
        words = Phrase("misfit.kind.one_of", {"words": tuple(Verdict)})
        raise MisfitError("misfit.kind", ("ports", number, "verdict"), kind=words)
    port, protocol = given["port"], given["protocol"]
    return Check(
        port=port,
        protocol=protocol,
        name=name_of(given["name"]),
        verdict=given["verdict"],
        msg=line_of(_told(given)),
        causes=_causes(given["causes"]),
        remedies=_remedies(given["remedies"]),
        # Other networks than that by which the controller comes say nothing about the port.
        rules=tuple(
            paths.rule_of(each)
            for each in given["evidence"]["firewall"]
            if each.get("decides", True)
        ),
        reach=name_of(given.get("reach")),
        sources=tuple(map(_source, given.get("sources", ()))),
    )


def _told(given: PortEntry[str]) -> str:
    """The answer about a port, and what Windows has recorded of packets that it dropped."""
    told, drops = given["msg"], given.get("drops")
    if drops is None or drops["state"] != "dropped":
        return told
    return f"{told}{'' if told.endswith('。') else ' '}{drops['msg']}"


def _source(given: SourceEntry[str]) -> Source:
    return Source(
        source=for_display(given["source"], NAME_LIMIT),
        state=for_display(given["state"], NAME_LIMIT),
        msg=line_of(given["msg"]),
        allowed=_names(given["allowed"]),
        blocked=_names(given["blocked"]),
        uncertain=_names(given["uncertain"]),
        causes=_causes(given["causes"]),
        remedies=_remedies(given["remedies"]),
        remarks=tuple(map(line_of, given["remarks"])),
    )


def _names(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(for_display(each, NAME_LIMIT) for each in texts)


def _causes(given: Sequence[CauseEntry[str]]) -> tuple[Cause, ...]:
    return tuple(Cause(each["kind"], line_of(each["text"])) for each in given)


def _remedies(given: Sequence[RemedyEntry[str]]) -> tuple[Remedy, ...]:
    return tuple(Remedy(line_of(each["text"]), each["yaml"]) for each in given)
