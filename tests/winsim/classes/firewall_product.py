# SPDX-License-Identifier: GPL-3.0-or-later
"""FirewallProduct: the firewalls of other makers that Windows Security lists.

Not documented by Microsoft. Properties, and the namespace that Windows Server lacks: published
output of Get-CimInstance from PCs with such products. Windows' own firewall is not listed.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import CimClass, Property, Values
from winsim.machine import Machine


class FirewallProduct(CimClass):
    namespace = "root/SecurityCenter2"
    name = "FirewallProduct"
    properties = (
        Property("displayName", "string"),
        Property("instanceGuid", "string", key=True),
        Property("pathToSignedProductExe", "string"),
        Property("pathToSignedReportingExe", "string"),
        Property("productState", "uint32"),
        Property("timestamp", "string"),
    )

    def available(self, machine: Machine) -> bool:
        return self.has_namespace(machine)

    def has_namespace(self, machine: Machine) -> bool:
        return machine.operating_system.product_type == 1

    def instances(self, machine: Machine) -> Iterable[Values]:
        for product in machine.firewall_products:
            yield {
                "displayName": product.name,
                "instanceGuid": product.id,
                "pathToSignedProductExe": product.product_path,
                "pathToSignedReportingExe": product.reporting_path,
                "productState": product.state,
                "timestamp": product.timestamp,
            }
