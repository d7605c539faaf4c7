# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One option of a firewall rule: a record of everything that the collection has to know about it.

Each module beside this one has the records of one kind of value; `table` lists them all. All code
that loops over the options of a rule uses that table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from ...asked import escapes
from ...ground.names import ascii_lower
from ...words.phrases import Joined, Phrase, PhraseError, Value
from ...wsman.cim.objects import CimClass, CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule

T = TypeVar("T")

#: The form of an option for people and in results: plain types only.
Plain: TypeAlias = str | bool | list[str] | None
#: Values by attribute of FirewallRule.
Attributes: TypeAlias = Mapping[str, Any]
ValueOf: TypeAlias = Callable[[FirewallRule, Environment], CimValue]

ANY = "any"
ANY_WORDS = frozenset({ANY, "all", "*"})
# [MS-FASP] 2.2.5 and similar sections: lists of at most 1000 entries.
MAX_ENTRIES = 1_000
MAX_DEPTH = 16

_ANY_LISTS = [[word] for word in ANY_WORDS]

TEXT: Mapping[str, Any] = {"type": "str"}
TEXTS: Mapping[str, Any] = {"type": "list", "elements": "str"}
RAW: Mapping[str, Any] = {"type": "raw"}


class OptionError(PhraseError):
    """An option has a value that no firewall rule can have; the text begins with its name.

    Args:
        option: the name of the option.
        key: of the text that says what is wrong with it.
        values: of the placeholders of that text.
    """

    def __init__(self, option: str, key: str, /, **values: Value) -> None:
        super().__init__("option.wrong", option=option, problem=Phrase(key, values))
        self.option = option

    @classmethod
    def of_character(cls, option: str, problem: Phrase, character: str) -> OptionError:
        """The error for a character that is refused."""
        return cls(option, "option.as_told", problem=escapes.refused(problem, character))


@dataclass(frozen=True, slots=True)
class Shared:
    """What two rules have in common in one option.

    `values` are attributes of a rule that matches just that; None if they have nothing in common,
    or nothing that could be written. `exact` is False if they may have more in common than this.
    """

    values: Attributes | None
    exact: bool = True


NOTHING_SHARED = Shared(None)
#: The rules may have something in common, but it can't be written.
SHARED_UNKNOWN = Shared(None, exact=False)


