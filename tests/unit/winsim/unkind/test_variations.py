# SPDX-License-Identifier: GPL-3.0-or-later
"""Each variation by itself: it does something, the same for the same number, and says by what it is
allowed."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest

from unit.rows import each_row
from unit.sweeps import fast
from unit.winsim.unkind.answers import Told, answers, named
from winsim.soap import RSP, Element, N, S, W
from winsim.unkind import asking, delivery, output, refusals, running, writing
from winsim.unkind.manner import VARIATIONS, Variation
from winsim.unkind.tree import NIL, content, read

BY_NAME = {each.__name__: each for each in VARIATIONS}
SOURCE = re.compile(
    r"XML|DSP0\d{3}|MS-WSMV|SOAP 1\.2|WS-Addressing|WS-Enumeration|WS-Transfer|RFC|sample|recorded"
    r"|seen of"
)
_GUID = re.compile("[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_PLAIN = writing.Style({}, True, '"', "", "", True, False, False, "")


def told(root: Element) -> str:
    return _GUID.sub("GUID", writing.write(root, _PLAIN, Random(0)))


@cache
def plainly(answer: Told) -> str:
    return told(read(answer.reply.text))


def varied(variation: Variation, answer: Told, number: int) -> str:
    root = read(answer.reply.text)
    variation(root, Random(number), answer.about)
    return told(root)


@pytest.mark.parametrize(
    "name", fast(BY_NAME, "property_order", "whole_instances", "absent_nulls", "returned_or_not")
)
def test_it_changes_an_answer_and_does_so_again(name: str) -> None:
    found = (
        answer
        for number in range(4)
        for answer in answers()
        if varied(BY_NAME[name], answer, number) != plainly(answer)
    )
    changed = next(found, None)
    assert changed is not None
    once, again = (varied(BY_NAME[name], changed, 3) for _time in range(2))
    assert once == again


def functions() -> list[Callable[..., Any]]:
    modules = (asking, delivery, output, refusals, running, writing)
    found = [
        each
        for module in modules
        for each in vars(module).values()
        if inspect.isfunction(each)
        and each.__module__ == module.__name__
        and "random" in inspect.signature(each).parameters
        and not each.__name__.startswith("_")
    ]
    whole = {writing.style, writing.write, output.in_pieces}
    return [*VARIATIONS, *(each for each in found if each not in whole)]


@each_row("function", functions())
def test_it_says_by_what_it_is_allowed(function: Callable[..., Any]) -> None:
    assert SOURCE.search(function.__doc__ or "")


# ------------------------------------------------------------------ some of them more closely


def of(name: str, variation: str, number: int = 0) -> Element:
    root = read(named(name).reply.text)
    BY_NAME[variation](root, Random(number), named(name).about)
    return root


def test_the_elements_of_an_array_keep_their_order() -> None:
    plain = read(named("adapters").reply.text)
    tag = next(each.tag for each in plain.iter() if each.tag.endswith("}IPAddress"))
    expected = [each.text for each in plain.iter(tag)]
    assert len(expected) > 1
    for number in range(20):
        root = of("adapters", "property_order", number)
        assert [each.text for each in root.iter(tag)] == expected


def test_a_projection_becomes_an_instance_of_its_class() -> None:
    root = of("all", "whole_instances")
    items = root.find(f".//{{{W}}}Items")
    assert items is not None
    assert {each.tag.rpartition("}")[2] for each in items} == {"Win32_Service"}


def test_a_key_is_never_left_out() -> None:
    for number in range(20):
        root = of("references", "absent_nulls", number)
        keys = [each for each in root.iter() if each.tag.endswith("}InstanceID")]
        assert len(keys) >= 5


def test_a_null_array_is_one_nil_element() -> None:
    plain = {each.tag for each in read(named("references").reply.text).iter()}
    assert not any(tag.endswith("}RemoteDynamicKeywordAddresses") for tag in plain)
    root = of("references", "nil_arrays")
    arrays = [e for e in root.iter() if e.tag.endswith("}RemoteDynamicKeywordAddresses")]
    assert len(arrays) == 5
    assert all(each.get(NIL) == "true" and not each.text for each in arrays)


def test_the_end_of_an_enumeration_stays() -> None:
    for number in range(10):
        root = of("all", "context_at_end", number)
        found = content(root)
        assert found is not None
        assert found.find(f"{{{W}}}EndOfSequence") is not None
        assert len(found.findall(f"{{{N}}}EnumerationContext")) <= 1


def test_a_cim_error_keeps_its_status() -> None:
    root = of("again", "omi_error")
    detail = root.find(f".//{{{S}}}Detail")
    assert detail is not None
    (error,) = detail
    statuses = [each.text for each in error if each.tag.endswith("}CIMStatusCode")]
    assert (error.tag.rpartition("}")[2], statuses) == ("OMI_Error", ["11"])


def test_output_in_pieces_is_the_same_output() -> None:
    whole = read(named("receive").reply.text)
    expected = printed(whole)
    assert len(expected) > 1000
    counts, inside = set(), False
    for number in range(60):
        pieces = output.in_pieces(read(named("receive").reply.text), Random(number))
        assert b"".join(map(printed, pieces)) == expected
        states = [
            str(each.get("State")) for p in pieces for each in p.iter(f"{{{RSP}}}CommandState")
        ]
        assert [state.rpartition("/")[2] for state in states] == ["Running"] * (len(pieces) - 1) + [
            "Done"
        ]
        codes = [each.text for piece in pieces for each in piece.iter(f"{{{RSP}}}ExitCode")]
        assert codes == ["0"]
        assert all(printed(piece) for piece in pieces[:-1])
        counts.add(len(pieces))
        inside |= any(0x80 <= piece[0] < 0xC0 for piece in map(printed, pieces) if piece)
    assert counts >= {1, 2, 3}
    assert inside, "no piece ever begins inside a character"


def printed(root: Element) -> bytes:
    streams = [each for each in root.iter(f"{{{RSP}}}Stream") if each.get("Name") == "stdout"]
    return output.joined(streams, "stdout")
