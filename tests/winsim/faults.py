# SPDX-License-Identifier: GPL-3.0-or-later
"""SOAP faults as the WinRM service answers them: codes, and the forms of their detail.

Codes are those of wsmerror.h in the Windows SDK. The forms are those of recorded faults
(tests/samples/wsman_faults and wsman_winrs); where none was recorded the subcode follows
DSP0226 section 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winsim.soap import Request

SENDER, RECEIVER = "s:Sender", "s:Receiver"

#: The action of a fault depends on which specification defines its subcode.
ACTIONS = {
    "s": "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
    "n": "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault",
}
_OF_THE_RECEIVER = frozenset(
    {"w:InternalError", "w:TimedOut", "n:InvalidEnumerationContext"}  # DSP0226 section 14
)
_CANNOT = "The WS-Management service cannot process the request. "

MESSAGES = {
    5: "Access is denied. ",
    50: "The request is not supported. ",
    109: "The pipe has been ended. ",
    170: "The requested resource is in use. ",
    2147942402: "The system cannot find the file specified. ",
    2150858752: _CANNOT
    + "The service cannot find the resource identified by the resource URI and selectors. ",
    2150858767: _CANNOT + "The SOAP packet contains an invalid header. ",
    2150858768: _CANNOT + "A header has the mustUnderstand attribute and isn't understood. ",
    2150858769: _CANNOT + "A required WS-Addressing header is missing. ",
    2150858771: _CANNOT + "The action isn't supported by the service. ",
    2150858776: _CANNOT + "The resource can't be enumerated with a filter. ",
    2150858777: _CANNOT + "The requested filter dialect isn't supported. ",
    2150858778: "The data source could not process the filter. The filter might be missing or it "
    "might be invalid. Change the filter and try the request again.  ",
    2150858779: "The WS-Management service can't complete the request because the enumeration "
    "context is invalid: it has expired, was released, or never existed. ",
    2150858793: "The WS-Management service cannot complete the operation within the time "
    "specified in OperationTimeout.  ",
    2150858803: _CANNOT + "The resource exists already. ",
    2150858810: _CANNOT + "A parameter is invalid. ",
    2150858811: _CANNOT + "The resource URI is missing or it has an incorrect format. ",
    2150858813: _CANNOT + "The selectors are invalid for the resource. ",
    2150858817: _CANNOT + "The XML is invalid against the schema. ",
    2150858824: "The response that the WS-Management service computed exceeds the maximum "
    "envelope size in the request. ",
    2150858828: _CANNOT + "The character set of the request isn't supported. ",
    2150858831: _CANNOT + "The resource URI with a wildcard requires a filter. ",
    2150858834: _CANNOT + "An option that must be complied with isn't known. ",
    2150858837: _CANNOT + "The name of a parameter isn't known. ",
    2150858840: _CANNOT + "The namespace of the XML isn't that of the resource. ",
    2150858841: _CANNOT + "The XML fragment is invalid. ",
    2150858842: _CANNOT + "The resource needs more selectors. ",
    2150858843: "The WS-Management service cannot process the request because the request "
    "contained invalid selectors for the resource. ",
    2150858847: _CANNOT + "A selector is given twice. ",
    2150858856: _CANNOT + "An expiration time isn't supported. ",
    2150858870: _CANNOT + "The addressing mode isn't supported. ",
    2150858871: _CANNOT + "The resource doesn't support the transfer of fragments. ",
    2150858878: _CANNOT + "The maximum envelope size in the request is too small. ",
    2150858883: "The WS-Management plug-in failed. ",
    2150858886: _CANNOT + "The enumeration mode isn't supported. ",
    2150858896: "The fragment path dialect is not supported for this resource. ",
    2150858897: _CANNOT + "The fragment path is missing. ",
    2150858899: _CANNOT + "The fragment path is invalid, or names nothing that is there. ",
    2150858887: _CANNOT + "The locale can't be required with mustUnderstand. ",
    2150859003: _CANNOT + "A WQL filter needs a resource URI that ends in the wildcard. ",
    2150859072: "The Windows Remote Shell doesn't support the code page. ",
    2150859173: _CANNOT + "The maximum number of concurrent shells for this user has been "
    "exceeded. Close existing shells or raise the quota for this user. ",
    2150859174: _CANNOT + "The maximum number of concurrent operations for this user has been "
    "exceeded. Close existing operations for this user, or raise the quota for this user. ",
}

WMI_PLUGIN = ("WMI Provider", r"%systemroot%\system32\WsmWmiPl.dll")
SHELL_PLUGIN = ("Shell cmd plugin", r"%systemroot%\system32\winrscmd.dll")


@dataclass
class FaultError(Exception):
    """A request failed. `code` is the number that the detail carries.

    `provider` (name, path of its DLL) nests the message in a ProviderFault. `extended` is the
    WQL status object inside it, `wmi_error` makes the detail an MSFT_WmiError instead of a
    WSManFault: its CIM status code, with `wmi_namespace` the namespace it is written in.
    `fault_detail` is the last part of a w:FaultDetail URI.
    """

    subcode: str
    code: int
    message: str = ""
    reason: str = ""
    fault_detail: str | None = None
    provider: tuple[str, str] | None = None
    nested: bool = False
    extended: Mapping[str, str | None] | None = None
    wmi_error: int | None = None
    wmi_namespace: str = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"
    extra: Mapping[str, str] = field(default_factory=dict)
    #: The request that failed, when it was read so far: an answer relates to its message id.
    request: Request | None = None

    def __post_init__(self) -> None:
        self.reason = self.reason or MESSAGES.get(self.code, self.message)
        self.message = self.message or self.reason

    @property
    def action(self) -> str:
        return ACTIONS[self.subcode.partition(":")[0]]

    @property
    def soap_code(self) -> str:
        if self.subcode.startswith("s:"):
            return self.subcode
        return RECEIVER if self.subcode in _OF_THE_RECEIVER else SENDER


def schema_violation(message: str) -> FaultError:
    """The XML isn't what the schema wants (MS-WSMV 3.1.4.1.31.3)."""
    return FaultError("w:SchemaValidationError", 2150858817, message=message)


