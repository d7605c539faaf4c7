# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the rules of the firewall say about traffic from other places than the controller: addresses
and networks that a task names. Nothing is tried from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from ..firewall.judging.decision import VerdictState
from ..firewall.networks.network import Network
from ..firewall.policy import addresses
from ..firewall.policy.addresses import AddressError, Interval
from ..words.phrases import Phrase, Value
from .causes.model import (
    Admission,
    Cause,
    CauseKind,
    Situation,
    SourceVerdict,
    WantedPort,
    of_addresses,
)
from .causes.permission import Permission
from .causes.source import Arriving, NetworkVerdict, Source, arriving, serves

# Each is judged for each port, and somebody has to read the answers.
MAX_SOURCES = 16
# How many parts of a source are named for each answer. Only a list of blocked addresses has more.
MAX_TEXTS = 200

_BITS = {4: 32, 6: 128}
_MULTICAST = {4: (0xE0 << 24, 0xF0 << 24), 6: (0xFF << 120, 1 << 128)}
#: Causes of a port itself are said once, and not again for each source.
_OF_SOURCES = frozenset({CauseKind.OTHER_ADDRESS_ONLY, CauseKind.IPV6_ONLY, CauseKind.IPV4_ONLY})

#: What is in the way of traffic in a situation: causes of the listener's addresses, and what the
#: firewall says.
Look = Callable[[Situation], tuple[Sequence[Cause], Permission]]


class SourceError(AddressError):
    """A text is no address of another PC, and no network or range of such; the clause says why."""


def wanted_sources(written: Sequence[str]) -> tuple[Source, ...]:
    """The addresses, networks and ranges that a task names, each once.

    Raises:
        AddressError: one of them is none, or there are too many.
    """
    found = tuple(dict.fromkeys(_source(each.strip()) for each in written))
    if len(found) > MAX_SOURCES:
        raise SourceError("source.too_many", most=MAX_SOURCES)
    return found


def _source(written: str) -> Source:
    family, (first, last) = addresses.parse_interval(written)
    if family == 6 and first >> 32 == last >> 32 == 0xFFFF:
        # As a socket for IPv6 shows IPv4.
        family, first, last = 4, first & 0xFFFFFFFF, last & 0xFFFFFFFF
    text = _shown(family, first, last, is_subnet="/" in written)
    found = Source(text, family, first, last)
    low, high = _MULTICAST[family]
    if not found.whole:
        raise SourceError("source.own", text=text)
    if low <= first and last < high:
        raise SourceError("source.multicast", text=text)
    if first == last and first in (0, 0xFFFFFFFF if family == 4 else 0):
        raise SourceError("source.no_host", text=text)
    return found


def _shown(family: int, first: int, last: int, *, is_subnet: bool) -> str:
    """The usual form of what was written."""
    begin, end = (addresses.interval_texts(family, (each, each))[0] for each in (first, last))
    if first == last:
        return begin
    if is_subnet:
        return f"{begin}/{_BITS[family] - ((last - first + 1).bit_length() - 1)}"
    return f"{begin}-{end}"


def routes_matter(sources: Iterable[Source], networks: Sequence[Network]) -> bool:
    """Whether the routes of a host tell more about the networks by which traffic from some sources
    comes, so that they are worth a request."""
    return len(networks) > 1 and any(arriving(each, networks, ()).uncertain for each in sources)


