# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is worth a look in the rules of a host: findings, each with the rules that it is about, why
it matters and what to do.

A finding is certain. What depends on something that can't be seen from here (the ports of a
keyword, the subnet of the host, a field that is not known) makes none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ....ground.names import name_key
from ....words.phrases import Phrase, Value, Verbatim
from ...judging.deciding import voided_by
from ...judging.matching import CompiledRule, ConditionKind
from ...judging.rule_index import Compiler
from ...parts.table import OPTIONS, UNSET
from ...policy.environment import Environment
from ...policy.profile_settings import Setting
from ...policy.rule import FirewallRule
from ...policy.stores import ORDINARY, FirewallStores, Store
from ...policy.vocabulary import TCP, UDP, Action, Direction, Profile
from ...reach.sweep import TooMuchWorkError, Work
from . import boxes
from .boxes import Box, Space
from .programs import Files

Stored: TypeAlias = "tuple[Store, FirewallRule]"

# The limit on pairs of rules that are compared, and on the parts into which their traffic falls.
# Real hosts come to a tenth of that.
_MOST_WORK = 60_000

# How many findings, and how many programs, are told. Real hosts have some hundreds at most.
_MOST_TOLD = 2_000

# What Windows calls the rules that it makes when a program first listens: the protocol, the words
# "Query User", a GUID and the path (samples under tests/samples/firewall_registry).
_OF_PROMPT = re.compile(r"(?:TCP|UDP) Query User\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}",
                        re.IGNORECASE)  # fmt: skip


class FindingKind(StrEnum):
    """What a finding is about, in the order in which they are told."""

    OPEN_TO_ALL = "open_to_all"
    PROMPT_BLOCK = "prompt_block"
    NEVER_MATCHES = "never_matches"
    VOID = "void"
    MISSING_PROGRAM = "missing_program"
    DUPLICATE = "duplicate"
    SAME_BUT_NAME = "same_but_name"


@dataclass(frozen=True)
class Finding:
    """Something that is worth a look.

    Attributes:
        kind: what it is.
        rules: those that it is about.
        text: what is found, in a sentence.
        why: why it matters.
        remedy: what to do.
        others: other rules that decide.
        program: the program that the rules are for, if the finding is about one.
        absent: the rules that the ready task removes; empty if it is for a person to decide.
    """

    kind: FindingKind
    rules: tuple[Stored, ...]
    text: Phrase
    why: Phrase
    remedy: Phrase
    others: tuple[Stored, ...] = ()
    program: str | None = None
    absent: tuple[Stored, ...] = ()


@dataclass(frozen=True)
class Audit:
    """All findings, and what could not be judged.

    Attributes:
        findings: in the order of their kinds.
        unknown: programs of which it is not known whether they are on the disk, why, and the rules
            that are for them.
        notes: what was not judged at all, in whole sentences.
    """

    findings: tuple[Finding, ...] = ()
    unknown: tuple[tuple[str, Value, tuple[Stored, ...]], ...] = ()
    notes: tuple[Value, ...] = ()


@dataclass
class _Judged:
    """A rule with what is known of it: the traffic that it is for, and the profiles in which it
    certainly counts, and those in which it may. `compiled` is None if it is not for this
    Windows."""

    store: Store
    rule: FirewallRule
    box: Box
    compiled: CompiledRule | None
    surely: frozenset[Profile] = field(default=frozenset())
    perhaps: frozenset[Profile] = field(default=frozenset())
    void_by: Setting[bool] | None = None

    @property
    def stored(self) -> Stored:
        return self.store, self.rule


def audit(
    stores: FirewallStores,
    environment: Environment,
    files: Files,
    selected: Collection[tuple[Store, str]] | None = None,
) -> Audit:
    """Look through the rules of a host.

    Args:
        stores: all its rules, and the settings of its profiles.
        environment: its folders.
        files: which programs are on its disk (`programs`).
        selected: the stores and ids of the rules to report about, None for all. They are judged
            beside all the others.
    """
    return _Auditor(stores, environment, files, selected).audit()


