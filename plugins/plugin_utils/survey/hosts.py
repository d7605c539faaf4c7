# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The hosts of a survey: which they are, and what can be said of each before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ...module_utils.ground.names import name_key
from ...module_utils.ground.text import for_display
from .. import settings
from ..action import UserError
from ..connections import connect_timeout

with suppress(ImportError):  # no host passes the check of its settings then
    from requests.utils import get_environ_proxies, select_proxy

# Without a name of their own, these ways of authentication use the ticket of whoever has started
# Ansible.
_BY_TICKET = frozenset({"kerberos", "negotiate"})
# What these ways send concerns one PC alone: Windows takes only its own accounts for Basic
# (documentation of WinRM, "Authentication for Remote Connections"), and certificates are mapped to
# such.
_LOCAL = frozenset({"basic", "plaintext", "ssl", "certificate"})
_OF_STARTER = ""


@dataclass(frozen=True)
class Target:
    """A host that can be tried.

    Attributes:
        name: as the inventory has it.
        address, port: where its WinRM is.
        connect_seconds: the time to connect there.
        direct: whether the controller connects there itself, and not by way of a proxy.
        account: the account with which it is tried, equal for each host that counts its refusals;
            None if there is no password.
        shown: the same as it is written.
        turn: the Kerberos ticket that it needs, None if it needs none of a file.
    """

    name: str
    address: str
    port: int
    connect_seconds: float
    direct: bool
    account: str | None
    shown: str
    turn: str | None


def named(
    inventory: Any, patterns: Sequence[str] | None, task_vars: Mapping[str, Any], *, serial: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the hosts that a task asks about, in the order of the inventory; and of the
    patterns those that match none.

    Args:
        inventory: Ansible's InventoryManager, which also knows what ``--limit`` says.
        patterns: as written; None for the hosts of the play.
        serial: whether the play takes its hosts in batches, of which each runs the task.

    Raises:
        UserError: there is none.
    """
    if patterns is None:
        variable = "ansible_play_batch" if serial else "ansible_play_hosts_all"
        names = tuple(map(str, task_vars.get(variable) or ()))
        # Ansible makes a localhost of its own where the inventory has none.
        if not any(each in inventory.hosts for each in names):
            raise UserError("survey.hosts_wanted")
        return names, ()
    # To Ansible, a pattern that is empty, such as that of an empty variable, means all hosts.
    written = [each for each in patterns if each.strip()]
    names = _matching(inventory, written) if written else ()
    if not names:
        raise UserError("survey.no_hosts", pattern=for_display(",".join(patterns), 200))
    known = set(names)
    unmatched = [
        each
        for each in written
        if each not in known and (each in inventory.hosts or not _matches(inventory, each))
    ]
    return names, tuple(unmatched)


def _matching(inventory: Any, patterns: Sequence[str]) -> tuple[str, ...]:
    """The names of the hosts of the inventory that patterns mean. Ansible makes a localhost of its
    own where the inventory has none."""
    found = inventory.get_hosts(list(patterns), ignore_restrictions=True)
    return tuple(each.name for each in found if each.name in inventory.hosts)


def _matches(inventory: Any, pattern: str) -> bool:
    """Whether a pattern means any host; one that only takes some away need not."""
    return pattern.startswith(("!", "&")) or bool(_matching(inventory, [pattern]))


def target(name: str, connection: Any, *, proxies: bool) -> Target:
    """What is known of a host from its connection, whose settings have been checked.

    Args:
        proxies: whether the environment names any proxy.
    """
    known = settings.read(connection)
    port = known.port or (5986 if known.tls else 5985)
    host = known.host.removeprefix("[").removesuffix("]")
    account = account_of(known)
    return Target(
        name=name,
        address=host,
        port=port,
        connect_seconds=connect_timeout.of(connection).seconds,
        direct=not _by_proxy(known, host, port, proxies=proxies),
        account=account or _account_at(known, host, port),
        shown=known.user or "",
        turn=_turn(known, account),
    )


def _by_proxy(known: settings.Settings, host: str, port: int, *, proxies: bool) -> bool:
    """Whether the connection may lead to a proxy: its own, or one that requests takes from the
    environment."""
    if known.proxy and known.proxy != "legacy_requests":
        return True
    if not proxies:
        return False
    scheme = "https" if known.tls else "http"
    url = f"{scheme}://[{host}]:{port}/" if ":" in host else f"{scheme}://{host}:{port}/"
    return select_proxy(url, get_environ_proxies(url)) is not None


def account_of(known: settings.Settings) -> str | None:
    """A key that is the same for all spellings of an account of a domain; None for an account of
    the host itself.

    Windows takes ``DOMAIN\\user`` and ``user@domain.example`` for the same account in most domains,
    and that its first part is the same name is what can be known of it here. A name without a
    domain is one of the host: it is looked up there first. Not by Kerberos, which knows no such
    accounts: there it is one of the realm that ``krb5.conf`` names.
    """
    user = known.user or ""
    if _LOCAL.issuperset(known.ways):
        return None
    domain, sign, name = user.partition("\\")
    if not sign:
        name, sign, domain = user.rpartition("@")
        domain = domain.partition(".")[0]
    if not sign and "kerberos" in known.ways and known.password and user:
        return f"\\{name_key(user)}"
    if not sign or domain in ("", "."):
        return None
    return f"{name_key(domain)}\\{name_key(name)}"


def _account_at(known: settings.Settings, address: str, port: int) -> str | None:
    """A key of an account of the host itself. A host that is in the inventory by several names
    counts the refusals of all of them."""
    if not known.user or not known.password or "certificate" in known.ways:
        return None
    domain, _sign, name = known.user.partition("\\")
    user = name if name and domain in ("", ".") else known.user
    return f"[{name_key(address)}]:{port}\\{name_key(user)}"


def _turn(known: settings.Settings, account: str | None) -> str | None:
    if _BY_TICKET.isdisjoint(known.ways):
        return None
    if not known.password:
        return _OF_STARTER
    # psrp keeps the ticket for a password in no file.
    return account or known.user if known.kind == "winrm" else None
