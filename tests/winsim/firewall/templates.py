# SPDX-License-Identifier: GPL-3.0-or-later
"""What the administrative templates of Windows XP let in, in the words of rules.

Lists and switches below the keys DomainProfile and StandardProfile of Group Policy; what they mean
is in the explanations of WindowsFirewall.admx. One entry of a list is ``80:TCP:*:enabled:Web`` or
``C:\\a.exe:localsubnet:disabled:A``; one that is disabled takes away all for its port or program.
"""

from __future__ import annotations

from collections.abc import Iterator

from winsim.firewall.store import FirewallState

_LISTS = ("GloballyOpenPorts", "AuthorizedApplications")
_SWITCHES = {
    r"Services\RemoteDesktop": ("6|LPort=3389",),
    r"Services\FileAndPrint": ("6|LPort=139|LPort=445", "17|LPort=137|LPort=138"),
    r"Services\UPnPFramework": ("6|LPort=2869", "17|LPort=1900"),
    "RemoteAdminSettings": ("6|LPort=135|LPort=445",),
}


def exceptions(state: FirewallState, key: str) -> Iterator[tuple[str, str]]:
    """The exceptions below the key of a profile: where each stands, and the text of a rule for all
    profiles that lets the same in. The templates know no keys but DomainProfile and
    StandardProfile."""
    if key.rpartition("\\")[2] not in {"DomainProfile", "StandardProfile"}:
        return
    for name in _LISTS:
        if _number(state, rf"{key}\{name}", "Enabled") == 1:
            yield from _listed(state, rf"{key}\{name}\List")
    for name, openings in _SWITCHES.items():
        if _number(state, rf"{key}\{name}", "Enabled") == 1:
            scope = state.value(rf"{key}\{name}", "RemoteAddresses")
            remote = _remote(str(scope.data) if scope else "*")
            for opening in openings:
                yield name, _text(f"Protocol={opening}|{remote}")


def _listed(state: FirewallState, key: str) -> Iterator[tuple[str, str]]:
    opened: dict[str, list[str]] = {}
    closed = set()
    for value in (state.values(key) or {}).values():
        # A drive letter has a colon of its own; so has the name that a person gives.
        head = str(value.data)
        drive = head[:2] if head[1:2] == ":" and not head[0].isdigit() else ""
        parts = head[len(drive) :].split(":")
        if len(parts) > 2 and parts[1].upper() in {"TCP", "UDP"} and parts[0].isdigit():
            number = {"TCP": 6, "UDP": 17}[parts[1].upper()]
            what, rest = f"Protocol={number}|LPort={int(parts[0])}|", parts[2:]
        else:
            what, rest = f"App={drive}{parts[0]}|", parts[1:]
        if len(rest) < 3 or rest[1].lower() not in {"enabled", "disabled"}:
            continue
        if rest[1].lower() == "disabled":
            closed.add(what.lower())
        else:
            opened.setdefault(what.lower(), []).append(what + _remote(rest[0]))
    for what, texts in opened.items():
        if what not in closed:
            yield from ((key, _text(text)) for text in texts)


def _remote(scope: str) -> str:
    words = [word.strip() for word in scope.split(",")]
    if "*" in words:
        return ""
    found = ""
    for word in words:
        if word.lower() == "localsubnet":
            found += "RA4=LocalSubnet|RA6=LocalSubnet|"
        elif word:
            found += f"RA4={word}|"
    return found or "RA4=255.255.255.255|"


def _text(conditions: str) -> str:
    return f"v2.10|Action=Allow|Active=TRUE|Dir=In|{conditions}Name=x|"


def _number(state: FirewallState, key: str, name: str) -> int | str | None:
    value = state.value(key, name)
    return None if value is None else value.data
