# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Ansible's connections and their libraries mean by an error, before and after a message."""

from __future__ import annotations

import os
import re
from typing import Any

from ...module_utils.ground.text import for_display
from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Verbatim
from .. import settings
from ..controller.setting_error import SettingError
from ..exchange.failures import words_of
from ..exchange.kerberos import Asking, failure_of_kinit
from ..exchange.ways import Untaken


def untaken(connection: Any, said: str) -> Untaken:
    """Why Ansible's connection has made no Protocol for the one way of authentication that it was
    given: what the check of its settings finds, or what it says itself."""
    (way,) = connection._winrm_transport
    if said.startswith(_NO_KINIT):
        reason = for_display(_ERRNO.sub("", said[len(_NO_KINIT) :].partition(": ")[2]))
        remedy = Phrase("failure_remedy.kerberos_program")
        return Untaken(way, TransportError(Failure.KERBEROS, reason, remedy=remedy))
    if said.startswith(_NO_TICKET):
        # What `kinit` says comes after the name of the user, which may contain anything.
        name = f" {connection._winrm_user}: "
        reason = said.removeprefix(_NO_TICKET)
        reason = reason.removeprefix(name) if reason.startswith(name) else reason
        return Untaken(way, failure_of_kinit(reason, asking(connection)))
    problem = settings.problem_of_way(connection, way)
    if problem is None:
        words = Verbatim(for_display(said.removeprefix(f"{way}: ")))
        problem = SettingError("setting.winrm", problem=words)
    return Untaken(way, TransportError(Failure.SETTING, problem.phrase))


def asking(connection: Any) -> Asking:
    """Who asks Kerberos for a ticket through a connection, and how."""
    user = str(connection.get_option("remote_user") or "")
    by_kinit = getattr(connection, "_kerb_managed", False)
    handed = connection.get_option("kinit_env_vars") if by_kinit else [_CONFIG]
    return Asking(user, kept_back=_CONFIG in os.environ and _CONFIG not in (handed or ()))


# How Ansible begins if `kinit` could not be started, or has failed.
_NO_KINIT = "Kerberos auth failure when calling kinit cmd"
_NO_TICKET = "Kerberos auth failure for principal"
_CONFIG = "KRB5_CONFIG"
_ERRNO = re.compile(r"\[Errno -?\d+\] ")


def about_refusal(way: str, given: str, *, alone: bool) -> Phrase | None:
    """The remedy if a host has refused credentials, where it is not the usual one.

    Args:
        given: user and password.
        alone: whether no other way of authentication has been tried, and none is left.
    """
    if way == "kerberos" and alone:  # otherwise there would be no ticket to refuse
        return Phrase("failure_remedy.kerberos_refused")
    if settings.is_basic(way) and not given.isascii():
        # requests writes ISO 8859-1, and the host may read something else (RFC 7617 leaves it open)
        return Phrase("failure_remedy.letters")
    return None


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
        Failure.KERBEROS,
        Failure.UNENCRYPTED,
        Failure.CERTIFICATE,
        Failure.NOT_WINRM,
        Failure.OTHER,
    )
