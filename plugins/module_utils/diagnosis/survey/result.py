# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What port_survey returns: a row for each host and port, why hosts could not be read, and how many
there are of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NotRequired, TypedDict

from ...pc.result import TaskResult
from ...words.phrases import Joined, Phrase, Sentence, Value, Verbatim, Words, in_turn
from . import fitting

if TYPE_CHECKING:
    # A survey of facts alone needs nothing of the diagnosis, which takes a while to import.
    from ..expectation import Expectation


class SurveyRow(TypedDict):
    """A port of a host, and who listens there. `verdict` and what belongs to it are present only if
    ports were asked about, `name` if by that name, the others only if they are known."""

    host: str
    port: int
    protocol: Literal["tcp", "udp"]
    name: NotRequired[str]
    verdict: NotRequired[str]
    cause: NotRequired[str]
    process: NotRequired[str]
    pid: NotRequired[int]
    service: NotRequired[str]
    reach: NotRequired[str]
    as_expected: NotRequired[bool]


class UnreadEntry(TypedDict, Generic[Words]):
    """A host that could not be read, and why."""

    host: str
    address: str | None
    kind: str
    msg: Words


class IncompleteEntry(TypedDict, Generic[Words]):
    """A host that was read, and what of it could not be, in whole sentences."""

    host: str
    notes: list[Words]


class NotListedEntry(TypedDict):
    """How many entries of these lists did not fit into the result."""

    unread: int
    incomplete: int
    unmatched: int


class TotalsEntry(TypedDict):
    """How many hosts there are, how many of them were read, how many were not and for which kind of
    reason, how many rows there are, how many more were too many, the same of the other lists, and
    how many of all have which verdict."""

    hosts: int
    read: int
    unread: dict[str, int]
    rows: int
    left_out: int
    not_listed: NotListedEntry
    verdicts: dict[str, int]


class SurveyResult(TaskResult[Words]):
    """What port_survey returns."""

    rows: list[SurveyRow]
    unread: list[UnreadEntry[Words]]
    incomplete: list[IncompleteEntry[Words]]
    unmatched: list[str]
    totals: TotalsEntry
    results: NotRequired[dict[str, Any]]
    detail_file: NotRequired[str]


class Kind(StrEnum):
    """Why a host was not read, besides the kinds of a failed message (`host.transport.Failure`)."""

    NOT_TRIED = "not_tried"  # its account was refused, by another host or by Kerberos
    NOT_FINISHED = "not_finished"  # the time of the task was up
    SETTING = "setting"  # nothing was sent, because of a setting or a package of the controller
    FAULT = "fault"  # it has answered that it can't do what was asked


#: What to mend first, by `causes.model.Verdict`: as the report has it, of a PC in the worst of its
#: states.
_ORDER: Final = (
    "in_use_by_other", "reserved", "overridden_by_policy", "third_party_firewall", "blocked",
    "hidden_by_profile", "unreachable_from_controller", "unknown", "not_listening",
    "loopback_only", "reachable",
)  # fmt: skip
_RANK: Final = {verdict: number for number, verdict in enumerate(_ORDER)}

# The other lists of a result, which may not have all either.
_LISTS: Final[tuple[Literal["unread", "incomplete", "unmatched"], ...]] = (
    "unread",
    "incomplete",
    "unmatched",
)

# Of how many hosts with the same kind of reason it tells what is wrong with each. Of more, it tells
# of the first one, since what to do stands there.
_MOST_TOLD = 3
# Of how many hosts a warning says what could not be read. The result has it of all.
_MOST_WARNED = 10


@dataclass(frozen=True)
class Survey:
    """What was found out about all hosts, in the order of the inventory.

    Attributes:
        hosts: the names of all.
        rows: those of the hosts that were read, by host.
        left_out: rows that were too many.
        unread: the others.
        notes: of hosts that were read, what could not be.
        checked: whether ports were asked about, at least where a host does not say otherwise.
    """

    hosts: tuple[str, ...]
    rows: Mapping[str, Sequence[SurveyRow]]
    unread: Mapping[str, UnreadEntry[Value]]
    left_out: int = 0
    checked: bool = False
    notes: Mapping[str, Sequence[Value]] = field(default_factory=dict)


