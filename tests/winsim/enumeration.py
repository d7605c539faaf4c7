# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Enumeration: Enumerate, Pull, Release, with the contexts between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from winsim.exchange import Exchange
from winsim.faults import FaultError, envelope_exceeded, schema_violation, too_many_operations
from winsim.filters import asked_class, open_items
from winsim.soap import Answer, B, Element, N, W, local_name, new_id, text_of

_ACTION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"

#: Windows ends a page before MaxEnvelopeSize: it counts two octets for each character of an item
#: and somewhat more for each item. Any number from 19 to 24 characters explains every recorded
#: page (samples server_2008_Win32_Service_all, server_2012_Win32_Process_star and the others).
_EXTRA_CHARACTERS = 20


@dataclass
class Page:
    items: list[str]
    end: bool


class Cursor:
    """What is left of an enumeration."""

    def __init__(
        self,
        items: Iterator[str],
        owner: str,
        class_name: str,
        reopen: Callable[[], Iterator[str]] | None = None,
    ) -> None:
        """`class_name` is what was asked for, as far as one class was named. `reopen` starts
        the items anew whenever they end: an enumeration without end."""
        self._items = items
        self._reopen = reopen
        self._pending = next(items, None)
        self.owner = owner
        self.class_name = class_name
        self.touched = 0.0
        #: Does it never come to its items?
        self.empty = False

    def page(self, max_items: int, limit: int, head: int, octets_of: Callable[[str], int]) -> Page:
        """The next items, as many as an envelope of `limit` octets takes, of which `head` are
        gone without any item; none at all, and not the end, for a `max_items` of 0. `octets_of`
        measures an item. Raises FaultError when not even one fits."""
        if max_items == 0:
            return Page([], end=False)
        items: list[str] = []
        counted = octets = 0
        while self._pending is not None and len(items) < max_items:
            counted += 2 * (len(self._pending) + _EXTRA_CHARACTERS)
            octets += octets_of(self._pending)
            if counted > limit or head + octets > limit:
                break
            items.append(self._pending)
            self._pending = self._next()
        if not items and self._pending is not None:
            raise envelope_exceeded(max(counted, head + octets), limit)
        return Page(items, end=self._pending is None)

    def _next(self) -> str | None:
        following = next(self._items, None)
        if following is None and self._reopen is not None:
            self._items = self._reopen()
            following = next(self._items, None)
        return following


