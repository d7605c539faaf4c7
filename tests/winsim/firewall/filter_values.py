# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of a rule show, and a rule with other values in a filter.

Numbers: Microsoft's documentation of the filter classes (InterfaceType 1 LAN, 2 wireless, 4
remote access; Authentication 0 not required, 1 required, 2 without encapsulation; Encryption 0
not required, 1 required, 2 dynamic). ``Any``: published listings of the filters.

The writing functions take the properties that a client gave and raise CimError for a value that
means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from winsim.cim import Scalar, Value, Values
from winsim.firewall import addresses, ports
from winsim.firewall.errors import invalid
from winsim.firewall.rule import LOCAL_PORTS, REMOTE_PORTS, Rule
from winsim.machine import Machine
from winsim.names import folded

_INTERFACE_TYPES: Mapping[str, int] = MappingProxyType({"Lan": 1, "Wireless": 2, "RemoteAccess": 4})
#: Security, Security2_9 and Security2 of a rule by authentication and encryption
#: ([MS-GPFAS] 2.2.2.6; [MS-FASP] 2.2.35 says which flag needs which).
_SECURITY: Mapping[tuple[int, int], dict[str, str]] = MappingProxyType(
    {
        (0, 0): {},
        (1, 0): {"Security": "Authenticate"},
        (2, 0): {"Security": "Authenticate", "Security2_9": "An-NoEncap"},
        (1, 1): {"Security": "AuthenticateEncrypt"},
        (1, 2): {"Security": "AuthenticateEncrypt", "Security2": "AnE-Nego"},
    }
)
_USERS = {"LocalUsers": "LUAuth", "RemoteUsers": "RUAuth", "RemoteMachines": "RMauth"}


def read_ports(machine: Machine, rule: Rule) -> Values:
    return {
        "DynamicTransport": 0,
        "IcmpType": _array(ports.icmp_types(rule)),
        "LocalPort": _array(ports.ports(rule, LOCAL_PORTS)),
        "Protocol": ports.protocol(rule),
        "RemotePort": _array(ports.ports(rule, REMOTE_PORTS)),
    }


def write_ports(machine: Machine, rule: Rule, values: Values) -> Rule:
    if "Protocol" in values:
        rule = ports.write_protocol(rule, _text(values["Protocol"]))
    if "LocalPort" in values:
        rule = ports.write_local_ports(rule, _list(values["LocalPort"]))
    if "RemotePort" in values:
        rule = ports.write_remote_ports(rule, _list(values["RemotePort"]))
    if "IcmpType" in values:
        rule = ports.write_icmp_types(rule, _list(values["IcmpType"]))
    return rule


def read_addresses(machine: Machine, rule: Rule) -> Values:
    return {
        "LocalAddress": _array(addresses.read(rule, "L")),
        "RemoteAddress": _array(addresses.read(rule, "R")),
    }


def write_addresses(machine: Machine, rule: Rule, values: Values) -> Rule:
    for name, side in (("LocalAddress", "L"), ("RemoteAddress", "R")):
        if name in values:
            rule = addresses.write(rule, side, _list(values[name]))
    return rule


def read_application(machine: Machine, rule: Rule) -> Values:
    return {"AppPath": rule.first("App") or "Any", "Package": rule.first("AppPkgId")}


def write_application(machine: Machine, rule: Rule, values: Values) -> Rule:
    if "AppPath" in values:
        rule = rule.replace({"App": _not_any(values["AppPath"])})
    if "Package" in values:
        rule = rule.replace({"AppPkgId": _not_any(values["Package"])})
    return rule


def read_service(machine: Machine, rule: Rule) -> Values:
    return {"ServiceName": rule.first("Svc") or "Any"}


def write_service(machine: Machine, rule: Rule, values: Values) -> Rule:
    if "ServiceName" in values:
        rule = rule.replace({"Svc": _not_any(values["ServiceName"])})
    return rule


def read_interfaces(machine: Machine, rule: Rule) -> Values:
    names = {folded(each.id): each.alias for each in machine.network.adapters}
    return {"InterfaceAlias": _array([names.get(folded(g), g) for g in rule.all("IF")] or ["Any"])}


def write_interfaces(machine: Machine, rule: Rule, values: Values) -> Rule:
    if "InterfaceAlias" not in values:
        return rule
    known = {folded(each.alias): each.id for each in machine.network.adapters}
    wanted = [folded(name) for name in _list(values["InterfaceAlias"]) if folded(name) != "any"]
    if any(name not in known for name in wanted):
        raise invalid("The specified interface is not valid. ")
    return rule.replace({"IF": [known[name] for name in wanted]})


def read_interface_types(machine: Machine, rule: Rule) -> Values:
    named = {name.lower(): bit for name, bit in _INTERFACE_TYPES.items()}
    return {"InterfaceType": sum({named.get(t.lower(), 0) for t in rule.all("IFType")})}


def write_interface_types(machine: Machine, rule: Rule, values: Values) -> Rule:
    if "InterfaceType" not in values:
        return rule
    bits = values["InterfaceType"] or 0
    if not isinstance(bits, int) or not 0 <= bits <= sum(_INTERFACE_TYPES.values()):
        raise invalid("The specified interface type is not valid. ")
    return rule.replace({"IFType": [n for n, bit in _INTERFACE_TYPES.items() if bits & bit]})


def read_security(machine: Machine, rule: Rule) -> Values:
    written = {
        name: (rule.first(name) or "").lower() for name in ("Security", "Security2_9", "Security2")
    }
    encrypts = written["Security"] == "authenticateencrypt"
    authentication = 2 if written["Security2_9"] == "an-noencap" else 1
    return {
        "Authentication": authentication if written["Security"] else 0,
        "Encryption": 0 if not encrypts else 2 if written["Security2"] == "ane-nego" else 1,
        "OverrideBlockRules": (rule.first("Action") or "").lower() == "bypass",
        **{name: rule.first(field) or "Any" for name, field in _USERS.items()},
    }


def write_security(machine: Machine, rule: Rule, values: Values) -> Rule:
    now = read_security(machine, rule) | values
    fields = _SECURITY.get((_number(now["Authentication"]), _number(now["Encryption"])))
    if fields is None:
        raise invalid("The specified flags are not valid. ")
    rule = rule.replace(
        {name: fields.get(name) for name in ("Security", "Security2_9", "Security2")}
    )
    for name, field in _USERS.items():
        rule = rule.replace({field: _not_any(now[name])})
    if "OverrideBlockRules" in values and rule.first("Action") != "Block":
        rule = rule.replace({"Action": "ByPass" if values["OverrideBlockRules"] else "Allow"})
    return rule


def _array(values: list[str]) -> list[Scalar]:
    return list(values)


def _list(value: Value) -> list[str]:
    """An array, a single text, or NULL, which is any."""
    if value is None:
        return ["Any"]
    values = value if isinstance(value, list) else [value]
    return [str(item) for item in values if item is not None] or ["Any"]


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _not_any(value: Value) -> str | None:
    """A text, or None where it says any."""
    text = "" if value is None else str(value)
    return None if text.lower() in {"", "any"} else text