def result(
    survey: Survey,
    expectation: Expectation | None = None,
    *,
    stopped: float | None = None,
    unmatched: Sequence[str] = (),
    in_file: bool = False,
    for_report: bool = False,
) -> SurveyResult[Value]:
    """What the task returns. It has failed only if an expectation is not met, or if nobody knows
    whether it is.

    Args:
        unmatched: what was asked about and is no host of the inventory.
        stopped: the time limit that has ended the task, in seconds.
        in_file: whether a file has the whole of each host.
        for_report: whether a report has everything, so that nobody needs to know what is left out
            here.
    """
    rows = _in_order([row for host in survey.hosts for row in survey.rows.get(host, ())])
    unread = [survey.unread[host] for host in survey.hosts if host in survey.unread]
    incomplete = [
        IncompleteEntry(host=host, notes=list(survey.notes[host]))
        for host in survey.hosts
        if survey.notes.get(host)
    ]
    fits = fitting.fitting(
        {"rows": rows, "unread": unread, "incomplete": incomplete, "unmatched": unmatched}
    )
    left_out = survey.left_out + len(rows) - fits["rows"]
    not_listed: NotListedEntry = {
        "unread": len(unread) - fits["unread"],
        "incomplete": len(incomplete) - fits["incomplete"],
        "unmatched": len(unmatched) - fits["unmatched"],
    }
    made: SurveyResult[Value] = {
        "changed": False,
        "msg": "",
        "rows": rows[: fits["rows"]],
        "unread": unread[: fits["unread"]],
        "incomplete": incomplete[: fits["incomplete"]],
        "unmatched": list(unmatched[: fits["unmatched"]]),
        "totals": {
            "hosts": len(survey.hosts),
            "read": len(survey.hosts) - len(unread),
            "unread": dict(Counter(each["kind"] for each in unread).most_common()),
            "rows": fits["rows"],
            "left_out": left_out,
            "not_listed": not_listed,
            "verdicts": _verdicts(rows),
        },
    }
    lines: list[Value] = _summary(
        made["totals"], len(rows) + survey.left_out, checked=survey.checked
    )
    if stopped is not None:
        lines.insert(0, Phrase("survey.time_up", {"seconds": f"{stopped:g}"}))
    lines += _told_unread(unread)
    warnings = _warnings(incomplete)
    if incomplete:
        names = [each["host"] for each in incomplete]
        lines.append(Phrase("survey.incomplete", {"hosts": fitting.named(names)}))
    if not for_report:
        lacking = {"rows": left_out}
        lacking |= {key: not_listed[key] for key in _LISTS}
        warnings += _left_out(lacking, in_file=in_file)
    if warnings:
        made["warnings"] = warnings
    if unmatched:
        lines.insert(0, Phrase("survey.unmatched", {"patterns": fitting.named(unmatched)}))
        if expectation is not None:
            made["failed"] = True
    if expectation is not None:
        unmet = _unmet(survey.hosts, rows, unread)
        if unmet:
            made["failed"] = True
            lines.insert(0, _disappointment(expectation, unmet, len(survey.hosts)))
    made["msg"] = Joined(tuple(lines), "list.line")
    return made


def _in_order(rows: list[SurveyRow]) -> list[SurveyRow]:
    """The rows with what to mend first at the beginning: by verdict, and of equal ones what helps
    the most hosts. Listeners come last, in the order of the hosts."""
    judged = [row for row in rows if "verdict" in row]
    alike = Counter(map(_fix, judged))
    judged.sort(
        key=lambda row: (_RANK[row["verdict"]], -alike[_fix(row)], row["port"], row["protocol"])
    )
    return judged + [row for row in rows if "verdict" not in row]


def _fix(row: SurveyRow) -> tuple[object, ...]:
    """What two ports share that need the same fix."""
    return row["verdict"], row.get("cause"), row["port"], row["protocol"]


def _verdicts(rows: Iterable[SurveyRow]) -> dict[str, int]:
    found = Counter(row["verdict"] for row in rows if "verdict" in row)
    return {verdict: found[verdict] for verdict in _RANK if verdict in found}


