# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of hosts wait on the disk, which may be full."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ansible_collections.portkeeper.windows.plugins.plugin_utils.files import FileError
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.reading import Lines


@contextmanager
def files_of_at_most(octets: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_lines_come_in_the_order_of_the_names() -> None:
    lines = Lines()
    for name in ("b", "a", "b", "c"):
        lines.add(name, f"of {name}")
    lines.check()
    assert list(lines.of(("a", "x", "b", "c"))) == ["of a", "of b", "of c"]


def test_a_full_disk_is_told_at_the_end_and_not_to_the_worker() -> None:
    lines = Lines()
    lines.add("a", "short")
    with files_of_at_most(4096):
        lines.add("b", "x" * 5000)
        lines.add("c", "x" * 5000, late=True)
    lines.add("d", "short")
    with pytest.raises(FileError):
        lines.check()
    with pytest.raises(FileError):
        list(lines.of(("a", "d")))
