# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tools COMMAND``, run from the Makefile with tests/ on the import path."""

from __future__ import annotations

import sys

from .commands import main

sys.exit(main(sys.argv[1:]))
