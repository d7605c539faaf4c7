# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall's classes in root/StandardCimv2 have in common: when they answer, and how a
key names a rule.

Without the service MpsSvc they fail with the error that users report (Windows System Error
1753).
"""

from __future__ import annotations

from collections.abc import Mapping

from winsim.cim import CimError, CimStatus, Value
from winsim.classes.network import NetworkClass
from winsim.firewall.checks import check, check_statuses
from winsim.firewall.errors import access_denied, invalid, not_found, service_stopped
from winsim.firewall.rule import Rule
from winsim.firewall.store import FirewallState
from winsim.machine import Machine

_PREFIX = "MSFT|FW|FirewallRule|"


class FirewallClass(NetworkClass):
    """A class of the firewall's provider."""

    def available(self, machine: Machine) -> bool:
        firewall = machine.firewall
        return super().available(machine) and firewall is not None and not firewall.broken_classes

    def check_options(self, machine: Machine, options: Mapping[str, Value]) -> None:
        """Rules of Group Policy and those in force are in other stores (New-NetFirewallRule,
        -PolicyStore), which these classes don't show."""
        given = {name.lower(): value for name, value in options.items()}
        check_store(str(given.get("policystore") or ""), machine)

    def read_only(self, name: str) -> CimError:
        """That the provider refuses it, and so, is an assumption; it never ignores it silently
        here."""
        return invalid(f"The property {name} is read-only. ")

    def require_firewall(self, machine: Machine, *, writing: bool = False) -> FirewallState:
        """The machine's firewall. Raises CimError where its service doesn't run, or where it may
        not be written."""
        self.require(machine)
        service = machine.service("MpsSvc")
        if machine.firewall is None or (service is not None and service.state != "Running"):
            raise service_stopped()
        if writing and machine.firewall.read_only:
            raise access_denied()
        return machine.firewall

    def rule_of(self, machine: Machine, keys: Mapping[str, str]) -> tuple[str, Rule]:
        """Id and rule that the keys name. Raises CimError when there is none such."""
        named = {name.lower(): value for name, value in keys.items()}
        key = named.pop("creationclassname", "")
        identifier = key[len(_PREFIX) :]
        rule = self.require_firewall(machine).rule(identifier)
        if not key.lower().startswith(_PREFIX.lower()) or rule is None or any(named.values()):
            raise not_found()
        return identifier, rule

    def keep(self, machine: Machine, identifier: str, rule: Rule) -> None:
        """Store a changed rule. Raises CimError where it is not what a rule must be."""
        firewall = self.require_firewall(machine, writing=True)
        check(rule)
        if firewall.strict:
            check_statuses(rule)
        if rule != firewall.rule(identifier):
            firewall.set_rule(identifier, rule.text())

    def not_found(self) -> CimError | None:
        return not_found()


def check_store(store: str, machine: Machine) -> None:
    """Raises CimError for a store other than the local one, by whatever name."""
    names = {"", "persistentstore", "localhost", machine.computer_name.lower()}
    if store.lower() not in names:
        raise CimError(CimStatus.NOT_SUPPORTED, f"no store {store} here", style="wmi")


def key_of(identifier: str) -> str:
    """CreationClassName of a rule and of its filters."""
    return _PREFIX + identifier
