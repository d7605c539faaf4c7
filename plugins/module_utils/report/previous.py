# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has changed since an earlier report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from .model import Change, ChangeKind, Host, Report

_Port = tuple[str, int]


def compared(hosts: Sequence[Host], previous: Report | None) -> list[Host]:
    """The hosts with their changes. A host that is new in this report changes its state from
    None."""
    if previous is None:
        return list(hosts)
    earlier = {host.name: host for host in previous.hosts}
    return [replace(host, changes=tuple(_changes(earlier.get(host.name), host))) for host in hosts]


def _changes(before: Host | None, after: Host) -> Iterator[Change]:
    """Only what was asked and read both times is compared: a PC that does not answer may still have
    its listeners."""
    if before is None:
        yield Change(ChangeKind.STATE, None, None, None, after.state.value)
        return
    if before.state is not after.state:
        yield Change(ChangeKind.STATE, None, None, before.state.value, after.state.value)
    was, now = _verdicts(before), _verdicts(after)
    for protocol, port in sorted(was.keys() & now.keys()):
        if was[protocol, port] != now[protocol, port]:
            yield Change(
                ChangeKind.VERDICT, port, protocol, was[protocol, port], now[protocol, port]
            )
    if before.checks and after.checks:
        yield from _of_sets(ChangeKind.NETWORK, _networks(before), _networks(after))
    if before.listeners is not None and after.listeners is not None:
        yield from _of_holders(_holders(before, after), _holders(after, before))
    if before.reserved is not None and after.reserved is not None:
        yield from _of_sets(ChangeKind.RESERVED, _ranges(before), _ranges(after))


def _verdicts(host: Host) -> dict[_Port, str]:
    return {(check.protocol, check.port): check.verdict for check in host.checks}


def _networks(host: Host) -> list[tuple[str | None, str]]:
    return [(None, each.label) for each in host.networks]


def _holders(host: Host, other: Host) -> dict[_Port, str]:
    """Who listens on each port. Ports that Windows chose itself, now or then, differ after each
    restart, and so do PIDs: neither is compared."""
    chosen = {
        (each.protocol, each.port)
        for listeners in (host.listeners, other.listeners)
        for each in listeners or ()
        if each.dynamic
    }
    found: dict[_Port, set[str]] = {}
    for each in host.listeners or ():
        if (each.protocol, each.port) not in chosen:
            found.setdefault((each.protocol, each.port), set()).add(each.holder)
    return {port: ", ".join(sorted(holders)) for port, holders in found.items()}


def _ranges(host: Host) -> list[tuple[str | None, str]]:
    return [(each.protocol, f"{each.first}-{each.last}") for each in host.reserved or ()]


def _of_holders(before: Mapping[_Port, str], after: Mapping[_Port, str]) -> Iterator[Change]:
    for protocol, port in sorted({*before, *after}):
        was, now = before.get((protocol, port)), after.get((protocol, port))
        if was != now:
            yield Change(ChangeKind.LISTENER, port, protocol, was, now)


def _of_sets(
    kind: ChangeKind,
    before: Iterable[tuple[str | None, str]],
    after: Sequence[tuple[str | None, str]],
) -> Iterator[Change]:
    earlier = list(before)
    for protocol, text in earlier:
        if (protocol, text) not in after:
            yield Change(kind, None, protocol, text, None)
    for protocol, text in after:
        if (protocol, text) not in earlier:
            yield Change(kind, None, protocol, None, text)
