# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person may write for a port and a protocol, read into sets that can be compared.

A port is written as a number (``80``), as text (``"80"``), as a range (``"8000-8100"``), as a
well-known name (``"https"``), as any of these with its protocol (``"8080/tcp"``), as a list in one
text (``"80,443,8000-8010"``) or as a list of all of these, nested in any way, as templates often
do. Every mistake ends in a ``PortError`` whose phrase is meant for the person who wrote the value.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..ground.model import Protocol
from ..ground.names import ascii_lower
from ..ground.text import for_display
from ..words.phrases import Joined, Phrase, PhraseError, Value
from . import well_known

MIN_PORT = 1
MAX_PORT = 65_535
PROTOCOLS = (Protocol.TCP, Protocol.UDP)

# Limits on input that a template has inflated. A list of every port fits.
MAX_TEXT = 500_000
MAX_ENTRIES = 100_000
MAX_DEPTH = 16

_ALLOWED = Phrase("ports.allowed")
# What a message calls the value: a port or a protocol.
_PORT = Phrase("noun.port")
_PROTOCOL = Phrase("noun.protocol")
_PROTOCOL_BY_TEXT = {
    "tcp": Protocol.TCP,
    "6": Protocol.TCP,  # IANA, Assigned Internet Protocol Numbers
    "udp": Protocol.UDP,
    "17": Protocol.UDP,
}

# Japanese input methods type full-width digits, letters and punctuation. Only those are folded:
# Unicode's NFKC would go further and read a superscript, "8²", as 82.
_FULL_WIDTH: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SAME_SIGN = str.maketrans(
    {
        "\u3000": " ",  # ideographic space
        "\u3001": ",",  # ideographic comma
        "\u301c": "-",  # wave dash: the usual sign of a range in Japanese text
        "\u2010": "-",  # hyphen
        "\u2011": "-",  # non-breaking hyphen, from word processors
        "\u2013": "-",  # en dash: the usual sign of a range in English typography
        "\u2212": "-",  # minus sign, from Japanese input methods
        "~": "-",
    }
)

_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_RANGE = re.compile(r"([0-9]+) *- *([0-9]+)\Z")
_WITH_PROTOCOL = re.compile(r"([^/]+?) */ *(tcp|udp)\Z", re.ASCII | re.IGNORECASE)


class PortError(PhraseError, ValueError):
    """The value is not a port or protocol; the phrase says why, and what to write instead."""


@dataclass(frozen=True)
class PortSet:
    """A set of ports from 1 to 65535, kept as sorted, disjoint, merged inclusive ranges.

    ``ranges`` may be given in any order, overlapping or touching. ``ValueError`` is raised for a
    range that is reversed or leaves 1 to 65535. Equal sets are equal objects with equal hashes
    and the same text.
    """

    ranges: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        merged: list[tuple[int, int]] = []
        for first, last in sorted(self.ranges):
            if not MIN_PORT <= first <= last <= MAX_PORT:
                raise ValueError(f"not a range of ports: {first}-{last}")
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        object.__setattr__(self, "ranges", tuple(merged))

    @classmethod
    def of(cls, ports: Iterable[int]) -> PortSet:
        """The set of these single ports."""
        return cls(tuple((port, port) for port in ports))

    def as_ranges(self) -> tuple[tuple[int, int], ...]:
        """Sorted inclusive (first, last) pairs; a single port is (port, port)."""
        return self.ranges

    def __contains__(self, port: object) -> bool:
        if not isinstance(port, int) or isinstance(port, bool):
            return False
        position = bisect_right(self.ranges, (port, MAX_PORT)) - 1
        return position >= 0 and port <= self.ranges[position][1]

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __str__(self) -> str:
        return ",".join(
            str(first) if first == last else f"{first}-{last}" for first, last in self.ranges
        )

    def union(self, *others: PortSet) -> PortSet:
        """The ports of this set and of all others."""
        return PortSet(self.ranges + tuple(pair for other in others for pair in other.ranges))

    def intersection(self, other: PortSet) -> PortSet:
        """The ports that both sets have."""
        return PortSet(tuple(self._common_ranges(other)))

    def isdisjoint(self, other: PortSet) -> bool:
        """True when no port is in both sets."""
        return next(self._common_ranges(other), None) is None

    def _common_ranges(self, other: PortSet) -> Iterator[tuple[int, int]]:
        mine, theirs = 0, 0
        while mine < len(self.ranges) and theirs < len(other.ranges):
            first = max(self.ranges[mine][0], other.ranges[theirs][0])
            last = min(self.ranges[mine][1], other.ranges[theirs][1])
            if first <= last:
                yield first, last
            if self.ranges[mine][1] < other.ranges[theirs][1]:
                mine += 1
            else:
                theirs += 1


