# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfers of curl: really connecting, and waiting for what the server says."""

from __future__ import annotations

import errno
import re
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.curl import words as said
from winsim.programs.curl.words import Words
from winsim.state import TcpState
from winsim.wire import Connection, Fate, Way

if TYPE_CHECKING:
    from winsim.programs.curl.program import Run

#: curl's exit codes (its documentation, "Exit codes").
FAILED_TO_CONNECT, OUT_OF_TIME, FAILED_TO_RECEIVE = 7, 28, 56
#: What curl waits for at most without being told (documentation of --connect-timeout).
_LONGEST = 300.0
_URL = re.compile(
    r"pop3://(?:(?P<four>[0-9]+(?:\.[0-9]+){3})|\[(?P<six>[0-9A-Fa-f:.]+)(?:%25(?P<zone>[^\]]+))?\])"
    r"(?::(?P<port>[0-9]{1,5}))?/?"
)
_POP3 = 110
_REASONS = {Fate.UNREACHABLE: said.UNREACHABLE, Fate.FORBIDDEN: said.FORBIDDEN}
#: How often a transfer looks whether curl is killed.
_GLANCE = 0.05


@dataclass
class Transfer:
    """One URL, and what becomes of it."""

    url: str
    number: int
    connect_timeout: float | None
    max_time: float | None
    write_out: str
    exit_code: int = 0
    message: str = ""
    #: The client's end of the connection, the server's while there is one.
    own: tuple[str, int] | None = None
    ended: bool = False
    address: str = field(init=False)
    port: int = field(init=False)
    zone: str = field(init=False)
    _ticks: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _socket: socket.socket | None = None
    _way: Way | None = None
    _connection: Connection | None = None
    _heard: bytes = b""

    def __post_init__(self) -> None:
        match = _URL.fullmatch(self.url)
        if match is None:
            raise NotSimulatedError(f"the URL {self.url} for curl.exe")
        self.address = match["four"] or match["six"].lower()
        self.port, self.zone = int(match["port"] or _POP3), match["zone"] or ""

    @property
    def effective(self) -> str:
        """The URL as curl shows it."""
        return self.url if self.url.endswith("/") else f"{self.url}/"

    @property
    def connected(self) -> bool:
        return self.own is not None

    def begin(self, run: Run) -> None:
        self._ticks = run.machine.ticks
        self._began = self._ticks()
        for line in run.words.begin(self.url, self.address, self.port):
            run.tell(line)
        target = f"{self.address}%{self.zone}" if self.zone else self.address
        machine = run.machine
        way = machine.wire.way(machine, run.pid, target, self.port)
        if isinstance(way, Way):
            self._connect(run, way)
        elif way.fate in _REASONS:
            reason = _REASONS[way.fate]
            if way.fate is Fate.FORBIDDEN and run.manner.forbidden_later:
                self._fail_later(run, way.source, reason)
            else:
                self._fail(run, run.words.at_once(self.address, reason), reason, at_once=True)
        elif way.fate is Fate.REFUSED:
            self._fail_later(run, way.source, said.REFUSED)

    def _fail_later(self, run: Run, source: str, reason: str) -> None:
        with socket.socket() as tried:
            tried.bind((run.machine.address, 0))
            own = (source.partition("%")[0], int(tried.getsockname()[1]))
        self._fail(run, run.words.failed(self.address, self.port, own, reason), reason)

    def _connect(self, run: Run, way: Way) -> None:
        self._way = way
        opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        opened.setblocking(False)
        opened.bind((way.here, 0))
        error = opened.connect_ex(way.there)
        self._socket = opened
        self._connection = run.machine.wire.opened(way, self._local_port, run.pid)
        if error not in {0, errno.EINPROGRESS}:
            self._refused(run, error)
            return
        run.selector.register(opened, selectors.EVENT_WRITE, self)

    @property
    def _local_port(self) -> int:
        assert self._socket is not None
        return int(self._socket.getsockname()[1])

    def ready(self, run: Run) -> None:
        """The socket has something to tell."""
        assert self._socket is not None
        if self.connected:
            self._hear(run)
            return
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            self._refused(run, error)
            return
        assert self._way is not None
        assert self._connection is not None
        self.own = (self._way.source.partition("%")[0], self._local_port)
        self._connection = run.machine.wire.changed(self._connection, TcpState.ESTABLISHED)
        run.tell(run.words.connected(self.address, self.port, self.own, self.number))
        run.selector.modify(self._socket, selectors.EVENT_READ, self)

    def _refused(self, run: Run, error: int) -> None:
        assert self._way is not None
        reason = said.RESET if error == errno.ECONNRESET else said.REFUSED
        own = (self._way.source.partition("%")[0], self._local_port)
        self._fail(run, run.words.failed(self.address, self.port, own, reason), reason)

    def _fail(self, run: Run, line: str, reason: str, *, at_once: bool = False) -> None:
        run.tell(line)
        message = run.words.conclusion(self.address, self.port, self._milliseconds, reason)
        if at_once and not run.words.concludes_at_once:
            self._end(run, FAILED_TO_CONNECT, "Couldn't connect to server")
            return
        run.tell(message)
        self._end(run, FAILED_TO_CONNECT, message)

    def _hear(self, run: Run) -> None:
        assert self._socket is not None
        try:
            data = self._socket.recv(65536)
        except ConnectionError:
            run.tell(run.words.reset())
            self._end(run, FAILED_TO_RECEIVE, run.words.reset())
            return
        if not data:
            run.tell(run.words.hung_up())
            self._end(run, FAILED_TO_RECEIVE, run.words.hung_up())
            return
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            run.tell(line.decode("utf-8", "replace"), "<")
            if line.startswith(b"+OK"):
                run.tell("CAPA\r", ">")
                self._socket.send(b"CAPA\r\n")

    def look_at_time(self, run: Run) -> None:
        if self._ticks() < self.deadline:
            return
        message = run.words.out_of_time(self._milliseconds, connected=self.connected)
        run.tell(message)
        self._end(run, OUT_OF_TIME, message)

    @property
    def deadline(self) -> float:
        limits = [self.max_time] if self.connected else [self.max_time, self.connect_timeout]
        default = float("inf") if self.connected else _LONGEST
        return self._began + min(limit for limit in (*limits, default) if limit is not None)

    @property
    def _milliseconds(self) -> int:
        return int((self._ticks() - self._began) * 1000)

    def _end(self, run: Run, exit_code: int, message: str) -> None:
        run.tell(run.words.closing(self.number))
        self.exit_code, self.message = exit_code, message
        self.close(run)

    def close(self, run: Run) -> None:
        self.ended = True
        if self._socket is not None:
            if self._socket in run.selector.get_map():
                run.selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
        if self._connection is not None:
            run.machine.wire.closed(self._connection)
            self._connection = None

    def report(self, words: Words) -> str:
        """What its ``write-out`` says."""
        own = self.own or ("", words.no_port)
        known = {
            "url_effective": self.effective,
            "local_ip": own[0],
            "local_port": str(own[1]),
            "remote_ip": self.address if self.connected else "",
            "remote_port": str(self.port if self.connected else words.no_port),
            "http_code": "000",
        }
        if words.version >= (7, 75):
            known |= {"exitcode": str(self.exit_code), "errormsg": self.message}
        text = re.sub(r"%\{([^}]*)\}", lambda match: _known(match[1], known), self.write_out)
        return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t")


