# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds a port is stopped, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

TEXTS: Mapping[str, Text] = {}