class _Auditor:
    def __init__(
        self,
        stores: FirewallStores,
        environment: Environment,
        files: Files,
        selected: Collection[tuple[Store, str]] | None,
    ) -> None:
        self._stores = stores
        self._files = files
        self._selected = None if selected is None else frozenset(selected)
        self._environment = environment
        space, compiler = Space(environment), Compiler(stores, environment)
        self._policy_ids = {
            name_key(rule.rule_id)
            for store in ORDINARY
            if store is not Store.LOCAL
            for rule in stores.of(store)
        }
        self._rules = [
            self._judged(store, rule, space, compiler)
            for store in ORDINARY
            for rule in stores.of(store)
        ]
        self._all_compared = True

    def _judged(
        self, store: Store, rule: FirewallRule, space: Space, compiler: Compiler
    ) -> _Judged:
        same_id = store is Store.LOCAL and name_key(rule.rule_id) in self._policy_ids
        found = _Judged(
            store, rule, space.box(rule), compiler.compiled(rule, store, same_id=same_id)
        )
        profiles = rule.effective_profiles
        if store is not Store.LOCAL:
            found.surely = found.perhaps = profiles
            return found
        kind, settings, contested = rule.merged_as, self._stores.profiles, self._stores.contested
        void = {each: voided_by(kind, settings[each]) for each in profiles}
        other = {each: voided_by(kind, contested.get(each, settings[each])) for each in profiles}
        found.surely = frozenset(each for each in profiles if not (void[each] or other[each]))
        found.perhaps = frozenset(each for each in profiles if not (void[each] and other[each]))
        if not found.perhaps:
            found.void_by = next(void[each] for each in Profile if each in profiles)
        return found

    def audit(self) -> Audit:
        hidden = self._hidden()
        findings: list[Finding] = []
        findings += self._open_to_all({id(each) for each, _unused in hidden})
        findings += self._of_prompt()
        findings += (_never_matches(each, blocks) for each, blocks in hidden)
        findings += self._void()
        findings += self._missing()
        findings += self._same()
        order = list(FindingKind)
        reported = [each for each in findings if self._is_selected(each.rules)]
        reported.sort(key=lambda each: order.index(each.kind))
        unknown = list(self._unknown())
        notes = [] if self._all_compared else [Phrase("audit.too_many_rules")]
        left_out = max(len(reported), len(unknown)) - _MOST_TOLD
        if left_out > 0:
            notes.append(Phrase("audit.left_out", {"count": left_out}))
        return Audit(tuple(reported[:_MOST_TOLD]), tuple(unknown[:_MOST_TOLD]), tuple(notes))

    def _is_selected(self, rules: Iterable[Stored]) -> bool:
        chosen = self._selected
        return chosen is None or any((store, rule.rule_id) in chosen for store, rule in rules)

    def _counting(self, action: Action) -> Iterator[_Judged]:
        """The enabled rules that may count on this host."""
        for each in self._rules:
            if each.rule.enabled and each.rule.action is action and each.compiled and each.perhaps:
                yield each

    def _hidden(self) -> list[tuple[_Judged, list[_Judged]]]:
        """The rules that allow only what block rules block, with these."""
        blocks: dict[tuple[Direction | None, boxes.Values | None], list[tuple[_Judged, Box]]] = {}
        for each in self._counting(Action.BLOCK):
            box = boxes.in_profiles(each.box, each.surely)
            if box is not None:
                program = each.rule.program and boxes.program_of(box)
                blocks.setdefault((each.rule.direction, program or None), []).append((each, box))
        found = []
        work = Work(_MOST_WORK)
        try:
            for each in self._counting(Action.ALLOW):
                near = [*blocks.get((each.rule.direction, None), ())]
                if each.rule.program is not None:
                    program = boxes.program_of(each.box)
                    near += blocks.get((each.rule.direction, program), ())
                by = _hiding(each, near, work)
                if by:
                    found.append((each, by))
        except TooMuchWorkError:
            self._all_compared = False
        return found

    def _open_to_all(self, hidden: Collection[int]) -> Iterator[Finding]:
        for each in self._counting(Action.ALLOW):
            if id(each) not in hidden and _is_open_to_all(each):
                yield _open_to_all(each)

    def _of_prompt(self) -> Iterator[Finding]:
        found = [
            each
            for each in self._counting(Action.BLOCK)
            if each.rule.program and _OF_PROMPT.match(each.rule.rule_id)
        ]
        for program, rules in _by_program(found):
            yield _about(FindingKind.PROMPT_BLOCK, program, rules, _local(rules))

    def _void(self) -> Iterator[Finding]:
        groups: dict[Hashable, list[_Judged]] = {}
        for each in self._rules:
            if each.rule.enabled and each.void_by is not None:
                groups.setdefault((each.void_by.path, each.void_by.origin), []).append(each)
        for rules in groups.values():
            setting = rules[0].void_by
            if setting is None:
                continue
            values: dict[str, Value] = {
                "rules": tuple(each.rule.label for each in rules),
                "origin": Phrase(f"origin.{setting.origin}"),
                "path": Verbatim(setting.path),
            }
            yield Finding(
                FindingKind.VOID,
                tuple(each.stored for each in rules),
                Phrase("audit.void", values),
                Phrase("audit.why_void"),
                Phrase("audit.remedy_void"),
            )

    def _missing(self) -> Iterator[Finding]:
        missing = self._files.missing
        found = [each for each in self._rules if each.rule.program in missing]
        for program, rules in _by_program(found):
            removed = tuple(each for each in _local(rules) if not each[1].is_windows_own)
            if all(rule.is_windows_own for _store, rule in rules):
                continue  # a feature of Windows that is not installed
            yield _about(FindingKind.MISSING_PROGRAM, program, rules, removed)

    def _same(self) -> Iterator[Finding]:
        """Rules of one store that are equal in all that matters to traffic."""
        groups: dict[Hashable, list[_Judged]] = {}
        for each in self._rules:
            groups.setdefault(_nature(each), []).append(each)
        for rules in groups.values():
            if len(rules) == 1 or all(each.rule.is_windows_own for each in rules):
                continue
            # The one to keep comes first.
            rules.sort(key=lambda each: (not each.rule.is_windows_own, each.rule.rule_id))
            stored = tuple(each.stored for each in rules)
            names = {name_key(each.rule.name or "") for each in rules}
            kind = FindingKind.DUPLICATE if len(names) == 1 else FindingKind.SAME_BUT_NAME
            values: dict[str, Value] = {
                "count": len(rules),
                "rule": rules[0].rule.label,
                "rules": tuple(each.rule.label for each in rules),
            }
            others = tuple(each for each in stored[1:] if not each[1].is_windows_own)
            yield Finding(
                kind,
                stored,
                Phrase(f"audit.{kind}", values),
                Phrase("audit.why_same"),
                Phrase("audit.remedy_same"),
                absent=_local(others),
            )

    def _unknown(self) -> Iterator[tuple[str, Value, tuple[Stored, ...]]]:
        by_program: dict[str, list[Stored]] = {}
        for each in self._rules:
            program = each.rule.program
            if program is not None and program in self._files.unknown:
                by_program.setdefault(program, []).append(each.stored)
        for program, rules in by_program.items():
            if self._is_selected(rules):
                yield program, self._files.unknown[program], tuple(rules)


