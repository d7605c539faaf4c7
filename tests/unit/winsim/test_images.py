# SPDX-License-Identifier: GPL-3.0-or-later
"""Every image that comes with the simulator boots, and holds together."""

from __future__ import annotations

import pytest

from unit.sweeps import fast
from winsim import classes, images
from winsim.classes.net_firewall_filters import FILTERS

ALL_CLASSES = [
    ("root/cimv2", "Win32_Process"),
    ("root/cimv2", "Win32_Service"),
    ("root/cimv2", "Win32_DependentService"),
    ("root/cimv2", "Win32_OperatingSystem"),
    ("root/cimv2", "Win32_ComputerSystem"),
    ("root/StandardCimv2", "MSFT_NetTCPConnection"),
    ("root/StandardCimv2", "MSFT_NetUDPEndpoint"),
    ("root/StandardCimv2", "MSFT_NetFirewallRule"),
    ("root/StandardCimv2", "MSFT_NetFirewallProfile"),
    *(("root/StandardCimv2", c.name) for c in FILTERS),
]


@pytest.mark.parametrize("name", fast(images.names(), "win11-ja"))
def test_every_instance_has_every_property_and_a_key_of_its_own(name: str) -> None:
    machine = images.load(name).boot()
    for namespace, class_name in ALL_CLASSES:
        cim_class = classes.find(namespace, class_name, machine)
        if cim_class is None:
            assert not machine.network.has_cim_classes
            continue
        rows = list(cim_class.instances(machine))
        declared = {p.name for p in cim_class.properties}
        assert rows
        assert all(set(row) == declared for row in rows)
        if class_name == "MSFT_NetUDPEndpoint":
            continue  # sockets may share an address and a port, and so the key
        keys = [tuple(row[key] for key in cim_class.keys) for row in rows]
        assert len(set(keys)) == len(keys)


def test_names_of_classes_ignore_case_and_slashes() -> None:
    found = classes.find("ROOT\\CIMV2", "win32_PROCESS")
    assert found is not None
    assert found.name == "Win32_Process"
    assert classes.find("root/cimv2", "Win32_Nothing") is None
    assert classes.find("root/nothing", "Win32_Process") is None


def test_base_class_stands_for_those_derived_from_it() -> None:
    names = {c.name for c in classes.derived("root/cimv2", "CIM_LogicalElement")}
    assert {"Win32_Process", "Win32_Service", "Win32_OperatingSystem"} <= names


def test_unknown_image_names_those_that_exist() -> None:
    with pytest.raises(FileNotFoundError, match="win11-ja"):
        images.load("windows-95")


def test_each_image_says_in_a_sentence_what_it_is() -> None:
    told = {name: images.about(name) for name in images.names()}
    assert told["lost-domain"] == (
        "The server of server2022.yml as a member of a domain that Windows did not find when it "
        "started, so that it takes the network for a public one."
    )
    for name, each in told.items():
        assert each.endswith("."), name
        assert "SPDX" not in each, name
        assert "described in README" not in each, name
    assert len(set(told.values())) == len(told)
