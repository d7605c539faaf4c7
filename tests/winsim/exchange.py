# SPDX-License-Identifier: GPL-3.0-or-later
"""One request on its way through the service: who asks what of which machine, and the limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

from winsim import classes
from winsim.cim import CimClass, Value
from winsim.faults import FaultError
from winsim.languages import LANGUAGES
from winsim.machine import Machine
from winsim.soap import CIM_NAMESPACE, UTF_8, WMI, Answer, Request, encode, write_envelope
from winsim.values import CIM_SCHEMA

#: Windows 10 and later put an ActivityId in their answers, older ones don't (recordings).
_FIRST_BUILD_WITH_ACTIVITY_ID = 10240

#: The namespace of a DMTF URI without ``__cimnamespace`` (MS-WSMV 3.1.4.1.1).
_DMTF_NAMESPACE = "root/hardware"

NO_FAULTS: Mapping[str, str] = MappingProxyType({})


class Repository(Protocol):
    """Where the classes of a machine are found; `winsim.classes` is one."""

    def find(
        self, namespace: str, name: str, machine: Machine | None = None
    ) -> CimClass | None: ...

    def derived(
        self, namespace: str, name: str, machine: Machine | None = None
    ) -> Sequence[CimClass]: ...

    def namespaces(self, machine: Machine | None = None) -> Collection[str]: ...


@dataclass
class Exchange:
    """A request with its surroundings. `url` is the address by which the client called,
    `user` the authenticated account, `peer` the client's IP address."""

    machine: Machine
    request: Request
    user: str
    peer: str
    url: str
    repository: Repository = classes
    #: Injected faults that change behaviour rather than bytes (``endless``), each with its value.
    injected: Mapping[str, str] = field(default_factory=lambda: NO_FAULTS)

    @property
    def called_name(self) -> str:
        """The host part of the URL: what a fault calls the machine."""
        return urlsplit(self.url).hostname or ""

    @property
    def max_envelope_size(self) -> int:
        """Octets that the answer may have: the smaller of the client's and the server's limit
        (MS-WSMV 3.1.4.1.7)."""
        own = self.machine.wsman.max_envelope_size
        return min(self.request.max_envelope_size or own, own)

    @property
    def max_characters(self) -> int:
        """Characters that the answer may have when each counts as two octets, as Windows counts
        them: recorded pages end near half of MaxEnvelopeSize (76,800 for 153,600)."""
        return self.max_envelope_size // 2

    @property
    def wmi_options(self) -> dict[str, Value]:
        """Options for the provider: ``wmi:Name`` is one value, each ``wmiarray:Name`` one element
        of an array (MS-WSMV 3.1.4.1.10). Other options are ignored, even with mustComply (note
        52)."""
        found: dict[str, Value] = {}
        for option in self.request.options:
            kind, _unused, name = option.name.partition(":")
            if kind == "wmi":
                found[name] = option.value
            elif kind == "wmiarray":
                known = found.setdefault(name, [])
                if isinstance(known, list):
                    known.append(option.value)
        return found

    @property
    def language(self) -> str:
        return LANGUAGES[self.machine.language].tag

    @property
    def build(self) -> int:
        return int(self.machine.operating_system.build)

    def octets(self, text: str) -> int:
        """Octets of `text` in the encoding of the answer."""
        charset = self.request.charset
        return len(text) if charset == UTF_8 and text.isascii() else len(encode(text, charset))

    def envelope(self, answer: Answer) -> str:
        return write_envelope(
            answer,
            self.request.message_id,
            language=self.language,
            activity_id=self.build >= _FIRST_BUILD_WITH_ACTIVITY_ID and "p" in answer.prefixes,
        )


@dataclass(frozen=True)
class Target:
    """What a resource URI names: a class, or every class of a namespace (``*``)."""

    namespace: str
    class_name: str
    #: The selectors, without the one that names the namespace.
    selectors: Mapping[str, str] = field(default_factory=dict, compare=False)
    #: Whether the URI is of the DMTF's form, which the answer then has too.
    dmtf: bool = False

    @property
    def wildcard(self) -> bool:
        return self.class_name == "*"


def is_cim(resource_uri: str) -> bool:
    return resource_uri.lower().startswith((WMI.lower(), CIM_SCHEMA.lower())) or (
        resource_uri.lower() == "http://schemas.dmtf.org/wbem/wscim/1/*"
    )


def invalid_resource_uri(code: int = 2150858811) -> FaultError:
    """DSP0226 14.6: a:DestinationUnreachable, InvalidResourceURI."""
    return FaultError("a:DestinationUnreachable", code, fault_detail="InvalidResourceURI")


def read_target(resource_uri: str, selectors: Mapping[str, str]) -> Target:
    """The namespace and class of a resource URI (DSP0227 6.1; the WMI form is Microsoft's).

    The selector ``__cimnamespace`` names the namespace for DMTF URIs, which without it is
    root/hardware; for a WMI URI it has to name the same namespace (MS-WSMV 3.1.4.1.1, notes 45
    and 46). Raises FaultError when the URI names no class; the code of a mismatch is an
    assumption.
    """
    given = next((v for name, v in selectors.items() if name.lower() == CIM_NAMESPACE), None)
    given = given.replace("\\", "/").strip("/") if given is not None else None
    keys = {name: value for name, value in selectors.items() if name.lower() != CIM_NAMESPACE}
    dmtf = not resource_uri.lower().startswith(WMI.lower())
    if dmtf:
        namespace, name = given or _DMTF_NAMESPACE, resource_uri.rpartition("/")[2]
    else:
        namespace, _unused, name = resource_uri[len(WMI) :].rpartition("/")
        if given is not None and given.lower() != namespace.lower():
            raise FaultError("w:InternalError", 2150858883)
    if not namespace or not name:
        raise invalid_resource_uri()
    return Target(namespace, name, keys, dmtf)


def find_class(exchange: Exchange, target: Target) -> CimClass:
    """The class that a target names. Raises FaultError where the namespace or the class is
    unknown on that machine."""
    check_namespace(exchange, target.namespace)
    found = exchange.repository.find(target.namespace, target.class_name, exchange.machine)
    if found is None:
        raise _unknown(5, 0x80041010, "Invalid class ")
    return found


def check_namespace(exchange: Exchange, namespace: str) -> None:
    """Raises FaultError when the machine has no such namespace."""
    known = {name.lower() for name in exchange.repository.namespaces(exchange.machine)}
    if namespace.replace("\\", "/").lower() not in known:
        raise _unknown(3, 0x8004100E, "Invalid namespace ")


def _unknown(status: int, hresult: int, message: str) -> FaultError:
    """What WMI itself doesn't find: [MS-WMI] 2.2.11 has the codes, and remote CIM cmdlets report
    these words and codes. That they arrive as an MSFT_WmiError, under this subcode, is inferred.
    """
    return FaultError(
        "a:DestinationUnreachable", hresult, message=message, reason=message, wmi_error=status
    )
