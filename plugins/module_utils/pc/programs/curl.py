# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Opens TCP connections from a host by curl.exe, which Windows has since Windows 10 1803 and Server
2019: its configuration, which it reads from its standard input, and what it prints.

Tried with 7.55.1, the oldest version that Windows has, and later ones:

- Several URLs in one operation are all tried; sections that ``next`` divides end at the first
  failure.
- With the scheme pop3, curl sends nothing before the server has sent ``+OK``. With http it would
  send a request, and with telnet it reads its input in a blocking way on Windows.
- A connection was made exactly if ``%{local_port}`` is a port; otherwise it is 0, and -1 since
  8.11. Exit codes don't tell: 1, 7, 28 and 56 all come with open ports.
- Only ``verbose`` tells why there was none; ``%{errormsg}`` has no more than the kind of failure.
- A number with a decimal point fails in languages that write a comma, so all are whole.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ...ground.model import Address, parse_address
from ...ground.text import for_display
from .commands import Program

#: Where to connect to: an IP address and a port.
Target: TypeAlias = tuple[str, int]
#: The same in a form that can be compared.
_Key: TypeAlias = tuple[str, str | None, int]

#: How many targets one run of curl gets: the number of transfers that ``parallel`` has at once if
#: nothing says otherwise (documentation of --parallel-max).
MAX_TARGETS = 50
MAX_TIMEOUT = 300.0

#: Makes the attempts. It reads its configuration from its input, so its command line is constant.
CURL = Program("curl.exe", r"%SystemRoot%\System32\curl.exe -q -K -")
#: Tells whether the host has curl, and which one.
CURL_VERSION = Program("curl.exe --version", r"%SystemRoot%\System32\curl.exe -q --version")

# curl knows --parallel since 7.66.0, --no-progress-meter since 7.67.0, --parallel-immediate since
# 7.68.0, and the variables exitcode and errormsg since 7.75.0 (documentation of these options).
_KNOWS_MORE = (7, 75, 0)

_MARKER = "portkeeper-curl"
_MAX_LINE = 1_000
# What curl prints for 50 targets has some 20,000 characters; a server may add what it likes.
_MAX_TEXT = 4 * 1024 * 1024
_MAX_DETAIL = 200
_MAX_ZONE = 0xFFFF_FFFF

_VERSION = re.compile(r"curl ([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})\b")
_PROTOCOLS = re.compile(r"Protocols: ([a-z0-9 ]{1,400})", re.IGNORECASE)
_RESULT = re.compile(
    rf"{_MARKER}\|pop3://(?:\[([0-9A-Fa-f:.]{{2,45}})(?:%([0-9]{{1,12}}))?\]|([0-9.]{{7,15}}))"
    r":([0-9]{1,5})/?\|(-?[0-9]{1,5})\|([0-9A-Fa-f:.]{0,45})(?:%[0-9A-Za-z]{0,16})?"
    r"(?:\|([0-9]{1,3})\|(.*))?\Z"
)
# What curl tells of a connection that failed. Only the second kind lacks the port.
_FAILED = re.compile(
    r"\* {1,3}connect to ([0-9A-Fa-f:.]{2,45}) port ([0-9]{1,5})"
    r"(?: from [0-9A-Fa-f:.]{2,45} port [0-9]{1,5})? failed: (.+)\Z"
)
_FAILED_AT_ONCE = re.compile(r"\* {1,3}Immediate connect fail for ([0-9A-Fa-f:.]{2,45}): (.+)\Z")
_OUT_OF_TIME = re.compile(
    r"\* {1,3}((?:Connection|Operation|Resolving) (?:timed out|timeout|time-out) after .+)\Z"
)
_INFO = "*"

# curl's exit code for a time limit (documentation: EXIT CODES).
_OPERATION_TIMED_OUT = 28


class TryOutcome(StrEnum):
    """What became of an attempt."""

    CONNECTED = "connected"
    REFUSED = "refused"  # the other end, or something before it, said that nothing listens
    RESET = "reset"  # the other end took the connection and broke it off at once
    TIMED_OUT = "timed_out"  # nothing answered
    UNREACHABLE = "unreachable"  # no way to the address, as the host or a router said
    FORBIDDEN = "forbidden"  # the host itself doesn't let the program connect
    FAILED = "failed"  # for another reason
    NOT_TRIED = "not_tried"


# What a reason has: curl's own words for the error codes of Winsock (lib/strerror.c), and those of
# Windows in English, which some versions show.
_REASONS: Sequence[tuple[re.Pattern[str], TryOutcome]] = (
    (re.compile(r"refused", re.IGNORECASE), TryOutcome.REFUSED),
    # Only a connection that was made can be reset. Since 8.12 or so, curl looks that early.
    (re.compile(r"reset", re.IGNORECASE), TryOutcome.RESET),
    (re.compile(r"bad access|permission", re.IGNORECASE), TryOutcome.FORBIDDEN),
    (
        re.compile(r"unreachable|no route|address not available|network down|host down", re.I),
        TryOutcome.UNREACHABLE,
    ),
    (re.compile(r"timed out|timeout", re.IGNORECASE), TryOutcome.TIMED_OUT),
)


