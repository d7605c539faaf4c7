# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads what netsh shows about port ranges and http.sys, in any language of Windows.

Headers, labels and legends are translated. Numbers, URLs, the order of lines, and the line of
hyphens under a header are not, and only these are read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ...ground.model import HttpUrl, PortRange, Protocol
from .commands import TableProgram

# A longer line is not a row of these tables. URLs are the longest rows.
MAX_LINE = 4096
MAX_PORT = 65_535
MAX_PID = 0xFFFF_FFFF
# Each URL is returned with all processes of its queue. IIS has a few dozen of them at most, and no
# healthy host has so many URLs; any more are not read.
MAX_PROCESSES = 256
MAX_URLS = 20_000

# A label ends with a colon, which is full-width in Chinese and Japanese texts.
_COLONS = ":："
_LABEL = rf"[^{_COLONS}]{{1,200}}[{_COLONS}]\s*"
_RULE = re.compile(r"^[ \t]*-{5,}", re.MULTILINE)
_EXCLUDED = re.compile(r"\s*([0-9]{1,5})\s+([0-9]{1,5})(?:\s+(\*))?\s*\Z")
_LABELLED_NUMBER = re.compile(rf"{_LABEL}([0-9]{{1,10}})\Z")
_LABEL_START = re.compile(_LABEL)
_LABEL_ALONE = re.compile(rf"{_LABEL}\Z")
_VERSION = re.compile(rf"{_LABEL}[0-9]+\.[0-9]+\Z")
_GROUP_ID = re.compile(rf"{_LABEL}[0-9A-F]{{16}}\Z")
_BARE_PID = re.compile(r"([0-9]{1,10})\Z")
_PID_AND_IMAGE = re.compile(rf"{_LABEL}([0-9]{{1,10}})\s*[,，、]")
_URL = re.compile(
    r"((?ai:https?))://(\[[^\]\s/]{2,60}\]|[^\s:/\[\]]{1,255}):([1-9][0-9]{0,4})"
    r"(?::(?:\[[^\]\s/]{2,60}\]|[0-9.]{7,15}))?(/.*)?\Z"
)
_URL_START = re.compile(r"\s*<?(?ai:https?)://")


@dataclass(frozen=True, slots=True)
class UrlPrefix:
    """A URL that http.sys listens for: ``scheme://host:port/path`` (HTTP Server API, "UrlPrefix
    strings"), where netsh appends the address to the port of a prefix that is bound to one.

    `text` is as netsh shows it; `host` is a name, an IP address without brackets, or the wildcard
    ``+`` or ``*``; `scheme` is in lower case; `path` begins with a slash.
    """

    text: str
    scheme: str
    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class RequestQueue:
    """A request queue of http.sys. `pids` are the processes that take requests from it,
    `controller` the process that starts those as needed (IIS: the Windows Process Activation
    Service), `urls` the URLs of the queue."""

    pids: tuple[int, ...]
    controller: int | None
    urls: tuple[UrlPrefix, ...]


@dataclass(frozen=True, slots=True)
class PortTable(TableProgram[tuple[PortRange, ...]]):
    """A table of port ranges of one protocol and one address family, ``ipv4`` or ``ipv6``."""

    protocol: Protocol
    family: str


def excluded_port_ranges(
    text: str, protocol: Protocol, family: str
) -> tuple[PortRange, ...] | None:
    """The ranges of ``show excludedportrange``; those with ``*`` are administered.

    None means that the text is not that table: the program failed. Raises nothing.

    A range in this table is not always a reservation: a port on which http.sys listens is listed
    too.
    """
    found = [
        PortRange(protocol, family, int(match[1]), int(match[2]), match[3] is not None)
        for line in _lines(text)
        if (match := _excluded(line))
    ]
    return tuple(found) if found or _RULE.search(text) else None


def unread_ranges(text: str) -> tuple[str, ...]:
    """The lines of ``show excludedportrange`` that are not ranges although they begin with a
    number, or are between the hyphens and the empty line that ends the table: a range may be
    missing."""
    rule = _RULE.search(text)
    lost = []
    in_table = True
    for line in text[rule.end() :].split("\n")[1:] if rule else ():
        in_table = in_table and bool(line.strip())
        if (in_table or line.lstrip()[:1].isdecimal()) and not _excluded(line):
            lost.append(line)
    return tuple(lost)


def _excluded(line: str) -> re.Match[str] | None:
    match = _EXCLUDED.match(line) if len(line) <= MAX_LINE else None
    return match if match and 1 <= int(match[1]) <= int(match[2]) <= MAX_PORT else None


def dynamic_ports(text: str, protocol: Protocol, family: str) -> tuple[PortRange, ...] | None:
    """The range of ``show dynamicport``, which shows its first port and a count.

    None means that the text is not that answer: the program failed. Raises nothing.
    """
    matches = (_LABELLED_NUMBER.match(line.strip()) for line in _lines(text))
    numbers = [int(match[1]) for match in matches if match]
    if len(numbers) != 2:
        return None
    start, end = numbers[0], sum(numbers) - 1
    return (PortRange(protocol, family, start, end),) if 1 <= start <= end <= MAX_PORT else None


def http_urls(text: str) -> tuple[HttpUrl, ...] | None:
    """The URLs of ``http show servicestate view=requestq``, each with the processes behind it.

    These are the processes of its queue or, if it has none at the moment, its controller. None
    means that the text is not that view: the program failed. Raises nothing.
    """
    queues = request_queues(text)
    if queues is None:
        return None
    found: dict[HttpUrl, None] = {}
    for queue in queues:
        behind = queue.pids or (() if queue.controller is None else (queue.controller,))
        for url in queue.urls:
            found[HttpUrl(url.text, url.host, url.port, behind)] = None
    return tuple(found)[:MAX_URLS]


