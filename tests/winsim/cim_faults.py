# SPDX-License-Identifier: GPL-3.0-or-later
"""From an error of a CIM class to the fault that carries it."""

from __future__ import annotations

from winsim.cim import CimError, CimStatus
from winsim.faults import WMI_PLUGIN, FaultError

#: Subcode and code of wsmerror.h for a status. Recorded is none of these; DSP0226 section 14 and
#: the names of the codes suggest them.
_FAULTS = {
    CimStatus.FAILED: ("w:InternalError", 2150858883),
    CimStatus.ACCESS_DENIED: ("w:AccessDenied", 5),
    CimStatus.INVALID_PARAMETER: ("w:InvalidParameter", 2150858810),
    CimStatus.INVALID_CLASS: ("a:DestinationUnreachable", 2150858752),
    CimStatus.NOT_FOUND: ("a:DestinationUnreachable", 2150858752),
    CimStatus.NOT_SUPPORTED: ("a:ActionNotSupported", 2150858771),
    CimStatus.ALREADY_EXISTS: ("w:AlreadyExists", 2150858803),
}


def cim_fault(error: CimError, namespace: str) -> FaultError:
    """The fault for an error that a class of `namespace` raised, in the style that the class
    wants: a WSManFault of the WMI plugin, or an MSFT_WmiError."""
    subcode, code = _FAULTS[error.status]
    if error.style == "wmi":
        return FaultError(
            subcode,
            error.hresult or code,
            message=error.message,
            reason=error.message,
            wmi_error=error.status.value,
            wmi_namespace=(
                f"http://schemas.microsoft.com/wbem/wsman/1/wmi/{namespace.lower()}/MSFT_WmiError"
            ),
            extra=error.extra,
        )
    return FaultError(
        subcode,
        error.hresult or code,
        message=error.message,
        provider=WMI_PLUGIN,
        nested=True,
        extended=dict(error.extra) or None,
    )