@dataclass(frozen=True, slots=True)
class CurlVersion:
    """The curl of a host. `protocols` are those that it was built with, empty if it lists none."""

    number: tuple[int, int, int]
    protocols: frozenset[str] = frozenset()

    @property
    def parallel(self) -> bool:
        """Whether it tries all targets of one run at once; otherwise one after the other."""
        return self.number >= _KNOWS_MORE

    @property
    def usable(self) -> bool:
        """Whether it can make attempts."""
        return not self.protocols or "pop3" in self.protocols

    def __str__(self) -> str:
        return ".".join(map(str, self.number))


@dataclass(frozen=True, slots=True)
class CurlAttempt:
    """What became of the attempt for one target.

    `local_address` and `local_port` are the end of the connection at the host itself, None if there
    was none. `detail` is why there was none, in curl's words or in those of Windows, on one line;
    it may be empty.
    """

    address: str
    port: int
    outcome: TryOutcome
    local_address: str | None = None
    local_port: int | None = None
    detail: str = ""


def version(text: str) -> CurlVersion | None:
    """The version in the output of `CURL_VERSION`; None if that is none, because the host has no
    curl.exe or doesn't let it run. Raises nothing."""
    head = text[:4_000].lstrip("\ufeff\r\n ")
    found = _VERSION.match(head)
    if found is None:
        return None
    protocols = _PROTOCOLS.search(head)
    return CurlVersion(
        (int(found[1]), int(found[2]), int(found[3])),
        frozenset(protocols[1].lower().split()) if protocols else frozenset(),
    )


def configuration(targets: Sequence[Target], timeout: float, curl: CurlVersion) -> bytes:
    """What curl reads from its input to try all targets.

    An open port is held until the time is over, unless its server closes the connection.

    Args:
        targets: at most `MAX_TARGETS`. An IPv6 address may have the index of an interface as its
            zone; a name of an interface is not accepted.
        timeout: seconds for each target, rounded up to whole ones.

    Raises:
        ValueError: an address that is no IP address of a single host, a number that is no port, no
            target or too many, or a timeout that is not positive or too long.
    """
    urls = [_url(*target) for target in dict.fromkeys(targets)]
    if not 0 < len(urls) <= MAX_TARGETS:
        raise ValueError(f"{len(urls)} targets")
    lines = ["silent", "verbose", 'stderr = "-"', 'noproxy = "*"']
    if curl.parallel:
        # Only the last one silences the meter of all transfers; it would stand before other words.
        lines += ["parallel", "parallel-immediate", "no-progress-meter"]
    seconds = whole_seconds(timeout)
    fields: tuple[str, ...] = ("%{url_effective}", "%{local_port}", "%{local_ip}")
    if curl.parallel:
        fields += ("%{exitcode}", "%{errormsg}")
    lines += [
        f"connect-timeout = {seconds}",
        f"max-time = {seconds}",
        rf'write-out = "\n{"|".join((_MARKER, *fields))}\n"',
    ]
    for url in urls:
        # Each URL needs an output of its own; the others' would go to stdout.
        lines += [f'url = "{url}"', 'output = "NUL"']
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def whole_seconds(timeout: float) -> int:
    """The seconds that curl gets for a time limit. Raises ValueError."""
    if not 0 < timeout <= MAX_TIMEOUT:
        raise ValueError(f"a timeout of {timeout} seconds")
    return math.ceil(timeout)


