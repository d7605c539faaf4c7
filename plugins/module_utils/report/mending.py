# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to mend first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..diagnosis.path.ends.model import Hop, PathVerdict
from ..words.languages import Language
from ..words.phrases import Phrase, Verbatim, render
from .model import Check, Host, Mend, Path, Remedy, State
from .states import PATH_STATES, severity, worst

# More than anyone fixes in a day. The hosts' own checks have everything.
MOST = 100

# Where the server's own check looks too.
_AT_SERVER = (Hop.SERVER_FIREWALL, Hop.SERVER_PROGRAM)

_Key = tuple[object, ...]


@dataclass(slots=True)
class _Group:
    """PCs that need the same fix, and those that it helps."""

    entry: Mend
    rank: int
    hosts: dict[str, None] = field(default_factory=dict)
    helped: set[str] = field(default_factory=set)


def first(
    hosts: Sequence[Host], language: Language, paths: Iterable[Path] = ()
) -> tuple[Mend, ...]:
    """What to mend, starting with what helps the most PCs.

    For each port it is the first cause, because the others matter only when that is gone. Two PCs
    need the same fix if the port, the kind of cause and the remedies are the same, and so is the
    rule or policy by which the firewall decides: one policy that blocks thirty PCs is one entry.
    Entries with equal numbers of PCs are in the order of a PC's states, then in that of the hosts.

    What keeps clients from a server is an entry of its own, unless the server's own check says the
    same of the port. It helps the clients, and its PC is the one that has the cause.
    """
    groups: dict[_Key, _Group] = {}

    def add(key: _Key, rank: int, entry: Mend, host: str, helped: str) -> None:
        group = groups.setdefault(key, _Group(entry, rank))
        group.hosts[host] = None
        group.helped.add(helped)

    for host in hosts:
        for key, rank, entry in _of_host(host, language):
            add(key, rank, entry, host.name, host.name)
    told = {(host.name, *_port(check)) for host in hosts for check in host.checks if check.causes}
    for path in paths:
        if path.client is None:
            add((path.verdict, path.server), *_failed(path, language), path.server, path.server)
        elif path.causes and not (
            path.hop in _AT_SERVER and (path.server, path.port, path.protocol) in told
        ):
            add(*_of_path(path), path.host or path.server, path.client)
    ordered = sorted(groups.values(), key=lambda group: (-len(group.helped), group.rank))
    return tuple(_entry(group) for group in ordered[:MOST])


def _entry(group: _Group) -> Mend:
    entry = group.entry
    return Mend(
        tuple(group.hosts), entry.port, entry.protocol, entry.verdict, entry.text, entry.remedies
    )


def _of_host(host: Host, language: Language) -> list[tuple[_Key, int, Mend]]:
    if host.checks:
        return [
            (_key(check), severity(worst([check.verdict])), _mend(check))
            for check in host.checks
            if check.causes
        ]
    remedies: tuple[Remedy, ...] = ()
    verdict = "failed"
    if host.state is State.UNREACHABLE:
        verdict = "unreachable"
        remedies = (Remedy(render(Phrase("report.check_connection"), language), None),)
    text = Phrase(f"report.{verdict}", {"message": Verbatim(str(host.message))})
    entry = Mend(
        hosts=(),
        port=None,
        protocol=None,
        verdict=verdict,
        text=render(text, language),
        remedies=remedies,
    )
    return [((verdict,), severity(host.state), entry)]


def _failed(path: Path, language: Language) -> tuple[int, Mend]:
    text = Phrase("report.failed", {"message": Verbatim(path.msg)})
    entry = Mend((), None, None, path.verdict, render(text, language))
    return severity(State.UNKNOWN), entry


def _of_path(path: Path) -> tuple[_Key, int, Mend]:
    key = ("path", path.server, path.port, path.protocol, path.causes[0].kind, path.remedies)
    entry = Mend((), path.port, path.protocol, path.verdict, path.msg, path.remedies)
    return key, severity(PATH_STATES[PathVerdict(path.verdict)]), entry


def _port(check: Check) -> tuple[int, str]:
    return check.port, check.protocol


def _mend(check: Check) -> Mend:
    return Mend((), check.port, check.protocol, check.verdict, check.msg, check.remedies)


def _key(check: Check) -> _Key:
    return (check.port, check.protocol, check.causes[0].kind, check.remedies, _deciders(check))


def _deciders(check: Check) -> Sequence[tuple[str | None, str | None]]:
    return tuple((rule.rule, rule.path) for rule in check.rules)
