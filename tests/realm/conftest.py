# SPDX-License-Identifier: GPL-3.0-or-later
"""A realm for the tests of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from loopback import Network
from realm.kdc import Realm


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    """A realm that runs. The simulated hosts are in this process, so it gets the variables too."""
    before = dict(os.environ)
    with Realm(tmp_path_factory.mktemp("realm"), Network().next()) as made:
        os.environ.update(made.variables)
        try:
            yield made
        finally:
            os.environ.clear()
            os.environ.update(before)
