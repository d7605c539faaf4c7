# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong in a WS-Management conversation, by whose fault it is."""

from __future__ import annotations

from ...words.phrases import PhraseError


class WsmanError(PhraseError):
    """Base of all errors of this package."""


class LocalProtocolError(WsmanError):
    """The message to send can't be right: a mistake of the caller, not of the target."""


class RemoteProtocolError(WsmanError):
    """The answer violates the protocol: it is not XML, too large, unrelated, or has a wrong
    type."""
