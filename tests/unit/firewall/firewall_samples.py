# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded firewall stores, for the tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
)

FOLDER = Path(__file__).parents[2] / "samples" / "firewall_registry"

WIN7 = "win7sp1_en_fwpolicy_v2.10.txt"
WIN81 = "win81_en_fwpolicy_v2.22.txt"
WIN10_1709 = "win10_1709_en_fwpolicy_v2.27.txt"
WIN10_1903 = "win10_1903_en_fwpolicy_v2.30.txt"
WIN10_EXPORT = "win10_export_en_fwpolicy_v2.30.txt"
HIVES = (WIN7, WIN81, WIN10_1709, WIN10_1903, WIN10_EXPORT)
# Written for these tests: a Group Policy, and a Windows 11 with every kind of rule that real ones have.
GROUP_POLICY = "group_policy_written_v2.31.txt"
WIN11 = "win11_written_de_fwpolicy_v2.33.txt"


def text(name: str) -> str:
    """The text of a sample, its line ends untouched."""
    return (FOLDER / name).read_bytes().decode("utf-8")


@cache
def read(*names: str) -> FirewallStores:
    """The stores of one host, from the outputs for its keys."""
    return stores.read(*(text(name) for name in names))
