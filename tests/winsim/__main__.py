# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m winsim``."""

from __future__ import annotations

import sys

from winsim.cli import main

sys.exit(main())
