# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments as people write them: with a space in a list, and with the capitals of Windows."""

from __future__ import annotations

from pathlib import Path

import pytest

from integration.runs import play, run

pytestmark = pytest.mark.integration


@pytest.mark.every_core
def test_a_space_in_a_list_is_told_with_what_to_write() -> None:
    """Ad hoc, before any host is contacted."""
    for arguments, told in (
        ("ports=80, 443", "Write ports=80,443, or ports='80, 443'."),
        ("ports=80 443", "'443' belongs to no option: write option=value"),
    ):
        code, text = run(
            "ansible", "all", "-i", "192.0.2.1,", "-m", "portkeeper.windows.port_check", "-a", arguments
        )  # fmt: skip
        assert code == 2, text
        assert told in text
        assert "raw params" not in text


def test_the_capitals_of_windows_are_taken(inventory: Path, tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text(inventory.read_text("utf-8"), "utf-8")
    wanted = {"ports": 8080, "protocols": "TCP"}
    rule = {
        "name": "T", "ports": 8081, "direction": "Inbound", "action": "Allow", "protocol": "TCP",
        "profiles": ["Domain", "Private"], "state": "Present",
    }  # fmt: skip
    checked = {"check_mode": True}
    tasks: list[dict[str, object]] = [
        {"portkeeper.windows.port_check": wanted | {"expect": "Reachable"}},
        # As one value, which Ansible hands over unread.
        {"portkeeper.windows.port_check": "{{ wanted }}", "vars": {"wanted": wanted}},
        {"portkeeper.windows.port_firewall": {"rules": [rule]}} | checked,
        {"portkeeper.windows.port_firewall": rule} | checked,
        {"portkeeper.windows.port_firewall_info": {"direction": "Outbound", "action": "Block"}},
        {"portkeeper.windows.firewall_profile": {"by_profile": {"Public": {"enabled": "True"}}}}
        | checked,
        {"portkeeper.windows.network_category": {"name": "Office", "category": "Private"}},
    ]
    done = play(
        [{"hosts": "win-1", "gather_facts": False, "ignore_errors": True, "tasks": tasks}],
        tmp_path,
    )
    *read, network = [each["result"] for each in done.results]
    assert {each["status"] for each in read} == {"ok", "changed"}, done.text
    # It is taken, but names no network; it is no new name either.
    assert "The options name and interface select a network, and rename none." in network["msg"]