def _nothing_to_share(
    _first: FirewallRule, _second: FirewallRule, _environment: Environment
) -> Shared:
    return Shared({})


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a firewall rule.

    Attributes:
        name: that of the option, and of the property in results.
        argument: its argument spec.
        attributes: those of FirewallRule that it sets.
        read: parses what a task says (the name of the option, its value, and the parsed options
            before it). Raises OptionError.
        show: the value of a rule, as a person would write it; None for the id, which is not
            compared, and for what others say too.
        compare: the value in a form that is equal if Windows treats it as equal; as shown if None.
        blank: the shown value of a rule without this condition, which differences leave out.
        default: attributes of a new rule without this option.
        cim_class: the class that it is written to: that of the rule, or that of one of its filters.
        cim: how the properties of that class follow from a rule.
        along: other options of the same class that are always written with it.
        shared: what two rules have in common; without it, the option does not concern traffic.
        cuts: whether a changed rule (before, after) may keep out some of what it let in to these
            ports; None if that is decided elsewhere, or impossible. ``cut.NAME`` says how.
        dropped: whether the option makes no sense in a changed rule (after, before, requested
            attributes) and is removed.
        check: refuses a whole rule that Windows does not accept because of this option. Raises
        OptionError.
        doubt: what Windows may refuse about a whole rule because of this option, although no check
            of its protocol says so; None if there is nothing.
        resolve: turns the parsed value into the value of a rule on this host. Raises OptionError.
        fact: the name under which `verify_host` compares it between CIM and the registry; its text
            is ``check.FACT``. Several options may share one. None if it is not compared.
        enough: a new rule that says this does not open everything.
        limit: what a rule with this condition is limited to, where people easily overlook it: the
            end of the ``limit.`` of its text. None if the condition is in plain sight, or is none.
        set_in_windows_rules: people set it in rules that Windows brings, so a task for one of these
            says it.
        only_text: it informs people, and does not concern traffic.
    """

    name: str
    argument: Mapping[str, Any]
    attributes: tuple[str, ...]
    read: Callable[[str, object, Attributes], Attributes]
    show: Callable[[FirewallRule, Environment], Plain] | None = None
    compare: Callable[[FirewallRule, Environment], object] | None = None
    blank: Plain = None
    default: Attributes = field(default_factory=dict)
    cim_class: CimClass | None = None
    cim: Mapping[str, ValueOf] = field(default_factory=dict)
    along: tuple[str, ...] = ()
    shared: Callable[[FirewallRule, FirewallRule, Environment], Shared] = _nothing_to_share
    cuts: Callable[[FirewallRule, FirewallRule, Collection[int]], bool] | None = None
    dropped: Callable[[FirewallRule, FirewallRule, Collection[str]], bool] | None = None
    check: Callable[[FirewallRule], None] | None = None
    doubt: Callable[[FirewallRule], Phrase | None] | None = None
    resolve: Callable[[str, Any, Environment], Any] | None = None
    fact: str | None = None
    enough: bool = False
    limit: str | None = None
    set_in_windows_rules: bool = False
    only_text: bool = False

    def shown(self, rule: FirewallRule, environment: Environment) -> Plain:
        """The value of a rule, as a person would write it; None if it has none."""
        return None if self.show is None else self.show(rule, environment)


def single(attribute: str, reader: Callable[[str, object], Any]) -> Any:
    """The `read` of an option that sets one attribute, whatever the other options say."""

    def read(option: str, value: object, _asked: Attributes) -> Attributes:
        return {attribute: reader(option, value)}

    return read


def either(attribute: str) -> Callable[[FirewallRule, FirewallRule, Environment], Shared]:
    """The `shared` of a set, where the empty set means all."""

    def shared(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
        one, other = getattr(first, attribute), getattr(second, attribute)
        if not one or not other:
            return Shared({attribute: one or other})
        return Shared({attribute: one & other}) if one & other else NOTHING_SHARED

    return shared


def subset(attribute: str) -> Callable[[FirewallRule, FirewallRule, Collection[int]], bool]:
    """The `cuts` of a set, where the empty set means all."""

    def cuts(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
        old, new = getattr(before, attribute), getattr(after, attribute)
        return bool(new) and not (old and old <= new)

    return cuts


def is_any(option: str, value: object) -> bool:
    """Whether a value for a list is one of the words for no restriction."""
    return [ascii_lower(each) for each in entries(option, value)] in _ANY_LISTS


def entries(option: str, value: object, depth: int = 0) -> Iterator[str]:
    """The single texts of a text with commas, a number, or a list of these."""
    if isinstance(value, (list, tuple)):
        if not value:
            raise OptionError(option, "option.empty_list")
        if depth == MAX_DEPTH:
            raise OptionError(option, "option.too_deep")
        for each in value:
            yield from entries(option, each, depth + 1)
        return
    if isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
        return
    if not isinstance(value, str):
        raise OptionError(option, "option.no_list", value=shown_value(value))
    parts = [part.strip() for part in value.split(",")]
    if not all(parts):
        raise OptionError(option, "option.empty_entry", value=shown_value(value))
    yield from parts


def word(option: str, value: object, known: Mapping[str, T], *, shown: Sequence[str] = ()) -> T:
    """The value of one of several words, in any letter case, with or without dashes."""
    folded = (
        ascii_lower(value).replace("_", "").replace("-", "") if isinstance(value, str) else None
    )
    if folded is None or folded not in known:
        allowed = Joined(tuple(shown or known), "list.separator")
        raise OptionError(option, "option.no_word", value=shown_value(value), allowed=allowed)
    return known[folded]


def shown_value(value: object) -> str:
    """A value in the form that messages show: short, and on one line."""
    return repr(value)[:80]
