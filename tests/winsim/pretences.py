# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes that are answered as if they had been carried out, and are not, or in part: the injected
faults ``ignored``, ``only``, ``without`` and ``options-ignored``; and ``options-refused``."""

from __future__ import annotations

from collections.abc import Mapping

from winsim.cim import CimClass, Value, Values
from winsim.faults import FaultError


def carried_out(injected: Mapping[str, str], cim_class: CimClass, values: Values) -> Values:
    """The values of a Put or Create that really get written. What names an instance always is."""
    names = {name.lower() for name in (*cim_class.keys, "InstanceID")}
    only = injected.get("only", "").lower()
    without = injected.get("without", "").lower()
    return {
        name: value
        for name, value in values.items()
        if name.lower() in names or ((not only or name.lower() == only) and name.lower() != without)
    }


def answered(injected: Mapping[str, str], written: Values, asked: Values) -> Values:
    """The instance that a Put is answered with: as it is, or as it was asked to be."""
    pretends = injected.keys() & {"ignored", "only", "without"}
    return {**written, **asked} if pretends else written


def obeyed(injected: Mapping[str, str], options: Mapping[str, Value]) -> Mapping[str, Value]:
    """The options of a Create that the provider gets to see. What Windows does with those of
    New-NetFirewallRule over WS-Management has not been recorded; that a refusal would have this
    code (DSP0226 6.4) is an assumption. Raises FaultError."""
    if options and "options-refused" in injected:
        raise FaultError("w:InvalidOptions", 2150858834, fault_detail="InvalidName")
    return {} if "options-ignored" in injected else options


def changes_something(method: str) -> bool:
    """Whether a method is one that changes something, as far as its name tells."""
    return not method.lower().startswith("get")


def output(cim_class: CimClass) -> Values:
    """What a method answers that has succeeded: those of the firewall have no return value."""
    return {} if cim_class.namespace.lower() == "root/standardcimv2" else {"ReturnValue": 0}
