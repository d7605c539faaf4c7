# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who holds which port, as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ..asked import well_known
from ..ground.model import Protocol
from ..pc import schema
from ..pc.result import EndpointFact, HttpUrlFact, ListedEndpoints, shown_addresses
from ..words.catalogue import TEXTS
from ..words.languages import Language
from ..words.phrases import Joined, Phrase, Single, Value
from ..words.phrases import render as in_words
from .layout import Cell, Column, Table, Tone, Toned, render

_NUMBERS = frozenset({"port", "pid"})
_TONES = {"allowed": Tone.GOOD, "blocked": Tone.BAD}

NOBODY = Phrase("table.nobody")


def columns(*names: str) -> tuple[Column, ...]:
    """Columns of a table, from the names of their heads in the catalogue."""
    return tuple(Column(Phrase(f"column.{name}"), numbers=name in _NUMBERS) for name in names)


COLUMNS = columns(
    *("protocol", "port", "name", "addresses", "state", "pid", "process", "services_and_urls")
)
FIREWALL, REACH = columns("firewall"), columns("reach")


def port_table(port_facts: object, language: Language) -> str:
    """The fact ``port_facts`` as an aligned table. Listeners of one process on one port share a
    line; each connection has its own. The firewall, and who can reach a listener, have a column if
    they were read.

    Raises:
        PhraseError: the value is not the fact that port_facts returns.
    """
    with schema.wanting("misfit.port_table"):
        table = of_endpoints(schema.read(ListedEndpoints[str], port_facts))
    return "\n".join(render(table, language)) if table.rows else in_words(NOBODY, language)


def of_endpoints(facts: ListedEndpoints[str]) -> Table:
    """The endpoints of the fact. A port that was asked for by a name has that one."""
    endpoints, names = facts["endpoints"], facts.get("names", {})
    groups = _groups(endpoints)
    judged = any("firewall" in endpoint for endpoint in endpoints)
    # Facts that an older release has gathered do not say who can reach a listener.
    reached = judged and any(_reached(endpoint) for endpoint in endpoints)
    rows = [
        [
            *_row(group, names),
            *([firewall_cell(_states(group[0]))] if judged else ()),
            *([reach_cell(_reached(group[0]))] if reached else ()),
        ]
        for group in groups
    ]
    heads = (*COLUMNS, *(FIREWALL if judged else ()), *(REACH if reached else ()))
    return Table(heads, rows)


def active_line(profiles: Sequence[str]) -> Phrase:
    """The profiles of the networks of a host, which is in one at least: none means that Windows
    reports none."""
    named = tuple(label(f"profile.{each}") for each in profiles)
    shown = Joined(named, "list.separator") if named else Phrase("table.no_profile")
    return Phrase("table.active_profiles", {"profiles": shown})


def label(key: str) -> Single:
    """The words for a value of a result, such as a verdict; the value itself if it is unknown.

    Args:
        key: the kind of the value, a dot, and the value.
    """
    return Phrase(key) if key in TEXTS else key.partition(".")[2].replace("_", " ")


def firewall_cell(states: Iterable[tuple[str, str]]) -> Cell:
    """The firewall's verdict in each profile: ``allowed``, or ``private allowed; public blocked``.

    Args:
        states: the state of each profile.
    """
    by_state = _by_word(states)
    if not by_state:
        return ""
    labels = {state: label(f"verdict.{state}") for state in by_state}
    tones = {_TONES.get(state, Tone.NOTICE) for state in by_state}
    tone = tones.pop() if len(tones) == 1 else Tone.NOTICE
    return Toned(_of_profiles(by_state, labels), tone)


def reach_cell(words: Iterable[tuple[str, str]]) -> Cell:
    """Who can reach a listener in each profile: ``everybody``, or ``private own subnets; public
    nobody``.

    Args:
        words: the word of each profile.
    """
    by_word = _by_word(words)
    return _of_profiles(by_word, {word: label(f"reach.{word}") for word in by_word})


