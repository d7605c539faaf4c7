# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Further hosts for a task, besides the one that it runs on.

The controller itself talks to each of them, with what the inventory says of it, exactly as it talks
to the host of the task: same guard, same limits, same checks of the settings. Nothing is delegated,
and no host is told to talk to another one with credentials. Whatever is not in the inventory is
refused. A host outside of ``--limit`` is not: the limit says where tasks run, and here none does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

from ansible.errors import AnsibleError
from ansible.utils.display import Display

from ..module_utils.ground.text import for_display
from ..module_utils.host.host import Host, HostError, Limits
from ..module_utils.host.transport import Transport, TransportError
from ..module_utils.words.phrases import Phrase, Value, Verbatim
from . import settings
from .action import UserError, address_of, trace_of
from .connections.of_inventory import InventoryConnections
from .connections.tickets import SharedTickets
from .connections.transports import TASK_SECONDS, abandon, close, transport_for
from .controller.setting_error import SettingError

display = Display()


class SettingsError(UserError):
    """What the inventory says of a host can't be used. The phrase names the host."""


class OtherHosts:
    """The other hosts of one task. It is made for hundreds of them in one process.

    `check` is for the thread of the task, where Ansible resolves variables; it takes a millisecond
    of CPU. What it has checked can then be opened in any thread, and each opened Host is for one
    thread at a time. Hosts with Kerberos tickets take turns, because the process can have only one
    ticket at a time; those with the same ticket don't.

    Args:
        action: that of the task.
        task_vars: the variables of the task.
        share_tickets: whether hosts with the same user share a Kerberos ticket. If so, the task has
            to `close` them.
    """

    def __init__(
        self, action: Any, task_vars: Mapping[str, Any], *, share_tickets: bool = False
    ) -> None:
        self._tickets = SharedTickets() if share_tickets else None
        self._groups: Mapping[str, Any] = task_vars.get("groups") or {}
        self._connections = InventoryConnections(action, task_vars)
        # Those that have been checked and not been opened yet: each serves once.
        self._checked: dict[str, Any] = {}
        self._open: list[Any] = []
        self._lock = RLock()
        action.if_abandoned(self._abandon)

    def check(self, name: str) -> None:
        """Refuse a host that can't be opened, before anything is sent to it.

        Args:
            name: as the inventory has it.

        Raises:
            UserError: it is not in the inventory. The phrase names the host.
            SettingsError: its connection is neither winrm nor psrp, or its settings are wrong.
        """
        with self._lock:
            if name not in self._checked:
                self._checked[name] = self._connection_to(name)

    def checked(self, name: str) -> Any:
        """The connection of a host that has not been opened yet, with all its options.

        Raises:
            UserError: as `check`.
        """
        with self._lock:
            self.check(name)
            return self._checked[name]

    def values(self, name: str, wanted: Mapping[str, str]) -> dict[str, Any]:
        """Values of variables of a host that has just been checked; see
        `InventoryConnections.values`.

        Raises:
            UserError: one of them can't be resolved. The phrase names the host.
        """
        try:
            return self._connections.values(name, wanted)
        except SettingError as error:
            raise _wrong(name, error.phrase) from None

    def forget(self, name: str) -> None:
        """A host that has been checked is not going to be opened."""
        with self._lock:
            self._checked.pop(name, None)

    def where(self, name: str) -> Value:
        """The name of a host and the address of its connection, for messages.

        Raises:
            UserError: as `check`.
        """
        return _where(name, self.checked(name))

    @contextmanager
    def open(
        self,
        name: str,
        *,
        waits: float = 0.0,
        through: Callable[[Transport], Transport] | None = None,
    ) -> Iterator[Host]:
        """Another host for the time of the block. Afterwards nothing is left of the connection.

        Args:
            name: as the inventory has it.
            waits: seconds for which something has to be waited for on the host, in addition to its
                usual time.
            through: wraps the transport to the host, as `HostAction.through` does.

        Raises:
            UserError: as `check`.
            HostError: the connection could not be opened. Its `host` is the name.
        """
        with self._lock:
            self.check(name)
            connection = self._checked.pop(name)
            self._open.append(connection)
        try:
            with _host_at(name, connection, waits, through) as host:
                yield host
        finally:
            with self._lock:
                self._open.remove(connection)

    def close(self) -> None:
        """Remove the tickets that hosts have shared."""
        if self._tickets is not None:
            self._tickets.close()

    def _abandon(self) -> None:
        """The process is about to end, and with it the threads that still talk to a host. The
        tickets in files would stay."""
        for each in list(self._open):
            abandon(each)
        self.close()

    def _connection_to(self, name: str) -> Any:
        if name not in self._connections:
            key = "task.group" if name in self._groups else "task.not_of_inventory"
            raise UserError(key, host=for_display(name, 100))
        try:
            connection = self._connections.connection_to(name)
        except SettingError as error:
            raise _wrong(name, error.phrase) from None
        try:
            settings.check(connection)
        except SettingError as error:
            raise _wrong(_where(name, connection), error.phrase) from None
        if self._tickets is not None:
            self._tickets.share(connection)
        return connection


@contextmanager
def _host_at(
    name: str,
    connection: Any,
    waits: float,
    through: Callable[[Transport], Transport] | None,
) -> Iterator[Host]:
    transport = _transport_for(name, connection, TASK_SECONDS + waits)
    try:
        limits = Limits(task=Limits.task + waits)
        host = Host(through(transport) if through else transport, name, limits)
        try:
            yield host
        except Exception:
            host.close()
            raise
        else:
            host.close()
        # After anything else, such as the time limit of the task, nothing more is sent.
    finally:
        close(transport, connection)


def _transport_for(name: str, connection: Any, seconds: float) -> Transport:
    where = _where(name, connection)
    try:
        return transport_for(connection, seconds)
    except TransportError as error:
        abandon(connection)
        display.vvvv(trace_of(error), host=name)
        raise HostError(
            "task.not_connected",
            where=where,
            problem=error,
            host=name,
            unreachable=not error.of_the_controller,
        ) from error
    except SettingError as error:
        abandon(connection)
        raise _wrong(where, error.phrase) from None
    except AnsibleError as error:
        abandon(connection)
        raise _wrong(where, Verbatim(str(error.message))) from error
    except BaseException:
        abandon(connection)
        raise


def _wrong(where: Value, problem: Value) -> SettingsError:
    return SettingsError("task.not_connected", where=where, problem=problem)


def _where(name: str, connection: Any) -> Value:
    address = address_of(connection)
    if address is None:
        return name
    return Phrase("task.host_and_address", {"host": name, "address": address})
