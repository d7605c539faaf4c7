# SPDX-License-Identifier: GPL-3.0-or-later
"""XML of a target: what is read, and what is refused."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap import document
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    DocumentLimits,
    is_nil,
    parse,
    text_of,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    RemoteProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.places import Places
from unit.rows import each_row

LIMITS = DocumentLimits()


def test_names_lose_prefix_and_namespace() -> None:
    root = parse(b'<s:A xmlns:s="urn:s" xmlns="urn:d"><B s:c="1" d="2"/><s:B/></s:A>', LIMITS)
    assert root.tag == "A"
    assert [child.tag for child in root] == ["B", "B"]
    assert root[0].attrib == {"c": "1", "d": "2"}
    assert root.attrib == {}


def test_text_is_kept_to_the_character() -> None:
    root = parse("<a> x&amp;<![CDATA[<y>]]>&#13;\r\n日本<!-- no --> </a>".encode(), LIMITS)
    assert root.text == " x&<y>\r\n日本 "


def test_an_element_with_children_has_no_text() -> None:
    root = parse(b"<a>\n <b>1</b>\n <b/>\n</a>", LIMITS)
    assert root.text is None
    assert [(child.text, child.tail) for child in root] == [("1", None), (None, None)]


@each_row("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings_are_followed(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><a>é</a>'.encode(encoding)
    assert parse(data, LIMITS).text == "é"


def test_nil_and_empty_text_differ() -> None:
    root = parse(b'<a xmlns:i="urn:i"><b i:nil="true"/><b></b><b i:nil="false"/></a>', LIMITS)
    assert [is_nil(child) for child in root] == [True, False, False]
    assert text_of(root[1]) == ""
    assert text_of(None) == ""


BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
)


@each_row(
    ("data", "message"),
    [
        (BILLION_LAUGHS, "document type"),
        (b"<?xml version='1.0'?><!-- c --><!DOCTYPE a><a/>", "document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        (BILLION_LAUGHS.decode().encode("utf-16"), "document type"),
        (b"<a>&unknown;</a>", "not well-formed.*undefined entity"),
        (b"", "not well-formed"),
        (b"HTTP/1.1 400 Bad Request", "not well-formed"),
        (b"<html><body><p>Not here</body></html>", "not well-formed.*mismatched tag"),
        (b"<a/><b/>", "not well-formed"),
        (b"<a>\xff</a>", "not well-formed"),
        (b"<a>\x00</a>", "not well-formed"),
        (b'<?xml version="1.0" encoding="no\x1bsuch"?><a/>', "not well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?><a/>', "encoding"),
        (b"<a>" * 65 + b"</a>" * 65, "more than 64 deep"),
        (b"<a>" * 100_000, "more than 64 deep"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(RemoteProtocolError, match=message):
        parse(data, LIMITS)


def test_each_limit_has_its_message() -> None:
    data = b"<a><b/><b/></a>"
    assert len(parse(data, DocumentLimits(max_bytes=15, max_depth=2, max_elements=3))) == 2
    with pytest.raises(RemoteProtocolError, match="has 15 bytes, more than the 14"):
        parse(data, DocumentLimits(max_bytes=14))
    with pytest.raises(RemoteProtocolError, match="more than 1 deep"):
        parse(data, DocumentLimits(max_depth=1))
    with pytest.raises(RemoteProtocolError, match="more than 2 elements and attributes"):
        parse(data, DocumentLimits(max_elements=2))


@pytest.mark.parametrize("start", [b"<a ", b"<a/><!--"], ids=["tag", "comment"])
def test_a_tag_is_shorter_than_a_piece(start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes memory as a whole, before anything of it is counted."""
    monkeypatch.setattr(document, "_PIECE", 1_000)
    attributes = b" ".join(b'a%d=""' % number for number in range(1_000))
    with pytest.raises(RemoteProtocolError, match="a tag of more than 1,000 bytes"):
        parse(b"<r>" + start + attributes, LIMITS)


