# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SOAP envelopes: builds a request, and reads its answer."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ...ground.names import ascii_lower
from ..cim.cim_text import to_text
from ..cim.cim_xml import write_selectors
from ..cim.objects import CimScalar, CimValue
from ..soap import namespaces
from ..soap.characters import escape
from ..soap.document import DocumentLimits, Element, parse, text_of
from ..soap.errors import RemoteProtocolError
from ..soap.faults import FaultError, parse_fault

# How many beginnings of headers are kept, and how long the URIs in one may be together.
_KEPT = 256
_LONG = 512
# For how many ids of messages.
_IDS = 64


@dataclass(frozen=True)
class RequestSettings:
    """The settings that all requests of a conversation share.

    `to`: the address of the service (http://host:5985/wsman). `max_envelope_size`: the largest
    answer that the client takes, in bytes; a service silently clamps it to its own limit ([MS-WSMV]
    3.1.4.1.7; the real default is 512,000). `operation_timeout`: how long the service may work
    before it answers with a timeout fault, in seconds. `locale`: the language of texts, which a
    service may ignore.
    """

    to: str
    max_envelope_size: int = 512_000
    operation_timeout: float = 60.0
    locale: str = "en-US"

    @property
    def of_all_hosts(self) -> tuple[int, float, str]:
        """What most hosts have in common."""
        return self.max_envelope_size, self.operation_timeout, self.locale


@dataclass(frozen=True)
class Option:
    """A switch for the resource, in the header; `type` is the XML Schema type of its value, if the
    service needs it ([MS-WSMV] 3.1.4.1.10.1)."""

    name: str
    value: str
    type: str | None = None


@dataclass(frozen=True)
class Request:
    """A message to send: its action, the id that the answer must relate to, and its bytes."""

    action: str
    message_id: str
    data: bytes


@dataclass(frozen=True)
class Response:
    """An answer that is not a fault: its action, and the body with the content as children."""

    action: str
    body: Element