def judge(situation: Situation, wanted: WantedPort, found: Arriving, look: Look) -> SourceVerdict:
    """What the rules say about traffic from a source to a port.

    Args:
        situation: that of the controller.
        found: the source.
        look: see `Look`; the situation that it gets is that of the source.
    """
    networks, own, source = situation.networks, situation.snapshot.addresses, found.source
    values: dict[str, Value] = {"port": wanted.label, "source": source.text}
    if source.single and any(each.address.text == source.text for each in own):
        return _apart(source, Admission.OWN_ADDRESS, values)
    if networks and not found.by and not any(serves(each, source) for each in networks):
        return _apart(source, Admission.NO_ADDRESS, values | {"family": f"IPv{source.family}"})
    if networks and not found.by:
        state = Admission.UNKNOWN if found.unlisted else Admission.NO_ROUTE
        return _apart(source, state, values)
    listened, permission = look(_from_there(situation, found))
    causes = [each for each in listened if each.kind in _OF_SOURCES or not permission.verdicts]
    causes = sorted([*causes, *permission.causes], key=lambda each: _ORDER.index(each.kind))
    ours = [each for each in permission.verdicts if each.decides]
    allowed, blocked = _certain(found, ours, "allowed"), _certain(found, ours, "blocked")
    uncertain = addresses.without(found.whole, (*allowed, *blocked))
    state = _admission(found, ours, allowed, blocked)
    values["allowed"] = _texts(found, allowed)
    remarks = [*permission.remarks, *_unanswered(found)]
    if any(len(each) > MAX_TEXTS for each in (allowed, blocked, uncertain)):
        remarks.append(Phrase("remark.source_cut", {"count": MAX_TEXTS}))
    return SourceVerdict(
        source,
        state,
        _summary(wanted, state, causes, values, certain=not uncertain),
        _texts(found, allowed),
        _texts(found, blocked),
        _texts(found, uncertain),
        tuple(causes),
        permission.verdicts,
        tuple(remarks),
    )


_ORDER = list(CauseKind)


def _from_there(situation: Situation, found: Arriving) -> Situation:
    """The situation of those who connect from a source: to any address that the host has on the
    networks by which they come."""
    family = found.source.family
    reached = (
        text
        for network, _addresses in found.by
        for text in network.addresses
        if (":" in text) == (family == 6)
    )
    return replace(
        situation,
        targets=tuple(dict.fromkeys(reached)),
        arrives=None,
        translated=False,
        controller=None,
        attempts={},
        why_not=None,
        peer=of_addresses(found.source.text),
        arriving=found,
    )


def _apart(source: Source, state: Admission, values: dict[str, Value]) -> SourceVerdict:
    """The answer where the rules don't matter."""
    return SourceVerdict(source, state, Phrase(f"source.{state}", values))


def _certain(
    found: Arriving, ours: Sequence[NetworkVerdict], what: Literal["allowed", "blocked"]
) -> tuple[Interval, ...]:
    """The addresses that are allowed, or blocked, on each network by which they may come."""
    others = list(found.unanswered)
    for each in ours:
        certain: tuple[Interval, ...] = ()
        if each.parts is not None:
            certain = each.parts.allowed if what == "allowed" else each.parts.blocked
        others += addresses.without(found.on(each.network), certain)
    return addresses.without(found.whole, others) if ours else ()


def _admission(
    found: Arriving,
    ours: Sequence[NetworkVerdict],
    allowed: Sequence[Interval],
    blocked: Sequence[Interval],
) -> Admission:
    states = {each.verdict.state for each in ours}
    if VerdictState.OVERRULED in states:
        return Admission.OVERRULED
    if not ours or VerdictState.UNKNOWN in states:
        return Admission.UNKNOWN
    if allowed == found.whole:
        return Admission.ALLOWED
    if allowed:
        return Admission.PARTLY
    # To the others, nothing can be answered either.
    answered = addresses.without(found.whole, found.unanswered)
    return Admission.BLOCKED if blocked == answered else Admission.CONDITIONAL


def _texts(found: Arriving, intervals: Sequence[Interval]) -> tuple[str, ...]:
    """Addresses of a source as people read them."""
    if intervals and intervals == found.whole:
        return (found.source.text,)
    family = found.source.family
    texts = [text for each in intervals for text in addresses.interval_texts(family, each)]
    return tuple(texts[:MAX_TEXTS])


def _unanswered(found: Arriving) -> Iterator[Phrase]:
    if found.unanswered:
        texts = _texts(found, found.unanswered)
        yield Phrase("remark.source_unanswered", {"addresses": texts})


def _summary(
    wanted: WantedPort,
    state: Admission,
    causes: Sequence[Cause],
    values: dict[str, Value],
    *,
    certain: bool,
) -> Phrase:
    if not causes and state is Admission.CONDITIONAL and not wanted.expected_process:
        return Phrase("source.name_program", values)
    if not causes:
        return Phrase(f"source.{state}", values)
    more: dict[str, Value] = {"cause": causes[0].text, "remedy": causes[0].remedies[0].text}
    if state is not Admission.PARTLY:
        return Phrase("source.because", values | more)
    return Phrase("source.partly_because" if certain else "source.perhaps_because", values | more)
