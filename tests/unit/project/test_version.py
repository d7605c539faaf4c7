# SPDX-License-Identifier: GPL-3.0-or-later
"""The version that files of the collection name is the collection's."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.version import COLLECTION

GALAXY = Path(__file__).parents[3] / "galaxy.yml"


def test_it_is_that_of_the_archive() -> None:
    galaxy = yaml.safe_load(GALAXY.read_text(encoding="utf-8"))
    assert f"{galaxy['namespace']}.{galaxy['name']} {galaxy['version']}" == COLLECTION
