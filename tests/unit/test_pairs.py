# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of tests run on every pair, and which on one."""

from __future__ import annotations

from pathlib import Path

from unit.conftest import belongs_to_no_pair, takes_a_simulated_pc
from unit.rows import each_row

HERE = Path(__file__).parent


@each_row(
    "path, simulated, once",
    [
        ("firewall/judging/test_matching.py", False, False),
        ("firewall/test_every_moment.py", True, True),
        # By a module and by a package that help them.
        ("report/test_mending.py", True, True),
        ("firewall/changing/purging/test_scope.py", True, True),
        # The side of Ansible and of the pair's libraries.
        ("plugin_utils/test_other_hosts.py", True, False),
        # What is about the repository, but for one that asks Ansible's connections.
        ("project/test_layout.py", False, True),
        ("project/test_promises.py", False, False),
    ],
)
def test_by_path(path: str, simulated: bool, once: bool) -> None:
    assert takes_a_simulated_pc(HERE / path) is simulated
    assert belongs_to_no_pair(HERE / path) is once