def build(
    action: str,
    resource_uri: str,
    body: str,
    settings: RequestSettings,
    *,
    selectors: Iterable[tuple[str, str]] = (),
    options: Iterable[Option] = (),
    message_id: str | None = None,
) -> Request:
    """A request with the header that DSP0226 (5 and 6) and [MS-WSMV] 3.1.4.1 require.

    `body` is XML, built by the modules of this package; its prefixes a, n, w, rsp and b are bound
    here. `message_id` is a new UUID unless given.

    Raises LocalProtocolError for text that XML can't carry.
    """
    message_id = message_id or _new_id()
    # A reference of a host may name any URI, which is not kept.
    written = _kept if len(action) + len(resource_uri) <= _LONG else _written
    what, how = written(action, resource_uri, *settings.of_all_hosts)
    envelope = (
        f"{_BEGINNING}<a:To>{escape(settings.to)}</a:To>{what}"
        f"<a:MessageID>{escape(message_id)}</a:MessageID>{how}"
        f"{_option_set(options)}{write_selectors(selectors)}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    return Request(action, message_id, envelope.encode())


_octets: list[bytes] = []  # an id is made of each
# A process that is forked has ids of its own.
os.register_at_fork(after_in_child=_octets.clear)
_PLACES = [slice(start, start + 16) for start in range(0, 16 * _IDS, 16)]


def _new_id() -> str:
    """A new UUID. The random octets of many are taken from the system at once: each time, all
    threads of a survey but one would wait for it."""
    try:
        each = _octets.pop()
    except IndexError:
        each, *others = map(os.urandom(16 * _IDS).__getitem__, _PLACES)
        _octets.extend(others)
    return f"uuid:{str(uuid.UUID(bytes=each, version=4)).upper()}"


_BEGINNING = (
    f'<s:Envelope xmlns:s="{namespaces.SOAP}" xmlns:a="{namespaces.ADDRESSING}"'
    f' xmlns:n="{namespaces.ENUMERATION}" xmlns:w="{namespaces.WSMAN}"'
    f' xmlns:p="{namespaces.MICROSOFT_WSMAN}" xmlns:b="{namespaces.CIM_BINDING}"'
    f' xmlns:rsp="{namespaces.SHELL}"><s:Header>'
)


def _written(
    action: str, resource_uri: str, max_envelope_size: int, seconds: float, locale: str
) -> tuple[str, str]:
    """The parts of a header, before the id and after it, that all requests have in common which do
    the same, to whichever host."""
    what = (
        f'<w:ResourceURI s:mustUnderstand="true">{escape(resource_uri)}</w:ResourceURI>'
        f'<a:ReplyTo><a:Address s:mustUnderstand="true">{namespaces.ANONYMOUS}</a:Address>'
        f"</a:ReplyTo>"
        f'<a:Action s:mustUnderstand="true">{escape(action)}</a:Action>'
        f'<w:MaxEnvelopeSize s:mustUnderstand="true">{max_envelope_size}</w:MaxEnvelopeSize>'
    )
    how = (
        f'<w:Locale xml:lang="{escape(locale)}" s:mustUnderstand="false"/>'
        f'<p:DataLocale xml:lang="{escape(locale)}" s:mustUnderstand="false"/>'
        f"<w:OperationTimeout>{_duration(seconds)}</w:OperationTimeout>"
    )
    return what, how


_kept = lru_cache(maxsize=_KEPT)(_written)


def wmi_options(options: Mapping[str, CimValue]) -> Iterator[Option]:
    """What becomes the WMI context of an operation: single values and, from tuples, arrays, with
    the prefixes by which the service recognizes them. A class silently ignores what it does not
    know ([MS-WSMV] 3.1.4.1.10)."""
    for name, value in options.items():
        if isinstance(value, tuple):
            for each in value:
                yield Option(f"wmiarray:{name}", to_text(each), _option_type(each))
        else:
            yield Option(f"wmi:{name}", to_text(value), _option_type(value))


def _option_type(value: CimScalar) -> str:
    if isinstance(value, bool):
        return "xs:boolean"
    return "xs:int" if isinstance(value, int) else "xs:string"


def read(data: bytes, request: Request, limits: DocumentLimits) -> Response:
    """The answer to a request.

    Raises FaultError if it is a SOAP fault, and RemoteProtocolError if it is not a SOAP envelope
    with a body, or answers another message.
    """
    envelope = parse(data, limits)
    if envelope.tag != "Envelope":
        raise RemoteProtocolError("answer.no_envelope", root=envelope.tag)
    body = envelope.find("Body")
    if body is None:
        raise RemoteProtocolError("answer.no_body")
    fault = body.find("Fault")
    if fault is not None:  # whatever it relates to: a service may have failed before it read the id
        raise FaultError(parse_fault(fault))
    header = envelope.find("Header")
    relates_to = _in(header, "RelatesTo")
    if ascii_lower(relates_to) != ascii_lower(request.message_id):
        raise RemoteProtocolError("answer.unrelated", found=relates_to, expected=request.message_id)
    return Response(_in(header, "Action"), body)


def _in(header: Element | None, name: str) -> str:
    return text_of(header.find(name)) if header is not None else ""


def only_child(response: Response, name: str) -> Element:
    """The element that the body of an answer must contain; the end of its name is compared.

    Raises RemoteProtocolError if the body contains something else.
    """
    for element in response.body:
        if element.tag.endswith(name):
            return element
    if not len(response.body):
        raise RemoteProtocolError("answer.empty", expected=name)
    raise RemoteProtocolError("answer.unexpected", found=response.body[0].tag, expected=name)


def _duration(seconds: float) -> str:
    """xs:duration in milliseconds, the unit of Windows."""
    return f"PT{f'{seconds:.3f}'.rstrip('0').rstrip('.')}S"


def _option_set(options: Iterable[Option]) -> str:
    written = "".join(
        f'<w:Option Name="{escape(each.name)}"'
        + (f' Type="{each.type}"' if each.type else "")
        + f">{escape(each.value)}</w:Option>"
        for each in options
    )
    # The set must be understood; the resource decides which of its options it understands (DSP0226,
    # 6.4).
    return f'<w:OptionSet s:mustUnderstand="true">{written}</w:OptionSet>' if written else ""
