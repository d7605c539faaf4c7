# SPDX-License-Identifier: GPL-3.0-or-later
"""The dynamic range as the settings of TCP and UDP show it."""

from __future__ import annotations

from unit.winsim.small import boot
from winsim import classes


def test_every_setting_but_the_choosing_one_has_the_range() -> None:
    machine = boot()
    found = classes.find("root/standardcimv2", "MSFT_NetTCPSetting", machine)
    assert found is not None
    ranges = {
        row["SettingName"]: (row["DynamicPortRangeStartPort"], row["DynamicPortRangeNumberOfPorts"])
        for row in found.instances(machine)
    }
    assert ranges["Automatic"] == (None, None)
    assert set(ranges.values()) - {(None, None)} == {(49152, 16384)}


def test_udp_has_one_setting_without_name() -> None:
    machine = boot()
    found = classes.find("root/standardcimv2", "MSFT_NetUDPSetting", machine)
    assert found is not None
    (row,) = found.instances(machine)
    assert row["DynamicPortRangeStartPort"] == 49152
    assert "SettingName" not in row
