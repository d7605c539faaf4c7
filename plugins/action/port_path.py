# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_path: takes arguments, reads two hosts or more, lets the clients try to connect to the
server, returns diagnoses.

All hosts are of the inventory, and each is talked to by the controller alone. Nothing is tried
before both ends have answered to the credentials of the inventory, and a client connects only to
addresses that the server itself has reported.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import (
    PortError,
    PortSet,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import (
    reading as of_server,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import way
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path import (
    attempting,
    destination,
    judge,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path import (
    reading as of_client,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends import (
    model,
    situation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.expectation import (
    PathExpectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.judge import Path
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.result import (
    PathResult,
    report,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.texts import PROGRAM
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Protocol,
    Route,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import for_display
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import networks
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.endpoints import (
    read_connections,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.attempting import (
    SECONDS,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.model import host_name
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Value,
    said,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
    names,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies
from ansible_collections.portkeeper.windows.plugins.plugin_utils.other_hosts import (
    OtherHosts,
    SettingsError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.probe import Noted
from ansible_collections.portkeeper.windows.plugins.plugin_utils.side_by_side import side_by_side

# Windows repeats a refused attempt for about two seconds before it says so.
LEAST_TIMEOUT, MAX_TIMEOUT = 2.0, 60.0
# How many clients are read at the same time.
_AT_ONCE = 8


@dataclass(frozen=True)
class PathOptions:
    """What a task asks for.

    `server` is the other host if the task runs on the client; otherwise the task runs on the
    server, and `clients` are the others. `wrong` has those of them whose settings can't be used,
    and why. `timeout` is in seconds.
    """

    asked: model.Asked
    server: str | None
    clients: tuple[str, ...]
    expectation: PathExpectation | None
    timeout: float
    wrong: Mapping[str, Value] = field(default_factory=dict)

    @property
    def others(self) -> tuple[str, ...]:
        return self.clients if self.server is None else (self.server,)


@dataclass(frozen=True)
class _Server:
    """The server, what is known of it and of its connections, and whole sentences about what could
    not be read. Its Host is for one thread at a time."""

    host: Host
    known: situation.ServerSituation
    before: tuple[Endpoint, ...]
    notes: tuple[Value, ...]
    lock: Lock
    read: list[tuple[tuple[Route, ...], tuple[Value, ...]]] = field(default_factory=list)

    def connections(self, ports: PortSet) -> tuple[Endpoint, ...]:
        """The connections to some of its ports, now."""
        with self.lock:
            return read_connections(self.host, local=ports)

    def routes(self) -> tuple[tuple[Route, ...], tuple[Value, ...]]:
        """Its routes, read at most once, and whole sentences about what could not be read."""
        with self.lock:
            if not self.read:
                self.read.append(networks.read_routes(self.host))
            return self.read[0]


class ActionModule(HostAction):
    """The action behind the module port_path."""

    ARGUMENTS = arguments.PORT_PATH

    def permit(self, task_vars: Mapping[str, Any]) -> None:
        self._others = OtherHosts(self, task_vars)
        self._own = self._host_name(task_vars)
        if self._task.delegate_to and self._own not in (task_vars.get("groups") or {}).get(
            "all", ()
        ):
            raise UserError("task.not_of_inventory", host=for_display(self._own, 100))

    def prepare(self, given: dict[str, Any]) -> PathOptions:
        server, clients = given["server"], names(given, "clients")
        if (server is None) is (given["clients"] is None):
            raise UserError("path.server_or_clients")
        if server is None and not clients:
            raise UserError("path.no_clients")
        if not LEAST_TIMEOUT < given["timeout"] <= MAX_TIMEOUT:
            raise UserError("path.timeout", least=f"{LEAST_TIMEOUT:g}", most=f"{MAX_TIMEOUT:g}")
        expect = given["expect"]
        options = PathOptions(
            _asked(given),
            server,
            tuple(dict.fromkeys(clients)),
            None if expect is None else PathExpectation(expect),
            given["timeout"],
        )
        wrong: dict[str, SettingsError] = {}
        for name in options.others:
            if name == self._own:
                raise UserError("path.same_host", host=for_display(name, 100))
            try:
                self._others.check(name)
            except SettingsError as error:
                wrong[name] = error
        if len(wrong) == len(options.others):
            # Nothing could be judged.
            raise next(iter(wrong.values()))
        return replace(options, wrong={name: error.phrase for name, error in wrong.items()})

    def through(self, transport: Transport) -> Transport:
        self._noted = Noted(transport)
        return self._noted

    def waits(self, wanted: PathOptions) -> float:
        waiting = SECONDS + wanted.timeout if wanted.asked.tried else 0.0
        # The server is there until the last of the clients is done.
        return waiting * max(1, -(-len(wanted.clients) // _AT_ONCE))

    def work(self, host: Host, wanted: PathOptions) -> PathResult[Value]:
        unfinished: tuple[str, ...] = ()
        if wanted.server is None:
            server = self._read_server(host, self._noted, wanted)
            paths, unfinished = self._from_each(server, wanted)
        else:
            paths = [self._to_server(host, wanted.server, wanted)]
        result = report(
            paths, wanted.expectation, unfinished, seconds=float(self._task.timeout or 0)
        )
        result["ports"] = remedies.written(result["ports"], self.language)
        return result

    def _to_server(self, host: Host, name: str, wanted: PathOptions) -> Path:
        """The path from the task's host to another one."""
        client = of_client.read(host, wanted.asked.name)
        noted: list[Noted] = []

        def through(transport: Transport) -> Transport:
            noted.append(Noted(transport))
            return noted[-1]

        with self._others.open(name, waits=self.waits(wanted), through=through) as other:
            return _path(host, client, self._read_server(other, noted[-1], wanted), wanted)

    def _from_each(
        self, server: _Server, wanted: PathOptions
    ) -> tuple[list[Path], tuple[str, ...]]:
        """The paths from other hosts to the task's host, and those hosts that were not done when
        the time of the task was up. What can't be read of one of them is told of that one alone."""

        def from_client(name: str) -> Path:
            if name in wanted.wrong:
                return judge.unread(name, server.known, wanted.asked, wanted.wrong[name])
            try:
                with self._others.open(name, waits=self.waits(wanted)) as client:
                    read = of_client.read(client, wanted.asked.name)
                    return _path(client, read, server, wanted)
            except HostError as error:
                if error.host != name:
                    raise  # it is the server's
                return judge.unread(name, server.known, wanted.asked, error.phrase)
            except UserError as error:
                return judge.unread(name, server.known, wanted.asked, error.phrase)

        found: dict[int, Path] = {}
        try:
            return side_by_side(from_client, wanted.clients, _AT_ONCE, found), ()
        except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException:
            # The time limit of the task: what is known by now is the result. The threads end with
            # the process.
            self._abandon(server)
        known = dict(found)
        unfinished = tuple(
            name for number, name in enumerate(wanted.clients) if number not in known
        )
        for number, name in enumerate(wanted.clients):
            if number not in known:
                problem = Phrase("path.not_finished", {"client": name})
                known[number] = judge.unread(name, server.known, wanted.asked, problem)
        return [known[number] for number in range(len(wanted.clients))], unfinished

    def _abandon(self, server: _Server) -> None:
        """Leave all hosts. The server's shell is closed, unless a thread is talking to it."""
        if not server.lock.acquire(blocking=False):
            server.host.restarted()
        for end in self._abandoned:
            end()

    def _read_server(self, host: Host, noted: Noted, wanted: PathOptions) -> _Server:
        ports = wanted.asked.ports
        found = of_server.read(host, ports, connected=wanted.asked.tried)
        placed = way.placed(found.situation, noted.peers, noted.owns)
        known = situation.ServerSituation(host.name, placed)
        return _Server(host, known, found.connections, found.notes, Lock())


def _path(host: Host, read: of_client.ClientReading, server: _Server, wanted: PathOptions) -> Path:
    """The path from a client, both ends of which have been read."""
    read = of_client.towards(host, read, server.known.known)
    client, notes = read.client, (*server.notes, *read.notes)
    if wanted.asked.tried:
        to = destination.choose(client, server.known)
        ports = [each.port for each in wanted.asked.ports if each.protocol is Protocol.TCP]
        # The address that counts first: some clients can't try all in time.
        targets = [(address, port) for address in to.tried for port in ports]
        tried = attempting.attempt(
            host,
            targets,
            read.curl,
            wanted.timeout,
            server.connections,
            server.before,
            known=read.curl_known,
        )
        client = replace(client, tries=tried.tries, why_not=tried.why_not)
        notes += tried.notes
    found = judge.diagnose(client, server.known, wanted.asked)
    if judge.way_back_matters(found):
        routes, problems = server.routes()
        known = replace(server.known, routes=routes)
        found, notes = judge.diagnose(client, known, wanted.asked), (*notes, *problems)
    return replace(found, notes=notes)


def _asked(given: Mapping[str, Any]) -> model.Asked:
    try:
        ports = wanted_ports(given["ports"], given["protocols"], names(given, "expected_process"))
    except PortError as error:
        raise UserError("argument.of", option="ports", problem=said(error)) from error
    return model.Asked(
        ports, _name(given["name"]), _program(given["client_program"]), given["attempt"]
    )


def _name(written: str | None) -> str | None:
    """A name of a host, or an IP address."""
    if written is None:
        return None
    if host_name(written) is None:
        try:
            ipaddress.ip_address(written)
        except ValueError:
            raise UserError("path.no_name", name=for_display(written, 100)) from None
    return written


def _program(written: str | None) -> str | None:
    if written is None:
        return None
    try:
        found = PROGRAM.read("client_program", written, {})["program"]
    except OptionError as error:
        raise UserError("argument.problem", problem=said(error)) from error
    if found is None:
        raise UserError("path.no_program")
    return str(found)
