# SPDX-License-Identifier: GPL-3.0-or-later
"""Where verify_host writes a recording whose path has the host's name in it."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.action import verify_host
from unit.rows import each_row


@each_row(
    ("name", "path"),
    [
        ("../../evil", "/srv/a/../../evil.jsonl"),
        ("/etc/x", "/etc/x"),
        ("..", "rec/../x.jsonl"),
        (".", "rec/./x.jsonl"),
        ("~root", "~root/x.jsonl"),
        ("~", "~/x.jsonl"),
        ("$HOME", "$HOME.jsonl"),
        ("a${HOME}", "rec/a${HOME}/x"),
    ],
)
def test_a_name_that_leads_elsewhere(name: str, path: str) -> None:
    assert verify_host._leads(name, path)


@each_row(
    ("name", "path"),
    [
        ("win-1", "rec/win-1.jsonl"),
        ("win-1", "~/rec/$USER/win-1.jsonl"),
        ("win-1", "../x.jsonl"),
        ("a.b.example", "/srv/a.b.example/x"),
        ("東京", "./東京.jsonl"),
        ("$HOME", "rec/x.jsonl"),
    ],
)
def test_any_other_name_or_path(name: str, path: str) -> None:
    assert not verify_host._leads(name, path)