def _by_program(found: Iterable[_Judged]) -> Iterator[tuple[str, tuple[Stored, ...]]]:
    """Rules for programs, together with the others for the same program, however it is written."""
    groups: dict[boxes.Values, list[_Judged]] = {}
    for each in found:
        groups.setdefault(boxes.program_of(each.box), []).append(each)
    for rules in groups.values():
        yield rules[0].rule.program or "", tuple(each.stored for each in rules)


def _about(
    kind: FindingKind, program: str, rules: tuple[Stored, ...], absent: tuple[Stored, ...]
) -> Finding:
    """A finding about a program."""
    return Finding(
        kind,
        rules,
        Phrase(f"audit.{kind}", {"program": program}),
        Phrase(f"audit.why_{kind}"),
        Phrase(f"audit.remedy_{kind}"),
        program=program,
        absent=absent,
    )


def _hiding(judged: _Judged, near: Sequence[tuple[_Judged, Box]], work: Work) -> list[_Judged]:
    """Those of some block rules that block all that a rule allows; none if they don't. Raises
    TooMuchWorkError."""
    box = boxes.in_profiles(judged.box, judged.perhaps)
    if box is None or judged.compiled is None:
        return []
    work.take(1 + len(near))
    # All conditions of other kinds have to be those of the rule as well.
    conditions = frozenset(judged.compiled.open)
    there = [
        (block, its)
        for block, its in near
        if block.compiled and conditions.issuperset(block.compiled.open) and boxes.shares(box, its)
    ]
    places = boxes.covered(box, [its for _unused, its in there], work)
    return [there[place][0] for place in places or ()]


