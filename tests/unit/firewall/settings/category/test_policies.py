# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies say about the categories of networks, as reg.exe prints it."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category import (
    policies,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category.model import (
    Connected,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.commands import (
    NETWORK_POLICIES,
)
from unit.rows import each_row
from winsim import images, programs
from winsim.classes.net_connection_profile import POLICIES, UNIDENTIFIED

IDENTIFYING = "010103000F0000F0080000000F0000F0D0B4EB5D3C24F17D10AE531C7DCEF4A94F4A085AD0D4C88B75082573E36F857A"
OFFICE = Connected("{1}", "Office", "Ethernet", 12, Profile.PUBLIC, {})
UNKNOWN = Connected("{1}", "識別されていないネットワーク", "Ethernet", 12, Profile.PUBLIC, {})
PUBLIC, PRIVATE = Profile.PUBLIC, Profile.PRIVATE


def printed(*keys: tuple[str, dict[str, int]]) -> str:
    """As `reg.exe query … /s` prints it."""
    found = ""
    for name, values in keys:
        found += f"\r\n{POLICIES}\\{name}\r\n"
        found += "".join(
            f"    {each}    REG_DWORD    {value:#x}\r\n" for each, value in values.items()
        )
    return found


@each_row(
    ("name", "values", "networks", "category", "locked"),
    [
        (UNIDENTIFIED, {"Category": 1}, "unidentified", PRIVATE, False),
        (UNIDENTIFIED.lower(), {"category": 0}, "unidentified", PUBLIC, False),
        (IDENTIFYING, {"Category": 0}, "identifying", PUBLIC, False),
        ("FirstNetwork", {"Category": 1, "CategoryReadOnly": 1}, "other", PRIVATE, True),
        ("0101", {"CategoryReadOnly": 1}, "other", None, True),
        ("0101", {"Category": 9, "CategoryReadOnly": 1}, "other", None, True),
    ],
)
def test_a_policy_is_read(
    name: str, values: dict[str, int], networks: str, category: Profile | None, locked: bool
) -> None:
    (found,) = policies.parse(printed((name, values)))
    assert found == policies.NetworkPolicy(rf"{POLICIES}\{name}", networks, category, locked)


@each_row(
    "text",
    [
        "",
        "ERROR: The system was unable to find the specified registry key or value.",
        printed(("0101", {"CategoryReadOnly": 0})),
        printed(("0101", {"NameReadOnly": 1})),
        printed(("0101", {"Category": 9})),
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft" + "\r\n    Category    REG_DWORD    0x1\r\n",
        printed(("0101", {})) + "    Category    REG_SZ    1\r\n",
    ],
)
def test_other_text_says_nothing(text: str) -> None:
    assert policies.parse(text) == ()


@each_row(
    ("name", "values", "network", "wanted", "counts"),
    [
        ("0101", {"Category": 0}, OFFICE, PRIVATE, True),
        ("0101", {"Category": 0}, OFFICE, PUBLIC, False),
        ("0101", {"Category": 0}, UNKNOWN, PRIVATE, False),
        ("0101", {"CategoryReadOnly": 1}, OFFICE, PUBLIC, True),
        # It may be the policy for all networks.
        ("0101", {"CategoryReadOnly": 1}, UNKNOWN, PRIVATE, True),
        (UNIDENTIFIED, {"Category": 0}, UNKNOWN, PRIVATE, True),
        (UNIDENTIFIED, {"Category": 0}, OFFICE, PRIVATE, False),
        (UNIDENTIFIED, {"Category": 1, "CategoryReadOnly": 1}, UNKNOWN, PRIVATE, True),
        (IDENTIFYING, {"Category": 0, "CategoryReadOnly": 1}, OFFICE, PRIVATE, False),
        (IDENTIFYING, {"Category": 0}, UNKNOWN, PRIVATE, False),
    ],
)
def test_which_networks_a_policy_may_decide_about(
    name: str, values: dict[str, int], network: Connected, wanted: Profile, counts: bool
) -> None:
    found = policies.parse(printed((name, values)))
    assert bool(policies.against(found, network, wanted)) is counts


def test_a_host_has_no_endless_policies() -> None:
    text = printed(*((f"{number:04}", {"Category": 1}) for number in range(1_000)))
    assert len(policies.parse(text)) == 100


def test_the_command_line_reads_what_a_pc_has() -> None:
    machine = images.load("win11-ja").boot("pc", "127.0.0.1")
    assert machine.firewall is not None
    machine.firewall.set_value(rf"{POLICIES}\FirstNetwork", "Category", 1)
    output = programs.run(machine, NETWORK_POLICIES.command_line)
    assert [each.category for each in policies.parse(output.stdout.decode())] == [PRIVATE]
