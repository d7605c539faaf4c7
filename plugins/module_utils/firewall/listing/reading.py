# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the rules of a host, and what decides whether they count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...host.host import Host, HostError
from ...words.phrases import Phrase
from ..judging import reading
from ..judging.reading import FirewallReading
from ..naming import asking
from ..policy.rule import FirewallRule
from ..policy.stores import ORDINARY, all_rules
from . import filters
from .auditing import programs
from .auditing.programs import Files
from .filters import Pattern, WantedRules

# The classes of rules came with the version after this one (`asking`).
_LAST_WITHOUT_CLASSES = (6, 1)


def read(host: Host, wanted: WantedRules) -> FirewallReading:
    """Read a host: one command line and three queries, and one more each where a rule is for a
    network adapter that is not connected, and where a wanted name is in a language that only the
    host knows.

    Raises:
        HostError: the rules could not be read.
    """
    found = reading.read(host, services=reading.read_services(host))
    found = _with_names(host, found, wanted)
    chosen = [rule for _store, rule in filters.select(found.stores, wanted, found.environment)]
    return _with_adapters(host, found, chosen)


def read_files(host: Host, found: FirewallReading, wanted: WantedRules) -> Files:
    """Which programs of the wanted rules are on the disk: one query more, for an audit.

    Raises:
        HostError: the host is unreachable.
    """
    known = found.environment
    chosen = filters.select(found.stores, wanted, known)
    named = {
        rule.program
        for store, rule in chosen
        # A program of Windows that is not there is a feature that is not installed.
        if store in ORDINARY and rule.program and not rule.is_windows_own
    }
    return programs.read(host, programs.question(named, known))


def _with_names(host: Host, found: FirewallReading, wanted: WantedRules) -> FirewallReading:
    """The same host with the names that it shows, where a name or group is asked for that no rule
    has by what is known here."""
    version = found.stores.windows_version
    if version is not None and version <= _LAST_WITHOUT_CLASSES:
        return found
    rules = list(all_rules(found.stores, wanted.stores))
    known = found.environment

    def unknown(patterns: Iterable[Pattern], named: bool) -> list[str]:
        fits = filters.named if named else filters.grouped
        return [
            each.text
            for each in patterns
            if not each.has_wildcards and not any(fits(rule, (each,), known) for rule in rules)
        ]

    names, groups = unknown(wanted.names, named=True), unknown(wanted.groups, named=False)
    if not names and not groups:
        return found
    try:
        shown = asking.ask(host, names, groups, policies=True)
    except HostError as error:
        if error.unreachable:
            raise
        note = Phrase("listing.names_unknown", {"error": error.phrase})
        return replace(found, notes=(*found.notes, note))
    return replace(found, shown=found.shown.with_others(shown))


def _with_adapters(
    host: Host, found: FirewallReading, rules: Iterable[FirewallRule]
) -> FirewallReading:
    """The same host with the names of the adapters that rules are for."""
    known = found.environment
    if all(known.alias(guid) != guid for rule in rules for guid in rule.interfaces):
        return found
    try:
        return reading.with_adapters(host, found)
    except HostError as error:
        if error.unreachable:
            raise
        note = Phrase("listing.adapters_unknown", {"error": error.phrase})
        return replace(found, notes=(*found.notes, note))