#: The default ports of WinRM: HTTP and HTTPS.
WINRM_PORTS = PortSet.of([5985, 5986])
#: WinRM also listens here, for programs on the host itself.
WINRM_LISTENERS = WINRM_PORTS.union(PortSet.of([47001]))


def parse_ports(value: object) -> PortSet:
    """Read what a person wrote for one or more ports, where protocols have no meaning.

    ``value`` is an int, a str, or a list, tuple or set of these in any nesting. Raises
    ``PortError`` for anything else, for an empty value, for a port that does not exist, and for one
    with a protocol.
    """
    ranges = []
    for entry in _read(value):
        if entry.protocol is not None:
            raise PortError("ports.with_protocol", given=entry.shown)
        ranges.append(entry.ports)
    return PortSet(tuple(ranges))


def parse_protocols(value: object) -> tuple[Protocol, ...]:
    """Read ``tcp`` and ``udp`` in any case, their numbers 6 and 17, or a list of them.

    Gives each protocol once, tcp before udp. Raises ``PortError`` for anything else and for an
    empty value.
    """
    found: set[Protocol] = set()
    for entry in _flatten(value, _PROTOCOL):
        text = ascii_lower(str(entry))
        if text not in _PROTOCOL_BY_TEXT:
            raise PortError("ports.no_protocol", given=_shown(entry))
        found.add(_PROTOCOL_BY_TEXT[text])
    return tuple(protocol for protocol in PROTOCOLS if protocol in found)


def protocols_written(entries: Iterable[str]) -> tuple[Protocol, ...]:
    """The protocols that single ports are written with (``8080/tcp``), tcp before udp."""
    found = {
        _PROTOCOL_BY_TEXT[ascii_lower(match[2])]
        for match in map(_WITH_PROTOCOL.match, entries)
        if match is not None
    }
    return tuple(each for each in PROTOCOLS if each in found)


def ports_by_protocol(
    value: object, protocols: object = None, default: Iterable[Protocol] = PROTOCOLS
) -> dict[Protocol, PortSet]:
    """Read ports together with the protocols that they are meant for.

    ``protocols`` is what the person wrote for protocols. If it is None, a number gets ``default``,
    and a well-known name gets those by which its service is usually reached. A port that is written
    with its protocol gets that one alone. With ``protocols`` given, a name or a port that has none
    of them raises ``PortError``. A protocol without any port is left out of the result. Errors are
    those of ``parse_ports`` and ``parse_protocols``.
    """
    return ports_and_names(value, protocols, default)[0]


def ports_and_names(
    value: object, protocols: object = None, default: Iterable[Protocol] = PROTOCOLS
) -> tuple[dict[Protocol, PortSet], dict[int, str]]:
    """The same as ``ports_by_protocol``, and the well-known names that the person wrote, as
    written, by their numbers."""
    asked = None if protocols is None else parse_protocols(protocols)
    entries = list(_read(value))
    found = _by_protocol(
        (entry.ports, _protocols_of(entry, asked, tuple(default))) for entry in entries
    )
    return found, _names(entries)


def names_in(value: object) -> dict[int, str]:
    """The well-known names that the person wrote, as written, by their numbers. Errors are those of
    ``parse_ports``, but for a protocol."""
    return _names(_read(value))


