# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the collection calls itself in files that outlive it."""

from __future__ import annotations

VERSION = "0.1.0"
COLLECTION = f"portkeeper.windows {VERSION}"
