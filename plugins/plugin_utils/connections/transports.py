# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ansible's own connections as Transports of the library.

The collection has no connection plugin of its own: it uses the HTTP session that Ansible's
``winrm`` or ``psrp`` connection would use, with all its settings. This requires private names of
Ansible, pywinrm and pypsrp, which only this folder uses, each pinned by a test.
"""

from __future__ import annotations

import re
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.loader import connection_loader, shell_loader

from ...module_utils.host.transport import Failure, Transport, TransportError
from ...module_utils.words.phrases import Phrase
from .. import requirements, settings
from ..controller.setting_error import SettingError
from ..exchange.failures import about_proxy, failure_from, let_go, words_of
from ..exchange.guard import Ends, Guard
from ..exchange.kerberos import for_asking
from ..exchange.senders import Pypsrp, Pywinrm
from ..exchange.statuses import Circumstances, not_empty, soap_or_failure
from ..exchange.ways import Untaken, none_is_left, refused_by_pywinrm
from . import connect_timeout
from .problems import about_refusal, asking, says_no_to_us, setting_of_psrp, untaken
from .tickets import own_ticket

# Imported here, and so in the parent of all forks, because importing them, and reading the
# connection's options from its documentation, costs more CPU than the whole conversation with a
# host. Each is optional: a user needs only those of the connection in use.
_not_imported: dict[str, ImportError] = {}
try:
    import winrm.exceptions as winrm_exceptions

    connection_loader.get("winrm", class_only=True)
    shell_loader.get("powershell", class_only=True)
    shell_loader.get("cmd", class_only=True)  # that of winrm since ansible-core 2.21
except ImportError as error:
    winrm_exceptions = None  # type: ignore[assignment]
    _not_imported["pywinrm"] = error

try:
    from pypsrp import exceptions as pypsrp_exceptions
    from pypsrp.wsman import WSMan
except ImportError as error:
    WSMan = pypsrp_exceptions = None  # type: ignore[assignment, misc]
    _not_imported["pypsrp"] = error

_NEGOTIATE = re.compile(r"Negotiate\s*([^,]*)", re.IGNORECASE)

try:
    from winrm.vendor.requests_kerberos import kerberos_

    # Matches the same as pywinrm's own expression, in one pass over the header.
    vars(kerberos_._negotiate_value)["regex"] = _NEGOTIATE
except ImportError:
    pass  # no Kerberos package is installed

# The ways of authentication that may look for a Kerberos ticket in a file.
_BY_TICKET = frozenset({"kerberos", "negotiate"})

# The library reads 16 MiB, and the parts of an encrypted answer have headers besides, of about 1 %.
# Anything larger must not even get into memory.
MAX_ANSWER_BYTES = 17 * 1024 * 1024


# Time for all exchanges of a task with a host. The library stops reading some time before that
# (`Limits.task`), so that a change in progress can be completed.
TASK_SECONDS = 300.0


def transport_for(connection: Any, seconds: float = TASK_SECONDS) -> Transport:
    """The Transport over one task's connection.

    Args:
        connection: that of Ansible.
        seconds: the time after which nothing more is exchanged.

    Raises:
        SettingError: the connection is neither winrm nor psrp, or the controller's packages are
            too old.
        TransportError: the connection could not be opened.
    """
    requirements.check()
    kind = str(getattr(connection, "transport", ""))
    if kind == "winrm":
        return WinrmTransport(connection, time.monotonic() + seconds)
    if kind == "psrp":
        return PsrpTransport(connection, time.monotonic() + seconds)
    if kind == "local":
        raise SettingError("setting.controller")
    raise SettingError("setting.connection", kind=kind)


def _check_import(package: str) -> None:
    """Refuse a package that is there, as the check of the settings has found, but too old, or
    incomplete.

    Raises:
        SettingError: it can't be used.
    """
    requirements.check(package)
    problem = _not_imported.get(package)
    if problem is not None:
        raise SettingError("setting.package_broken", package=package, problem=words_of(problem))


class _HttpTransport:
    """The common part of both: a transport of pywinrm or pypsrp, which has a requests session.

    Attributes:
        _exceptions: the module with the exceptions of the package.
        _connection: that of Ansible.
        _end: when the last exchange has to end, as time of time.monotonic().
        _transport: the transport of the package. Its `guard` protects its session before it sends.
    """

    _exceptions: Any
    _connection: Any
    _end: float
    _guard: Guard
    _transport: Any
    _ends: Ends | None = None
    _answered = False
    _alone = True  # no other way of authentication has been tried, and none is left

    def _speak_through(self, transport: Any, guarded: type, seconds: float) -> None:
        """Send through a transport of the package from now on, after its class has got the methods
        of another one. `seconds` is the time for an answer, which comes after that for connecting.
        """
        connect = connect_timeout.of(self._connection)
        in_all = connect.beside(seconds) + seconds
        self._guard = Guard(MAX_ANSWER_BYTES, in_all, self._end, connect)
        self._transport = self._guard.given_to(transport, guarded)
        self._ends = None

    @property
    def url(self) -> str:
        return str(self._transport.endpoint)

    @property
    def peer(self) -> tuple[str, int] | None:
        return self._ends.peer if self._ends else None

    @property
    def own(self) -> tuple[str, int] | None:
        return self._ends.own if self._ends else None

    def send(self, envelope: bytes) -> bytes:
        try:
            answer = self._exchange(envelope)
        except TransportError as error:
            let_go(error)
            if self._guard.by_proxy and not self._answered:
                raise about_proxy(error) from None
            raise
        self._ends = self._guard.ends
        self._answered = True
        if self._guard.closing and self._sealed:
            # The keys end with the connection. A message that they seal would be refused on another
            # one, and a change is sent only once.
            self.reconnect()
        return answer

    def reconnect(self) -> None:
        raise NotImplementedError

    def _exchange(self, envelope: bytes) -> bytes:
        try:
            with self._ticket(), self._guard.exchange():
                answer = bytes(self._message(envelope))
            if self._sealed and not self._guard.sealed:
                # pywinrm and pypsrp take it, but anyone on the way can have written it.
                raise TransportError(Failure.NOT_WINRM, Phrase("detail.not_encrypted"))
            return not_empty(answer, self._circumstances)
        except self._exceptions.WinRMTransportError as error:
            return soap_or_failure(error.code, error.response_text, self._circumstances)
        except self._exceptions.AuthenticationError as error:
            given = f"{self._transport.username or ''}{self._transport.password or ''}"
            remedy = about_refusal(self._way, given, alone=self._alone)
            raise TransportError(Failure.AUTHENTICATION, remedy=remedy) from error
        except self._exceptions.WinRMError as error:
            raise refused_by_pywinrm(str(error)) from error
        except TransportError:
            raise
        except UnicodeDecodeError as error:
            # pywinrm decodes as UTF-8 what comes with an HTTP error, and pypsrp what it has
            # decrypted, for its log alone. The answer itself states its encoding.
            return bytes(error.object)
        except Exception as error:
            failure = failure_from(error, tls=self._tls, answered=self._answered)
            if failure.failure is Failure.KERBEROS:
                failure = for_asking(failure, asking(self._connection))
            raise failure from error

    def _message(self, envelope: bytes) -> bytes:
        raise NotImplementedError

    def _ticket(self) -> AbstractContextManager[None]:
        """For an exchange that may authenticate with a Kerberos ticket of a file; see `tickets`."""
        raise NotImplementedError

    @property
    def _circumstances(self) -> Circumstances:
        guard = self._guard
        return Circumstances(self._tls, self._sealed, guard.sealed, self._answered, guard.proxy)

    @property
    def _tls(self) -> bool:
        return self.url.lower().startswith("https:")

    @property
    def _way(self) -> str:
        """The name of the authentication in use."""
        raise NotImplementedError

    @property
    def _sealed(self) -> bool:
        return self._transport.encryption is not None


class WinrmTransport(_HttpTransport):
    """A transport through a pywinrm Protocol as an ``ansible.builtin.winrm`` connection creates it.

    Of several transports (``ansible_winrm_transport``) it uses the first that the host accepts, as
    the connection would. But the connection would open a shell to find it, in an unguarded
    exchange, while a CIM operation shows it just as well.
    """

    _exceptions = winrm_exceptions

    def __init__(self, connection: Any, end: float) -> None:
        self._connection = connection
        self._end = end
        self._untried: list[str] = []
        self._problems: list[Untaken] = []
        _check_import("pywinrm")
        if connection.protocol is not None:
            self._go_on()
            return
        self._let_in = False
        connection._build_winrm_kwargs()
        self._untried = list(connection._winrm_transport)
        self._take_next()

    def _go_on(self) -> None:
        """Reuse what an earlier item of a loop, or Ansible itself, has created. If it was opened
        without a guard, it is opened again."""
        self._let_in = True
        unguarded = not isinstance(self._connection.protocol.transport, Pywinrm)
        self._use(self._connection.protocol)
        if unguarded:
            self.reconnect()

    def _use(self, protocol: Any) -> None:
        self._protocol = protocol
        self._speak_through(protocol.transport, Pywinrm, float(protocol.read_timeout_sec))

    def _take_next(self) -> None:
        """Let the connection create a Protocol with the next available transport. Nothing is sent
        to the host.

        Raises:
            TransportError: there is none left.
        """
        connection = self._connection
        while True:
            connection._winrm_transport = [self._untried.pop(0)]
            connection.shell_id = "none"  # otherwise it opens one
            try:
                with _ticket_for(connection._winrm_transport[0], connection):
                    protocol = connection._winrm_connect()
            except AnsibleError as error:
                problem = untaken(connection, str(error.message))
                self._problems.append(problem)
                # Without a ticket, the connection stops, so it does not fall back to something
                # weaker.
                if not self._untried or problem.error.failure is Failure.KERBEROS:
                    let_go(error)
                    raise none_is_left(self._problems) from error
            else:
                connection.protocol = protocol
                connection._connected = True
                self._alone = not (self._untried or self._problems)
                self._use(protocol)
                return
            finally:
                connection.shell_id = None

    def send(self, envelope: bytes) -> bytes:
        while True:
            try:
                answer = super().send(envelope)
            except TransportError as error:
                self._let_in = self._let_in or self._sealed
                if self._let_in:
                    raise
                # The next item of a loop should begin with the first transport again.
                self._connection.protocol = None
                if not says_no_to_us(error) or not (self._untried or self._problems):
                    raise
                self._problems.append(Untaken.because_of(self._way, self._with_variable(error)))
                if not self._untried:
                    raise none_is_left(self._problems) from error
                self.reconnect()
                self._take_next()
            else:
                self._let_in = True
                self._connection.protocol = self._protocol
                return answer

    def _with_variable(self, error: TransportError) -> TransportError:
        """An error of a library about a setting, as the check of the settings tells it."""
        if not error.of_the_controller:
            return error
        problem = settings.problem_of_way(self._connection, self._way)
        return TransportError(Failure.SETTING, problem.phrase) if problem else error

    @property
    def operation_timeout(self) -> float:
        return float(self._protocol.operation_timeout_sec)

    @property
    def _way(self) -> str:
        return str(self._transport.auth_method)

    @property
    def shell_id(self) -> str | None:
        opened: str | None = self._connection.shell_id  # with the UTF-8 code page
        return opened

    def _message(self, envelope: bytes) -> bytes:
        return bytes(self._transport.send_message(envelope))

    def _ticket(self) -> AbstractContextManager[None]:
        return _ticket_for(self._way, self._connection)

    def reconnect(self) -> None:
        # An encrypted conversation belongs to one TCP connection, so both are dropped together.
        self._transport.close_session()
        self._transport.encryption = None

    def forget_shell(self) -> None:
        # Otherwise the connection would try to close it at the end, and fail.
        self._connection.shell_id = None


class PsrpTransport(_HttpTransport):
    """A transport through a pypsrp WSMan with the options of an ``ansible.builtin.psrp``
    connection, without opening the runspace (and so without PowerShell)."""

    _exceptions = pypsrp_exceptions
    shell_id = None

    def __init__(self, connection: Any, end: float) -> None:
        self._connection = connection
        self._end = end
        _check_import("pypsrp")
        try:
            connection._build_kwargs()
            self._wsman = WSMan(**connection._psrp_conn_kwargs)
        except (ValueError, TypeError) as error:
            raise setting_of_psrp(error) from None
        transport = self._wsman.transport
        self._speak_through(transport, Pypsrp, float(transport.read_timeout))

    @property
    def operation_timeout(self) -> float:
        return float(self._wsman.operation_timeout)

    @property
    def _way(self) -> str:
        return str(self._transport.auth)

    def _message(self, envelope: bytes) -> bytes:
        if self._transport.session is None:
            # Nothing is sent for it, so whatever is wrong is a setting.
            try:
                self._transport.session = self._transport._build_session()
            except (ValueError, TypeError, ImportError) as error:
                told = setting_of_psrp(error).phrase
                raise TransportError(Failure.SETTING, told) from error
        return bytes(self._transport.send(envelope))

    def _ticket(self) -> AbstractContextManager[None]:
        # With a password, the library gets a ticket that is in no file.
        return _ticket_for("" if self._transport.password else self._way, self._connection)

    def reconnect(self) -> None:
        self._transport.close()
        self._transport.session = None
        self._transport.encryption = None

    def forget_shell(self) -> None:
        """There is none: the library opens a shell if it needs one."""


def _ticket_for(way: str, connection: Any) -> AbstractContextManager[None]:
    return own_ticket(connection) if way in _BY_TICKET else nullcontext()


def close(transport: Transport, connection: Any) -> None:
    """Leave nothing of a connection that Ansible itself does not close: no session with the host,
    in whatever state it may be, and no ticket."""
    with suppress(Exception):
        transport.reconnect()
    abandon(connection)


def abandon(connection: Any) -> None:
    """Make sure that nothing uses a connection of Ansible any longer, and that nothing is left of
    its Kerberos ticket. The next item of a loop opens it again.

    It may have been interrupted anywhere, such as within `kinit`.
    """
    connection.protocol = None
    ticket = getattr(connection, "_kerb_ccache", None)
    if ticket is not None:
        with suppress(OSError):  # for example if `kinit` has replaced the file
            ticket.close()