def _summary(totals: TotalsEntry, rows: int, *, checked: bool) -> list[Value]:
    """What was found. `rows` is how many there are with those that are left out."""
    verdicts = totals["verdicts"]
    counts: dict[str, Value] = {"read": totals["read"], "hosts": totals["hosts"]}
    listeners = rows - sum(verdicts.values())
    if not verdicts and not checked:
        return [Phrase("survey.summary_of_listeners", {**counts, "rows": listeners})]
    each = [
        Phrase("survey.count", {"what": Phrase(f"port_verdict.{verdict}"), "count": count})
        for verdict, count in verdicts.items()
    ]
    lines: list[Value] = [
        Phrase("survey.summary", {**counts, "verdicts": Joined(tuple(each), "list.separator")})
        if each
        else Phrase("survey.summary_of_none", counts)
    ]
    if listeners:
        lines.append(Phrase("survey.listeners", {"rows": listeners}))
    return lines


def _told_unread(unread: Sequence[UnreadEntry[Value]]) -> list[Value]:
    """A line for each kind of reason, with some of the hosts that have it, and what is wrong in
    whole sentences: with each if these are few, otherwise with the first one."""
    by_kind: dict[str, list[UnreadEntry[Value]]] = {}
    for each in unread:
        by_kind.setdefault(each["kind"], []).append(each)
    lines: list[Value] = []
    left = fitting.MOST_TOLD
    for kind, entries in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        hosts = [each["host"] for each in entries]
        lines.append(Phrase("survey.unread", {"why": _why(kind), "hosts": fitting.named(hosts)}))
        each_told = [each["msg"] for each in entries[:_MOST_TOLD]]
        if len(entries) > _MOST_TOLD:
            each_told = [Phrase("survey.for_example", {"told": each_told[0]})]
        told = fitting.first(each_told, left)
        left -= sum(map(fitting.octets, told))
        lines += told
    return lines


def _warnings(incomplete: Sequence[IncompleteEntry[Value]]) -> list[Value]:
    """What could not be read, each with its host, since Ansible shows warnings apart from the
    result."""
    told: list[Value] = []
    counts = []
    for each in incomplete[:_MOST_WARNED]:
        told += [
            Phrase("task.warning", {"host": each["host"], "warning": note})
            for note in each["notes"]
        ]
        counts.append(len(told))
    found = fitting.first(told, fitting.MOST_WARNED)
    # The hosts that have not all of their warnings among these.
    hosts = sum(1 for count in counts if count <= len(found))
    others = [each["host"] for each in incomplete[hosts:]]
    if others:
        found.append(Phrase("survey.more_incomplete", {"hosts": fitting.named(others)}))
    return found


def _left_out(counts: Mapping[str, int], *, in_file: bool) -> list[Value]:
    """That a result has not all, with the number of the entries that each list lacks."""
    lacking: list[Value] = [
        Phrase("survey.count", {"what": Verbatim(name), "count": count})
        for name, count in counts.items()
        if count
    ]
    if not lacking:
        return []
    what = Joined(tuple(lacking), "list.separator")
    where = Phrase("survey.in_file" if in_file else "survey.in_no_file")
    return [in_turn(Phrase("survey.left_out", {"what": what}), where)]


def _why(kind: str) -> Phrase:
    return Phrase(f"unread.{kind}" if kind in list(Kind) else f"failure.{kind}")


def _unmet(
    hosts: Iterable[str], rows: Iterable[SurveyRow], unread: Iterable[UnreadEntry[Value]]
) -> list[str]:
    """The hosts that are not as expected, or may not be, in their order."""
    found = {row["host"] for row in rows if not row.get("as_expected")}
    found.update(each["host"] for each in unread)
    return [host for host in hosts if host in found]


def _disappointment(expectation: Expectation, unmet: Sequence[str], count: int) -> Value:
    return Sentence(
        Phrase(
            "survey.not_as_expected",
            {
                "count": len(unmet),
                "all": count,
                "expected": Phrase(f"expected.{expectation}"),
                "hosts": fitting.named(unmet),
            },
        )
    )
