# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which host may be tried when, so that a wrong password is not tried at a whole fleet.

A domain counts the refused attempts of an account, wherever they were made, and locks it out after
a few. So one host is tried first with each account of a domain, and the others only after it has
let the account in. An account of a single PC is tried there and nowhere else. A first host that
says nothing for long does not hold up the others: a few more are tried beside it.

There are no threads and no clock here: what has happened to a host is told, and what may be done
next is asked.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

#: An account that was let in somewhere is right, and what refuses it then is a host with its own
#: reason. That many of them are a password that was changed meanwhile. No more are tried at first,
#: either, before one has let the account in.
MOST_REFUSALS: Final = 3


@dataclass
class _Account:
    """What is known of an account of a domain.

    Attributes:
        waiting: hosts that are not tried before it is known whether the account is right.
        trying: the hosts that are tried first.
        slow: those of them that have not said for long whether the account is right.
        right: whether a host has let it in.
        refusals: hosts that have refused it since.
        refused_by: the host after whose refusal it is not tried any more.
    """

    waiting: deque[str] = field(default_factory=deque)
    trying: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    right: bool = False
    refusals: int = 0
    refused_by: str | None = None

    @property
    def may_try(self) -> bool:
        """Whether one more host may be tried before it is known whether the account is right."""
        return self.trying <= self.slow and len(self.trying) < MOST_REFUSALS


class Accounts:
    """The order in which hosts are tried.

    Each host is made `ready` once; then it is either given by `take` once, or it is among `barred`
    once. What `take` has given has to be `ended`.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self._account_of: dict[str, str] = {}
        self._turn_of: dict[str, str] = {}
        # Those that may be tried, by their turn: None for those that need none.
        self._free: dict[str | None, deque[str]] = {None: deque()}
        self._turn: str | None = None
        self._in_turn = 0
        self._barred: list[tuple[str, str]] = []

    def ready(self, host: str, account: str | None = None, turn: str | None = None) -> None:
        """A host can be tried, as far as the host itself is concerned.

        Args:
            account: in a form that is the same for each of its spellings; None if a wrong password
                harms no other host.
            turn: hosts with different turns are never under way at the same time. None if it does
                not matter.
        """
        if turn is not None:
            self._turn_of[host] = turn
        if account is None:
            self._let_go(host)
            return
        self._account_of[host] = account
        known = self._accounts.setdefault(account, _Account())
        if known.refused_by is not None:
            self._barred.append((host, known.refused_by))
        elif known.right:
            self._let_go(host)
        else:
            known.waiting.append(host)
            self._try_first(known)

    def take(self) -> str | None:
        """The next host to try; None if there is none at the moment."""
        if not self._in_turn and (self._turn is None or not self._any_left(self._turn)):
            others = (each for each in self._free if each is not None)
            self._turn = next(filter(self._any_left, others), None)
        for turn in (self._turn, None) if self._turn is not None else (None,):
            if self._any_left(turn):
                if turn is not None:
                    self._in_turn += 1
                return self._free[turn].popleft()
        return None

    def let_in(self, host: str) -> None:
        """A host that was taken has answered to the credentials."""
        known = self._known(host)
        if known is None or known.right or known.refused_by is not None:
            return
        known.right = True
        known.trying.clear()
        known.slow.clear()
        while known.waiting:
            self._let_go(known.waiting.popleft())

    def slow(self, host: str) -> None:
        """A host that was taken has said nothing for long, neither that it lets the account in nor
        that it refuses it. Another one is tried beside it, if it was tried first."""
        known = self._known(host)
        if known is not None and host in known.trying and known.refused_by is None:
            known.slow.add(host)
            self._try_first(known)

    def ended(self, host: str, *, refused: bool) -> None:
        """Nothing more is sent to a host that was taken.

        Args:
            refused: whether it has refused the credentials.
        """
        if host in self._turn_of:
            self._in_turn -= 1
        known = self._known(host)
        if known is None or known.refused_by is not None:
            return
        if refused:
            known.refusals += known.right
            if not known.right or known.refusals >= MOST_REFUSALS:
                known.refused_by = host
                self._barred += [(each, host) for each in known.waiting]
                known.waiting.clear()
        elif host in known.trying:
            known.trying.discard(host)
            known.slow.discard(host)
            self._try_first(known)

    def barred(self) -> list[tuple[str, str]]:
        """Hosts that are not going to be tried, each with the host that has refused their account.
        Each is told once."""
        found, self._barred = self._barred, []
        return found

    def _try_first(self, known: _Account) -> None:
        if known.waiting and known.may_try:
            host = known.waiting.popleft()
            known.trying.add(host)
            self._let_go(host)

    def _known(self, host: str) -> _Account | None:
        account = self._account_of.get(host)
        return None if account is None else self._accounts[account]

    def _let_go(self, host: str) -> None:
        self._free.setdefault(self._turn_of.get(host), deque()).append(host)

    def _any_left(self, turn: str | None) -> bool:
        """Whether there is a host that may be tried, after those that may not any more."""
        free = self._free.get(turn, deque())
        while free:
            known = self._known(free[0])
            if known is None or known.refused_by is None:
                return True
            self._barred.append((free.popleft(), known.refused_by))
        return False
