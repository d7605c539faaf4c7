# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is calling: HTTP authentication as the WinRM service does it.

Basic counts for one request, Negotiate for the TCP connection (MS-WSMV 2.2.9.1, RFC 4559); its
security context also seals the messages. Behind Negotiate is NTLM or Kerberos, bare or in SPNEGO.
The keys for Kerberos are those of the file that the environment variable KRB5_KTNAME names; whoever
has a ticket comes in by the name of an account of the machine, whatever its realm.
"""

from __future__ import annotations

import base64
import binascii
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import spnego
from spnego.exceptions import SpnegoError

from winsim.config import Access

#: pyspnego's NTLM acceptor finds passwords only through this variable, which it reads while it
#: makes and steps a context.
_STORE_VARIABLE = "NTLM_USER_FILE"
_store_lock = threading.Lock()


@dataclass
class Connection:
    """What one TCP connection has established so far."""

    context: spnego.ContextProxy | None = None
    user: str | None = None

    def forget(self) -> None:
        self.context = None
        self.user = None


@dataclass(frozen=True)
class Outcome:
    """`user` is None while the client isn't authenticated: the answer is then 401. `headers` are
    the values of WWW-Authenticate."""

    user: str | None
    headers: tuple[str, ...] = ()


class Authenticator:
    """The accounts of one machine. `users` maps names to passwords."""

    def __init__(
        self, users: Mapping[str, str], access: Access, computer_name: str, folder: Path
    ) -> None:
        """Writes the accounts to a file in `folder` that only its owner can read, in the form
        that pyspnego wants. Raises ValueError for a name or password that this form can't hold."""
        for text in [*users, *users.values()]:
            if ":" in text or "\n" in text:
                raise ValueError("a user name or password can't contain a colon or a line break")
        self._users = {name.lower(): (name, password) for name, password in users.items()}
        self._access = access
        self._computer_name = computer_name
        self._store = folder / f"{computer_name}.users"
        lines = [
            f"{domain}:{name}:{password}"
            for name, password in users.items()
            for domain in ("", ".", computer_name)
        ]
        descriptor = os.open(self._store, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def check(self, authorization: str | None, connection: Connection) -> Outcome:
        """Take in an Authorization header, or its absence."""
        scheme, _unused, token = (authorization or "").partition(" ")
        if not scheme:
            return self._known(connection)
        if scheme.lower() == "basic" and self._access.basic:
            user = self._basic(token)
            return Outcome(user) if user is not None else self._refused()
        if scheme.lower() in self._schemes:
            return self._negotiate(scheme, token, connection)
        return self._refused()

    def _known(self, connection: Connection) -> Outcome:
        if connection.user is not None:
            return Outcome(connection.user)
        return self._refused()

    @property
    def offers(self) -> tuple[str, ...]:
        """What a 401 answer offers."""
        offered = ["Negotiate"] if self._protocols else []
        offered += ["Kerberos"] if self._access.kerberos else []
        offered += ['Basic realm="WSMAN"'] if self._access.basic else []
        return tuple(offered)

    @property
    def _protocols(self) -> set[str]:
        """Those of Negotiate that are accepted, as pyspnego calls them."""
        allowed = {"ntlm": self._access.negotiate, "kerberos": self._access.kerberos}
        return {name for name, is_allowed in allowed.items() if is_allowed}

    @property
    def _schemes(self) -> set[str]:
        return self._protocols | {"negotiate"} if self._protocols else set()

    def _refused(self) -> Outcome:
        return Outcome(None, self.offers)

    def _basic(self, token: str) -> str | None:
        try:
            name, _unused, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        domain, _unused, account = name.rpartition("\\")
        known = self._users.get(account.lower())
        if known is None or known[1] != password:
            return None
        if domain.lower() not in {"", ".", self._computer_name.lower()}:
            return None
        return known[0]

    def _negotiate(self, scheme: str, token: str, connection: Connection) -> Outcome:
        if connection.context is None or connection.context.complete:
            connection.forget()
        try:
            with self._credentials():
                if connection.context is None:
                    connection.context = spnego.server(
                        protocol="negotiate",
                        options=spnego.NegotiateOptions.use_negotiate,
                    )
                answer = connection.context.step(base64.b64decode(token, validate=True))
        except (SpnegoError, ValueError, KeyError, IndexError, AttributeError):
            # A wrong password or ticket as well as a broken token, for which pyspnego raises
            # whatever happens to break: the client starts anew.
            connection.forget()
            return self._refused()
        value = f"{scheme} {base64.b64encode(answer).decode()}" if answer else ""
        if not connection.context.complete:
            return Outcome(None, (value,))
        protocol = connection.context.negotiated_protocol
        known = self._users.get(_account(connection.context.client_principal or "", protocol))
        if known is None or protocol not in self._protocols:
            connection.forget()
            return self._refused()
        connection.user = known[0]
        return Outcome(connection.user, (value,) if value else ())

    @contextmanager
    def _credentials(self) -> Iterator[None]:
        """The accounts of this machine are those that pyspnego sees, until the block ends."""
        with _store_lock:
            before = os.environ.get(_STORE_VARIABLE)
            os.environ[_STORE_VARIABLE] = str(self._store)
            try:
                yield
            finally:
                if before is None:
                    del os.environ[_STORE_VARIABLE]
                else:
                    os.environ[_STORE_VARIABLE] = before


def _account(principal: str, protocol: str | None) -> str:
    """The name of an account without its domain, ``PC\\admin``, or its realm, ``admin@CORP.TEST``."""
    if protocol == "kerberos":
        return principal.rpartition("@")[0].lower()
    return principal.rpartition("\\")[2].lower()
