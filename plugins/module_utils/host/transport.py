# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a connection has to offer so that a Host can use it.

The adapters to Ansible's connections implement `Transport`; tests implement it with recorded
answers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from ..ground.text import for_display
from ..words.phrases import Phrase, PhraseError, Value, Verbatim


class Failure(StrEnum):
    """Why a message got no usable answer."""

    REFUSED = "refused"  # nothing listens on the port
    UNREACHABLE = "unreachable"  # no route, or the name has no address
    NO_CONNECTION = "no_connection"  # no sign of anybody in time: the host is off, for example
    TIMEOUT = "timeout"  # no answer in time
    CLOSED = "closed"  # the connection broke off before or within the answer
    AUTHENTICATION = "authentication"  # HTTP 401
    KERBEROS = "kerberos"  # Kerberos gave us no ticket for the host
    UNENCRYPTED = "unencrypted"  # HTTP 500 without content to the first plain message
    KEYS = "keys"  # HTTP 400 to an encrypted message: its keys belong to an earlier connection
    HTTP_STATUS = "http_status"  # any other HTTP status that carries no SOAP message
    CERTIFICATE = "certificate"  # the certificate of the host is not accepted
    TLS = "tls"  # TLS failed, and no certificate of the host was at fault
    NOT_TLS = "not_tls"  # HTTPS was sent to an HTTP server
    TLS_EXPECTED = "tls_expected"  # HTTP was sent to an HTTPS server
    PROXY = "proxy"  # a proxy on the way does not let us through
    PROXY_ANSWER = "proxy_answer"  # an HTTP error or a page from a proxy, its own or not
    TOO_LARGE = "too_large"  # the answer is larger than allowed
    REDIRECTED = "redirected"  # the answer sends us to another address, which is never followed
    NOT_WINRM = "not_winrm"  # the answer is not from a WS-Management service
    SETTING = "setting"  # nothing was sent, because of a setting or a package of the controller
    OTHER = "other"


# What Kerberos says of the name of one host, and not of the account.
_OF_ONE_HOST = frozenset({"failure_remedy.kerberos_service"})


class TransportError(PhraseError):
    """A message could not be exchanged. As a phrase it says what happened and, in a separate
    sentence, what to do about it.

    Args:
        failure: what kind of failure.
        detail: the details: a phrase, or the words of a library. For a setting these are all that
            is said: whole sentences, with the remedy.
        status: the HTTP status, if there was one.
        remedy: what to do about it, if it is not the usual thing for the failure.
        sentences: what happened, if one clause can't say it; without detail and status.

    Attributes:
        failure, detail, status: as given.
        remedy: what to do about it.
        told: what happened, without what to do about it.
        refused: whether credentials were refused, or Kerberos gives no ticket for them, perhaps by
            another way than the last one.
    """

    def __init__(
        self,
        failure: Failure,
        detail: Value = "",
        status: int | None = None,
        *,
        remedy: Phrase | None = None,
        sentences: Phrase | None = None,
    ) -> None:
        self.failure = failure
        self.detail = detail
        self.status = status
        self.refused = failure in (Failure.AUTHENTICATION, Failure.KERBEROS) and not (
            remedy is not None and remedy.key in _OF_ONE_HOST
        )
        self.remedy: Phrase | None = None
        self.told: Value = sentences or detail
        if failure is Failure.SETTING:
            super().__init__("failure.setting", problem=detail)
            return
        self.remedy = remedy or Phrase(f"failure_remedy.{failure}")
        if sentences is not None:
            super().__init__("failure.with_remedy_after", cause=sentences, remedy=self.remedy)
            return
        told = Phrase(f"failure.{failure}")
        if status is not None:
            told = Phrase("failure.with_status", {"cause": told, "status": status})
        if detail:
            shown = Verbatim(for_display(detail)) if isinstance(detail, str) else detail
            told = Phrase("failure.with_detail", {"cause": told, "detail": shown})
        self.told = told
        super().__init__("failure.with_remedy", cause=told, remedy=self.remedy)

    @property
    def of_the_controller(self) -> bool:
        """Whether nothing was sent because something is wrong on the controller."""
        return self.failure is Failure.SETTING

    @property
    def may_repeat(self) -> bool:
        """Whether a request that changes nothing is worth a second try."""
        return self.failure in (Failure.CLOSED, Failure.KEYS) or self.status == 503


class Transport(Protocol):
    """One authenticated way to a host's WS-Management service."""

    @property
    def url(self) -> str:
        """The URL that requests go to, as in the header ``To``."""

    @property
    def operation_timeout(self) -> float:
        """How long the service may take for one operation, in seconds."""

    @property
    def shell_id(self) -> str | None:
        """The WinRS shell (UTF-8 code page) that the connection has already opened, if any."""

    @property
    def peer(self) -> tuple[str, int] | None:
        """The host's end of the TCP connection that delivered the latest answer: its IP address,
        with a zone if it has one, and its port. None through a proxy, and until `send` has had an
        answer, which only a host that has authenticated us gives."""

    @property
    def own(self) -> tuple[str, int] | None:
        """Our own end of that connection, in the same form; None if `peer` is None."""

    def send(self, envelope: bytes) -> bytes:
        """Send one SOAP envelope and return that of the answer, which may be a result or a fault.

        Raises:
            TransportError: there was no SOAP answer.
        """

    def reconnect(self) -> None:
        """Drop what is left of a broken connection; the next `send` authenticates again."""

    def forget_shell(self) -> None:
        """Forget the shell that the connection had opened: the host has restarted."""
