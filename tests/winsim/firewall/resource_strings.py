# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts behind the resource names of predefined rules (``@FirewallAPI.dll,-30253``).

Windows shows them in its own language. Those of ``tests/samples/rule_names`` are published beside
the id of the rule, or beside the resource; the few below are published in other languages, or without
either. A text that is not known in the language of the machine is shown in English, and one that is
not known at all as it is stored, which is what Windows does with a resource that it can't load.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_PUBLISHED = Path(__file__).parents[2] / "samples" / "rule_names" / "published.txt"
# Rules for one profile or scope each, which have one name.
_SCOPES = re.compile(r"(-(noscope|active|edgescope|playtoscope|localsubnetscope))+$")
_RESOURCE = re.compile(r"@(?:.*\\)?([^\\,]+,-\d+)")
_EARLIER = "E"

_ELSEWHERE = {
    "de": {
        "firewallapi.dll,-28502": "Datei- und Druckerfreigabe",
        "firewallapi.dll,-28511": "Datei- und Druckerfreigabe (SMB eingehend)",
        "firewallapi.dll,-28752": "Remotedesktop",
        "firewallapi.dll,-28775": "Remotedesktop - Benutzermodus (TCP eingehend)",
    },
    "ja": {
        "firewallapi.dll,-30252": "Windows リモート管理 (互換性)",
        "firewallapi.dll,-30267": "Windows リモート管理",
        "firewallapi.dll,-32761": "ネットワーク探索 (UPnP 受信)",
    },
}


def resolve(text: str | None, language: str, identifier: str, kind: str = "rules") -> str | None:
    """The text that is shown for a name of a rule, or of its group (``groups``)."""
    match = _RESOURCE.match(text or "")
    if match is None:
        return text
    resource = match[1].lower()
    rule = _SCOPES.sub("", identifier.lower())
    for each in (language, "en"):
        known = _texts()[each, kind]
        found = _ELSEWHERE.get(each, {}).get(resource) or known.get(resource) or known.get(rule)
        if found:
            return found
    return text


@cache
def _texts() -> Mapping[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {
        (language, kind): {} for language in ("de", "en", "ja") for kind in ("rules", "groups")
    }
    known: dict[str, str] = {}
    for line in _PUBLISHED.read_text("utf-8").splitlines():
        if line.startswith("["):
            kind, language, source = line.strip("[]").split()
            known = {} if source == _EARLIER else found[language, kind]
        elif line and not line.startswith("#"):
            key, name = line.split(" = ", 1)
            known[key.removeprefix("@").lower() if key.startswith("@") else _rule(key)] = name
    return found


def _rule(identifier: str) -> str:
    return _SCOPES.sub("", identifier.lower())
