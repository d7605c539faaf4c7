# SPDX-License-Identifier: GPL-3.0-or-later
"""What a firewall rule must be: the semantic checks of [MS-FASP] 2.2.37.

The words of the errors are those of FW_RULE_STATUS ([MS-FASP] 2.2.24) in the same way as the one
that users report ("One of the port keywords is invalid.").
"""

from __future__ import annotations

import re

from winsim.firewall import ports
from winsim.firewall.errors import invalid
from winsim.firewall.rule import Rule

_SID = re.compile(r"S-1-[0-9]+(-[0-9]+)+", re.IGNORECASE)
_ONE = rf"(?:{_SID.pattern}|[A-Z]{{2}})"
_SDDL = re.compile(
    rf"(O:{_ONE})?(G:{_ONE})?D:(P|AR|AI)*(\([AD];;(CC|0x0*1);;;{_ONE}\))+", re.IGNORECASE
)
_ACCOUNTS = {"RMauth": "remote machine", "RUAuth": "remote user", "LUAuth": "local user"}
_LONG = 10_000
_PATH = 260
_ID = 512


def check_id(identifier: str) -> None:
    """Raises CimError."""
    if not 1 <= len(identifier) < _ID or "|" in identifier:
        raise invalid("The Rule ID is not valid. ")


def check(rule: Rule) -> None:
    """Raises CimError for what the service would refuse."""
    name = rule.first("Name")
    if name is None or not _fits(name, _LONG) or name.lower() == "all":
        raise invalid("The rule name is not valid. ")
    for field, forbidden, length, what in (
        ("Desc", "|", _LONG, "rule description"),
        ("EmbedCtxt", "|", _LONG, "embedded context"),
        ("App", '/*?"<>|', _PATH, "application name"),
        ("Svc", "/\\|", _PATH, "service name"),
    ):
        value = rule.first(field)
        if value is not None and not _fits(value, length, forbidden):
            raise invalid(f"The {what} is not valid. ")
    ports.check(rule)
    _check_flags(rule)
    _check_accounts(rule)


def check_statuses(rule: Rule) -> None:
    """What [MS-FASP] has a status for (2.2.24: LADDR_INTF, LOCAL_USER_LIST), and no check (2.2.37):
    a Windows is not known to refuse it, and could. Raises CimError."""
    if rule.all("LA4", "LA6") and rule.all("IF", "IFType"):
        raise invalid(
            "A local address cannot be used together with either an interface or an interface "
            "type. "
        )
    if rule.first("LUAuth") is not None and rule.first("Svc") is not None:
        raise invalid(
            "The authorized local user list is specified, but a local service has also been "
            "specified. "
        )


def _check_accounts(rule: Rule) -> None:
    """Lists of accounts: security descriptors with entries that allow or deny to match a filter
    ([MS-FASP] 2.2.37; SDDL: [MS-DTYP] 2.5.1), and the SID of a package."""
    for field, what in _ACCOUNTS.items():
        value = rule.first(field)
        if value is not None and not (_fits(value, _LONG) and _SDDL.fullmatch(value)):
            raise invalid(
                f"The {what} authorization list contains characters that are not valid, or the "
                "length is not valid. "
            )
    package = rule.first("AppPkgId")
    if package is not None and not _SID.fullmatch(package):
        raise invalid(
            "The application container package ID is not a valid security identifier (SID). "
        )


def _check_flags(rule: Rule) -> None:
    outbound = (rule.first("Dir") or "").lower() == "out"
    action = (rule.first("Action") or "").lower()
    secured = rule.first("Security") is not None
    if outbound and rule.is_true("Edge"):
        raise invalid("The specified flags are not valid. ")
    if rule.is_true("LSM") and (not outbound or rule.first("Protocol") == ports.TCP or secured):
        raise invalid("The specified flags are not valid. ")
    if action == "block" and secured:
        raise invalid(
            "A block action was specified together with a require security or a require "
            "encryption action. "
        )
    if action == "bypass" and (outbound or not secured or rule.first("RMauth") is None):
        raise invalid("An allow-bypass action is specified, but its criteria are not met. ")
    negotiates = (rule.first("Security2") or "").lower() == "ane-nego"
    if outbound and negotiates:
        raise invalid(
            "The Authenticate with Encryption Negotiate flag is set for the outbound rule. "
        )
    if outbound and rule.first("RUAuth") is not None:
        raise invalid("An authorized remote user list is specified on an outbound direction. ")
    if (rule.first("RMauth") or rule.first("RUAuth")) and not secured:
        raise invalid(
            "An authorized remote machine or user list is specified, but the "
            "authenticate/encryption flags were not set. "
        )


def _fits(text: str, length: int, forbidden: str = "|") -> bool:
    return 1 <= len(text) < length and not any(c in text for c in forbidden)