def _local(rules: Sequence[Stored]) -> tuple[Stored, ...]:
    return tuple(each for each in rules if each[0] is Store.LOCAL)


def _is_open_to_all(judged: _Judged) -> bool:
    rule = judged.rule
    if rule.direction is not Direction.IN or rule.protocol not in (None, TCP, UDP):
        return False
    if judged.compiled is None or judged.compiled.open:
        return False
    limited = rule.program or rule.service or rule.package_sid or rule.package_family
    by_adapter = rule.interfaces or rule.interface_types
    return not limited and not by_adapter and boxes.is_every_address(rule)


def _open_to_all(judged: _Judged) -> Finding:
    rule = judged.rule
    values: dict[str, Value] = {"rule": rule.label, "ports": Verbatim(str(rule.local_ports))}
    key = "audit.open_ports" if rule.local_ports else "audit.open_to_all"
    return Finding(
        FindingKind.OPEN_TO_ALL,
        (judged.stored,),
        Phrase(key, values),
        Phrase("audit.why_open_ports" if rule.local_ports else "audit.why_open_to_all"),
        Phrase("audit.remedy_open_to_all"),
    )


def _never_matches(judged: _Judged, blocks: Sequence[_Judged]) -> Finding:
    values: dict[str, Value] = {
        "rule": judged.rule.label,
        "blocks": tuple(dict.fromkeys(each.rule.label for each in blocks)),
    }
    return Finding(
        FindingKind.NEVER_MATCHES,
        (judged.stored,),
        Phrase("audit.never_matches", values),
        Phrase("audit.why_never_matches"),
        Phrase("audit.remedy_never_matches"),
        others=tuple(each.stored for each in blocks),
    )


# What `_nature` has in a form of its own. A flag that means nothing to rules that block is told
# apart by what it does.
_TOLD_APART = boxes.FIELDS | {"active", "direction", "action", "edge", "defer", "local_only_mapped"}
# All else that says something of traffic, judged or not.
_OF_NATURE = tuple(
    name
    for name in (
        *UNSET,
        *(name for each in OPTIONS if not each.only_text for name in each.attributes),
    )
    if name not in _TOLD_APART and name != "rule_id"
)


def _nature(judged: _Judged) -> Hashable:
    """What is the same for two rules of a store that do the same, whatever a policy sets aside."""
    rule = judged.rule
    conditions = () if judged.compiled is None else judged.compiled.open
    return (
        judged.store,
        rule.direction,
        rule.action,
        rule.enabled,
        rule.edge_traversal,
        judged.box,
        # The box of a rule with this flag is for any address.
        (rule.remote_addresses, rule.remote_ports) if rule.may_ignore_remote else None,
        rule.merged_as if judged.store is Store.LOCAL else None,
        tuple(each for each in conditions if each.kind is ConditionKind.SAME_ID),
        rule.version[0],
        *(getattr(rule, name) for name in _OF_NATURE),
    )