def in_time(
    targets: Sequence[Target], timeout: float, curl: CurlVersion, seconds: float
) -> tuple[tuple[Target, ...], ...]:
    """Those of the targets, in order, that can be tried in a time, in one run of curl after the
    other; always at least the first one. What curl has printed is lost if it has to be ended, so no
    run gets more than it can surely do.

    Raises:
        ValueError: as `configuration`, for the timeout.
    """
    each = whole_seconds(timeout)
    distinct = tuple(dict.fromkeys(targets))
    if curl.parallel:
        runs = max(1, int(seconds // (each + 1)))
        return tuple(
            distinct[start : start + MAX_TARGETS]
            for start in range(0, min(len(distinct), runs * MAX_TARGETS), MAX_TARGETS)
        )
    most = min(MAX_TARGETS, max(1, int(seconds // each)))
    return (distinct[:most],) if distinct else ()


def longest(targets: Sequence[Target], timeout: float, curl: CurlVersion) -> int:
    """The seconds that one run of curl takes at most for these targets.

    Raises:
        ValueError: as `configuration`, for the timeout.
    """
    return whole_seconds(timeout) * (1 if curl.parallel else len(dict.fromkeys(targets)))


def parse(stdout: str, stderr: str, targets: Iterable[Target]) -> tuple[CurlAttempt, ...]:
    """What became of each target, in order; those that curl says nothing of were not tried.

    Args:
        stdout, stderr: what curl printed with the `configuration` for these targets.

    Raises:
        ValueError: as `configuration`, for the targets.
    """
    log = _Log()
    for line in stdout[:_MAX_TEXT].split("\n"):
        if len(line) <= _MAX_LINE:
            log.read(line.rstrip("\r"))
    said = for_display(stderr or stdout, _MAX_DETAIL)
    return tuple(
        log.attempt(address, port, said if not log.results else "") for address, port in targets
    )


@dataclass(frozen=True, slots=True)
class _Result:
    local_port: int
    local_address: str
    exit_code: int | None
    message: str
    # What the lines before it tell: in a run without ``parallel`` they are about this target.
    before: str


@dataclass
class _Log:
    """What the lines of a run say, while they are read."""

    results: dict[_Key, _Result] = field(default_factory=dict)
    reasons: dict[tuple[str, int], str] = field(default_factory=dict)
    at_once: dict[str, str] = field(default_factory=dict)
    before: str = ""

    def read(self, line: str) -> None:
        # The lines of a server begin with "<", so no server can tell anything here.
        if line.startswith(_INFO):
            self._read_info(line)
        elif line.startswith(_MARKER):
            found = _RESULT.match(line)
            key = None if found is None else _key_of(found)
            if found is not None and key is not None:
                self.results.setdefault(
                    key,
                    _Result(
                        int(found[5]),
                        found[6],
                        None if found[7] is None else int(found[7]),
                        found[8] or "",
                        self.before,
                    ),
                )
            self.before = ""

    def _read_info(self, line: str) -> None:
        failed, at_once = _FAILED.match(line), _FAILED_AT_ONCE.match(line)
        out_of_time = _OUT_OF_TIME.match(line)
        if failed:
            self.reasons.setdefault((_plain(failed[1]), int(failed[2])), failed[3])
            self.before = failed[3]
        elif at_once:
            self.at_once.setdefault(_plain(at_once[1]), at_once[2])
            self.before = at_once[2]
        elif out_of_time and not self.before:
            self.before = out_of_time[1]

    def attempt(self, written: str, port: int, said: str) -> CurlAttempt:
        address = _address(written, port)
        # curl prints the zone as the URL has it, behind an escaped "%" (RFC 6874).
        zones = (None,) if address.zone is None else (f"25{address.zone}", address.zone)
        plain = _plain(address.text)
        results = (self.results.get((plain, zone, port)) for zone in zones)
        result = next((each for each in results if each is not None), None)
        if result is None:
            return CurlAttempt(written, port, TryOutcome.NOT_TRIED, detail=said)
        if result.local_port > 0:
            return CurlAttempt(
                written,
                port,
                TryOutcome.CONNECTED,
                _plain(result.local_address) or None,
                result.local_port,
            )
        reason = self.reasons.get((plain, port)) or self.at_once.get(plain)
        if reason is None and result.exit_code is not None:
            reason = result.message
            if result.exit_code == _OPERATION_TIMED_OUT:
                return _failed(written, port, reason, TryOutcome.TIMED_OUT)
        reason = result.before if reason is None else reason
        return _failed(written, port, reason, _outcome(reason))


def _failed(address: str, port: int, reason: str, outcome: TryOutcome) -> CurlAttempt:
    return CurlAttempt(address, port, outcome, detail=for_display(reason, _MAX_DETAIL))


def _outcome(reason: str) -> TryOutcome:
    return next((outcome for words, outcome in _REASONS if words.search(reason)), TryOutcome.FAILED)


def _key_of(found: re.Match[str]) -> _Key | None:
    address = _plain(found[1] or found[3])
    return (address, found[2], int(found[4])) if address else None


def _plain(address: str) -> str:
    """An address in the one form in which texts can be compared; empty if it is none."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def _address(written: str, port: int) -> Address:
    """Raises ValueError."""
    address = parse_address(written)
    parsed = ipaddress.ip_address(address.text)
    if parsed.is_unspecified or parsed.is_multicast or address.text == "255.255.255.255":
        raise ValueError(f"{written} is no address of a single host")
    if address.zone is not None or "%" in written:
        zone = address.zone or ""
        if not (address.family == "ipv6" and zone.isascii() and zone.isdigit()):
            raise ValueError(f"{written} has a zone that is no index of an interface")
        if len(zone) > len(str(_MAX_ZONE)) or not 0 < int(zone) <= _MAX_ZONE:
            raise ValueError(f"{written} has no possible zone")
        address = Address(address.text, address.family, str(int(zone)), address.scope)
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= 65_535:
        raise ValueError(f"{port!r} is no port")
    return address


def _url(written: str, port: int) -> str:
    address = _address(written, port)
    if address.family == "ipv4":
        return f"pop3://{_plain(address.text)}:{port}"
    zone = f"%25{address.zone}" if address.zone else ""
    return f"pop3://[{_plain(address.text)}{zone}]:{port}"
