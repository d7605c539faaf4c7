# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the codes in faults mean: a name, the cause, and what a person can do about it.

Sources: codes of WinRM and their names are those of the Windows SDK's wsmerror.h, WMI's those of
[MS-WMI] 2.2.11, Windows' own those of [MS-ERREF] 2.1.1, and 2.2 as HRESULTs; CIM status codes are
DSP0223's; subcodes come from DSP0226 (14.6), WS-Enumeration and WS-Addressing. Quotas and their
defaults: [MS-WSMV] 2.2.4.42 and 3.1.4.1.29.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from ...words.phrases import Phrase


class FaultKind(Enum):
    """Kinds of failure that a caller may treat differently."""

    UNKNOWN_CLASS = "unknown class"
    INVALID_NAMESPACE = "invalid namespace"
    NOT_FOUND = "not found"
    ALREADY_EXISTS = "already exists"
    ACCESS_DENIED = "access denied"
    TIMED_OUT = "timed out"
    QUOTA = "quota"
    ENVELOPE_SIZE = "envelope size"
    ENUMERATION_LOST = "enumeration lost"
    INVALID_SELECTORS = "invalid selectors"
    INVALID_PARAMETER = "invalid parameter"
    INVALID_REQUEST = "invalid request"
    NOT_SUPPORTED = "not supported"
    FILE_NOT_FOUND = "file not found"
    UNAVAILABLE = "unavailable"
    OTHER = "other"


@dataclass(frozen=True)
class Explanation:
    """A kind of failure under its official name, with its cause and remedy in whole sentences."""

    kind: FaultKind
    name: str | Phrase
    cause: Phrase
    remedy: Phrase


# Kinds that share the remedy of others: the requested object may have changed meanwhile.
_REMEDIES: Final = {FaultKind.NOT_FOUND: "run_again", FaultKind.INVALID_SELECTORS: "run_again"}


def _explanation(
    kind: FaultKind, name: str | Phrase, cause: str | None = None, remedy: str | None = None
) -> Explanation:
    """The meaning of a code: that of its kind, unless the code says more. Cause and remedy are the
    ends of their texts' keys."""
    general = kind.value.replace(" ", "_")
    return Explanation(
        kind,
        name,
        Phrase(f"fault.{cause or general}"),
        Phrase(f"fault_remedy.{remedy or _REMEDIES.get(kind, general)}"),
    )


_FIREWALL_STOPPED: Final = _explanation(
    FaultKind.UNAVAILABLE, "EPT_S_NOT_REGISTERED", "firewall_stopped", "firewall_stopped"
)
_FILTER_REFUSED: Final = "filter_refused"
_UNKNOWN_RESOURCE: Final = ("unknown_resource", "unknown_resource")
_SHELLS_NOT_ALLOWED: Final = _explanation(
    FaultKind.ACCESS_DENIED,
    "ERROR_WSMAN_REMOTESHELLS_NOT_ALLOWED",
    "shells_not_allowed",
    "shells_not_allowed",
)