@given(st.integers(1, 400), st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]))
def test_pieces_make_no_difference(size: int, encoding: str) -> None:
    """Other than that a tag may be too long for them."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><r a="é"><p:b>été &lt; </p:b>'
        "<c><![CDATA[<d>]]></c>\n<e/></r>"
    ).encode(encoding)
    whole = ElementTree.tostring(parse(text, LIMITS))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(document, "_PIECE", size)
        try:
            read = ElementTree.tostring(parse(text, LIMITS))
        except RemoteProtocolError as problem:
            told: RemoteProtocolError | None = problem
            read = whole
        else:
            told = None
    assert read == whole
    assert told is None or (size < 90 and "a tag of more than" in str(told))


def test_a_long_namespace_does_not_multiply() -> None:
    """A parser that resolves namespaces would copy the URI into each of the names."""
    uri = "x" * 100_000
    names = "".join(f"<p:n{number}/>" for number in range(1_000))
    root = parse(f'<p:a xmlns:p="{uri}">{names}</p:a>'.encode(), LIMITS)
    assert len(root) == 1_000
    assert sum(sys.getsizeof(child.tag) for child in root) < 100_000


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_parsed_or_refused(data: bytes) -> None:
    try:
        assert isinstance(parse(data, LIMITS).tag, str)
    except RemoteProtocolError as error:
        assert str(error).isprintable()  # noqa: PT017 - either outcome is right


_NAMES = st.sampled_from(["a", "s:b", "c:Nil", "xml:lang", "_d", "日本"])
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["x", "s:nil", "xml:lang", "xmlns", "xmlns:s", "xmlns:c"]),
    st.sampled_from(["", "true", "urn:1", "&#10;é", "x" * 300]),
    max_size=3,
)
_TEXTS = st.sampled_from(
    ["", " ", "t", "é&amp;", "&#13;", "\r\n", "<!-- c -->", "<![CDATA[<]]>", "&u;"]
)


def _written(name: str, attributes: dict[str, str], inner: list[str], text: str) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{given}>{text}{text.join(inner)}{text}</{name}>"


_DOCUMENTS = st.recursive(
    st.builds(_written, _NAMES, _ATTRIBUTES, st.just([]), _TEXTS),
    lambda inner: st.builds(_written, _NAMES, _ATTRIBUTES, st.lists(inner, max_size=4), _TEXTS),
    max_leaves=12,
)


@given(_DOCUMENTS, st.booleans())
def test_both_ways_to_read_find_the_same(inner: str, bound: bool) -> None:
    """Where the quicker one finds anything."""
    declared = ' xmlns:s="urn:s" xmlns:c="urn:c"' if bound else ""
    data = f"<r{declared}>{inner}</r>".encode()
    read = []
    for way in (document._quickly, document._parse):
        with Places(1).answer() as answer:
            try:
                root = way(data, DocumentLimits(max_depth=4), answer)
            except RemoteProtocolError as error:
                read.append(str(error))
            else:
                read.append(None if root is None else _all_of(root))
    assert read[0] in (None, read[1])


def _all_of(element: ElementTree.Element) -> tuple[object, ...]:
    inner = tuple(map(_all_of, element))
    return element.tag, element.attrib, element.text, element.tail, inner


def test_a_plain_answer_is_read_in_the_quicker_way() -> None:
    data = b'<?xml version="1.0"?><s:E xmlns:s="urn:s"><s:a s:nil="true"/> <b>1</b></s:E>'
    with Places(1).answer() as answer:
        root = document._quickly(data, LIMITS, answer)
        assert answer.nodes == 4
    assert root is not None
    assert _all_of(root) == ("E", {}, None, None, (
        ("a", {"nil": "true"}, None, None, ()), ("b", {}, "1", None, ()),
    ))  # fmt: skip


@each_row("data", [
    b"<a>" + b"<b/>" * 60_000 + b"</a>",  # it waits for a place, and is counted on the way
    b'<a b="' + b"x" * 300 + b'"/>',
    b"<a xmlns:p = '" + b"x" * 300 + b"'/>",
    b"<a><!-- c --></a>",
])  # fmt: skip
def test_what_may_need_much_is_read_in_the_other_way(data: bytes) -> None:
    with Places(1).answer() as answer:
        assert document._quickly(data, LIMITS, answer) is None
    assert parse(data, LIMITS).tag == "a"