def _by_word(words: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The profiles of which each word is said."""
    found: dict[str, list[str]] = {}
    for profile, word in words:
        found.setdefault(word, []).append(profile)
    return found


def _of_profiles(by_word: Mapping[str, Sequence[str]], labels: Mapping[str, Single]) -> Value:
    texts = tuple(
        labels[word] if len(profiles) == 3 else _exposure(profiles, labels[word])
        for word, profiles in by_word.items()
    )
    return Joined(texts, "table.exposures") if texts else ""


def _exposure(profiles: Iterable[str], told: Single) -> Phrase:
    named = tuple(label(f"profile.{each}") for each in profiles)
    values: dict[str, Value] = {"profiles": Joined(named, "list.separator"), "state": told}
    return Phrase("table.exposure", values)


def yes_or_no(value: bool | None) -> Cell:
    """An answer to a question, None if there is none."""
    if value is None:
        return Toned(Phrase("answer.unknown"), Tone.NOTICE)
    return Toned(Phrase("answer.yes"), Tone.GOOD) if value else Toned(Phrase("answer.no"), Tone.BAD)


def has_effect(value: bool | None) -> Cell:
    """Whether a rule has an effect, None if that is unknown."""
    if value is None:
        return yes_or_no(None)
    key, tone = ("effective", Tone.GOOD) if value else ("not_effective", Tone.BAD)
    return Toned(Phrase(f"table.{key}"), tone)


def shown(value: object) -> str:
    """A value as the text of a cell: empty for None, the items of a list separated by commas."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


#: The words of an option of a rule whose values are words of Windows.
_OF_RULES: Mapping[str, Callable[[str], Single]] = {
    "direction": lambda value: label(f"rule_direction.{value}"),
    "action": lambda value: label(f"rule_action.{value}"),
    "profiles": lambda value: label(f"profile.{value}"),
}


def rule_cell(option: str, value: object) -> Cell:
    """The value of an option of a rule."""
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    if values == ["any"]:
        return Phrase("rule_value.any")
    words = _OF_RULES.get(option)
    if words is None or value is None:
        return shown(value)
    return Joined(tuple(words(str(each)) for each in values), "list.separator")


def _states(endpoint: EndpointFact[str]) -> list[tuple[str, str]]:
    return [
        (profile, verdict["state"]) for profile, verdict in endpoint.get("firewall", {}).items()
    ]


def _reached(endpoint: EndpointFact[str]) -> list[tuple[str, str]]:
    return [
        (profile, verdict["reach"])
        for profile, verdict in endpoint.get("firewall", {}).items()
        if "reach" in verdict
    ]


def _groups(endpoints: Sequence[EndpointFact[str]]) -> list[list[EndpointFact[str]]]:
    found: dict[tuple[object, ...], list[EndpointFact[str]]] = {}
    for endpoint in endpoints:
        key: tuple[object, ...] = (
            *(endpoint["protocol"], endpoint["port"], endpoint["state"], endpoint["pid"]),
            *_states(endpoint),
            *_reached(endpoint),
        )
        if "remote_address" in endpoint:
            other_side = endpoint["remote_address"], endpoint.get("remote_port")
            key = (*key, endpoint["address"], *other_side)
        found.setdefault(key, []).append(endpoint)
    return list(found.values())


def _row(group: Sequence[EndpointFact[str]], names: Mapping[str, str]) -> list[Cell]:
    first = group[0]
    usual = well_known.name(first["port"], Protocol(first["protocol"]))
    addresses = ", ".join(shown_addresses(group) or (str(first["address"]),))
    if "remote_address" in first:
        addresses += f" -> {first['remote_address']}:{shown(first.get('remote_port'))}"
    return [
        first["protocol"].upper(),
        str(first["port"]),
        names.get(str(first["port"])) or usual or "",
        addresses,
        label(f"tcp_state.{first['state']}") if first["state"] else "",
        shown(first["pid"]),
        shown(first["process"]),
        "; ".join(map(_url, first.get("http_urls", []))) or shown(first["service"]),
    ]


def _url(url: HttpUrlFact) -> str:
    holder = url["service"] or url["process"]
    return f"{url['url']} ({holder})" if holder else url["url"]


_WOULD: Mapping[str, str] = {
    "rule_outcome.created": "rule_outcome.would_create",
    "rule_outcome.changed": "rule_outcome.would_change",
    "rule_outcome.deleted": "rule_outcome.would_delete",
    "holder_outcome.stopped": "holder_outcome.would_stop",
    "holder_outcome.restarted": "holder_outcome.would_restart",
    "holder_outcome.gone": "holder_outcome.would_let_go",
    "holder_outcome.still_held": "holder_outcome.may_stay",
}


def predicted(row: Sequence[Cell]) -> list[Cell]:
    """A row about a change, in the words for one that was only predicted."""
    first, *others = row
    if isinstance(first, Toned) and isinstance(first.text, Phrase):
        key = _WOULD.get(first.text.key)
        first = first if key is None else replace(first, text=Phrase(key))
    return [first, *others]


def listed(addresses: Iterable[str], more: int) -> Value:
    """Addresses, and how many more there are."""
    listed = Joined(tuple(addresses), "list.separator")
    if not more:
        return listed
    return Phrase("table.and_others", {"items": listed, "count": more})