#: By code: that of a WSManFault, or the HRESULT of a provider.
CODES: Final[dict[int | None, Explanation]] = {
    # Windows.
    0x80070002: _explanation(FaultKind.FILE_NOT_FOUND, "ERROR_FILE_NOT_FOUND"),
    0x80070003: _explanation(FaultKind.FILE_NOT_FOUND, "ERROR_PATH_NOT_FOUND"),
    0x80070005: _explanation(FaultKind.ACCESS_DENIED, "ERROR_ACCESS_DENIED"),
    0x80070057: _explanation(FaultKind.INVALID_PARAMETER, "ERROR_INVALID_PARAMETER"),
    0x800700B7: _explanation(FaultKind.ALREADY_EXISTS, "ERROR_ALREADY_EXISTS"),
    0x80070490: _explanation(FaultKind.NOT_FOUND, "ERROR_NOT_FOUND"),
    0x800705B4: _explanation(FaultKind.TIMED_OUT, "ERROR_TIMEOUT"),
    0x80070422: _explanation(FaultKind.UNAVAILABLE, "ERROR_SERVICE_DISABLED"),
    0x80070426: _explanation(FaultKind.UNAVAILABLE, "ERROR_SERVICE_NOT_ACTIVE"),
    0x800706BA: _explanation(FaultKind.UNAVAILABLE, "RPC_S_SERVER_UNAVAILABLE"),
    0x800706D9: _FIREWALL_STOPPED,
    0x80080005: _explanation(
        FaultKind.UNAVAILABLE,
        "CO_E_SERVER_EXEC_FAILURE",
        "server_not_started",
        "server_not_started",
    ),
    0x80071392: _explanation(FaultKind.ALREADY_EXISTS, "ERROR_OBJECT_ALREADY_EXISTS"),
    # WMI.
    0x80041002: _explanation(FaultKind.NOT_FOUND, "WBEM_E_NOT_FOUND"),
    0x80041003: _explanation(FaultKind.ACCESS_DENIED, "WBEM_E_ACCESS_DENIED"),
    0x80041004: _explanation(FaultKind.UNAVAILABLE, "WBEM_E_PROVIDER_FAILURE"),
    0x80041005: _explanation(FaultKind.INVALID_PARAMETER, "WBEM_E_TYPE_MISMATCH"),
    0x80041008: _explanation(FaultKind.INVALID_PARAMETER, "WBEM_E_INVALID_PARAMETER"),
    0x8004100C: _explanation(FaultKind.NOT_SUPPORTED, "WBEM_E_NOT_SUPPORTED"),
    0x8004100E: _explanation(FaultKind.INVALID_NAMESPACE, "WBEM_E_INVALID_NAMESPACE"),
    0x80041010: _explanation(FaultKind.UNKNOWN_CLASS, "WBEM_E_INVALID_CLASS"),
    0x80041011: _explanation(FaultKind.UNKNOWN_CLASS, "WBEM_E_PROVIDER_NOT_FOUND"),
    0x80041013: _explanation(FaultKind.UNAVAILABLE, "WBEM_E_PROVIDER_LOAD_FAILURE"),
    0x80041017: _explanation(FaultKind.INVALID_REQUEST, "WBEM_E_INVALID_QUERY"),
    0x80041019: _explanation(FaultKind.ALREADY_EXISTS, "WBEM_E_ALREADY_EXISTS"),
    0x80041033: _explanation(FaultKind.UNAVAILABLE, "WBEM_E_SHUTTING_DOWN"),
    0x8004106C: _explanation(FaultKind.QUOTA, "WBEM_E_QUOTA_VIOLATION"),
    # WinRM.
    0x80338000: _explanation(FaultKind.NOT_FOUND, "ERROR_WSMAN_RESOURCE_NOT_FOUND"),
    0x80338001: _explanation(FaultKind.INVALID_REQUEST, "ERROR_WSMAN_INVALID_ACTIONURI"),
    0x80338002: _explanation(FaultKind.INVALID_REQUEST, "ERROR_WSMAN_INVALID_URI"),
    0x80338003: _explanation(FaultKind.UNAVAILABLE, "ERROR_WSMAN_PROVIDER_FAILURE"),
    0x80338007: _explanation(FaultKind.ENUMERATION_LOST, "ERROR_WSMAN_ENUMERATION_CLOSED"),
    0x8033800F: _explanation(
        FaultKind.INVALID_REQUEST, "ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER"
    ),
    0x80338010: _explanation(FaultKind.INVALID_REQUEST, "ERROR_WSMAN_SOAP_FAULT_MUST_UNDERSTAND"),
    0x80338012: _explanation(FaultKind.UNAVAILABLE, "ERROR_WSMAN_DESTINATION_UNREACHABLE"),
    0x80338013: _explanation(FaultKind.NOT_SUPPORTED, "ERROR_WSMAN_ACTION_NOT_SUPPORTED"),
    0x80338014: _explanation(FaultKind.UNAVAILABLE, "ERROR_WSMAN_ENDPOINT_UNAVAILABLE"),
    0x80338015: _explanation(FaultKind.INVALID_PARAMETER, "ERROR_WSMAN_INVALID_REPRESENTATION"),
    0x8033801A: _explanation(
        FaultKind.UNKNOWN_CLASS,
        "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER",
        _FILTER_REFUSED,
    ),
    0x8033801B: _explanation(
        FaultKind.ENUMERATION_LOST,
        "ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT",
    ),
    0x8033801C: _explanation(FaultKind.TIMED_OUT, "ERROR_WSMAN_ENUMERATE_TIMED_OUT"),
    0x80338026: _explanation(FaultKind.ENVELOPE_SIZE, "ERROR_WSMAN_ENVELOPE_TOO_LARGE"),
    0x80338029: _explanation(FaultKind.TIMED_OUT, "ERROR_WSMAN_OPERATION_TIMEDOUT"),
    0x80338031: _explanation(FaultKind.NOT_SUPPORTED, "ERROR_WSMAN_ACTION_MISMATCH"),
    0x80338033: _explanation(FaultKind.ALREADY_EXISTS, "ERROR_WSMAN_ALREADY_EXISTS"),
    0x80338035: _explanation(FaultKind.ENVELOPE_SIZE, "ERROR_WSMAN_ENCODING_LIMIT"),
    0x80338036: _explanation(FaultKind.ACCESS_DENIED, "ERROR_WSMAN_FAILED_AUTHENTICATION"),
    0x8033803A: _explanation(FaultKind.INVALID_PARAMETER, "ERROR_WSMAN_INVALID_PARAMETER"),
    0x8033803B: _explanation(
        FaultKind.UNKNOWN_CLASS, "ERROR_WSMAN_INVALID_RESOURCE_URI", *_UNKNOWN_RESOURCE
    ),
    0x8033803D: _explanation(FaultKind.INVALID_SELECTORS, "ERROR_WSMAN_INVALID_SELECTORS"),
    0x8033803F: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_LIMIT"),
    0x80338041: _explanation(FaultKind.INVALID_PARAMETER, "ERROR_WSMAN_SCHEMA_VALIDATION_ERROR"),
    0x80338044: _explanation(FaultKind.INVALID_SELECTORS, "ERROR_WSMAN_INVALID_KEY"),
    0x80338048: _explanation(FaultKind.ENVELOPE_SIZE, "ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED"),
    0x80338049: _explanation(FaultKind.ENVELOPE_SIZE, "ERROR_WSMAN_SERVER_ENVELOPE_LIMIT"),
    0x80338056: _explanation(FaultKind.INVALID_PARAMETER, "ERROR_WSMAN_INVALID_XML_VALUES"),
    0x80338057: _explanation(FaultKind.INVALID_PARAMETER, "ERROR_WSMAN_INVALID_XML_MISSING_VALUES"),
    0x8033805A: _explanation(FaultKind.INVALID_SELECTORS, "ERROR_WSMAN_INSUFFCIENT_SELECTORS"),
    0x8033805B: _explanation(FaultKind.INVALID_SELECTORS, "ERROR_WSMAN_UNEXPECTED_SELECTORS"),
    0x8033805C: _explanation(FaultKind.INVALID_SELECTORS, "ERROR_WSMAN_SELECTOR_TYPEMISMATCH"),
    0x8033805D: _explanation(FaultKind.INVALID_SELECTORS, "ERROR_WSMAN_INVALID_SELECTOR_VALUE"),
    0x80338063: _explanation(FaultKind.ALREADY_EXISTS, "ERROR_WSMAN_TARGET_ALREADY_EXISTS"),
    0x80338111: _explanation(FaultKind.ENVELOPE_SIZE, "ERROR_WSMAN_HTTP_REQUEST_TOO_LARGE_STATUS"),
    0x80338122: _explanation(
        FaultKind.UNKNOWN_CLASS,
        "ERROR_WSMAN_CANNOT_PROCESS_FILTER",
        _FILTER_REFUSED,
    ),
    0x803381A5: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_SHELLS"),
    0x803381A6: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_OPERATIONS"),
    0x803381A7: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_USER"),
    0x803381A8: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_SYSTEM"),
    0x803381AB: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_SHELLUSERS"),
    0x803381AC: _SHELLS_NOT_ALLOWED,
    0x803381E4: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_SHELLS_PPQ"),
    0x803381E5: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_USERS_PPQ"),
    0x803381E6: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_PLUGINSHELLS_PPQ"),
    0x803381E7: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_PLUGINOPERATIONS_PPQ"),
    0x803381E8: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_OPERATIONS_USER_PPQ"),
    0x803381E9: _explanation(FaultKind.QUOTA, "ERROR_WSMAN_QUOTA_MAX_COMMANDS_PER_SHELL_PPQ"),
}

