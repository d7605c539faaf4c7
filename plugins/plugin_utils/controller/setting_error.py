# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The error of a setting, or of the controller, with which nothing can be sent."""

from __future__ import annotations

from ...module_utils.words.phrases import PhraseError


class SettingError(PhraseError):
    """Nothing can be sent with a connection's settings, or the controller's packages."""
