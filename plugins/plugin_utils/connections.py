# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ansible's own connections as Transports of the library.

The collection brings no connection of its own: it speaks through the HTTP session that Ansible's
``winrm`` or ``psrp`` connection would use, with all its settings. The private names of Ansible,
pywinrm and pypsrp that this needs stand in this file only, each pinned by a test.
"""

from __future__ import annotations

import binascii
import re
import ssl
import struct
from typing import Any

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.loader import connection_loader, shell_loader

from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Failure,
    Transport,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils import requirements
from ansible_collections.portkeeper.windows.plugins.plugin_utils.guard import Ends, Guard

# Imported here, and so in the parent of all forks, because importing them, and reading the options
# of the connection out of its documentation, costs more CPU than the whole conversation with a
# host. Each is optional: a user needs those of the connection in use.
try:
    import requests
    import urllib3
    import winrm.exceptions as winrm_exceptions

    connection_loader.get("winrm", class_only=True)
    shell_loader.get("powershell", class_only=True)
except ImportError:
    winrm_exceptions = None  # type: ignore[assignment]

try:
    import requests
    import urllib3
    from pypsrp import exceptions as pypsrp_exceptions
    from pypsrp.wsman import WSMan
except ImportError:
    WSMan = pypsrp_exceptions = None  # type: ignore[assignment, misc]

# The library's own limit counts too, but the answer must not even come into memory.
MAX_ANSWER_BYTES = 96 * 1024 * 1024


def transport_for(connection: Any) -> Transport:
    """The Transport over one task's connection.

    Raises:
        AnsibleError: the connection is neither winrm nor psrp, or the controller's packages are
            too old.
        TransportError: the connection could not be opened.
    """
    requirements.check()
    kind = str(getattr(connection, "transport", ""))
    if kind == "winrm":
        return WinrmTransport(connection)
    if kind == "psrp":
        return PsrpTransport(connection)
    raise AnsibleError(
        f"portkeeper.windows speaks WS-Management to Windows hosts, and the connection "
        f"'{kind}' can't carry it. Set ansible_connection: winrm (or psrp) for this host, with "
        f"ansible_port 5985 or 5986, ansible_user and ansible_password."
    )


class _HttpTransport:
    """What both have in common: a transport of pywinrm or pypsrp, which has a requests session.

    Attributes:
        _exceptions: the module with the exceptions of the package.
        _transport: the transport of the package. Its `guard` is over its session before it sends.
    """

    _exceptions: Any
    _transport: Any

    def __init__(self, transport: Any, guarded: type, seconds: float) -> None:
        self._guard = Guard(MAX_ANSWER_BYTES, seconds)
        self._transport = self._guard.given_to(transport, guarded)
        self._ends: Ends | None = None

    @property
    def url(self) -> str:
        return str(self._transport.endpoint)

    @property
    def peer(self) -> tuple[str, int] | None:
        return self._ends.peer if self._ends else None

    @property
    def own(self) -> str | None:
        return self._ends.own if self._ends else None

    def send(self, envelope: bytes) -> bytes:
        answer = self._exchange(envelope)
        self._ends = self._guard.ends
        return answer

    def _exchange(self, envelope: bytes) -> bytes:
        try:
            with self._guard.exchange():
                return bytes(self._message(envelope))
        except self._exceptions.WinRMTransportError as error:
            return soap_or_failure(error.code, error.response_text, self._sealed)
        except self._exceptions.AuthenticationError as error:
            raise TransportError(Failure.AUTHENTICATION) from error
        except UnicodeDecodeError as error:
            # pywinrm decodes as UTF-8 what comes with an HTTP error, and pypsrp what it has
            # decrypted, for its log alone. What encoding an answer is in, it says itself.
            return bytes(error.object)
        except Exception as error:
            raise failure_from(error) from error

    def _message(self, envelope: bytes) -> bytes:
        raise NotImplementedError

    @property
    def _sealed(self) -> bool:
        return self._transport.encryption is not None


class _Pywinrm:
    """Of a winrm.transport.Transport: all that it sends, to set up the encryption too, goes through
    this one method."""

    guard: Guard

    def _send_message_request(self, session: Any, prepared_request: Any) -> Any:
        self.guard.over(session)
        return super()._send_message_request(session, prepared_request)  # type: ignore[misc]


class WinrmTransport(_HttpTransport):
    """Through the pywinrm Protocol of an ``ansible.builtin.winrm`` connection."""

    _exceptions = winrm_exceptions

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        try:
            self._connect()
        except TransportError:
            raise
        except (AnsibleConnectionFailure, AnsibleError) as error:
            raise failure_from_text(str(error.message)) from error
        except Exception as error:
            # The connection parses the first answer without expecting a hostile one.
            raise TransportError(Failure.NOT_WINRM, f"{type(error).__name__}: {error}") from error
        protocol = connection.protocol
        super().__init__(protocol.transport, _Pywinrm, 2 * protocol.read_timeout_sec)

    def _connect(self) -> None:
        """Have the connection make its Protocol, if it can be without opening a shell.

        The connection opens a shell only to see whether the host answers, for two requests in all.
        A CIM operation needs none, and it sees that as well. Where there are several transports to
        choose from, the shell is how the connection finds the one that works.
        """
        connection = self._connection
        if connection.protocol is not None or len(connection.get_option("transport") or ()) > 1:
            connection._connect()
            return
        connection.shell_id = "none"
        try:
            connection._connect()
        finally:
            connection.shell_id = None

    @property
    def operation_timeout(self) -> float:
        return float(self._connection.protocol.operation_timeout_sec)

    @property
    def shell_id(self) -> str | None:
        return self._connection.shell_id  # opened with the UTF-8 code page

    def _message(self, envelope: bytes) -> bytes:
        return bytes(self._transport.send_message(envelope))

    def reconnect(self) -> None:
        # A sealed conversation belongs to one TCP connection, so both go together.
        self._transport.close_session()
        self._transport.encryption = None

    def forget_shell(self) -> None:
        # The connection would close it at the end, and fail over its absence.
        self._connection.shell_id = None


class _Pypsrp:
    """Of the transport of a pypsrp.wsman.WSMan: all that it sends goes through this one method."""

    guard: Guard

    def _send_request(self, request: Any, **options: Any) -> Any:
        self.guard.over(self.session)  # type: ignore[attr-defined]
        return super()._send_request(request, **options)  # type: ignore[misc]


class PsrpTransport(_HttpTransport):
    """Through a pypsrp WSMan made from the options of an ``ansible.builtin.psrp`` connection,
    without opening the runspace (and so without PowerShell)."""

    _exceptions = pypsrp_exceptions
    shell_id = None

    def __init__(self, connection: Any) -> None:
        if WSMan is None:
            raise TransportError(
                Failure.OTHER, "the Python package pypsrp is not installed on the controller"
            )
        connection._build_kwargs()
        try:
            self._wsman = WSMan(**connection._psrp_conn_kwargs)
        except ValueError as error:
            raise AnsibleError(
                f"the psrp settings of this host don't fit together: {error}. Basic over HTTP "
                f"wants ansible_psrp_message_encryption: never."
            ) from error
        transport = self._wsman.transport
        seconds = transport.connection_timeout + transport.read_timeout
        super().__init__(transport, _Pypsrp, seconds)

    @property
    def operation_timeout(self) -> float:
        return float(self._wsman.operation_timeout)

    def _message(self, envelope: bytes) -> bytes:
        return bytes(self._transport.send(envelope))

    def reconnect(self) -> None:
        self._transport.close()
        self._transport.session = None
        self._transport.encryption = None

    def forget_shell(self) -> None:
        """There is none: a shell is opened by the library where it needs one."""


def soap_or_failure(status: int, text: str, sealed: bool = False) -> bytes:
    """What an HTTP error carries: a SOAP fault to be read, or a failure of the transport.

    Args:
        sealed: whether messages are encrypted by what authentication has agreed on.

    Raises:
        TransportError: the answer is no SOAP message.
    """
    if status == 500 and text.lstrip().startswith("<"):
        return text.encode("utf-8", "replace")
    if status == 500 and not text.strip():
        raise TransportError(Failure.UNENCRYPTED)
    if status == 400 and sealed:
        # Where the host has closed the connection, or asks for credentials once more, pywinrm and
        # pypsrp agree with it on new keys, but send the message that the old ones have sealed.
        raise TransportError(Failure.KEYS)
    raise TransportError(Failure.HTTP_STATUS, status=status)


def failure_from(error: BaseException) -> TransportError:
    """What an exception of requests, or of what lies below it, means for the message."""
    if isinstance(error, TransportError):
        return error
    for cause in causes_of(error):
        if isinstance(cause, TransportError):
            return cause
        if isinstance(cause, (requests.exceptions.SSLError, ssl.SSLError)):
            return TransportError(Failure.CERTIFICATE, str(cause))
        if isinstance(cause, ConnectionRefusedError):
            return TransportError(Failure.REFUSED)
        if isinstance(cause, requests.exceptions.Timeout):
            return TransportError(Failure.TIMEOUT)
        if isinstance(cause, requests.exceptions.TooManyRedirects):
            return TransportError(Failure.REDIRECTED)
        if isinstance(cause, urllib3.exceptions.NewConnectionError):
            return TransportError(Failure.UNREACHABLE, str(cause).rpartition(": ")[2])
        if isinstance(
            cause,
            (
                ConnectionResetError,
                BrokenPipeError,
                requests.exceptions.ChunkedEncodingError,
                urllib3.exceptions.ProtocolError,
            ),
        ):
            return TransportError(Failure.CLOSED)
    if isinstance(error, PermissionError) and error.errno is None:
        # Of requests_ntlm, where a host answers 401 to the first step of NTLM.
        return TransportError(Failure.AUTHENTICATION)
    if isinstance(error, _NOT_UNDERSTOOD):
        return TransportError(Failure.NOT_WINRM, "it does not authenticate as WinRM does")
    return TransportError(Failure.OTHER, f"{type(error).__name__}: {error}")


# What the libraries' authentications and encryption raise, without a word for a person, where the
# answer is not the one that they go on with.
_NOT_UNDERSTOOD = (AttributeError, LookupError, binascii.Error, struct.error)


def causes_of(error: BaseException) -> list[BaseException]:
    """The exceptions that led to this one, the innermost first."""
    found: list[BaseException] = []
    todo: list[BaseException] = [error]
    while todo:
        current = todo.pop()
        if any(current is known for known in found):
            continue
        found.append(current)
        followers = [current.__cause__, current.__context__, getattr(current, "reason", None)]
        followers.extend(current.args)
        todo.extend(item for item in followers if isinstance(item, BaseException))
    return found[::-1]


# Ansible's winrm connection turns every exception into text; these parts of it are stable.
TEXT_OF_FAILURES = (
    (re.compile(r"credentials were rejected", re.I), Failure.AUTHENTICATION),
    (re.compile(r"connection refused", re.I), Failure.REFUSED),
    (re.compile(r"\btimed? ?out", re.I), Failure.TIMEOUT),
    (re.compile(r"certificate|ssl|tls", re.I), Failure.CERTIFICATE),
    (re.compile(r"no route to host|unreachable|failed to resolve|name or service", re.I),
     Failure.UNREACHABLE),
    (re.compile(r"reset by peer|aborted|broken pipe|incomplete ?read|broken: ", re.I),
     Failure.CLOSED),
    (re.compile(r"syntax error|not well-formed|no element|mismatched tag|undefined entity"
                r"|junk after", re.I), Failure.NOT_WINRM),
)  # fmt: skip


def failure_from_text(text: str) -> TransportError:
    """What the message of Ansible's winrm connection means when it could not connect."""
    status = re.search(r"Code (\d{3})", text)
    if status:
        return TransportError(Failure.HTTP_STATUS, status=int(status[1]))
    for pattern, failure in TEXT_OF_FAILURES:
        if pattern.search(text):
            detail = text if failure is Failure.CERTIFICATE else ""
            return TransportError(failure, detail)
    if re.fullmatch(r"[\w, ]*: *", text):
        # The message of a StopIteration: the answer had no shell in it.
        return TransportError(Failure.NOT_WINRM)
    return TransportError(Failure.OTHER, text)