def _names(entries: Iterable[_Entry]) -> dict[int, str]:
    return {entry.ports[0]: entry.name for entry in entries if entry.name}


def ports_of_protocols(value: object, protocols: object) -> dict[Protocol, PortSet]:
    """The same where a well-known name is no more than its number: whatever holds the port of
    ``https`` is looked for, by all ``protocols``."""
    asked = parse_protocols(protocols)
    return _by_protocol(
        (entry.ports, asked if entry.protocol is None else _own_protocol(entry, asked))
        for entry in _read(value)
    )


def _by_protocol(
    found: Iterable[tuple[tuple[int, int], Iterable[Protocol]]],
) -> dict[Protocol, PortSet]:
    ranges: dict[Protocol, list[tuple[int, int]]] = {}
    for ports, protocols in found:
        for protocol in protocols:
            ranges.setdefault(protocol, []).append(ports)
    return {each: PortSet(tuple(ranges[each])) for each in PROTOCOLS if each in ranges}


def _protocols_of(
    entry: _Entry, asked: tuple[Protocol, ...] | None, default: tuple[Protocol, ...]
) -> tuple[Protocol, ...]:
    if entry.protocol is not None:
        asked = _own_protocol(entry, asked)
    service = entry.service
    if service is None:
        return default if asked is None else asked
    if asked is None:
        return service.usual
    wanted = tuple(each for each in asked if each in service.protocols)
    if not wanted:
        raise PortError(
            "ports.other_protocol",
            service=service.name,
            port=service.port,
            its=Joined(service.protocols, "list.and"),
            asked=Joined(asked, "list.or"),
        )
    return wanted


def _own_protocol(entry: _Entry, asked: tuple[Protocol, ...] | None) -> tuple[Protocol, ...]:
    own = tuple(each for each in PROTOCOLS if each is entry.protocol)
    if asked is not None and entry.protocol not in asked:
        raise PortError(
            "ports.conflicting_protocol",
            given=entry.shown,
            its=Joined(own, "list.and"),
            asked=Joined(asked, "list.and"),
        )
    return own


class _Entry(NamedTuple):
    ports: tuple[int, int]
    service: well_known.WellKnownPort | None = None
    #: The one that is written with the port.
    protocol: Protocol | None = None
    shown: Value = ""
    #: The name that is written for it, in small letters.
    name: str = ""


def _read(value: object) -> Iterator[_Entry]:
    for entry in _flatten(value, _PORT):
        if isinstance(entry, int):
            number = _port(entry, entry)
            yield _Entry((number, number))
        else:
            yield _read_text(entry)


def _read_text(text: str) -> _Entry:
    with_protocol = _WITH_PROTOCOL.match(text)
    if with_protocol:
        protocol = _PROTOCOL_BY_TEXT[ascii_lower(with_protocol[2])]
        return _read_text(with_protocol[1])._replace(protocol=protocol, shown=_shown(text))
    if _NUMBER.match(text):
        if text.startswith("+"):
            raise PortError("ports.sign", given=_shown(text))
        number = _digits(text, text)
        return _Entry((number, number))
    # Try a name before a range: registered names may contain hyphens and digits.
    service = well_known.lookup(text)
    if service is not None:
        return _Entry((service.port, service.port), service, name=ascii_lower(text))
    match = _RANGE.match(text)
    if match:
        first, last = _digits(match[1], text), _digits(match[2], text)
        if first > last:
            raise PortError("ports.reversed", given=_shown(text), right=f"{last}-{first}")
        return _Entry((first, last))
    raise _unknown(text)


def _digits(text: str, whole: str) -> int:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if len(digits) > 1 and digits.startswith("0") and not sign:
        # YAML reads some numbers with a leading zero as octal, so the number that was meant can't
        # be known here.
        plain = digits.lstrip("0") or "0"
        raise PortError("ports.leading_zero", given=_shown(whole), right=_short(plain))
    if sign or len(digits) > len(str(MAX_PORT)):
        raise PortError("ports.no_port", given=_shown(whole), allowed=_ALLOWED)
    return _port(int(digits), whole)


