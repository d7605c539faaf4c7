# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML of a fault, in the forms that were recorded from Windows."""

from __future__ import annotations

from winsim.faults import FaultError
from winsim.soap import CIM, XSI, Answer, attribute, escape

WSMANFAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
CIMBINDING = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
_STATUS = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/__ExtendedStatus"

#: Properties of MSFT_WmiError in the recorded order, with their types; those in capitals are
#: filled, the others always have the recorded value.
_WMI_ERROR: tuple[tuple[str, str, str | None], ...] = (
    ("CIMStatusCode", "cimUnsignedInt", "{status}"),
    ("CIMStatusCodeDescription", "cimString", None),
    ("ErrorSource", "cimString", None),
    ("ErrorSourceFormat", "cimUnsignedShort", "0"),
    ("ErrorType", "cimUnsignedShort", "0"),
    ("Message", "cimString", "{message}"),
    ("MessageID", "cimString", "{message_id}"),
    ("OtherErrorSourceFormat", "cimString", None),
    ("OtherErrorType", "cimString", None),
    ("OwningEntity", "cimString", None),
    ("PerceivedSeverity", "cimUnsignedShort", "0"),
    ("ProbableCause", "cimUnsignedShort", "0"),
    ("ProbableCauseDescription", "cimString", None),
    ("error_Category", "cimUnsignedInt", "30"),
    ("error_Code", "cimUnsignedInt", "{code}"),
    ("error_Type", "cimString", "HRESULT"),
    ("error_WindowsErrorMessage", "cimString", "{message}"),
)


def write_fault(
    fault: FaultError, called_name: str, *, computer_name: str, language: str = "en-US"
) -> Answer:
    """The answer that carries `fault`. `called_name` is the name by which the client called;
    a nested fault names the computer itself (recorded)."""
    if fault.wmi_error is not None:
        detail = _wmi_error(fault)
    else:
        detail = _wsman_fault(fault, called_name, computer_name)
    if fault.fault_detail:
        detail = f"<w:FaultDetail>{_DETAIL}{fault.fault_detail}</w:FaultDetail>{detail}"
    subcode = ""
    if not fault.subcode.startswith("s:"):
        subcode = f"<s:Subcode><s:Value>{fault.subcode}</s:Value></s:Subcode>"
    body = (
        f"<s:Fault><s:Code><s:Value>{fault.soap_code}</s:Value>{subcode}</s:Code>"
        f'<s:Reason><s:Text xml:lang="{attribute(language)}">{escape(fault.reason)}</s:Text>'
        f"</s:Reason><s:Detail>{detail}</s:Detail></s:Fault>"
    )
    return Answer(fault.action, body, prefixes="s a x e n w p")


def _wsman_fault(fault: FaultError, called_name: str, computer_name: str) -> str:
    inner = escape(fault.message)
    if fault.provider is not None:
        name, path = fault.provider
        if fault.nested:
            inner = _fault_element(fault.code, computer_name, inner)
        if fault.extended is not None:
            inner += _extended_status(fault)
        inner = (
            f'<f:ProviderFault provider="{attribute(name)}" path="{attribute(path)}">'
            f"{inner}</f:ProviderFault>"
        )
    return _fault_element(fault.code, called_name, inner)


def _fault_element(code: int, machine: str, inner: str) -> str:
    return (
        f'<f:WSManFault xmlns:f="{WSMANFAULT}" Code="{code}" Machine="{attribute(machine)}">'
        f"<f:Message>{inner}</f:Message></f:WSManFault>"
    )


def _extended_status(fault: FaultError) -> str:
    properties = "".join(
        f'<p:{name} xsi:nil="true"/>' if value is None else f"<p:{name}>{escape(value)}</p:{name}>"
        for name, value in sorted((fault.extended or {}).items())
    )
    return (
        f'<f:ExtendedError><p:__ExtendedStatus xmlns:xsi="{XSI}" xmlns:p="{_STATUS}" '
        f'xmlns:cim="{CIM}" xsi:type="p:__ExtendedStatus_Type">{properties}'
        "</p:__ExtendedStatus></f:ExtendedError>"
    )


def _wmi_error(fault: FaultError) -> str:
    values = {
        "{status}": str(fault.wmi_error),
        "{message}": fault.message,
        "{message_id}": f"HRESULT 0x{fault.code:08x}",
        "{code}": str(fault.code),
    }
    properties = []
    for name, cim_type, template in _WMI_ERROR:
        text = fault.extra.get(name, values.get(template, template) if template else None)
        opening = f'p:{name} xsi:type="cim:{cim_type}"'
        if text is None:
            properties.append(f'<{opening} xsi:nil="true"/>')
        else:
            properties.append(f"<{opening}>{escape(text)}</p:{name}>")
    return (
        f'<p:MSFT_WmiError xmlns:b="{CIMBINDING}" xmlns:p="{attribute(fault.wmi_namespace)}" '
        f'xmlns:cim="{CIM}" xmlns:xsi="{XSI}" b:IsCIM_Error="true" '
        f'xsi:type="p:MSFT_WmiError_Type">{"".join(properties)}</p:MSFT_WmiError>'
    )
