# SPDX-License-Identifier: GPL-3.0-or-later
"""Places for large answers: who waits, for whom and how long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap import document
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    DocumentLimits,
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    RemoteProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.places import (
    LARGE_NODES,
    Places,
)

LARGE = b"<r>" + b"<a/>" * LARGE_NODES + b"</r>"
SMALL = b"<r>" + b"<a/>" * 100 + b"</r>"
# A file with a few elements and many attributes is large too.
ATTRIBUTES = b"<r>" + (b"<a " + b" ".join(b'a%d=""' % n for n in range(99)) + b"/>") * 501 + b"</r>"
BYTES = b"<r>" + b"x" * document.LARGE_BYTES + b"</r>"


@contextmanager
def taken(places: Places) -> Iterator[None]:
    """Another thread has a place while the block runs."""
    begun, over = threading.Event(), threading.Event()

    def keep() -> None:
        with places.answer() as answer:
            assert answer.needs_place(60)
            begun.set()
            over.wait(60)

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        assert begun.wait(60)
        yield
    finally:
        over.set()
        thread.join()


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    """A single place, for which a document does not wait long."""
    made = Places(1)
    monkeypatch.setattr(document, "LARGE_ANSWERS", made)
    monkeypatch.setattr(document, "_PATIENCE", 0.05)
    return made


def test_whoever_has_waited_longest_is_next() -> None:
    places, came = Places(1), []
    threads = []

    def one(number: int) -> None:
        assert places.take(60)
        came.append(number)
        places.give_back()

    assert places.take(0)
    for number in range(5):
        threads.append(threading.Thread(target=one, args=(number,)))
        threads[-1].start()
        while len(places._waiting) <= number:
            pass
    assert places.take(0) is False  # not even at the moment when one is given back
    places.give_back()
    for each in threads:
        each.join()
    assert came == [0, 1, 2, 3, 4]
    assert (places.take(0), places.take(0)) == (True, False)


def test_one_that_has_waited_in_vain_leaves_nothing() -> None:
    places = Places(1)
    with taken(places):
        assert places.take(0.01) is False
    assert (places.take(0), places.take(0)) == (True, False)


def test_one_that_is_interrupted_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the time limit of a task, which is raised anywhere: also when its turn has come."""
    places = Places(1)

    class OverError(BaseException):
        pass

    for turn_has_come in (False, True):
        assert places.take(0)

        class Turn(threading.Event):
            def wait(self, timeout: float | None = None, come: bool = turn_has_come) -> bool:
                if come:
                    places.give_back()
                raise OverError

        with monkeypatch.context() as patched:
            patched.setattr(threading, "Event", Turn)
            with pytest.raises(OverError):
                places.take(60)
        if not turn_has_come:
            places.give_back()
        assert (places.take(0), places.take(0)) == (True, False)
        places.give_back()


def test_an_answer_has_one_place_until_it_is_read_however_it_ends() -> None:
    places = Places(1)
    with places.answer() as answer:
        assert answer.needs_place(0)
        with places.answer() as within:
            assert within is answer
            assert within.needs_place(0)
        assert places.take(0) is False


def test_an_answer_that_can_not_be_read_gives_its_place_back(places: Places) -> None:
    with pytest.raises(RemoteProtocolError):
        parse(LARGE + b"<", DocumentLimits())
    assert places.take(0)


@pytest.mark.parametrize(
    "data", [LARGE, ATTRIBUTES, BYTES], ids=["elements", "attributes", "bytes"]
)
def test_a_large_document_waits_for_another(data: bytes, places: Places) -> None:
    with taken(places), pytest.raises(RemoteProtocolError, match=r"within 0\.05 seconds"):
        parse(data, DocumentLimits())
    parse(data, DocumentLimits())
    assert places.take(0)


def test_no_other_document_ever_waits(places: Places) -> None:
    with taken(places), ThreadPoolExecutor(15) as pool:
        read = list(pool.map(lambda _number: len(parse(SMALL, DocumentLimits())), range(60)))
    assert read == [100] * 60


def test_the_largest_answer_that_is_asked_for_needs_none(places: Places) -> None:
    """As many elements as a service fits into the envelope of 512,000 bytes, in the shortest form in
    which Windows sends a property."""
    items = b'<p:Handle>0</p:Handle><p:Name xsi:nil="true"/>' * (500_000 // 47)
    with taken(places):
        parse(b'<r xmlns:p="p" xmlns:xsi="x">' + items + b"</r>", DocumentLimits())
