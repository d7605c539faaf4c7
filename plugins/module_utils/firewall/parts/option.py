# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What one option of a firewall rule is: a record of all that the collection has to know of it.

The modules beside this one each have the records of one kind of value; `table` has them all.
Whatever goes through the options of a rule goes through that table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from ...ground.names import ascii_lower
from ...words.phrases import Joined, Phrase, PhraseError, Value
from ...wsman.cim.objects import CimClass, CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule

T = TypeVar("T")

#: What an option looks like to people and in results: plain types only.
Plain: TypeAlias = str | bool | list[str] | None
#: Values by attribute of FirewallRule.
Attributes: TypeAlias = Mapping[str, Any]
ValueOf: TypeAlias = Callable[[FirewallRule, Environment], CimValue]

ANY = "any"
ANY_WORDS = frozenset({ANY, "all", "*"})
# [MS-FASP] 2.2.5 and its like: lists of at most 1000 entries.
MAX_ENTRIES = 1_000
MAX_DEPTH = 16

_ANY_LISTS = [[word] for word in ANY_WORDS]

TEXT: Mapping[str, Any] = {"type": "str"}
TEXTS: Mapping[str, Any] = {"type": "list", "elements": "str"}
RAW: Mapping[str, Any] = {"type": "raw"}


class OptionError(PhraseError):
    """An option holds something that no firewall rule can have; the text begins with its name.

    Args:
        option: the name of the option.
        key: of the text that says what is wrong with it.
        values: of the placeholders of that text.
    """

    def __init__(self, option: str, key: str, /, **values: Value) -> None:
        super().__init__("option.wrong", option=option, problem=Phrase(key, values))
        self.option = option


@dataclass(frozen=True, slots=True)
class Shared:
    """What two rules both mean, as far as one option says it.

    `values` are attributes of a rule that means just that; None if there is nothing, or nothing
    that could be written. `exact` is False where there may be more that both mean than is told.
    """

    values: Attributes | None
    exact: bool = True


NOTHING_SHARED = Shared(None)
#: There may be something that both rules mean, but it can't be written.
SHARED_UNKNOWN = Shared(None, exact=False)


def _nothing_to_share(
    _first: FirewallRule, _second: FirewallRule, _environment: Environment
) -> Shared:
    return Shared({})


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a firewall rule.

    Attributes:
        name: of the option, and of the property in results.
        argument: its argument spec.
        attributes: those of FirewallRule that it sets.
        read: reads what a task says, by the name of the option, its value, and what was read of
            the options before it. Raises OptionError.
        show: what a rule has, as a person would write it; None for the id, which is not compared.
        compare: the same in a form that is equal where Windows means the same; as shown if None.
        blank: what is shown where a rule asks for nothing, and left out of differences.
        default: attributes of a new rule that does not say otherwise.
        cim_class: the class that it is written to: that of the rule, or of one of its filters.
        cim: how the properties of that class are made of a rule.
        along: other options of the same class that are written whenever it is.
        shared: what two rules both mean; without it, the option says nothing of traffic.
        cuts: whether a changed rule (before, after) may keep out some of what it let in to these
            ports; None where that is asked otherwise, or can't be. ``cut.NAME`` says how.
        dropped: whether the option makes no sense in a changed rule (after, before, attributes
            that are asked for) and goes.
        check: refuses a whole rule that Windows does not take for this option. Raises OptionError.
        resolve: makes of what was read what a rule of this host holds. Raises OptionError.
        fact: what `verify_host` compares it under, between CIM and the registry; ``check.FACT``
            says it. Several options may share one. None where they are not compared.
        enough: a new rule that says this does not open everything.
        only_text: it tells people something, and says nothing of traffic.
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
    resolve: Callable[[str, Any, Environment], Any] | None = None
    fact: str | None = None
    enough: bool = False
    only_text: bool = False


def single(attribute: str, reader: Callable[[str, object], Any]) -> Any:
    """The `read` of an option that sets one attribute, whatever the other options say."""

    def read(option: str, value: object, _asked: Attributes) -> Attributes:
        return {attribute: reader(option, value)}

    return read


def either(attribute: str) -> Callable[[FirewallRule, FirewallRule, Environment], Shared]:
    """The `shared` of a set of things, of which an empty one stands for all."""

    def shared(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
        one, other = getattr(first, attribute), getattr(second, attribute)
        if not one or not other:
            return Shared({attribute: one or other})
        return Shared({attribute: one & other}) if one & other else NOTHING_SHARED

    return shared


def subset(attribute: str) -> Callable[[FirewallRule, FirewallRule, Collection[int]], bool]:
    """The `cuts` of a set of things, of which an empty one stands for all."""

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
    """What one of several words stands for, in any letter case, with or without dashes."""
    folded = (
        ascii_lower(value).replace("_", "").replace("-", "") if isinstance(value, str) else None
    )
    if folded is None or folded not in known:
        allowed = Joined(tuple(shown or known), "list.separator")
        raise OptionError(option, "option.no_word", value=shown_value(value), allowed=allowed)
    return known[folded]


def shown_value(value: object) -> str:
    """A value as it is shown in a message: short, and on one line."""
    return repr(value)[:80]
