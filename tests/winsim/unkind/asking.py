# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service may do of what it's asked: less at a time than the client would take."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random

from winsim.soap import Element, N, Request, W
from winsim.unkind.tree import pages

_MAX_ELEMENTS = (f"{{{W}}}MaxElements", f"{{{N}}}MaxElements")
#: After so many pages of an enumeration the next ones are large.
_SMALL_PAGES = 12


def small_page(request: Request, random: Random) -> Request:
    """A page has as many items as the service likes, MaxElements at most (WS-Enumeration 3.2;
    DSP0226 8.4): one (recorded first pages, sample server_2012_Win32_Process_all_000.xml) or some.
    """
    return _with_most(request, random.choice([1, 1, 2, 3, 7, 40]))


def no_items_yet(request: Request, random: Random) -> Request:
    """A service may ignore the wish for items in the answer to Enumerate (DSP0226 8.2.3: an
    optimization)."""
    if request.verb != "Enumerate" or request.body is None:
        return request
    body = deepcopy(request.body)
    for name in ("OptimizeEnumeration", "MaxElements"):
        for element in body.findall(f"{{{W}}}{name}"):
            body.remove(element)
    return replace(request, body=body)


def rows(items: Iterator[str], random: Random) -> Iterator[str]:
    """Instances come in no order that anything promises (DSP0226 8.1; [MS-WMI] 3.1.4.3.18)."""
    found = list(items)
    random.shuffle(found)
    return iter(found)


class Contexts:
    """The contexts of enumerations as the client sees them: those of the service, or one that stays
    the same until the end. A service may answer with a new one each time, as Windows does, or with
    the old one (WS-Enumeration 3.2), which is any text (sample omi/wql_paged_1_response.xml)."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}
        self._pages: dict[str, int] = {}

    def asked(self, request: Request) -> Request:
        """The request with the context that the service knows."""
        shown = _context_of(request)
        if shown not in self._real:
            return request
        assert request.body is not None
        body = deepcopy(request.body)
        for element in body.iter(f"{{{N}}}EnumerationContext"):
            element.text = self._real[shown]
        return replace(request, body=body)

    def patient(self, request: Request) -> bool:
        """Whether pages may still be small in this enumeration."""
        return self._pages.get(_context_of(request), 0) < _SMALL_PAGES

    def answered(self, request: Request, root: Element, random: Random) -> None:
        """Shows a context of this class's own, for an enumeration that has got one, or where the
        random number wants it."""
        shown = _context_of(request)
        number = self._pages.pop(shown, 0)
        kept = self._real.pop(shown, None) is not None
        for page in pages(root):
            element = page.find(f"{{{N}}}EnumerationContext")
            if element is None or not element.text or _ended(page):
                continue
            if kept or (request.verb == "Enumerate" and random.random() < 0.5):
                own = shown if kept else str(random.randint(10**8, 10**10))
                self._real[own] = element.text
                element.text = own
            self._pages[element.text] = number + 1


def _ended(page: Element) -> bool:
    return any(page.find(f"{{{uri}}}EndOfSequence") is not None for uri in (N, W))


def _context_of(request: Request) -> str:
    if request.body is None:
        return ""
    return (request.body.findtext(f"{{{N}}}EnumerationContext") or "").strip()


def _with_most(request: Request, most: int) -> Request:
    if request.body is None:
        return request
    body = deepcopy(request.body)
    for element in body:
        if element.tag in _MAX_ELEMENTS and (element.text or "").strip().isdigit():
            element.text = str(min(int(element.text or "1"), most))
    return replace(request, body=body)
