# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Replaces private values in SOAP envelopes by pseudonyms, and leaves the rest unchanged.

The XML is cut into tags and texts and put together again, so that prefixes, order and form stay as
the host wrote them. The output of a program comes in Base64, in pieces that may be cut anywhere; it
is redacted as a whole, and then placed in the first piece. Octets of it that are not UTF-8 become
FF.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, unescape

from ...wsman.soap.document import DocumentLimits, parse
from ...wsman.soap.errors import RemoteProtocolError
from .recording import Message
from .redaction import Redactor

# Parts of XML other than tags and text, which Windows never sends. The text of a CDATA section is
# kept as any text, the others are removed completely.
_ASIDE = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?(?!xml\s).*?\?>", re.DOTALL)
# An attribute of a tag may contain a greater-than sign.
_TOKEN = re.compile(r"""<(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|[^<]+|<""")
_NAME = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_ATTRIBUTE = re.compile(r"""(\s)([\w:.-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_STREAM = re.compile(
    r"""(<(?:[\w.-]+:)?Stream\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*+(?<!/)>)([^<]*)(?=</)"""
)
_CONTEXT = re.compile(r"<(?:[\w.-]+:)?EnumerationContext\b[^<>]*>([^<]+)<")
_CLASS = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_BODY = re.compile(r"<(?:[\w.-]+:)?Body\b.*", re.DOTALL)
_WORD = re.compile(r"\w+")

_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_WRITTEN = {'"': "&quot;", "'": "&apos;", "\r": "&#xD;"}
# Attribute values that are names of XML, or of a class.
_STRUCTURE = re.compile(r"(?:xmlns\b.*|.*:?type|.*:?lang|.*:?nil|Name|Dialect|.*mustUnderstand)\Z")

#: The failure of an answer that is not kept, because it is not XML.
UNREADABLE = "unreadable"

_CONNECTION_PROFILE = "msft_netconnectionprofile"
_HOST_ELEMENTS = frozenset({"CSName", "SystemName", "__SERVER", "PSComputerName"})
_ACCOUNT_ELEMENTS = frozenset({"StartName", "Owner", "User", "RegisteredUser"})
_DOMAIN_ELEMENTS = frozenset({"Domain", "DNSDomain", "Organization"})
_SERIAL_ELEMENTS = frozenset(
    {"SerialNumber", "IdentifyingNumber", "SMBIOSAssetTag", "UUID", "ProductID", "Thumbprint"}
)
_COMMAND_ELEMENTS = frozenset({"CommandLine", "PathName"})


@dataclass(frozen=True)
class Known:
    """Names that the controller knows: those of the host in the inventory and in the network, and
    the account that Ansible uses there."""

    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


def redact(messages: Sequence[Message], known: Known) -> tuple[list[Message], Redactor]:
    """Redact all messages of a recording; also return the redactor, which knows the pseudonyms."""
    texts = [_Texts.of(message) for message in messages]
    redactor = Redactor(_vocabulary(each.request for each in texts))
    for host in known.hosts:
        redactor.learn("host", host)
    for user in known.users:
        redactor.learn_account(user)
    for each in texts:
        _learn_host(each.request, redactor)
    streams = _Streams(texts)
    for text in streams.texts():
        redactor.learn_from(text)
    classes = _Classes()
    named = [(each, classes.of(each)) for each in texts]
    for each, class_name in named:
        _learn(each.request, "", redactor)
        _learn(each.answer or "", class_name, redactor)
    found = []
    for (each, class_name), message in zip(named, streams.redacted(redactor), strict=True):
        request = _redacted(each.request, "", redactor)
        answer = None if message is None else _redacted(message, class_name, redactor)
        found.append(
            Message(request.encode(), None if answer is None else answer.encode(), each.failure)
        )
    return found, redactor


@dataclass(frozen=True)
class _Texts:
    """A message as text."""

    request: str
    answer: str | None
    failure: str | None

    @classmethod
    def of(cls, message: Message) -> _Texts:
        request = message.request.decode()
        if message.answer is None:
            return cls(request, None, message.failure)
        try:
            # A text that is not XML, or declares a document type, can't be cut into tags and texts.
            parse(message.answer, DocumentLimits())
            answer = message.answer.decode()
        except (RemoteProtocolError, UnicodeDecodeError):
            return cls(request, None, UNREADABLE)
        return cls(request, _ASIDE.sub(_beside, answer), message.failure)


def _beside(part: re.Match[str]) -> str:
    _start, cdata, text = part[0].partition("<![CDATA[")
    return escape(text.removesuffix("]]>"), _WRITTEN) if cdata and not _start else ""


class _Classes:
    """The class of the instances in each answer, even if only a context shows it."""

    def __init__(self) -> None:
        self._by_context: dict[str, str] = {}

    def of(self, texts: _Texts) -> str:
        asked = _CLASS.search(texts.request)
        name = asked[1].casefold() if asked else ""
        context = _context(texts.request)
        if context:
            name = self._by_context.get(context, name)
        following = _context(texts.answer or "")
        if following:
            self._by_context[following] = name
        return name


def _context(xml: str) -> str:
    """The context of an enumeration, however it is written; empty if there is none."""
    found = _CONTEXT.search(xml)
    return _read(found[1]).strip() if found is not None else ""


class _Streams:
    """The outputs of programs, joined from all answers that contain a part."""

    def __init__(self, texts: Sequence[_Texts]) -> None:
        self._answers = [each.answer for each in texts]
        self._parts: dict[str, list[tuple[int, re.Match[str]]]] = {}
        for number, answer in enumerate(self._answers):
            for match in _STREAM.finditer(answer or ""):
                self._parts.setdefault(_stream_key(match[1]), []).append((number, match))

    def _text(self, key: str) -> str:
        return b"".join(_decoded(match[2]) for _number, match in self._parts[key]).decode(
            "utf-8", "surrogateescape"
        )

    def texts(self) -> Iterator[str]:
        """Everything that was printed."""
        return (self._text(key) for key in self._parts)

    def redacted(self, redactor: Redactor) -> list[str | None]:
        """The answers, with the whole output in the first part of its stream."""
        changes: dict[int, list[tuple[re.Match[str], str]]] = {}
        for key, parts in self._parts.items():
            # In another code page, names can't be recognized, so octets that are not UTF-8 are
            # replaced; it remains visible that there were some.
            text = _NO_UTF8.sub("\udcff", redactor.text(self._text(key)))
            whole = text.encode("utf-8", "surrogateescape")
            content = base64.b64encode(whole).decode()
            for number, match in parts:
                changes.setdefault(number, []).append((match, content))
                content = ""
        return [
            answer if answer is None else _replaced(answer, changes.get(number, ()))
            for number, answer in enumerate(self._answers)
        ]


def _replaced(text: str, changes: Iterable[tuple[re.Match[str], str]]) -> str:
    pieces, end = [], 0
    for match, content in sorted(changes, key=lambda change: change[0].start()):
        pieces += [text[end : match.start(2)], content]
        end = match.end(2)
    return "".join([*pieces, text[end:]])


def _stream_key(tag: str) -> str:
    """The same for all parts of a stream, though each answer may be written in other quotes, with
    other references, and in another letter case."""
    attributes = {
        name: _read(value[1:-1]).strip().casefold()
        for _space, name, _equals, value in _ATTRIBUTE.findall(tag)
    }
    return f"{attributes.get('Name')} {attributes.get('CommandId')}"


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode("".join(_read(content).split()), validate=True)
    except ValueError:
        return b""  # it can't be analysed, so nothing of it is kept


def _vocabulary(requests: Iterable[str]) -> set[str]:
    """The words of the requests: names of classes, properties and programs."""
    return {
        word.casefold() for request in requests for word in _WORD.findall(_only(_BODY, request))
    }


def _only(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0] if match else ""


def _learn_host(request: str, redactor: Redactor) -> None:
    to = re.search(r"<(?:[\w.-]+:)?To\b[^<>]*>([^<]+)<", request)
    host = urlsplit(to[1]).hostname if to else None
    if host:
        redactor.learn("host", host)


def _learn(xml: str, class_name: str, redactor: Redactor) -> None:
    for name, text in _elements(xml):
        if name in _HOST_ELEMENTS:
            redactor.learn("host", text)
        elif name in _ACCOUNT_ELEMENTS:
            redactor.learn_account(text)
        elif name in _DOMAIN_ELEMENTS:
            redactor.learn("domain", text)
        elif name == "Name" and class_name == _CONNECTION_PROFILE:
            redactor.learn("network", text)
        else:
            redactor.learn_from(text)


def _elements(xml: str) -> Iterator[tuple[str, str]]:
    """Each text with the name of the element that it begins."""
    for name, token in _tokens(xml):
        if not token.startswith("<") and name and name != "Stream":
            yield name, _read(token)


def _tokens(xml: str) -> Iterator[tuple[str, str]]:
    """Each tag and text, with the name of the tag, or of the tag before the text."""
    name = ""
    for match in _TOKEN.finditer(xml):
        token = match[0]
        if token.startswith("<"):
            opened = _NAME.match(token)
            name = opened[1] if opened else ""
        yield name, token


def _redacted(xml: str, class_name: str, redactor: Redactor) -> str:
    pieces = []
    for name, token in _tokens(xml):
        if token.startswith("<"):
            pieces.append(_tag(token, redactor))
        elif name == "Stream" or not token.strip():
            pieces.append(token)
        else:
            text = _read(token)
            made = _rule_of(name, class_name, redactor)(text)
            pieces.append(token if made == text else escape(made, _WRITTEN))
    return "".join(pieces)


def _rule_of(name: str, class_name: str, redactor: Redactor) -> Callable[[str], str]:
    if name in _HOST_ELEMENTS:
        return lambda text: redactor.name("host", text)
    if name in _ACCOUNT_ELEMENTS:
        return redactor.account
    if name in _DOMAIN_ELEMENTS:
        return lambda text: redactor.name("domain", text)
    if name in _SERIAL_ELEMENTS:
        return lambda text: redactor.name("serial", text)
    if name in _COMMAND_ELEMENTS:
        return redactor.command_line
    if name == "Name" and class_name == _CONNECTION_PROFILE:
        return lambda text: redactor.name("network", text)
    return redactor.text


def _tag(tag: str, redactor: Redactor) -> str:
    """A tag with its attributes redacted, except structural ones."""

    def attribute(match: re.Match[str]) -> str:
        space, name, equals, quoted = match.groups()
        if _STRUCTURE.match(name):
            return match[0]
        text = _read(quoted[1:-1])
        made = redactor.text(text)
        if name == "Machine" and made == text:
            made = redactor.name("host", text)
        return match[0] if made == text else f'{space}{name}{equals}"{escape(made, _WRITTEN)}"'

    return _ATTRIBUTE.sub(attribute, tag)


def _read(written: str) -> str:
    """Replace character references by their characters."""
    if "&" not in written:
        return written
    numbers = _REFERENCE.sub(_character, written)
    return unescape(numbers, _ENTITIES)


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    # A character with a meaning in XML stays a reference, and is read with the others.
    found = chr(number) if 0 < number < 0x110000 else ""
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(found, found)
