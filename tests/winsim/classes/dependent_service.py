# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_DependentService: which service can't run without which.

Properties and keys: Microsoft's documentation of the class. TypeOfDependency is NULL, as published
instances show it.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import CimClass, Property, Reference, Values
from winsim.machine import Machine
from winsim.state import Service


class Win32DependentService(CimClass):
    namespace = "root/cimv2"
    name = "Win32_DependentService"
    derived_from = ("CIM_ServiceServiceDependency", "CIM_Dependency")
    properties = (
        Property("Antecedent", "reference", key=True),
        Property("Dependent", "reference", key=True),
        Property("TypeOfDependency", "uint16"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        for dependent in machine.services():
            for name in dependent.depends_on:
                antecedent = machine.service(name)
                if antecedent is not None:
                    yield {
                        "Antecedent": _reference(antecedent),
                        "Dependent": _reference(dependent),
                        "TypeOfDependency": None,
                    }


def _reference(service: Service) -> Reference:
    return Reference("root/cimv2", "Win32_Service", (("Name", service.name),))