def _known(name: str, known: dict[str, str]) -> str:
    if name not in known:
        if name in {"exitcode", "errormsg"}:
            return ""  # curl complains on stderr, and prints nothing in its place (recorded)
        raise NotSimulatedError(f"the variable {name} of curl.exe")
    return known[name]


def together(run: Run, transfers: Sequence[Transfer], at_most: int) -> list[Transfer]:
    """Do these, so many at once; returns them in the order in which they end."""
    waiting, under_way, done = list(transfers), list[Transfer](), list[Transfer]()
    parallel = at_most > 1
    while (waiting or under_way) and not run.killed.is_set():
        while waiting and len(under_way) < at_most:
            under_way.append(waiting.pop(0))
            under_way[-1].begin(run)
        if parallel:
            run.meter(under_way, len(transfers))
        ended = [each for each in under_way if each.ended]
        if not ended:
            ended = _wait(run, under_way)
        if run.manner.reordered:
            ended.reverse()
        for each in ended:
            under_way.remove(each)
            done.append(each)
            run.finished(each)
    for each in under_way:
        each.close(run)
    if parallel:
        run.meter((), len(transfers), final=True)
    return done


def _wait(run: Run, under_way: Sequence[Transfer]) -> list[Transfer]:
    """Until something happens to one of them, or curl is killed."""
    while not run.killed.is_set():
        left = min(each.deadline for each in under_way) - run.machine.ticks()
        for key, _events in run.selector.select(max(0.0, min(left, _GLANCE))):
            key.data.ready(run)
        for each in under_way:
            if not each.ended:
                each.look_at_time(run)
        ended = [each for each in under_way if each.ended]
        if ended:
            return ended
    return []
