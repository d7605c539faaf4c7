# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Says why none of several ways of authentication was taken, each reason once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Joined, Phrase, Sentences, Value


@dataclass(frozen=True)
class Untaken:
    """A way of authentication, and why it was not taken.

    Attributes:
        error: one that was never raised, because a traceback holds the connection of the task.
    """

    way: str
    error: TransportError

    @classmethod
    def because_of(cls, way: str, error: TransportError) -> Untaken:
        """The same after an error that may have been raised."""
        return cls(way, _anew(error))


def none_is_left(untaken: Sequence[Untaken]) -> TransportError:
    """The failure if no way is left: that of the last one that was tried. Each reason is told once,
    with all the ways that have it."""
    made = _of_last(untaken)
    made.refused = any(each.error.refused for each in untaken)
    return made


def _of_last(untaken: Sequence[Untaken]) -> TransportError:
    alike: list[tuple[TransportError, list[str]]] = []
    if any(each.way == _ADVISED for each in untaken):
        untaken = [replace(each, error=_without_advice(each.error)) for each in untaken]
    for each in untaken:
        ways = next((ways for error, ways in alike if _cause(error) == _cause(each.error)), None)
        if ways is None:
            alike.append((each.error, [each.way]))
        elif each.way not in ways:
            ways.append(each.way)
    alike = [(_of_all(error, ways), ways) for error, ways in alike]
    if len(alike) == 1:
        ((error, ways),) = alike
        detail = error.detail
        if len(ways) > 1 and not detail:
            detail = Phrase("detail.each_way", {"ways": _listed(ways)})
        return TransportError(error.failure, detail, error.status, remedy=error.remedy)
    told = Phrase("failure.no_way", {"ways": Sentences(tuple(_sentence(*each) for each in alike))})
    tried = [error for error, _ways in alike if not error.of_the_controller]
    if not tried:
        return TransportError(Failure.SETTING, told)
    last = tried[-1]
    return TransportError(last.failure, "", last.status, remedy=last.remedy, sentences=told)


# The way that is advised in the place of one that can't be used. If it was among those that failed,
# the advice leads nowhere: the texts without it.
_ADVISED = "ntlm"
_WITHOUT_ADVICE = {
    "setting.way_package_missing": "setting.way_package_missing_alone",
    "setting.not_for_basic": "setting.not_for_basic_alone",
    "setting.colon": "setting.colon_alone",
    "setting.characters": "setting.characters_alone",
    "failure_remedy.letters": "failure_remedy.authentication",
}


def _without_advice(error: TransportError) -> TransportError:
    detail, remedy = error.detail, error.remedy
    if isinstance(detail, Phrase):
        detail = replace(detail, key=_WITHOUT_ADVICE.get(detail.key, detail.key))
    if remedy is not None:
        remedy = replace(remedy, key=_WITHOUT_ADVICE.get(remedy.key, remedy.key))
    return TransportError(error.failure, detail, error.status, remedy=remedy)


# What a way of authentication needs, and the same of several ways.
_NEEDS = ("setting.credential_missing", "setting.credential_missing_for_all")


def _cause(error: TransportError) -> Phrase:
    """What two failures share if they have one cause, whichever way each is of."""
    detail = error.detail
    if isinstance(detail, Phrase) and detail.key == _NEEDS[0]:
        return replace(detail, values={**detail.values, "way": ""})
    return error.phrase


def _of_all(error: TransportError, ways: Sequence[str]) -> TransportError:
    """A failure of several ways with one cause."""
    detail = error.detail
    if len(ways) < 2 or not isinstance(detail, Phrase) or detail.key != _NEEDS[0]:
        return error
    values = {"variable": detail.values["variable"], "ways": _listed(ways)}
    return TransportError(error.failure, Phrase(_NEEDS[1], values))


def _anew(error: TransportError) -> TransportError:
    return TransportError(error.failure, error.detail, error.status, remedy=error.remedy)


def _listed(ways: Sequence[str]) -> Value:
    return Joined(tuple(ways), "list.separator")


def _sentence(error: TransportError, ways: Sequence[str]) -> Phrase:
    key = "failure.of_way_told" if error.of_the_controller else "failure.of_way"
    return Phrase(key, {"ways": _listed(ways), "problem": error.told})


def refused_by_pywinrm(said: str) -> TransportError:
    """The failure that pywinrm or pypsrp mean with their WinRMError, which has several meanings:
    what pywinrm has found wrong with settings before it sent anything, and, for both, a message
    that could not be decrypted."""
    for beginning, package in _PACKAGES.items():
        if said.startswith(beginning):
            told = Phrase("setting.package_missing", {"package": package})
            return TransportError(Failure.SETTING, told)
    if said.startswith(_NO_KEYS):
        names: dict[str, Value] = {
            "encryption": "ansible_winrm_message_encryption",
            "variable": "ansible_winrm_transport",
        }
        return TransportError(Failure.SETTING, Phrase("setting.no_keys", names))
    return TransportError(Failure.NOT_WINRM, Phrase("detail.other_authentication"))


_PACKAGES = {
    "requested auth method is kerberos, but": "pywinrm[kerberos]",
    "requests auth method is credssp, but": "pywinrm[credssp]",
    "requested auth method is ntlm, but": "requests-ntlm",
}
_NO_KEYS = ("message encryption is set to 'always' but", "Encryption for protocol")
