# SPDX-License-Identifier: GPL-3.0-or-later
"""Options by which several jobs share out what they test."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--share",
        default="1/1",
        metavar="NUMBER/OF",
        help="run the tests marked every_core, and of the others those of this share of the files",
    )
    parser.addoption(
        "--part",
        default="1/1",
        metavar="NUMBER/OF",
        help="of all those, run this part of the files",
    )
