# SPDX-License-Identifier: GPL-3.0-or-later
"""What playbooks say that they need."""

from __future__ import annotations

from typing import Any, get_args

from ansible_collections.portkeeper.windows.plugins.filter import playbook_text
from unit.rows import each_row

VALUES = {
    "no_host": {"pattern": "pcs", "variable": "web_hosts"},
    "beyond_limit": {"limit": "lin-1", "pattern": "pcs", "variable": "web_hosts"},
    "ports": {"command": "a b"},
    "services": {"command": "a b"},
    "no_server": {},
    "server": {"server": "srv-9"},
    "server_beyond_limit": {"limit": "pc-1", "server": "srv-9"},
    "no_clients": {},
    "clients": {"clients": "pc-9"},
    "only_server": {"clients": "srv-1"},
    "strangers": {"strangers": ["x", "y"]},
    "check_path_ports": {},
    "example": {"command": "a b"},
    "not_expected": {},
    "not_freed": {},
    "not_checked": {},
    "not_verified": {},
    "disagreements": {"count": 3},
}


def test_each_sentence_has_its_values() -> None:
    assert set(VALUES) == set(get_args(playbook_text.Key))
    for key, values in VALUES.items():
        for language in ("en", "ja"):
            text = playbook_text.playbook_text(key, values, language)  # type: ignore[arg-type]
            assert "{" not in text


@each_row(
    ("key", "language", "text"),
    [
        ("disagreements", "en", "Disagreements without a known reason: 3; they are listed above."),
        ("disagreements", "ja", "既知の理由がない不一致: 3 件 (上の一覧を参照してください)。"),
        (
            "strangers",
            "en",
            "check_path_clients: the inventory has no host or group x, y. Correct the names.",
        ),
    ],
)
def test_a_sentence(key: Any, language: str, text: str) -> None:
    assert playbook_text.playbook_text(key, VALUES[key], language) == text
