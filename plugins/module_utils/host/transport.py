# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a connection has to offer so that a Host can speak through it.

The adapters to Ansible's connections implement `Transport`; tests implement it with recorded
answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from ..ground.text import for_display


class Failure(StrEnum):
    """Why a message got no usable answer."""

    REFUSED = "refused"  # nothing listens behind the port
    UNREACHABLE = "unreachable"  # no route, or the name has no address
    TIMEOUT = "timeout"  # no answer in time
    CLOSED = "closed"  # the connection broke off before or within the answer
    AUTHENTICATION = "authentication"  # HTTP 401
    UNENCRYPTED = "unencrypted"  # HTTP 500 without content
    KEYS = "keys"  # HTTP 400 to an encrypted message: its keys belong to an earlier connection
    HTTP_STATUS = "http_status"  # any other HTTP status that carries no SOAP message
    CERTIFICATE = "certificate"  # the TLS certificate is not trusted, or TLS failed
    NOT_TLS = "not_tls"  # HTTPS was spoken to what speaks HTTP
    PROXY = "proxy"  # the proxy on the way does not let us through
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
        return self.failure in (Failure.CLOSED, Failure.KEYS) or self.status == 503


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

    @property
    def peer(self) -> tuple[str, int] | None:
        """The host's end of the TCP connection that the latest answer came over: its IP address,
        with the zone where it has one, and its port. None through a proxy, and as long as there
        was no answer to `send`, for whose sender the host has authenticated us."""

    @property
    def own(self) -> str | None:
        """Our IP address at the other end of that connection; None where `peer` is None."""

    def send(self, envelope: bytes) -> bytes:
        """Send one SOAP envelope and return the answer's, be it a result or a fault.

        Raises:
            TransportError: there was no SOAP answer.
        """

    def reconnect(self) -> None:
        """Drop what is left of a broken connection; the next `send` authenticates anew."""

    def forget_shell(self) -> None:
        """The shell that the connection had open is gone: the host has restarted."""


REMEDIES: Mapping[Failure, str] = {
    Failure.REFUSED: "Is WinRM set up there (winrm quickconfig), and is ansible_port right "
    "(5985 for HTTP, 5986 for HTTPS)?",
    Failure.UNREACHABLE: "Check ansible_host, the network between, and whether the PC is on.",
    Failure.TIMEOUT: "The PC may be off, overloaded, or a firewall drops the packets; raise "
    "ansible_winrm_connection_timeout (or ansible_psrp_connection_timeout and "
    "ansible_psrp_read_timeout) if it is only slow.",
    Failure.CLOSED: "Try again; if it stays, look at the WinRM log on the PC, and at proxies.",
    Failure.AUTHENTICATION: "Check ansible_user, ansible_password and ansible_winrm_transport "
    "(or ansible_psrp_auth).",
    Failure.UNENCRYPTED: "The PC refuses unencrypted messages: use ntlm, kerberos or credssp, or "
    "HTTPS.",
    Failure.KEYS: "Try again; if it stays, look at the WinRM log on the PC, and whether something "
    "between (a proxy) ends connections.",
    Failure.HTTP_STATUS: "Is the WinRM service healthy there, and nothing between (a proxy)?",
    Failure.CERTIFICATE: "Install the PC's certificate authority on the controller, or set "
    "ansible_winrm_server_cert_validation: ignore (ansible_psrp_cert_validation) in a lab.",
    Failure.NOT_TLS: "HTTP is at port 5985: set ansible_port to that, or ansible_winrm_scheme "
    "(ansible_psrp_protocol) to http.",
    Failure.PROXY: "The PC was not asked. Check ansible_winrm_proxy (ansible_psrp_proxy) and the "
    "environment variables http_proxy, https_proxy and no_proxy; PCs of one's own network rarely "
    "need a proxy.",
    Failure.TOO_LARGE: "No healthy PC answers like this: check that ansible_host and ansible_port "
    "lead to WinRM, and look at the PC.",
    Failure.REDIRECTED: "No other address than the inventory's is ever contacted; is a proxy "
    "between?",
    Failure.NOT_WINRM: "Something else listens there; check ansible_host and ansible_port.",
    Failure.OTHER: "Run again with -vvvv for the details.",
}

CAUSES: Mapping[Failure, str] = {
    Failure.REFUSED: "the connection was refused",
    Failure.UNREACHABLE: "the host can't be reached",
    Failure.TIMEOUT: "no answer came in time",
    Failure.CLOSED: "the connection broke off",
    Failure.AUTHENTICATION: "the credentials were rejected (HTTP 401)",
    Failure.UNENCRYPTED: "the service closed the request without an answer (HTTP 500)",
    Failure.KEYS: "the service could not decrypt the message, because the connection that its keys "
    "belong to was ended (HTTP 400)",
    Failure.HTTP_STATUS: "the service answered with an HTTP error",
    Failure.CERTIFICATE: "TLS failed",
    Failure.NOT_TLS: "what answers does not speak TLS",
    Failure.PROXY: "the proxy did not let the connection through",
    Failure.TOO_LARGE: "the answer is larger than allowed",
    Failure.REDIRECTED: "the answer points to another address",
    Failure.NOT_WINRM: "what answers is not WS-Management",
    Failure.OTHER: "the message could not be exchanged",
}


def describe_failure(error: TransportError) -> str:
    """One or two sentences: what happened, and what to do about it."""
    status = f" {error.status}" if error.status is not None else ""
    detail = f" ({for_display(error.detail)})" if error.detail else ""
    return f"{CAUSES[error.failure]}{status}{detail}. {REMEDIES[error.failure]}"
