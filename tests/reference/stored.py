# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies of the model in the form in which the registry keeps them."""

from __future__ import annotations

from .firewall import Policy, Rule


def written(rule: Rule, name: str = "a rule") -> str:
    """A rule as a store keeps it, by the grammar of [MS-GPFAS] 2.2.2.19. Protocol stands before what needs it."""
    parts = ["v2.30", f"Action={rule.action}"]
    if rule.active:
        parts.append("Active=TRUE")
    parts.append(f"Dir={rule.direction}")
    if rule.protocol is not None:
        parts.append(f"Protocol={rule.protocol}")
    parts += [f"Profile={each}" for each in rule.profiles]
    for side, ports in (("L", rule.local_ports), ("R", rule.remote_ports)):
        parts += [
            f"{side}Port2_10={each}" if "-" in each and each[0].isdigit() else f"{side}Port={each}"
            for each in ports
        ]
    for key, values in (
        ("LA4", rule.local4),
        ("LA6", rule.local6),
        ("RA4", rule.remote4),
        ("RA6", rule.remote6),
    ):
        parts += [f"{key}={each}" for each in values]
    parts += [f"IFType={each}" for each in rule.interface_types]
    texts = (
        ("App", rule.program),
        ("Svc", rule.service),
        ("Name", name),
        ("Security", rule.security),
    )
    parts += [
        f"{key}={text}"
        for key, text in (*texts, ("RMAuth", rule.machines), ("AppPkgId", rule.package))
        if text
    ]
    parts += [
        f"{key}=TRUE"
        for key, flag in (
            ("Edge", rule.edge),
            ("LOM", rule.local_only_mapped),
            ("AuthByPassOut", rule.bypass_out),
        )
        if flag
    ]
    return "|".join(parts) + "|"


LOCAL_KEY = (
    r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
)
GROUP_KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall"  # [MS-GPFAS] 1.9


def registry(policy: Policy) -> str:
    """Both stores as ``reg.exe query KEY /s`` prints them. A key without values and sub-keys is printed too."""
    lines: list[str] = []
    for base, settings, rules in (
        (LOCAL_KEY, policy.local_settings, policy.local_rules),
        (GROUP_KEY, policy.group_settings, policy.group_rules),
    ):
        keys: dict[str, list[str]] = (
            {base: []} if base == GROUP_KEY else {base: ["    PolicyVersion    REG_DWORD    0x21e"]}
        )
        for name, values in settings.items():
            keys.setdefault(rf"{base}\{name}", [])
            for place, value in values.items():
                below, _slash, last = rf"{base}\{name}\{place}".rpartition("\\")
                keys.setdefault(below, []).append(f"    {last}    REG_DWORD    {value:#x}")
        store = "local" if base == LOCAL_KEY else "group"
        keys[rf"{base}\FirewallRules"] = [
            f"    {store}-{number}    REG_SZ    {written(rule, f'{store} {number}')}"
            for number, rule in enumerate(rules)
        ]
        for key, printed in keys.items():
            lines += ["", key, *printed]
    return "\r\n".join([*lines, ""])
