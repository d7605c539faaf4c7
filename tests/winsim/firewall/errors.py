# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the firewall's CIM provider, with the codes and words that users of the NetSecurity
cmdlets report. Categories are those of MI (mi.h, MI_ErrorCategory), which PowerShell shows."""

from __future__ import annotations

from winsim.cim import CimError, CimStatus

E_INVALIDARG = 0x80070057


def invalid(message: str) -> CimError:
    """A value that the provider refuses: ``HRESULT 0x80070057``, category InvalidArgument, as
    reported for a port keyword without its protocol and for an address that is none."""
    return CimError(
        CimStatus.INVALID_PARAMETER,
        message,
        hresult=E_INVALIDARG,
        style="wmi",
        extra={"error_Category": "5"},
    )


def already_exists() -> CimError:
    """``Windows System Error 183``, as reported for a rule whose name is taken."""
    message = "Cannot create a file when that file already exists. "
    return _system_error(CimStatus.ALREADY_EXISTS, 183, message, "20")


def not_found() -> CimError:
    """``Windows System Error 2``. That status 6 arrives as an MSFT_WmiError is known, the number
    of the error is an assumption."""
    message = "The system cannot find the file specified. "
    return _system_error(CimStatus.NOT_FOUND, 2, message, "13")


def access_denied() -> CimError:
    """``Windows System Error 5``, as reported where an account may not write."""
    return _system_error(CimStatus.ACCESS_DENIED, 5, "Access is denied. ", "18")


def service_stopped() -> CimError:
    """``Windows System Error 1753``, category NotSpecified, as reported by Get-NetFirewallRule
    where the service of the firewall doesn't run: its RPC interface has no endpoint."""
    message = "There are no more endpoints available from the endpoint mapper. "
    return _system_error(CimStatus.FAILED, 1753, message, "0")


def _system_error(status: CimStatus, code: int, message: str, category: str) -> CimError:
    return CimError(
        status,
        message,
        hresult=0x80070000 + code,
        style="wmi",
        extra={
            "MessageID": f"Windows System Error {code}",
            "error_Category": category,
            "error_Code": str(code),
            "error_Type": "WIN32",
        },
    )
