# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads XML from a target into a tree, within limits, by local names only.

Names lose their prefix, and namespaces are ignored. Implementations differ in prefixes, in the
namespace of a class and even in its letter case, while local names never collide in the messages
read here. This also keeps the cost linear: a parser that resolves namespaces copies the whole URI
into every name, so one long URI multiplies the size of a document. Where all are short, such a
parser is used all the same: one that builds the tree in C.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat

from ...words.phrases import said
from .errors import RemoteProtocolError
from .places import LARGE_ANSWERS, LARGE_BYTES, LARGE_NODES, Answer

__all__ = ["DocumentLimits", "Element", "is_nil", "parse", "text_of"]


# An answer is read in pieces of that many bytes, and no tag is longer: a tag becomes memory as a
# whole, with all of its attributes, before there is anything to count.
_PIECE = 512 * 1024
# Where namespaces are resolved, each name has a copy of its URI.
_LONG_VALUE = re.compile(rb"=\s*[\"'][^\"'<]{256}")
# How many seconds a large answer waits for those of other hosts.
_PATIENCE = 60.0


@dataclass(frozen=True)
class DocumentLimits:
    """How much of an answer is read: its size in bytes, the nesting, and the number of elements and
    attributes.

    The size is many times the envelope that requests ask for, and limits how much of the
    controller's memory a hostile answer can use: some 500 MB, of which only as many answers are
    read at a time as there are `places`.
    """

    max_bytes: int = 16 * 1024 * 1024
    max_depth: int = 64
    max_elements: int = 1_000_000


def parse(data: bytes, limits: DocumentLimits) -> Element:
    """The root element of a document.

    In the tree, names of elements and attributes are local names, namespace declarations are
    gone, and the text of an element is what is between its tags if it has no children.

    A large document waits until other large ones have been read.

    Raises RemoteProtocolError for a document that is not well-formed or exceeds a limit, or has
    waited too long, and for a document type declaration (entity attacks need one, and SOAP 1.2 part
    1, 5 forbids it).
    """
    if len(data) > limits.max_bytes:
        raise RemoteProtocolError(
            "answer.too_many_bytes", count=f"{len(data):,}", most=f"{limits.max_bytes:,}"
        )
    with LARGE_ANSWERS.answer() as answer:
        if len(data) > LARGE_BYTES:
            _await_place(answer)
        found = _quickly(data, limits, answer)
        return _parse(data, limits, answer) if found is None else found


def _await_place(answer: Answer) -> None:
    if not answer.needs_place(_PATIENCE):
        raise RemoteProtocolError("answer.no_place", seconds=f"{_PATIENCE:g}")


def _quickly(data: bytes, limits: DocumentLimits, answer: Answer) -> Element | None:
    """The root element of a document that can't exceed a limit except that of the nesting, in a
    fraction of the time. None if it may, if it has more than elements and text, or is wrong."""
    count = data.count(b"<") + data.count(b"=")
    if (
        count > min(LARGE_NODES, limits.max_elements)
        or len(data) > _PIECE
        or not data.startswith(b"<")
        or (b"!" in data and b"<!" in data)  # most have none, which is found far sooner
        or b"\0" in data
        or _LONG_VALUE.search(data)
    ):
        return None
    parser = XMLParser()  # noqa: S314 - what declares a document type does not get here
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError):
        return None  # only with namespaces, perhaps
    names = _LocalNames()
    level, depth, nodes = [root], 0, 0
    while level:
        depth += 1
        nodes += len(level)
        if depth > limits.max_depth:
            raise RemoteProtocolError("answer.too_deep", most=limits.max_depth)
        below: list[Element] = []
        for element in level:
            element.tag = names[element.tag]
            if len(element):
                element.text = None
                below.extend(element)
            if element.tail is not None:
                element.tail = None
            if element.keys():
                element.attrib = _local(element.attrib)
                nodes += len(element.attrib)
        level = below
    answer.nodes += nodes
    return root


class _LocalNames(dict[str, str]):
    """The names of a document without their namespaces, by the names with them."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition("}")[2]
        return local


def _local(attributes: dict[str, str]) -> dict[str, str]:
    return {
        name.rpartition("}")[2]: value
        for name, value in attributes.items()
        if not name.startswith("xmlns")
    }


def _parse(data: bytes, limits: DocumentLimits, answer: Answer) -> Element:
    document = Element("")
    path = [document]
    text: list[str] = []
    local_names: dict[str, str] = {}
    max_depth, max_elements = limits.max_depth, limits.max_elements
    count = 0
    large = min(LARGE_NODES, max_elements)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count, large
        count += 1 + len(attributes)
        if count > large:
            if count > max_elements:
                raise RemoteProtocolError("answer.too_many_elements", most=f"{max_elements:,}")
            large = max_elements
            _await_place(answer)
        if len(path) > max_depth:
            raise RemoteProtocolError("answer.too_deep", most=max_depth)
        tag = local_names.get(name)
        if tag is None:
            tag = local_names[name] = name.rpartition(":")[2]
        element = Element(tag, _without_prefixes(attributes) if attributes else attributes)
        path[-1].append(element)
        path.append(element)
        text.clear()

    def end(_name: str) -> None:
        element = path.pop()
        if text:
            if not len(element):
                element.text = text[0] if len(text) == 1 else "".join(text)
            text.clear()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    try:
        for begin in range(0, max(len(data), 1), _PIECE):
            piece = data[begin : begin + _PIECE] if len(data) > _PIECE else data
            fed = begin + len(piece)
            parser.Parse(piece, fed == len(data))
            if fed - parser.CurrentByteIndex > _PIECE:
                raise RemoteProtocolError("answer.too_long_tag", most=f"{_PIECE:,}")
    except expat.ExpatError as error:
        raise RemoteProtocolError("answer.not_xml", why=said(error)) from error
    except (ValueError, LookupError) as error:  # an encoding that Python or expat can't decode
        raise RemoteProtocolError("answer.encoding", why=said(error)) from error
    answer.nodes += count
    return document[0]


def text_of(element: Element | None) -> str:
    """The text of an element without the white space around it; empty if there is no element."""
    return (element.text or "").strip() if element is not None else ""


def is_nil(element: Element) -> bool:
    """Whether the element says xsi:nil: the value is NULL, which is not the empty string."""
    return element.get("nil") in ("true", "1")


def _without_prefixes(attributes: dict[str, str]) -> dict[str, str]:
    return {
        name.rpartition(":")[2]: value
        for name, value in attributes.items()
        if not name.startswith("xmlns")
    }


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise RemoteProtocolError("answer.doctype")
