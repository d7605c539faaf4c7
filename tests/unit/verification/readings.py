# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of simulated PCs, once for all tests that judge it."""

from __future__ import annotations

from functools import cache

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
    read,
)
from unit.simulated import SimulatedTransport
from winsim.images import load


@cache
def evidence(image: str = "win11-ja") -> HostReadings:
    """That of a PC of the image that nobody has touched."""
    return read(Host(SimulatedTransport(load(image).boot()), "pc"))
