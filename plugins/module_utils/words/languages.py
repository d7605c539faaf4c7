# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The languages of the collection. They are defined in `ground`, because the texts need them."""

from __future__ import annotations

from ..ground.languages import LANGUAGES, Language, Text, language_of

__all__ = ["LANGUAGES", "Language", "Text", "language_of"]