#: By CIM status code, which is all that OMI sends.
CIM_STATUSES: Final[dict[int | None, Explanation]] = {
    status: _explanation(kind, name)
    for status, kind, name in (
        (2, FaultKind.ACCESS_DENIED, "CIM_ERR_ACCESS_DENIED"),
        (3, FaultKind.INVALID_NAMESPACE, "CIM_ERR_INVALID_NAMESPACE"),
        (4, FaultKind.INVALID_PARAMETER, "CIM_ERR_INVALID_PARAMETER"),
        (5, FaultKind.UNKNOWN_CLASS, "CIM_ERR_INVALID_CLASS"),
        (6, FaultKind.NOT_FOUND, "CIM_ERR_NOT_FOUND"),
        (7, FaultKind.NOT_SUPPORTED, "CIM_ERR_NOT_SUPPORTED"),
        (11, FaultKind.ALREADY_EXISTS, "CIM_ERR_ALREADY_EXISTS"),
        (13, FaultKind.INVALID_PARAMETER, "CIM_ERR_TYPE_MISMATCH"),
        (15, FaultKind.INVALID_REQUEST, "CIM_ERR_INVALID_QUERY"),
        (16, FaultKind.NOT_SUPPORTED, "CIM_ERR_METHOD_NOT_AVAILABLE"),
        (17, FaultKind.NOT_SUPPORTED, "CIM_ERR_METHOD_NOT_FOUND"),
        (21, FaultKind.ENUMERATION_LOST, "CIM_ERR_INVALID_ENUMERATION_CONTEXT"),
        (27, FaultKind.QUOTA, "CIM_ERR_SERVER_LIMITS_EXCEEDED"),
        (28, FaultKind.UNAVAILABLE, "CIM_ERR_SERVER_IS_SHUTTING_DOWN"),
    )
}

