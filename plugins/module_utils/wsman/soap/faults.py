# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SOAP faults: what a service says when it refuses or fails, and what that means to a person.

Three forms of detail carry the codes: `f:WSManFault`, which may contain a `f:ProviderFault` with
another WSManFault ([MS-WSMV] 2.2.4.43), and the CIM error `MSFT_WmiError` or, from OMI,
`OMI_Error`. Texts are in the language of the target, so the meaning is taken only from the codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...ground.text import for_display
from ...words.phrases import Verbatim
from .document import Element, is_nil, text_of
from .errors import WsmanError
from .fault_catalog import (
    CIM_STATUSES,
    CODES,
    SUBCODES,
    UNKNOWN,
    UNKNOWN_RESOURCE,
    Explanation,
    FaultKind,
)

__all__ = [
    "MISSING_CLASS",
    "Explanation",
    "Fault",
    "FaultError",
    "FaultKind",
    "explain",
    "parse_fault",
]

#: The answers of a host that lacks a class, or its whole namespace.
MISSING_CLASS = frozenset({FaultKind.UNKNOWN_CLASS, FaultKind.INVALID_NAMESPACE})

#: The elements of a detail whose text is written for a person, the most helpful first.
_MESSAGES = (
    "Message",
    "ProviderFault",
    "error_WindowsErrorMessage",
    "Description",
    "FaultDetail",
)
_HRESULT = re.compile(r"HRESULT (0x[0-9a-fA-F]{1,8})")
_SYSTEM_ERROR = re.compile(r"Windows System Error ([0-9]{1,5})")
_INVALID_RESOURCE_URI = "faultDetail/InvalidResourceURI"
_NUMBER = re.compile(r"\+?[0-9]{1,20}")


@dataclass(frozen=True)
class Fault:
    """The contents of a fault. Texts are as `text.for_display` leaves them.

    `code` and `subcode` are the SOAP codes without prefix (Sender, TimedOut). `wsman_code` is the
    outer WSManFault's, `hresult` the one beneath it: the code of the provider's own fault, or of
    the CIM error (a Win32 code there is converted to its HRESULT). `cim_status` is the CIM status
    code (DSP0223). `wmi_error` holds the properties of a CIM error as text, `detail` the messages
    for a person, the most helpful first and without duplicates. `unknown_resource` is true if the
    detail names the resource URI as the cause (DSP0226 14.6), which Windows does for every object
    that it can't find too, but with a code that says more.
    """

    code: str
    subcode: str = ""
    reason: str = ""
    wsman_code: int | None = None
    cim_status: int | None = None
    hresult: int | None = None
    wmi_error: dict[str, str | None] = field(default_factory=dict)
    detail: tuple[str, ...] = ()
    unknown_resource: bool = False

    @property
    def kind(self) -> FaultKind:
        """The kind of failure."""
        return explain(self).kind

    @property
    def said(self) -> str:
        """What the service says for a person: its most helpful message, or else the reason."""
        return self.detail[0] if self.detail else self.reason

    @property
    def codes(self) -> str:
        """The subcode and all numbers in the fault, on one line."""
        codes = [self.subcode or self.code]
        codes += [f"0x{each:08X}" for each in (self.wsman_code, self.hresult) if each is not None]
        if self.cim_status is not None:
            codes.append(f"CIM status {self.cim_status}")
        return ", ".join(dict.fromkeys(codes))


class FaultError(WsmanError):
    """The service answered with a SOAP fault.

    `fault` holds what it said; `explain` says what that means and what to do. As a phrase it is
    one line: the name, the codes, and what the target said, in its language.
    """

    def __init__(self, fault: Fault) -> None:
        told = Verbatim(fault.said)
        super().__init__("fault.summary", name=explain(fault).name, codes=fault.codes, said=told)
        self.fault = fault


def parse_fault(element: Element) -> Fault:
    """The contents of an `s:Fault` element. Accepts any element: missing parts are empty or
    None."""
    detail = element.find("Detail")
    wsman_fault = detail.find("WSManFault") if detail is not None else None
    provider_fault = _first(wsman_fault, "ProviderFault")
    inner = _first(provider_fault, "WSManFault")
    wmi_error = _wmi_error(detail)
    return Fault(
        code=_local(text_of(element.find("Code/Value"))),
        subcode=_local(text_of(element.find("Code/Subcode/Value"))),
        reason=for_display(text_of(element.find("Reason/Text"))),
        wsman_code=_number(wsman_fault.get("Code")) if wsman_fault is not None else None,
        cim_status=_number(wmi_error.get("CIMStatusCode")),
        hresult=_number(inner.get("Code")) if inner is not None else _wmi_hresult(wmi_error),
        wmi_error=wmi_error,
        detail=_messages(detail),
        unknown_resource=_names_resource(detail),
    )


def explain(fault: Fault) -> Explanation:
    """The meaning of a fault, from the most specific known code; never fails.

    The texts don't name the host that answered: the caller puts its name before them.
    """
    by_status = CIM_STATUSES.get(fault.cim_status)
    by_subcode = SUBCODES.get(fault.subcode, UNKNOWN)
    if fault.subcode == "DestinationUnreachable" and fault.unknown_resource:
        by_subcode = UNKNOWN_RESOURCE
    for code in (fault.hresult, fault.wsman_code):
        found = CODES.get(_as_hresult(code))
        # To a shell this is a missing program, to a CIM provider any object that it can't find.
        if found and not (found.kind is FaultKind.FILE_NOT_FOUND and by_status):
            return found
    return by_status or by_subcode


def _as_hresult(code: int | None) -> int | None:
    """A plain Win32 code as the HRESULT that it corresponds to ([MS-ERREF] 2.1.2)."""
    return code | 0x80070000 if code is not None and code <= 0xFFFF else code


def _first(element: Element | None, name: str) -> Element | None:
    return next(element.iter(name), None) if element is not None else None


def _wmi_error(detail: Element | None) -> dict[str, str | None]:
    for element in detail if detail is not None else ():
        if element.find("CIMStatusCode") is not None:
            return {
                for_display(child.tag): None if is_nil(child) else for_display(text_of(child))
                for child in element
            }
    return {}


def _wmi_hresult(wmi_error: dict[str, str | None]) -> int | None:
    message_id = wmi_error.get("MessageID") or ""
    if found := _HRESULT.fullmatch(message_id):
        return int(found[1], 16)
    if found := _SYSTEM_ERROR.fullmatch(message_id):
        return _as_hresult(int(found[1]))
    # With another error_Type, the code is not an HRESULT, and OMI has its own codes.
    return (
        _number(wmi_error.get("error_Code")) if wmi_error.get("error_Type") == "HRESULT" else None
    )


def _messages(detail: Element | None) -> tuple[str, ...]:
    if detail is None:
        return ()
    texts = (for_display(text_of(each)) for name in _MESSAGES for each in detail.iter(name))
    return tuple(dict.fromkeys(filter(None, texts)))


def _names_resource(detail: Element | None) -> bool:
    named = detail.iter("FaultDetail") if detail is not None else ()
    return any(text_of(each).strip().endswith(_INVALID_RESOURCE_URI) for each in named)


def _local(name: str) -> str:
    return for_display(name.rpartition(":")[2])


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text.strip()) else None