def _port(number: int, whole: object) -> int:
    if number == 0:
        raise PortError("ports.zero", allowed=_ALLOWED)
    if not MIN_PORT <= number <= MAX_PORT:
        raise PortError("ports.no_port", given=_shown(whole), allowed=_ALLOWED)
    return int(number)


def _unknown(text: str) -> PortError:
    given = _shown(text)
    if re.match(r"[0-9]+( +[0-9]+)+\Z", text):
        return PortError("ports.blanks", given=given)
    if re.match(r"[0-9]+\.[0-9]+\Z", text):
        return PortError("ports.no_whole_number", given=given, allowed=_ALLOWED)
    if ascii_lower(text) in {"any", "all", "*"}:
        return PortError("ports.every", given=given)
    near = difflib.get_close_matches(ascii_lower(text[:40]), well_known.names(), n=3, cutoff=0.7)
    if near:
        names = Joined(tuple(near), "list.or")
        return PortError("ports.unknown_near", given=given, near=names, allowed=_ALLOWED)
    return PortError("ports.unknown", given=given, allowed=_ALLOWED)


def _flatten(value: object, what: Phrase) -> Iterator[int | str]:
    """Every single entry of a value in order: ints as they are, texts split, folded and trimmed."""
    count = 0
    pending: list[tuple[object, int]] = [(value, 0)]
    while pending:
        current, depth = pending.pop()
        entries: Iterable[int | str] = ()
        if isinstance(current, str):
            entries = parts = _split(current, what)
            count += len(parts)
        elif isinstance(current, int) and not isinstance(current, bool):
            entries = (current,)
            count += 1
        elif isinstance(current, (list, tuple, set, frozenset)):
            if not current:
                raise PortError("ports.empty_list", what=what)
            if depth == MAX_DEPTH:
                raise PortError("ports.too_deep", what=what, most=MAX_DEPTH)
            # A list counts as an entry: a list that contains another one many times grows fast.
            count += 1
            pending.extend((item, depth + 1) for item in reversed(list(current)))
        else:
            raise _wrong_type(current, what)
        if count + len(pending) > MAX_ENTRIES:
            raise PortError("ports.too_many", what=what, most=MAX_ENTRIES, instead=_fewer(what))
        yield from entries


def _split(text: str, what: Phrase) -> list[str]:
    if len(text) > MAX_TEXT:
        raise PortError("ports.too_long", what=what, most=MAX_TEXT, instead=_fewer(what))
    folded = text.translate(_FULL_WIDTH).translate(_SAME_SIGN)
    if not folded.strip(" \t\r\n"):
        raise PortError("ports.empty_text", what=what)
    parts = [part.strip(" \t\r\n") for part in folded.split(",")]
    if not all(parts):
        raise PortError("ports.two_commas", given=_shown(text))
    return parts


def _fewer(what: Phrase) -> Phrase:
    """How the same can be written with fewer entries."""
    if what == _PORT:
        return Phrase("ports.write_ranges")
    return Phrase("ports.write_once", {"count": len(PROTOCOLS)})


def _wrong_type(value: object, what: Phrase) -> PortError:
    if value is None:
        return PortError("ports.none_given", what=what)
    if isinstance(value, bool):
        return PortError("ports.boolean", given=str(value), what=what)
    if isinstance(value, float):
        return PortError("ports.float", given=str(value), what=what)
    if isinstance(value, Mapping):
        return PortError("ports.dictionary", what=what)
    return PortError("ports.other_type", type=type(value).__name__, what=what)


def _shown(value: object) -> Value:
    """The value, short enough for a message."""
    if isinstance(value, int):
        # Python refuses to print an int of more than 4300 digits.
        return str(value) if value.bit_length() < 64 else Phrase("ports.long_number")
    return Phrase("ports.quoted", {"text": _short(str(value))})


def _short(text: str) -> str:
    return for_display(text, 60)