def must_understand(header: str) -> FaultError:
    """A header is required to be understood and isn't (SOAP 1.2 part 1, 5.4.8)."""
    return FaultError("s:MustUnderstand", 2150858768, message=f"{MESSAGES[2150858768]}({header}) ")


def access_denied() -> FaultError:
    """The user has no right to the operation (MS-WSMV 3.1.4.1.28)."""
    return FaultError("w:AccessDenied", 5)


def timed_out() -> FaultError:
    """OperationTimeout went by (recorded: pypsrp_winrs_operation_timeout.yml)."""
    return FaultError("w:TimedOut", 2150858793)


def pipe_ended() -> FaultError:
    """Input for a program that has ended. Code and words as users report them
    (ansible/ansible#69595); the form is that of another error of the same plug-in
    (ansible/ansible#27556). That it is the same after the end of the input is inferred."""
    return FaultError("w:InternalError", 109, provider=SHELL_PLUGIN)


def busy() -> FaultError:
    """Input for a program that has not taken the one before (ERROR_BUSY, as ansible-core's winrm
    meets it after a Send that timed out; [MS-WSMV] 3.1.4.13: one Send at a time)."""
    return FaultError("w:InternalError", 170, provider=SHELL_PLUGIN)


def query_fault(query: str, message: str) -> FaultError:
    """A query that WMI can't process. Recorded: winrb_soap_fault_v2.xml."""
    return FaultError(
        "n:CannotProcessFilter",
        2150858778,
        message=message,
        provider=WMI_PLUGIN,
        nested=True,
        extended={
            "Description": None,
            "Operation": "ExecQuery",
            "ParameterInfo": query,
            "ProviderName": "WinMgmt",
            "StatusCode": None,
        },
    )


def unknown_charset() -> FaultError:
    """Neither UTF-8 nor UTF-16 (DSP0226 13.1 and 14.6, w:EncodingLimit)."""
    return FaultError("w:EncodingLimit", 2150858828, fault_detail="CharacterSet")


def too_many_operations(limit: int) -> FaultError:
    """Recorded: max_concurrent_operations_2150859174.xml."""
    return FaultError(
        "w:InternalError",
        2150859174,
        message=f"{_CANNOT}This user is allowed a maximum number of {limit} concurrent "
        "operations, which has been exceeded. Close existing operations for this user, or "
        "raise the quota for this user. ",
    )


def too_many_shells(limit: int) -> FaultError:
    """Recorded: winrb_wmi_error_v2.xml."""
    return FaultError(
        "w:QuotaLimit",
        2150859173,
        message=f"{_CANNOT}This user is allowed a maximum number of {limit} concurrent shells, "
        "which has been exceeded. Close existing shells or raise the quota for this user. ",
        wmi_error=27,
    )


def too_many_commands(limit: int) -> FaultError:
    """The same code for the commands of shells, which arrives as an MSFT_WmiError (a fault in
    pywinrm's tests, taken from a real host)."""
    fault = too_many_operations(limit)
    fault.wmi_error = 27
    return fault


def envelope_exceeded(size: int, limit: int) -> FaultError:
    """An answer can't be cut so that it fits. The words are those that users report; the
    subcode is that of DSP0226 14.6 (w:EncodingLimit), no recording was found."""
    text = (
        f"{_CANNOT}The computed response packet size ({size}) exceeds the maximum envelope size "
        f"that is allowed ({limit}). "
    )
    return FaultError("w:EncodingLimit", 2150858824, message=text, reason=text)
