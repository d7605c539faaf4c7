# SPDX-License-Identifier: GPL-3.0-or-later
"""Which value of a profile's settings is in force where several stores have one, for those that
don't decide about traffic: test_stores has the others."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    profile_settings,
    registry_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    BesideTraffic,
    Origin,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from unit.firewall import firewall_samples as samples
from unit.rows import each_row

KEYS = {Origin.LOCAL: r"HKLM\LOCAL", Origin.GROUP_POLICY: r"HKLM\GP", Origin.MDM: r"HKLM\MDM"}
DEFAULT = r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log"


def beside(**values: dict[Origin, int | str]) -> BesideTraffic:
    """What is read of values by their names in the registry, and their origins."""
    text = ""
    for name, of in values.items():
        for origin, value in of.items():
            key = KEYS[origin] + (r"\Logging" if name.startswith("Log") else "")
            kind, data = ("REG_DWORD", hex(value)) if isinstance(value, int) else ("REG_SZ", value)
            text += f"{key}\r\n    {name}    {kind}    {data}\r\n\r\n"
    tree = registry_text.parse(text.replace("HKLM", "HKEY_LOCAL_MACHINE"))
    keys = {origin: (path,) for origin, path in KEYS.items()}
    return profile_settings.merge(tree, keys).beside


LOCAL, GROUP_POLICY, MDM = Origin.LOCAL, Origin.GROUP_POLICY, Origin.MDM


@each_row(
    ("attribute", "name", "values", "value", "origin"),
    [
        ("log_file", "LogFilePath", {}, DEFAULT, Origin.DEFAULT),
        ("log_file", "LogFilePath", {LOCAL: r"C:\a.log"}, r"C:\a.log", LOCAL),
        ("log_file", "LogFilePath", {LOCAL: "", MDM: r"C:\m.log"}, r"C:\m.log", MDM),
        ("log_file", "LogFilePath", {GROUP_POLICY: r"C:\g.log", MDM: "m"}, r"C:\g.log", GROUP_POLICY),
        ("log_file", "LogFilePath", {LOCAL: 7}, DEFAULT, Origin.DEFAULT),
        ("log_size", "LogFileSize", {}, 4096, Origin.DEFAULT),
        ("log_size", "LogFileSize", {LOCAL: 4096, GROUP_POLICY: 16384}, 16384, GROUP_POLICY),
        # What any store logs is logged.
        ("log_blocked", "LogDroppedPackets", {}, False, Origin.DEFAULT),
        ("log_blocked", "LogDroppedPackets", {LOCAL: 1, GROUP_POLICY: 0}, True, LOCAL),
        ("log_blocked", "LogDroppedPackets", {LOCAL: 0, GROUP_POLICY: 1}, True, GROUP_POLICY),
        ("log_blocked", "LogDroppedPackets", {LOCAL: 0, GROUP_POLICY: 0}, False, GROUP_POLICY),
        ("log_allowed", "LogSuccessfulConnections", {MDM: 1}, True, MDM),
        ("log_ignored", "LogIgnoredRules", {LOCAL: 1}, True, LOCAL),
        # The registry has the opposite of what the classes and the cmdlets have.
        ("notifications", "DisableNotifications", {}, True, Origin.DEFAULT),
        ("notifications", "DisableNotifications", {LOCAL: 1}, False, LOCAL),
        ("notifications", "DisableNotifications", {LOCAL: 1, MDM: 0}, True, MDM),
        (
            "unicast_responses",
            "DisableUnicastResponsesToMulticastBroadcast",
            {GROUP_POLICY: 1},
            False,
            GROUP_POLICY,
        ),
        (
            "stealth_for_ipsec",
            "DisableStealthModeIPsecSecuredPacketExemption",
            {LOCAL: 1},
            False,
            LOCAL,
        ),
    ],
)  # fmt: skip
def test_the_value_in_force(
    attribute: str, name: str, values: dict[Origin, int | str], value: Any, origin: Origin
) -> None:
    setting = getattr(beside(**{name: values}), attribute)
    assert (setting.value, setting.origin) == (value, origin)
    assert setting.path.endswith(name if values and origin is not Origin.DEFAULT else "")


def test_a_real_pc_logs_nothing() -> None:
    host = samples.read(samples.WIN10_1903)
    for profile in Profile:
        found = host.profiles[profile].beside
        assert (found.log_file.value, found.log_file.origin) == (DEFAULT, LOCAL)
        assert (found.log_size.value, found.log_blocked.value) == (4096, False)


def test_what_does_not_decide_about_traffic_is_no_difference() -> None:
    settings = profile_settings.ProfileSettings()
    logging = profile_settings.ProfileSettings(
        beside=BesideTraffic(log_blocked=profile_settings.Setting(True))
    )
    assert settings != logging
    assert settings.values == logging.values
