# SPDX-License-Identifier: GPL-3.0-or-later
"""SOAP envelopes: a request read into values, an answer written in the form Windows writes it.

Prefixes and the set of namespaces that an envelope declares follow recorded answers (the samples
under tests/samples/wsman_*), because clients exist that depend on them.
"""

from __future__ import annotations

import codecs
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import TypeAlias

from winsim.cim import object_path
from winsim.faults import FaultError, must_understand, schema_violation

S = "http://www.w3.org/2003/05/soap-envelope"
A = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
B = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
X = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
E = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
N = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
W = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
P = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
XML = "http://www.w3.org/XML/1998/namespace"
#: Where resource URIs of WMI classes begin; the namespace and the class follow (MS-WSMV 3.1.4.1.1).
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
#: The selector that names the namespace of a DMTF URI (DSP0227 6.3), in lower case.
CIM_NAMESPACE = "__cimnamespace"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

PREFIXES = {"s": S, "a": A, "x": X, "e": E, "n": N, "w": W, "rsp": RSP, "p": P}

Element: TypeAlias = ET.Element

#: Headers that this service understands, as (namespace, local name).
UNDERSTOOD = frozenset(
    [(A, name) for name in ("Action", "To", "MessageID", "ReplyTo", "FaultTo", "From")]
    + [
        (W, name)
        for name in (
            "ResourceURI",
            "SelectorSet",
            "OptionSet",
            "MaxEnvelopeSize",
            "OperationTimeout",
            "Locale",
            "RequestEPR",
            "RequestTotalItemsCountEstimate",
            "FragmentTransfer",
        )
    ]
    + [(P, name) for name in ("DataLocale", "SessionId", "OperationID", "SequenceId", "ActivityId")]
)

UTF_8, UTF_16 = "UTF-8", "UTF-16"
_DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))
#: How a document in UTF-16 starts: with the byte order mark, or with ``<`` (XML 1.0, appendix F).
_STARTS_OF_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")

