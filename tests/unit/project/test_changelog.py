# SPDX-License-Identifier: GPL-3.0-or-later
"""What the changelog will tell users of the next release is for those who had the one before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).parents[3]
CHANGELOGS = CHECKOUT / "changelogs"
# Of these a user knows only who had an earlier release: before the first one, what has been mended
# since is nobody's news, and 0.1.0.yml says what there is.
ABOUT_EARLIER_RELEASES = {
    "breaking_changes", "bugfixes", "deprecated_features", "removed_features", "security_fixes",
}  # fmt: skip


def released() -> bool:
    found = yaml.safe_load((CHANGELOGS / "changelog.yaml").read_text("utf-8"))
    return bool(found["releases"])


def fragments() -> dict[str, dict[str, Any]]:
    return {
        path.name: yaml.safe_load(path.read_text("utf-8"))
        for path in sorted((CHANGELOGS / "fragments").glob("*.yml"))
    }


def told(section: dict[str, Any]) -> set[str]:
    """What an object of the collection is named in a fragment, by the sections that name objects."""
    entries = [entry.partition(" - ")[0] for entry in section.get("major_changes", [])]
    objects = [*section.get("add object.role", []), *section.get("add object.playbook", [])]
    return {*entries, *(each["name"] for each in objects)}


def objects() -> set[str]:
    """The modules, roles and playbooks of the collection."""
    paths = (
        *CHECKOUT.glob("plugins/modules/[a-z]*.py"),
        *CHECKOUT.glob("roles/[a-z]*"),
        *CHECKOUT.glob("playbooks/*.yml"),
    )
    return {path.stem for path in paths}


def test_before_the_first_release_nothing_is_mended_for_users() -> None:
    wrong = {name: set(each) & ABOUT_EARLIER_RELEASES for name, each in fragments().items()}
    assert released() or {name: each for name, each in wrong.items() if each} == {}


def test_the_first_release_names_all_that_there_is() -> None:
    assert {"port_facts", "port_setup", "check_ports"} <= objects()
    assert released() or objects() - told(fragments()["0.1.0.yml"]) == set()