#: By SOAP subcode, for a fault without a known code.
SUBCODES: Final[dict[str, Explanation]] = {
    subcode: _explanation(kind, subcode)
    for subcode, kind in {
        "AccessDenied": FaultKind.ACCESS_DENIED,
        "FailedAuthentication": FaultKind.ACCESS_DENIED,
        "ActionMismatch": FaultKind.NOT_SUPPORTED,
        "ActionNotSupported": FaultKind.NOT_SUPPORTED,
        "UnsupportedFeature": FaultKind.NOT_SUPPORTED,
        "AlreadyExists": FaultKind.ALREADY_EXISTS,
        "CannotProcessFilter": FaultKind.UNKNOWN_CLASS,
        "DestinationUnreachable": FaultKind.NOT_FOUND,
        "EncodingLimit": FaultKind.ENVELOPE_SIZE,
        "EndpointUnavailable": FaultKind.UNAVAILABLE,
        "InvalidEnumerationContext": FaultKind.ENUMERATION_LOST,
        "InvalidMessageInformationHeader": FaultKind.INVALID_REQUEST,
        "InvalidParameter": FaultKind.INVALID_PARAMETER,
        "InvalidRepresentation": FaultKind.INVALID_PARAMETER,
        "InvalidSelectors": FaultKind.INVALID_SELECTORS,
        "MessageInformationHeaderRequired": FaultKind.INVALID_REQUEST,
        "QuotaLimit": FaultKind.QUOTA,
        "SchemaValidationError": FaultKind.INVALID_PARAMETER,
        "TimedOut": FaultKind.TIMED_OUT,
    }.items()
}

UNKNOWN: Final = _explanation(FaultKind.OTHER, Phrase("fault.unnamed"))
#: If the subcode DestinationUnreachable comes with the detail InvalidResourceURI.
UNKNOWN_RESOURCE: Final = _explanation(
    FaultKind.UNKNOWN_CLASS, "InvalidResourceURI", *_UNKNOWN_RESOURCE
)
