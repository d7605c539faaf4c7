# SPDX-License-Identifier: GPL-3.0-or-later
"""A firewall rule as the registry holds it: ``v2.30|Action=Allow|Active=TRUE|...|``.

Grammar: [MS-GPFAS] 2.2.2.19. The order of the fields is that of the recorded stores
(tests/samples/firewall_registry); where a field does not occur there, its place is a guess. Its
name is spelled as recorded, too: ``RMauth``, not RMAuth.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Names of the fields in the order in which Windows writes them.
ORDER = (
    "Action",
    "Active",
    "Dir",
    "Protocol",
    "Profile",
    "LPort",
    "LPort2_10",
    "LPort2_20",
    "LPort2_24",
    "LPort2_29",
    "RPort",
    "RPort2_10",
    "RPort2_28",
    "ICMP4",
    "ICMP6",
    "LA4",
    "LA6",
    "RA4",
    "RA6",
    "RA42",
    "RA62",
    "IF",
    "IFType",
    "App",
    "Svc",
    "Name",
    "Desc",
    "RMauth",
    "RUAuth",
    "PFN",
    "LUAuth",
    "LUAuth2_24",
    "LUOwn",
    "AppPkgId",
    "EmbedCtxt",
    "Platform",
    "Platform2",
    "TTK",
    "TTK2_22",
    "TTK2_27",
    "TTK2_28",
    "Edge",
    "Defer",
    "LSM",
    "LOM",
    "Security",
    "Security2_9",
    "Security2",
)
_RANK = {name.lower(): rank for rank, name in enumerate(ORDER)}
_SPELLING = {name.lower(): name for name in ORDER}
#: Fields of ports stand together, in the order in which the ports were given.
LOCAL_PORTS = ("LPort", "LPort2_10", "LPort2_20", "LPort2_24", "LPort2_29")
REMOTE_PORTS = ("RPort", "RPort2_10", "RPort2_28")


@dataclass(frozen=True)
class Rule:
    """The version and the fields of a rule, in order, with names as they are written."""

    version: str
    fields: tuple[tuple[str, str], ...]

    def text(self) -> str:
        return "|".join([self.version, *(f"{name}={value}" for name, value in self.fields), ""])

    @functools.cached_property
    def _values(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name.lower(), []).append(value)
        return found

    def first(self, name: str) -> str | None:
        """The value of a field; names are compared without regard to case, for some stored rules
        write ``Rport2_10`` and ``app`` (recorded)."""
        values = self._values.get(name.lower())
        return values[0] if values else None

    def all(self, *names: str) -> list[str]:
        """The values of all fields of these names, in the order of the rule."""
        if len(names) == 1:
            return list(self._values.get(names[0].lower(), ()))
        wanted = {name.lower() for name in names}
        return [value for key, value in self.fields if key.lower() in wanted]

    def is_true(self, name: str) -> bool:
        return (self.first(name) or "").upper() == "TRUE"

    def replace(self, changes: Mapping[str, str | Sequence[str] | None]) -> Rule:
        """The rule with the fields of these names replaced, None or nothing taking them away."""
        rule = self
        for name, value in changes.items():
            values = [] if value is None else [value] if isinstance(value, str) else list(value)
            rule = rule.replace_group((name,), [(name, text) for text in values])
        return rule

    def replace_group(self, names: Sequence[str], fields: Sequence[tuple[str, str]]) -> Rule:
        """The rule with `fields` in the place of all fields of `names`."""
        gone = {name.lower() for name in names}
        kept = [field for field in self.fields if field[0].lower() not in gone]
        rank = _RANK.get(names[0].lower(), len(ORDER))
        place = next(
            (
                index
                for index, (name, _unused) in enumerate(kept)
                if _RANK.get(name.lower(), len(ORDER)) > rank
            ),
            len(kept),
        )
        new = [(_SPELLING.get(name.lower(), name), value) for name, value in fields]
        return Rule(self.version, (*kept[:place], *new, *kept[place:]))


@functools.lru_cache(maxsize=8192)
def parse(text: str) -> Rule:
    """The rule of a registry value. Raises ValueError when it is none."""
    version, *parts = text.split("|")
    if not version.lower().startswith("v") or not parts or parts[-1] != "":
        raise ValueError(f"no firewall rule: {text!r}")
    fields = []
    for part in parts[:-1]:
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"no field of a firewall rule: {part!r}")
        fields.append((name, value))
    return Rule(version, tuple(fields))
