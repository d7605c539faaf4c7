# SPDX-License-Identifier: GPL-3.0-or-later
"""What a variation may know of the answer that it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from winsim.cim import CimClass, Property
from winsim.soap import Request


@dataclass(frozen=True)
class About:
    """The request, and the classes that its answer has instances of: the one that is asked for and
    those derived from it."""

    request: Request
    classes: tuple[CimClass, ...] = ()
    #: Of all these classes, by the name in lower case.
    properties: Mapping[str, Property] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request, classes: tuple[CimClass, ...]) -> About:
        return cls(request, classes, {p.name.lower(): p for c in classes for p in c.properties})