class Enumerations:
    """The open enumerations of one machine, by context. A context is used up by each Pull: the
    answer brings a new one (recorded)."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        open_items: Callable[[Exchange, Element], Iterator[str]] = open_items,
    ) -> None:
        """`open_items` gives the items that an Enumerate asks for, or raises FaultError."""
        self._clock = clock
        self._open_items = open_items
        self._open: dict[str, Cursor] = {}

    def __len__(self) -> int:
        return len(self._open)

    def class_of(self, context: str) -> str:
        """The class that the enumeration of a context lists; empty when there is none such."""
        cursor = self._open.get(context)
        return cursor.class_name if cursor is not None else ""

    def enumerate(self, exchange: Exchange) -> Answer:
        """Raises FaultError."""
        element = _body(exchange, "Enumerate")
        self._expire(exchange)
        self._check_quota(exchange)
        optimize = element.find(f"{{{W}}}OptimizeEnumeration") is not None
        _check_elements(element)
        items = self._open_items(exchange, element)
        reopen = None
        if "endless" in exchange.injected:
            reopen = partial(self._open_items, exchange, element)
        cursor = Cursor(items, exchange.user, asked_class(exchange.request), reopen)
        cursor.empty = "empty" in exchange.injected
        if not optimize:
            return self._answer(exchange, "Enumerate", cursor, None)
        max_items = _max_elements(element.find(f"{{{W}}}MaxElements"), exchange)
        if exchange.machine.wsman.first_page == "one":
            max_items = 1
        if cursor.empty:
            max_items = 0
        return self._answer(exchange, "Enumerate", cursor, max_items)

    def pull(self, exchange: Exchange) -> Answer:
        """Raises FaultError."""
        element = _body(exchange, "Pull")
        self._expire(exchange)
        cursor = self._take(element, exchange)
        max_items = _max_elements(element.find(f"{{{N}}}MaxElements"), exchange)
        if cursor.empty or "empty" in exchange.injected:
            max_items = 0
        return self._answer(exchange, "Pull", cursor, max_items)

    def release(self, exchange: Exchange) -> Answer:
        """Raises FaultError."""
        self._expire(exchange)
        self._take(_body(exchange, "Release"), exchange)
        return Answer(f"{_ACTION}ReleaseResponse", "")

    def _answer(
        self, exchange: Exchange, verb: str, cursor: Cursor, max_items: int | None
    ) -> Answer:
        """The response to `verb`; `max_items` None means that no items are wanted yet.

        In an EnumerateResponse items and end have the namespace of WS-Management, in a
        PullResponse that of WS-Enumeration; an ended EnumerateResponse keeps an empty context,
        an ended PullResponse has none (recorded).
        """
        prefix = "w" if verb == "Enumerate" else "n"
        context = f"uuid:{new_id()}"

        def write(items: str, end: bool) -> Answer:
            shown = "" if end else context
            body = f"<n:EnumerationContext>{shown}</n:EnumerationContext>"
            if end and verb == "Pull":
                body = ""
            if max_items is not None:
                body += f"<{prefix}:Items>{items}</{prefix}:Items>"
                body += f"<{prefix}:EndOfSequence/>" if end else ""
            return Answer(
                f"{_ACTION}{verb}Response", f"<n:{verb}Response>{body}</n:{verb}Response>"
            )

        page = Page([], end=False)
        if max_items is not None:
            head = exchange.octets(exchange.envelope(write("", end=False)))
            page = cursor.page(max_items, exchange.max_envelope_size, head, exchange.octets)
        if not page.end:
            cursor.touched = self._clock()
            self._open[context] = cursor
        return write("".join(page.items), page.end)

    def _take(self, element: Element, exchange: Exchange) -> Cursor:
        """The cursor of a context, which is its owner's alone (that others may not use it is an
        assumption)."""
        context = text_of(element.find(f"{{{N}}}EnumerationContext"))
        cursor = self._open.get(context)
        if cursor is None or cursor.owner != exchange.user:
            raise FaultError("n:InvalidEnumerationContext", 2150858779)
        del self._open[context]
        return cursor

    def _expire(self, exchange: Exchange) -> None:
        """Forget what wasn't asked for in EnumerationTimeoutms (MS-WSMV 3.1.5.1)."""
        limit = self._clock() - exchange.machine.wsman.enumeration_timeout_ms / 1000
        for context in [key for key, cursor in self._open.items() if cursor.touched < limit]:
            del self._open[context]

    def _check_quota(self, exchange: Exchange) -> None:
        limit = exchange.machine.wsman.max_concurrent_operations
        if sum(cursor.owner == exchange.user for cursor in self._open.values()) >= limit:
            raise too_many_operations(limit)


def _body(exchange: Exchange, name: str) -> Element:
    body = exchange.request.body
    if body is None or body.tag != f"{{{N}}}{name}":
        raise schema_violation(f"The body isn't an n:{name}.")
    return body


_KNOWN = {f"{{{N}}}Filter"} | {
    f"{{{W}}}{name}" for name in ("Filter", "OptimizeEnumeration", "MaxElements", "EnumerationMode")
}


def _check_elements(element: Element) -> None:
    """Raises FaultError for what an Enumerate asks for beside items, and this service doesn't do:
    an end that is told, a time of its own (DSP0226 8.2.1), or what no schema has. PolymorphismMode
    means nothing (MS-WSMV 3.1.4.1.27)."""
    for child in element:
        if child.tag == f"{{{N}}}EndTo":
            raise FaultError("w:UnsupportedFeature", 2150858870, fault_detail="AddressingMode")
        if child.tag == f"{{{N}}}Expires":
            raise FaultError("w:UnsupportedFeature", 2150858856, fault_detail="ExpirationTime")
        if child.tag not in _KNOWN and child.tag != f"{{{B}}}PolymorphismMode":
            raise schema_violation(f"The Enumerate has an unknown element {local_name(child)}.")


def _max_elements(element: Element | None, exchange: Exchange) -> int:
    """Items that an answer may have; 1 where the client says nothing (DSP0226 8.2.3 and 8.4), at
    most MaxBatchItems (MS-WSMV 3.1.4.1.14)."""
    if element is None:
        return 1
    text = text_of(element)
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise schema_violation(f"MaxElements {text!r} isn't a positive number.")
    return min(int(text), exchange.machine.wsman.max_batch_items)
