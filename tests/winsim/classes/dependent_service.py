# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_DependentService: which service can't run without which.

Properties and keys: Microsoft's documentation of the class. TypeOfDependency is NULL, as published
instances show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from winsim.cim import CimClass, Property, Reference, Values
from winsim.machine import Machine


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
                        "Antecedent": _reference(antecedent.name),
                        "Dependent": _reference(dependent.name),
                        "TypeOfDependency": None,
                    }


@lru_cache(1000)  # who looks for one compares it with all of them
def _reference(name: str) -> Reference:
    return Reference("root/cimv2", "Win32_Service", (("Name", name),))
