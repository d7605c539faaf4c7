# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin that says which hosts a limit leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader

FOLDER = Path(__file__).parents[3] / "plugins" / "lookup"
GROUPS = {"all": ["pc-1", "pc-2", "lin-1"], "windows": ["pc-1", "pc-2"], "linux": ["lin-1"]}


def found(limit: str | None, *patterns: str) -> list[str]:
    lookup_loader.add_directory(str(FOLDER))
    plugin: Any = lookup_loader.get("hosts_within_limit", loader=DataLoader())
    variables = {"groups": GROUPS} | ({} if limit is None else {"ansible_limit": limit})
    hosts: list[str] = plugin.run(list(patterns), variables=variables)
    return hosts


@pytest.mark.parametrize(
    ("limit", "pattern", "hosts"),
    [
        (None, "windows", ["pc-1", "pc-2"]),
        (None, "nobody", []),
        (None, "", []),
        ("pc-2", "", []),
        ("pc-2", "windows", ["pc-2"]),
        ("pc-2,lin-1", "windows", ["pc-2"]),
        ("!pc-2", "windows", ["pc-1"]),
        ("linux", "windows", []),
        ("nobody", "windows", []),
        ("linux", "windows,lin-1", ["lin-1"]),
        ("@no such file", "windows", []),
    ],
)
def test_a_limit_leaves_hosts_as_in_a_play(
    limit: str | None, pattern: str, hosts: list[str]
) -> None:
    assert found(limit, pattern) == hosts


def test_a_limit_may_be_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "play.retry"
    path.write_text("pc-2\nlin-1\n", "utf-8")
    assert found(f"@{path}", "windows") == ["pc-2"]


def test_the_controller_comes_first_unless_the_limit_leaves_it_out() -> None:
    assert found(None, "localhost", "all")[0] == "localhost"
    assert found("linux", "localhost", "all") == ["lin-1"]
