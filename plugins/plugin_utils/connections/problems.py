# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible's connections and their libraries mean by an error, before and after a message."""

from __future__ import annotations

from typing import Any

from ...module_utils.ground.text import for_display
from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Verbatim
from .. import settings
from ..controller.setting_error import SettingError
from ..exchange.failures import words_of
from ..exchange.ways import Untaken


def untaken(connection: Any, said: str) -> Untaken:
    """Why Ansible's connection has made no Protocol for the one way of authentication that it was
    given: what the check of its settings finds, or what it says itself."""
    (way,) = connection._winrm_transport
    # Its beginning if `kinit` could not be started, or has failed.
    for beginning, remedy in (
        ("Kerberos auth failure when calling kinit cmd", Phrase("failure_remedy.ticket_program")),
        ("Kerberos auth failure for principal", None),
    ):
        if said.startswith(beginning):
            reason = for_display(said[len(beginning) :].partition(": ")[2])
            return Untaken(way, TransportError(Failure.TICKET, reason, remedy=remedy))
    problem = settings.problem_of_way(connection, way)
    if problem is None:
        words = Verbatim(for_display(said.removeprefix(f"{way}: ")))
        problem = SettingError("setting.winrm", problem=words)
    return Untaken(way, TransportError(Failure.SETTING, problem.phrase))


def setting_of_psrp(error: Exception) -> SettingError:
    """What pypsrp finds wrong with settings that the check before it let pass."""
    if str(error).startswith("Cannot use message encryption with auth"):
        return SettingError("setting.psrp_encryption")
    return SettingError("setting.psrp", problem=words_of(error))


def says_no_to_us(error: TransportError) -> bool:
    """Whether a request was not carried out because of the way of authentication."""
    if error.status is not None:
        return 400 <= error.status < 500
    return error.failure in (
        Failure.AUTHENTICATION,
        Failure.SETTING,
        Failure.TICKET,
        Failure.UNENCRYPTED,
        Failure.CERTIFICATE,
        Failure.NOT_WINRM,
        Failure.OTHER,
    )