def unread_urls(text: str) -> tuple[str, ...]:
    """The lines of ``http show servicestate`` that begin like a URL but can't be read as one, so a
    URL may be missing; and those beyond `MAX_URLS`."""
    lines = [line for line in text.split("\n") if "://" in line]
    urls = [line.strip() for line in lines if _URL_START.match(line)]
    read = [line for line in urls if len(line) <= MAX_LINE and _url_prefix(line) is not None]
    lost = [line for line in urls if len(line) > MAX_LINE or _url_prefix(line) is None]
    return (*lost, *read[MAX_URLS:])


def request_queues(text: str) -> tuple[RequestQueue, ...] | None:
    """The request queues of ``http show servicestate view=requestq``, in order.

    None means that the text is not that view: the program failed. Raises nothing.

    Two forms are read, both from published captures. The older one, up to Server 2019, shows the
    process ids of a queue as bare numbers, one a line. The newer one, of Server 2022 and Windows
    11, shows an id, a comma and the image on one line, and services below it. In both, a queue's
    processes come before its URLs.
    """
    queues: list[_Queue] = []
    queue_label = None
    lines = [stripped for line in _lines(text) if (stripped := line.strip())]
    for line, following in itertools.pairwise((*lines, "")):
        # A queue begins with its name, followed by its version. A server session begins with its id
        # and its version, but a queue comes first, so the first such line shows the label of a name
        # in this language. A URL group repeats the name of its queue, without a version after it.
        label = _label(line) if "." in following and _VERSION.match(following) else ""
        if label and label == (queue_label or label):
            queue_label = label
            queues.append(_Queue())
        elif queues:
            queues[-1].read(line, following)
    if not queues and not _RULE.search(text):
        return None
    return tuple(queue.freeze() for queue in queues if queue.pids or queue.urls)


class _Queue:
    """One queue while its lines are read: first numbers, then its processes, then its URLs.

    The sections matter: a program chooses the name of its queue, and URL groups repeat it, so a
    line with a number is a process id only in the section of the processes.
    """

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.urls: list[UrlPrefix] = []
        self._numbers: list[int] = []
        self._section = "numbers"

    def read(self, line: str, following: str) -> None:
        alone = line[-1] in _COLONS and _LABEL_ALONE.match(line)
        if self._section == "numbers":
            if alone:
                self._section = "processes"
            elif number := _LABELLED_NUMBER.match(line):
                self._numbers.append(int(number[1]))
        elif self._section == "processes":
            pid = _pid(line)
            if pid is not None and len(self.pids) < MAX_PROCESSES:
                self.pids.append(pid)
        # In the older form, groups with an id are between the processes and their URLs.
        if alone and (_url_prefix(following) or _GROUP_ID.match(following)):
            self._section = "urls"
        if "://" in line and (url := _url_prefix(line)) is not None:
            self.urls.append(url)

    def freeze(self) -> RequestQueue:
        return RequestQueue(tuple(self.pids), self._controller(), tuple(self.urls))

    def _controller(self) -> int | None:
        # The last numbers are the number of processes and, if the queue has a controller, its
        # process id. The processes that follow show which of the two the last number is.
        if len(self._numbers) < 2:
            return None
        count, last = self._numbers[-2:]
        return last if last not in (0, len(self.pids)) and count == len(self.pids) else None


def _label(line: str) -> str:
    match = _LABEL_START.match(line)
    return match[0] if match else ""


def _pid(line: str) -> int | None:
    match = _BARE_PID.match(line) or _PID_AND_IMAGE.match(line)
    return int(match[1]) if match and 1 <= int(match[1]) <= MAX_PID else None


def _url_prefix(line: str) -> UrlPrefix | None:
    if "://" not in line:
        return None
    text = line[1:-1] if line.startswith("<") and line.endswith(">") else line
    match = _URL.match(text)
    if match is None or int(match[3]) > MAX_PORT:
        return None
    return UrlPrefix(text, match[1].lower(), match[2].strip("[]"), int(match[3]), match[4] or "/")


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if len(line) <= MAX_LINE)


def _port_tables(
    arguments: str,
    parse: Callable[[str, Protocol, str], tuple[PortRange, ...] | None],
    unread: Callable[[str], Sequence[str]],
) -> tuple[PortTable, ...]:
    def made(protocol: Protocol, family: str) -> PortTable:
        filled = arguments.format(family=family, protocol=protocol.value)
        return PortTable(
            f"netsh {filled}",
            rf"%SystemRoot%\System32\netsh.exe {filled}",
            lambda text: parse(text, protocol, family),
            unread,
            protocol,
            family,
        )

    return tuple(made(protocol, family) for family in ("ipv4", "ipv6") for protocol in Protocol)


EXCLUDED_PORT_RANGES = _port_tables(
    "int {family} show excludedportrange protocol={protocol}", excluded_port_ranges, unread_ranges
)
# Unless both of its lines can be read, it is not an answer.
DYNAMIC_PORTS = _port_tables(
    "int {family} show dynamicport {protocol}", dynamic_ports, lambda _text: ()
)
HTTP_SERVICE_STATE = TableProgram(
    "netsh http show servicestate view=requestq",
    r"%SystemRoot%\System32\netsh.exe http show servicestate view=requestq",
    http_urls,
    unread_urls,
)
