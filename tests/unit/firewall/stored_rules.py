# SPDX-License-Identifier: GPL-3.0-or-later
"""A rule store as the CIM classes present it: property values, changed step by step.

It reads the values on its own, as the documentation of the classes describes them, so that a plan
is judged by what it does and not by what it meant.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.steps import (
    CreateRule,
    DeleteRule,
    PutFilter,
    PutRule,
    RuleStep,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import CimClass

CLASSES: dict[str, CimClass] = {
    each.name: each for each in vars(classes).values() if isinstance(each, CimClass)
}
NEW_FILTERS: dict[str, dict[str, Any]] = {
    "MSFT_NetProtocolPortFilter": {
        "Protocol": "Any",
        "LocalPort": ("Any",),
        "RemotePort": ("Any",),
        "IcmpType": ("Any",),
    },
    "MSFT_NetAddressFilter": {"LocalAddress": ("Any",), "RemoteAddress": ("Any",)},
    "MSFT_NetApplicationFilter": {"AppPath": "Any", "Package": "Any"},
    "MSFT_NetServiceFilter": {"ServiceName": "Any"},
    "MSFT_NetInterfaceFilter": {"InterfaceAlias": ("Any",)},
    "MSFT_NetInterfaceTypeFilter": {"InterfaceType": 0},
    "MSFT_NetNetworkLayerSecurityFilter": {
        "Authentication": 0,
        "Encryption": 0,
        "LocalUsers": "Any",
        "RemoteMachines": "Any",
        "RemoteUsers": "Any",
    },
}
RULE = "MSFT_NetFirewallRule"


class StoredRules:
    """Rules by id: for each the values of its class and of its filters."""

    def __init__(self) -> None:
        self.rules: dict[str, dict[str, dict[str, Any]]] = {}

    def do(self, step: RuleStep) -> None:
        """Carry out one step; a value of a wrong type or an unknown property fails."""
        if isinstance(step, CreateRule):
            self._check(RULE, step.values)
            rule_id = step.values["InstanceID"]
            assert isinstance(rule_id, str)
            assert rule_id not in self.rules
            self.rules[rule_id] = {
                RULE: {"Description": None, "Platforms": None, "RuleGroup": None, **step.values},
                **{name: dict(values) for name, values in NEW_FILTERS.items()},
            }
        elif isinstance(step, DeleteRule):
            del self.rules[step.rule_id]
        else:
            name = RULE if isinstance(step, PutRule) else step.class_name
            self._check(name, step.values)
            assert isinstance(step, (PutRule, PutFilter))
            self.rules[step.rule_id][name].update(step.values)

    @staticmethod
    def _check(class_name: str, values: dict[str, Any]) -> None:
        assert values
        declared = {each.name: each for each in CLASSES[class_name].properties}
        for name, value in values.items():
            assert declared[name].array is isinstance(value, tuple) or value is None
            kind = str if declared[name].type.value == "string" else int
            for each in value if isinstance(value, tuple) else (value,):
                assert each is None or (isinstance(each, kind) and not isinstance(each, bool))

    def opens(
        self, protocol: str, port: int, remote: str, profile: int, *, known: bool = False
    ) -> bool:
        """Whether an enabled allow rule lets this traffic in. `known`: IPsec secures it, and it is
        for the app package and the user that rules are for."""
        return any(
            _matches(each, protocol, port, remote, profile) and (known or _is_for_all(each))
            for each in self.rules.values()
        )


def _is_for_all(stored: dict[str, dict[str, Any]]) -> bool:
    security = stored["MSFT_NetNetworkLayerSecurityFilter"]
    accounts = [security[name] for name in ("LocalUsers", "RemoteMachines", "RemoteUsers")]
    package = stored["MSFT_NetApplicationFilter"]["Package"]
    return security["Authentication"] == 0 and {*accounts, package} == {"Any"}


def _matches(
    stored: dict[str, dict[str, Any]], protocol: str, port: int, remote: str, profile: int
) -> bool:
    rule, ports = stored[RULE], stored["MSFT_NetProtocolPortFilter"]
    remotes = stored["MSFT_NetAddressFilter"]["RemoteAddress"]
    return (
        rule["Enabled"] == 1
        and rule["Action"] == 2
        and rule["Direction"] == 1
        and (rule["Profiles"] == 0 or bool(rule["Profiles"] & profile))
        and ports["Protocol"] in ("Any", protocol)
        and _port_in(ports["LocalPort"], port)
        and _address_in(remotes, remote)
    )


def _port_in(texts: Iterable[str], port: int) -> bool:
    for text in texts:
        first, _unused, last = text.partition("-")
        if text == "Any" or (first.isdigit() and int(first) <= port <= int(last or first)):
            return True
    return False


def _address_in(texts: Iterable[str], address: str) -> bool:
    number = ipaddress.ip_address(address)
    for text in texts:
        if text == "Any":
            return True
        if "-" in text:
            first, last = map(ipaddress.ip_address, text.split("-"))
            if int(first) <= int(number) <= int(last):
                return True
        elif number in ipaddress.ip_network(text):
            return True
    return False
