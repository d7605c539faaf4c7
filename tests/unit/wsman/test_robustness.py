# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a target sends: a result, or one of the two errors that say so."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import (
    enumeration,
    invoke,
    transfer,
    winrs,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    DocumentLimits,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    RemoteProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import (
    FaultError,
    explain,
)
from unit.rows import each_row
from unit.sweeps import fast
from unit.wsman.recorded import answered, conversation, names, sample

LIMITS = DocumentLimits(max_bytes=1_000_000, max_elements=10_000)

READERS: list[Callable[[bytes, Request], object]] = [
    lambda data, request: enumeration.read_page(data, request, classes.PROCESS, LIMITS),
    lambda data, request: enumeration.read_page(data, request, classes.SERVICE, LIMITS),
    lambda data, request: enumeration.read_page(data, request, None, LIMITS),
    lambda data, request: transfer.read_get(data, request, classes.OPERATING_SYSTEM, LIMITS),
    lambda data, request: transfer.read_put(data, request, classes.NET_FIREWALL_RULE, LIMITS),
    lambda data, request: transfer.read_create(data, request, LIMITS),
    lambda data, request: transfer.read_delete(data, request, LIMITS),
    lambda data, request: invoke.read_invoke(data, request, classes.PROCESS, LIMITS),
    lambda data, request: winrs.read_open_shell(data, request, LIMITS),
    lambda data, request: winrs.read_command(data, request, LIMITS),
    lambda data, request: winrs.read_receive(data, request, LIMITS),
]


def read_with_every_reader(data: bytes, request: Request) -> None:
    for reader in READERS:
        try:
            reader(data, request)
        except RemoteProtocolError as error:
            assert len(str(error)) < 1_000  # noqa: PT017 - a result is right as well
        except FaultError as error:
            assert explain(error.fault).remedy  # noqa: PT017
            assert len(str(error)) < 1_000  # noqa: PT017


ANSWERS = [
    *(sample(name) for name in names("wsman_faults/*.xml")),
    *(sample(name) for name in names("omi/*_response.xml")),
    *(sample(name) for name in names("wsman_winrs/*.xml")),
    *(response for _unused, response in conversation("wsman_winrs/pypsrp_winrs_bad_cmd_id.yml")),
    *(
        sample(f"wsman_enumerate/server_2012_Win32_{name}.xml")
        for name in ("Process_star_000", "Service_star_000", "OperatingSystem_all_000")
    ),
]
#: Pieces that have a meaning in these messages, to be put where they do not belong.
PIECES = [
    *(b"<", b">", b"&", b'"', b"</", b"<!--", b"]]>", b"\x00", b"\xff\xfe", b"\xe3\x81"),
    *(b"&#0;", b"&#xD800;", b"&x;", b"<![CDATA[", b"<!DOCTYPE a>", b"<?xml version='1.0'?>"),
    *(b' xsi:nil="true"', b"<a/>", b"<w:Item/>", b"<w:Items/>", b"<n:EndOfSequence/>"),
    *(b"<a:EndpointReference/>", b"<s:Fault/>", b"9" * 5_000, b"-", b"1e999", b"NaN"),
]


@st.composite
def mutations(draw: st.DrawFn) -> tuple[bytes, Request]:
    """A recorded answer with some of its parts cut, doubled, moved or replaced."""
    original = draw(st.sampled_from(ANSWERS))
    data = original
    for _unused in range(draw(st.integers(1, 4))):
        marks = [found.start() for found in re.finditer(rb"[<>\"]", data)] or [0]
        start, end = sorted(draw(st.tuples(*[st.sampled_from([*marks, len(data)])] * 2)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.just(data[start:end])))
        data = data[:start] + piece + data[draw(st.sampled_from([start, end])) :]
    return data, answered(original)


@settings(deadline=None)
@given(mutations())
def test_mutations_of_recorded_answers(mutation: tuple[bytes, Request]) -> None:
    read_with_every_reader(*mutation)


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_arbitrary_bytes(data: bytes) -> None:
    read_with_every_reader(data, Request("urn:a", "uuid:1", b""))


@each_row("data", ANSWERS)
def test_an_answer_to_something_else(data: bytes) -> None:
    read_with_every_reader(data, answered(data))


def page_of(items: bytes) -> bytes:
    return (
        b"<Envelope><Header><RelatesTo>uuid:1</RelatesTo></Header><Body><PullResponse><Items>"
        + items
        + b"</Items><EndOfSequence/></PullResponse></Body></Envelope>"
    )


def calls_to_read(data: bytes) -> int:
    """How many calls reading takes: unlike time, the same on every machine."""
    calls = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        enumeration.read_page(data, Request("", "uuid:1", b""), classes.SERVICE, DocumentLimits())
    finally:
        sys.setprofile(None)
    return calls


SHAPES: dict[str, Callable[[int], bytes]] = {
    "instances": lambda size: b"<XmlFragment><Name>a</Name></XmlFragment>" * size,
    "names": lambda size: b"".join(b"<XmlFragment><N%d/></XmlFragment>" % n for n in range(size)),
    "array": lambda size: b"<XmlFragment>" + b"<X>1</X>" * size + b"</XmlFragment>",
    "properties": lambda size: (
        b"<XmlFragment>"
        + b"".join(b"<N%d>1</N%d>" % (n, n) for n in range(size))
        + b"</XmlFragment>"
    ),
    "text": lambda size: b"<XmlFragment><Name>" + b"a&amp;" * size + b"</Name></XmlFragment>",
    "comments": lambda size: b"<XmlFragment><Name>" + b"a<!---->" * size + b"</Name></XmlFragment>",
    "attributes": lambda size: (
        b"<XmlFragment " + b" ".join(b'a%d=""' % n for n in range(size)) + b"/>"
    ),
}


@pytest.mark.parametrize("shape", fast(SHAPES, "names"))
def test_the_work_grows_with_the_size_and_no_faster(shape: str) -> None:
    make = SHAPES[shape]
    small, large = (calls_to_read(page_of(make(size))) for size in (200, 2_000))
    assert large <= 10 * small


@pytest.mark.sweep
def test_a_long_array_is_whole() -> None:
    values = b"".join(b"<X>%d</X>" % number for number in range(50_000))
    data = page_of(b"<XmlFragment>" + values + b"</XmlFragment>")
    page = enumeration.read_page(data, Request("", "uuid:1", b""), None, DocumentLimits())
    assert page.items[0].values["X"] == tuple(str(number) for number in range(50_000))
