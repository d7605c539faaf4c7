# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeps apart the Kerberos tickets of several connections in one process.

For a user with a password, Ansible's ``winrm`` connection runs ``kinit`` into a file of its own,
and names that file in the environment variable KRB5CCNAME. The library looks there whenever a
session authenticates, perhaps much later, and the variable belongs to the whole process: with a
second connection, the first would go on with the second one's user, or with a file that is gone.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Lock, get_ident
from typing import Any
from weakref import WeakKeyDictionary

_VARIABLE = "KRB5CCNAME"


class _Turns:
    """Exchanges with the same ticket run side by side, in whatever threads they are; those with
    another one wait, in the order in which they have come."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: deque[object] = deque()
        self._ticket: object = None
        self._inside: dict[int, int] = {}  # how deep each thread is within a turn
        self._before: str | None = None

    @contextmanager
    def of(self, ticket: object, name: str | None) -> Iterator[None]:
        """A turn with a ticket.

        Args:
            ticket: what is equal for all that may run side by side.
            name: the value of the variable, None for the one that it has.
        """
        me = get_ident()
        with self._changed:
            if me not in self._inside:
                self._wait_for(ticket)
                if not self._inside:
                    self._ticket, self._before = ticket, os.environ.get(_VARIABLE)
                    if name is not None:
                        os.environ[_VARIABLE] = name
            self._inside[me] = self._inside.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[me] -= 1
                if not self._inside[me]:
                    del self._inside[me]
                if not self._inside:
                    self._restore()
                    self._changed.notify_all()

    def _wait_for(self, ticket: object) -> None:
        place = object()
        self._waiting.append(place)
        try:
            while self._waiting[0] is not place or (self._inside and self._ticket != ticket):
                self._changed.wait()
        finally:
            self._waiting.remove(place)
            self._changed.notify_all()

    def _restore(self) -> None:
        if self._before is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = self._before


_turns = _Turns()


@contextmanager
def own_ticket(connection: Any) -> Iterator[None]:
    """During the block, the process has the ticket of this connection; afterwards, the one it had
    before. A ticket that the block itself gets counts as that of its connection alone.

    Args:
        connection: one of Ansible that authenticates by Kerberos. Without a ticket of its own, it
            uses that of whoever has started Ansible.
    """
    ticket = getattr(connection, "_kerb_ccache", None)
    if ticket is not None:
        with _turns.of(ticket.name, f"FILE:{ticket.name}"):
            yield
    elif not getattr(connection, "_kerb_managed", False):
        with _turns.of(None, None):
            yield
    else:
        # Ansible is going to set the variable, so nobody else may be there.
        with _turns.of(object(), None):
            shared = _sharing.get(connection)
            if shared is not None:
                shared.lend(connection)
            try:
                yield
            finally:
                if shared is not None:
                    shared.keep(connection)


class _Lent:
    """The ticket of another connection. Who has borrowed it does not remove it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def close(self) -> None:
        """Nothing: see `SharedTickets.close`."""


class SharedTickets:
    """The tickets of many connections in one process: one for all that authenticate as the same
    user, so that ``kinit`` runs once for a thousand hosts of a domain."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[object, Any] = {}
        self._closed = False

    def share(self, connection: Any) -> None:
        """Have a connection of Ansible take its ticket from here. Nothing is done yet."""
        _sharing[connection] = self

    def lend(self, connection: Any) -> None:
        """Give a connection the ticket that another one has got, if there is one."""
        known = self._known.get(_user_of(connection))
        if known is not None:
            connection._kerb_ccache = _Lent(known.name)
            connection._kerb_managed = False
            os.environ[_VARIABLE] = f"FILE:{known.name}"

    def keep(self, connection: Any) -> None:
        """Keep the ticket that a connection has got."""
        ticket = getattr(connection, "_kerb_ccache", None)
        if ticket is None or isinstance(ticket, _Lent):
            return
        with self._lock:
            if not self._closed:
                self._known[_user_of(connection)] = ticket
                connection._kerb_ccache = _Lent(ticket.name)

    def close(self) -> None:
        """Remove all tickets. It waits for nothing, and may be called twice."""
        self._closed = True
        for each in list(self._known.values()):
            with suppress(OSError):  # for example if `kinit` has replaced the file
                each.close()


_sharing: WeakKeyDictionary[Any, SharedTickets] = WeakKeyDictionary()


def _user_of(connection: Any) -> object:
    """All that the ticket of a connection depends on."""
    option = connection.get_option
    return (
        str(connection._winrm_user),
        str(connection._winrm_pass),
        str(connection._kinit_cmd),
        str(option("kinit_args")),
        str(option("kinit_env_vars")),
        str((option("_extras") or {}).get("ansible_winrm_kerberos_delegation")),
    )
