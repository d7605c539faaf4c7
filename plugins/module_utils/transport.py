# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a connection has to offer so that a Host can speak through it.

The adapters to Ansible's connections implement `Transport`; tests implement it with recorded
answers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Failure(StrEnum):
    """Why a message got no usable answer."""

    REFUSED = "refused"  # nothing listens behind the port
    UNREACHABLE = "unreachable"  # no route, or the name has no address
    TIMEOUT = "timeout"  # no answer in time
    CLOSED = "closed"  # the connection broke off before or within the answer
    AUTHENTICATION = "authentication"  # HTTP 401
    UNENCRYPTED = "unencrypted"  # HTTP 500 without content
    HTTP_STATUS = "http_status"  # any other HTTP status that carries no SOAP message
    CERTIFICATE = "certificate"  # the TLS certificate is not trusted, or TLS failed
    TOO_LARGE = "too_large"  # the answer is larger than allowed
    REDIRECTED = "redirected"  # the answer sends us to another address, which is never followed
    NOT_WINRM = "not_winrm"  # the answer is not from a WS-Management service
    OTHER = "other"


class TransportError(Exception):
    """A message could not be exchanged.

    Attributes:
        failure: what kind of failure.
        detail: the library's own words, for the person who reads the message.
        status: the HTTP status, where there was one.
    """

    def __init__(self, failure: Failure, detail: str = "", status: int | None = None) -> None:
        super().__init__(detail or failure.value)
        self.failure = failure
        self.detail = detail
        self.status = status

    @property
    def may_repeat(self) -> bool:
        """Whether a request that changes nothing is worth a second try."""
        return self.failure is Failure.CLOSED or self.status == 503


class Transport(Protocol):
    """One authenticated way to a host's WS-Management service."""

    @property
    def url(self) -> str:
        """The URL that requests go to, as it stands in the header ``To``."""

    @property
    def operation_timeout(self) -> float:
        """Seconds that the service may take for one operation."""

    @property
    def shell_id(self) -> str | None:
        """A WinRS shell (UTF-8 code page) that the connection has open already, if it has."""

    def send(self, envelope: bytes) -> bytes:
        """Send one SOAP envelope and return the answer's, be it a result or a fault.

        Raises:
            TransportError: there was no SOAP answer.
        """

    def reconnect(self) -> None:
        """Drop what is left of a broken connection; the next `send` authenticates anew."""