# XML 1.0 can't carry these; Windows writes a question mark for the control characters
# (MS-WSMV 3.1.4.1.25).
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCES = (
    ("&", "&amp;"),
    ("<", "&lt;"),
    (">", "&gt;"),
    ('"', "&quot;"),
    ("'", "&apos;"),
    ("\r", "&#xD;"),
)
_SPECIAL = re.compile("[&<>\"'\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """`text` as XML character data, quotes and apostrophes as references (recorded). A carriage
    return is one too, because a parser would turn it into a line feed (XML 1.0, 2.11)."""
    if _SPECIAL.search(text) is None:
        return text
    for character, reference in _REFERENCES:
        text = text.replace(character, reference)
    return _UNPRINTABLE.sub("?", text)


def attribute(text: str) -> str:
    """`text` as the value of an attribute in double quotes."""
    return escape(text).replace("\n", "&#xA;").replace("\t", "&#x9;")


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def text_of(element: Element | None) -> str:
    """The text of an element, stripped; empty when there is none."""
    return (element.text or "").strip() if element is not None else ""


@dataclass(frozen=True)
class Option:
    name: str
    value: str
    must_comply: bool = False


@dataclass(frozen=True)
class FragmentTransfer:
    """The header of that name (DSP0226 7.7): an XPath expression, and its dialect if it is given.
    `namespaces` are those of the prefixes that the expression may use."""

    expression: str
    dialect: str
    namespaces: Mapping[str, str]


@dataclass
class Request:
    """What one SOAP request says. Sizes in octets, times in seconds; None means not given."""

    action: str
    message_id: str
    resource_uri: str = ""
    selectors: dict[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    max_envelope_size: int | None = None
    operation_timeout: float | None = None
    locale: str | None = None
    body: Element | None = None
    fragment: FragmentTransfer | None = None
    #: The encoding of the request, in which it is answered (DSP0226 13.1).
    charset: str = UTF_8

    @property
    def verb(self) -> str:
        """The last part of the action: Enumerate, Pull, Get, Receive, StopService ..."""
        return self.action.rpartition("/")[2]

    @property
    def detail(self) -> str:
        """What is asked, for a log: a filter's or a command line's text."""
        if self.body is None or self.verb not in {"Enumerate", "Command"}:
            return ""
        return " ".join("".join(part.itertext()).strip() for part in self.body).strip()

    def option(self, name: str) -> str | None:
        """The value of an option; names are compared without regard to case."""
        for option in self.options:
            if option.name.lower() == name.lower():
                return option.value
        return None


def charset_of(data: bytes) -> str:
    """The encoding of an XML document, UTF-8 or UTF-16. Every service reads both (DSP0226 13.1)."""
    return UTF_16 if data.startswith(_STARTS_OF_UTF_16) else UTF_8


def encode(text: str, charset: str) -> bytes:
    """An envelope as octets. UTF-16 has the byte order mark that RFC 2781 3.3 wants, and the order
    of Windows."""
    if charset == UTF_16:
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    return text.encode(charset, "xmlcharrefreplace")


def parse_xml(data: bytes) -> Element:
    """The root element. SOAP forbids a document type declaration (SOAP 1.2 part 1, section 5).

    Raises FaultError when `data` isn't well-formed.
    """
    if any(doctype in data for doctype in _DOCTYPES):
        raise schema_violation("A document type declaration isn't allowed in a SOAP message.")
    try:
        return ET.fromstring(data)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise schema_violation(f"The XML isn't well-formed: {error}.") from None


def read_selectors(selector_set: Element | None) -> dict[str, str]:
    """Names and values of a w:SelectorSet. A value that is an endpoint reference (DSP0226 5.1.2.2)
    becomes the path of its instance. Raises FaultError for a name given twice."""
    selectors: dict[str, str] = {}
    for selector in selector_set if selector_set is not None else ():
        name = selector.get("Name", "")
        if selector.tag != f"{{{W}}}Selector" or not name:
            raise schema_violation("A selector set holds selectors, each with a name.")
        if any(name.lower() == known.lower() for known in selectors):
            raise FaultError("w:InvalidSelectors", 2150858847, fault_detail="DuplicateSelectors")
        reference = selector.find(f"{{{A}}}EndpointReference")
        selectors[name] = (selector.text or "") if reference is None else _path(reference)
    return selectors


def _path(reference: Element) -> str:
    keys = read_selectors(reference.find(f".//{{{W}}}SelectorSet"))
    rest, _unused, name = text_of(reference.find(f".//{{{W}}}ResourceURI")).rpartition("/")
    namespace = rest[len(WMI) :] if rest.lower().startswith(WMI.lower()) else ""
    for key in [key for key in keys if key.lower() == CIM_NAMESPACE]:
        namespace = keys.pop(key)
    return object_path(namespace, name, keys)


def read_request(data: bytes) -> Request:
    """Read an envelope. Raises FaultError as the service would answer it; an envelope that holds
    Identify has no action (DSP0226 11)."""
    root = parse_xml(data)
    if root.tag != f"{{{S}}}Envelope":
        raise schema_violation("The message isn't a SOAP 1.2 envelope.")
    body = root.find(f"{{{S}}}Body")
    if body is None:
        raise schema_violation("The envelope has no body.")
    if len(body) > 1:
        raise schema_violation("The body holds more than one element.")
    content = next(iter(body), None)
    if content is not None and local_name(content) == "Identify":
        return Request(action="", message_id="", body=content, charset=charset_of(data))
    header = root.find(f"{{{S}}}Header")
    if header is None:
        raise schema_violation("The envelope has no header.")
    blocks = {block.tag: block for block in reversed(header)}  # the first of each
    request = Request(
        action=text_of(blocks.get(f"{{{A}}}Action")),
        message_id=text_of(blocks.get(f"{{{A}}}MessageID")),
        resource_uri=text_of(blocks.get(f"{{{W}}}ResourceURI")),
        body=content,
        charset=charset_of(data),
    )
    try:
        _check_blocks(header)
        _read_blocks(blocks, request)
        request.fragment = _fragment_transfer(blocks.get(f"{{{W}}}FragmentTransfer"), data)
    except FaultError as fault:
        fault.request = request
        raise
    return request


def _check_blocks(header: Element) -> None:
    seen: set[str] = set()
    for block in header:
        namespace, _unused, name = block.tag[1:].rpartition("}")
        if block.tag in seen and (namespace, name) in UNDERSTOOD:
            # WS-Addressing (2004) 5: a message has each of its headers once.
            raise FaultError("a:InvalidMessageInformationHeader", 2150858767)
        seen.add(block.tag)
        if block.get(f"{{{S}}}mustUnderstand") in {"true", "1"}:
            if (namespace, name) not in UNDERSTOOD:
                raise must_understand(name)
            if name in {"Locale", "DataLocale"}:
                # MS-WSMV 3.1.4.1.8 and 3.1.4.1.9
                raise FaultError("w:UnsupportedFeature", 2150858887, fault_detail=name)


def _read_blocks(blocks: Mapping[str, Element], request: Request) -> None:
    activity = text_of(blocks.get(f"{{{P}}}ActivityId"))
    # MS-WSMV 3.1.4.1.5 with note 47, and 3.1.4.1.12
    if not 0 < len(request.message_id) <= 2048 or len(activity) > 2048:
        raise FaultError("a:InvalidMessageInformationHeader", 2150858767)
    reply_to = _address(blocks.get(f"{{{A}}}ReplyTo"))
    if reply_to is None:
        raise FaultError("a:MessageInformationHeaderRequired", 2150858769)  # MS-WSMV 3.1.4.1.3
    if text_of(reply_to) != ANONYMOUS:
        raise FaultError("w:UnsupportedFeature", 2150858870, fault_detail="AddressingMode")
    fault_to = _address(blocks.get(f"{{{A}}}FaultTo"))
    if fault_to is not None and text_of(fault_to).rstrip("/") != ANONYMOUS:  # MS-WSMV 3.1.4.1.4
        raise FaultError("w:UnsupportedFeature", 2150858870, fault_detail="AddressingMode")
    if not request.action:
        raise FaultError("a:MessageInformationHeaderRequired", 2150858769)
    request.selectors = read_selectors(blocks.get(f"{{{W}}}SelectorSet"))
    option_set = blocks.get(f"{{{W}}}OptionSet")
    options = option_set.findall(f"{{{W}}}Option") if option_set is not None else []
    if not all(option.get("Name") for option in options):
        raise schema_violation("An option has no name.")
    request.options = tuple(
        Option(
            option.get("Name", ""),
            option.text or "",
            option.get("MustComply", option.get("mustComply", "")).lower() in {"true", "1"},
        )
        for option in options
    )
    size = text_of(blocks.get(f"{{{W}}}MaxEnvelopeSize"))
    if size:
        if not size.isascii() or not size.isdigit():
            raise FaultError("a:InvalidMessageInformationHeader", 2150858767)
        request.max_envelope_size = int(size)
        if request.max_envelope_size < 8192:  # MS-WSMV 3.1.4.1.7
            raise FaultError("w:EncodingLimit", 2150858878, fault_detail="MinimumEnvelopeLimit")
    timeout = text_of(blocks.get(f"{{{W}}}OperationTimeout"))
    if timeout:
        request.operation_timeout = parse_duration(timeout)
    locale = blocks.get(f"{{{W}}}Locale")
    request.locale = locale.get(f"{{{XML}}}lang") if locale is not None else None


def _address(reference: Element | None) -> Element | None:
    return reference.find(f"{{{A}}}Address") if reference is not None else None


def _fragment_transfer(element: Element | None, data: bytes) -> FragmentTransfer | None:
    """Raises FaultError where the header needn't be understood, although only who understands it
    may answer (MS-WSMV 3.1.4.1.18, DSP0226 R7.7-2)."""
    if element is None:
        return None
    if element.get(f"{{{S}}}mustUnderstand") not in {"true", "1"}:
        raise FaultError("a:InvalidMessageInformationHeader", 2150858767)
    return FragmentTransfer(
        (element.text or "").strip(), element.get("Dialect", ""), _namespaces(data, element.tag)
    )


def _namespaces(data: bytes, tag: str) -> dict[str, str]:
    """The namespaces in scope, by prefix, where the first element `tag` begins."""
    scope: list[tuple[str, str]] = []
    for event, found in ET.iterparse(BytesIO(data), events=("start", "start-ns", "end-ns")):
        if event == "start-ns":
            scope.append(found)
        elif event == "end-ns":
            scope.pop()
        elif found.tag == tag:
            break
    return dict(scope)


_DURATION = re.compile(
    r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]*)?)S)?)?"
)


def parse_duration(text: str) -> float:
    """Seconds of an xs:duration without years and months. Raises FaultError for anything else, as
    recorded (an invalid OperationTimeout answers 2150858767)."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise FaultError("a:InvalidMessageInformationHeader", 2150858767)
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def new_id() -> str:
    """A GUID as Windows writes it: upper case, without braces. A random one (RFC 9562 5.4), in a
    fifth of the time that uuid takes: each message has two."""
    digits = os.urandom(16).hex().upper()
    variant = "89AB"[int(digits[16], 16) & 3]
    return "-".join(
        (digits[:8], digits[8:12], f"4{digits[13:16]}", f"{variant}{digits[17:20]}", digits[20:])
    )


@dataclass(frozen=True)
class Answer:
    """An answer before it is put in an envelope: the action, the body's XML, and which
    namespaces the envelope declares, in the order in which they were recorded."""

    action: str
    body: str
    prefixes: str = "s a n w"
    #: Further header blocks.
    header: str = ""


def write_envelope(
    answer: Answer,
    relates_to: str,
    *,
    language: str = "en-US",
    activity_id: bool = False,
    make_id: Callable[[], str] = new_id,
) -> str:
    """The whole envelope. The order of header blocks is the recorded one."""
    activity = f"<p:ActivityId>{make_id()}</p:ActivityId>" if activity_id else ""
    relates = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    return (
        f"{_opening(language, answer.prefixes)}<s:Header><a:Action>{escape(answer.action)}</a:Action>"
        f"<a:MessageID>uuid:{make_id()}</a:MessageID>{activity}"
        f"<a:To>{ANONYMOUS}</a:To>{relates}{answer.header}</s:Header>"
        f"<s:Body>{answer.body}</s:Body></s:Envelope>"
    )


@cache
def _opening(language: str, prefixes: str) -> str:
    """Where an envelope begins; there are few of them."""
    return f'<s:Envelope xml:lang="{attribute(language)}"{declarations(prefixes.split())}>'


def declarations(prefixes: Iterable[str]) -> str:
    return "".join(f' xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in prefixes)
