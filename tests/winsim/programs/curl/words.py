# SPDX-License-Identifier: GPL-3.0-or-later
"""What each version of curl prints of a connection (recorded: tests/samples/curl). Versions between
two recorded ones have the words of the older one, where curl's history says nothing else."""

from __future__ import annotations

from dataclasses import dataclass

#: What curl calls the errors of Winsock (lib/strerror.c).
REFUSED = "Connection refused"
UNREACHABLE = "Network unreachable"
FORBIDDEN = "Bad access"
RESET = "Connection was reset"


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@dataclass(frozen=True)
class Words:
    version: tuple[int, int, int]

    @property
    def no_port(self) -> int:
        """The local port of a connection that was not made."""
        return 0 if self.version < (8, 11) else -1

    def banner(self) -> str:
        """``curl --version``: captures of both that were published, with this version."""
        number = ".".join(map(str, self.version))
        if self.version < (7, 60):
            return (
                f"curl {number} (Windows) libcurl/{number} WinSSL\n"
                "Release-Date: 2017-11-14, security patched: 2019-11-05\n"
                "Protocols: dict file ftp ftps http https imap imaps pop3 pop3s smtp smtps telnet tftp \n"
                "Features: AsynchDNS IPv6 Largefile SSPI Kerberos SPNEGO NTLM SSL \n"
            )
        return (
            f"curl {number} (Windows) libcurl/{number} Schannel zlib/1.3.1 WinIDN\n"
            "Release-Date: 2025-04-02\n"
            "Protocols: dict file ftp ftps http https imap imaps ipfs ipns mqtt pop3 pop3s smb smbs smtp "
            "smtps telnet tftp ws wss\n"
            "Features: alt-svc AsynchDNS HSTS HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM SPNEGO "
            "SSL SSPI threadsafe Unicode UnixSockets\n"
        )

    def begin(self, url: str, address: str, port: int) -> list[str]:
        if self.version < (7, 66):
            rebuilt = [f"Rebuilt URL to: {url}/"] if not url.endswith("/") else []
            return [*rebuilt, f"  Trying {address}...", "TCP_NODELAY set"]
        return [f"  Trying {bracketed(address)}:{port}..."]

    def connected(self, address: str, port: int, own: tuple[str, int], number: int) -> str:
        if self.version < (8, 3):
            return f"Connected to {address} ({address}) port {port} (#{number})"
        if self.version < (8, 16):
            return f"Connected to {address} ({address}) port {port}"
        return (
            f"Established connection to {address} ({address} port {port}) "
            f"from {own[0]} port {own[1]} "
        )

    def at_once(self, address: str, reason: str) -> str:
        return f"Immediate connect fail for {address}: {reason}"

    def failed(self, address: str, port: int, own: tuple[str, int], reason: str) -> str:
        whence = f" from {own[0]} port {own[1]}" if self.version >= (8, 6) else ""
        return f"connect to {address} port {port}{whence} failed: {reason}"

    def conclusion(self, address: str, port: int, milliseconds: int, reason: str) -> str:
        """What is said after the reason, and is the message of the failure."""
        if self.version < (7, 78):
            return f"Failed to connect to {address} port {port}: {reason}"
        known = "Couldn't connect" if self.version < (8, 11) else "Could not connect"
        return (
            f"Failed to connect to {address} port {port} after {milliseconds} ms: {known} to server"
        )

    @property
    def concludes_at_once(self) -> bool:
        """Whether it says the conclusion after an immediate failure too."""
        return self.version >= (7, 78)

    def out_of_time(self, milliseconds: int, *, connected: bool) -> str:
        if not connected:
            return f"Connection timed out after {milliseconds} milliseconds"
        of = "0 out of 0" if self.version < (7, 66) else "0"
        return f"Operation timed out after {milliseconds} milliseconds with {of} bytes received"

    def hung_up(self) -> str:
        return "response reading failed" + ("" if self.version < (7, 66) else " (errno: 0)")

    def reset(self) -> str:
        return f"Recv failure: {RESET}"

    def closing(self, number: int) -> str:
        return (
            f"Closing connection {number}"
            if self.version < (8, 9)
            else f"closing connection #{number}"
        )
