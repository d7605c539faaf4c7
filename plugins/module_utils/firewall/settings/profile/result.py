# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results for profiles: results, differences and warnings, as plain values and phrases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, NotRequired, TypeAlias, TypedDict

from ....ground.text import for_display
from ....pc.result import TaskResult
from ....words.phrases import Phrase, Value, Words
from ...changing.moves.broken_off import ChangeError
from ...judging.decision import profile_phrase
from ...judging.reading import FirewallReading
from ...policy.products import in_charge
from ...policy.profile_settings import Origin, Setting
from ...policy.vocabulary import Profile
from .driver import ProfileChanges
from .options import BY_NAME, OPTIONS, Law, Local, ProfileOption, in_words, shown, worded
from .plan import ProfilePlan
from .reading import Values

_POLICIES = (Origin.GROUP_POLICY, Origin.MDM)

#: The form of a value in results: null if the host has one that is not known here.
Plain: TypeAlias = "str | bool | int | None"


class SettingEntry(TypedDict, Generic[Words]):
    """A requested setting that has another value in force."""

    setting: str
    value: Words
    origin: str
    path: str
    reason: Words


class ProfileEntry(TypedDict, Generic[Words]):
    """The result for a profile. `local`, `before`, `effective` and `origins` have a value for each
    setting."""

    name: str
    active: bool | None
    outcome: str
    requested: list[str]
    local: dict[str, Plain]
    before: NotRequired[dict[str, Plain]]
    differences: NotRequired[list[str]]
    effective: dict[str, Plain] | None
    origins: dict[str, str] | None
    in_force: bool | None
    overridden: list[SettingEntry[Words]]


class BrokenOffEntry(TypedDict):
    """The state of a profile after a task that broke off, as far as it is known."""

    name: str
    outcome: str


class BrokenOffResult(TaskResult[Words]):
    """What firewall_profile returns if it was refused, or has begun and could not finish."""

    profiles: NotRequired[list[BrokenOffEntry]]


class ProfileResult(TaskResult[Words]):
    """What firewall_profile returns about profiles that are as requested."""

    in_force: bool | None
    active_profiles: list[str]
    profiles: list[ProfileEntry[Words]]


def result(changes: ProfileChanges) -> ProfileResult[Value]:
    """The result of a task, without Ansible's own keys."""
    entries = [_entry(each, changes.reading) for each in changes.plans]
    answers = [each["in_force"] for each in entries]
    return {
        "changed": changes.changed,
        "in_force": None if None in answers else all(answers),
        "active_profiles": [
            _word(each) for each in Profile if each in changes.reading.active_profiles
        ],
        "profiles": entries,
    }


def broken_off(error: ChangeError) -> BrokenOffResult[Value]:
    """The result of a task that broke off."""
    found: BrokenOffResult[Value] = {"changed": error.changed, "msg": error.phrase}
    if error.profiles:
        found["profiles"] = [
            {"name": _word(profile), "outcome": standing.value}
            for profile, standing in error.profiles.items()
        ]
    if error.unreachable:
        found["unreachable"] = True
    else:
        found["failed"] = True
    return found


def warnings(changes: ProfileChanges) -> list[Value]:
    """Whole sentences that a person should see even if the task succeeds."""
    reading = changes.reading
    found: list[Value] = [*reading.notes, *changes.notes]
    if not reading.stores.readable:
        found += reading.stores.problems[:1]
    for plan in changes.plans:
        found += _overridden_in_words(plan, reading)
    products = in_charge(reading.products)
    if products and any(plan.asked for plan in changes.plans):
        names = tuple(each.name for each in products)
        found.append(Phrase("profile.in_charge", {"products": names}))
    return list(dict.fromkeys(found))


def diff(changes: ProfileChanges) -> list[dict[str, Value]]:
    """The differences, one entry for each changed profile, in the form that Ansible shows."""
    found: list[dict[str, Value]] = []
    for plan in changes.plans:
        if plan.changed:
            header = Phrase("profile.headline", {"profile": profile_phrase(plan.profile)})
            found.append(
                {
                    "before_header": header,
                    "after_header": header,
                    "before": _text(plan.before),
                    "after": _text(plan.after),
                }
            )
    return found


def _entry(plan: ProfilePlan, reading: FirewallReading) -> ProfileEntry[Value]:
    known = reading.stores.readable
    settings = reading.stores.profiles[plan.profile]
    in_force = {each.name: each.in_force(settings) for each in OPTIONS}
    overridden = list(_overridden(plan, reading)) if known else []
    found: ProfileEntry[Value] = {
        "name": _word(plan.profile),
        "active": plan.profile in reading.active_profiles if reading.networks else None,
        "outcome": "changed" if plan.changed else "unchanged",
        "requested": list(plan.asked),
        "local": _plain(plan.after),
        "effective": (
            {name: shown(each.value) for name, each in in_force.items()} if known else None
        ),
        "origins": {name: each.origin.value for name, each in in_force.items()} if known else None,
        "in_force": not overridden if known else None,
        "overridden": [
            {
                "setting": option.name,
                "value": worded(setting.value),
                "origin": setting.origin.value,
                "path": for_display(setting.path, 300),
                "reason": _why(option, setting),
            }
            for option, setting in overridden
        ],
    }
    if plan.changed:
        found["before"] = _plain(plan.before)
        found["differences"] = list(plan.differences)
    return found


def _overridden(
    plan: ProfilePlan, reading: FirewallReading
) -> Iterator[tuple[ProfileOption, Setting[Local]]]:
    """The requested settings that have another value in force, and that value."""
    settings = reading.stores.profiles[plan.profile]
    for name, wanted in plan.asked.items():
        option = BY_NAME[name]
        setting = option.in_force(settings)
        if wanted is None:
            # Then a policy decides, or the default.
            continue
        if not option.same(setting.value, wanted, reading.environment):
            yield option, setting


def _why(option: ProfileOption, setting: Setting[Local]) -> Phrase:
    """Why a setting has another value than the local one."""
    if setting.origin in _POLICIES:
        values: dict[str, Value] = {
            "origin": Phrase(f"origin.{setting.origin}"),
            "setting": in_words(option.name, setting.value, for_display(setting.path, 300)),
        }
        return Phrase("profile.by_policy", values)
    if option.law is Law.POLICY_ONLY:
        return Phrase("profile.only_in_policies", {"option": option.name})
    return Phrase("profile.otherwise", {"setting": in_words(option.name, setting.value)})


def _overridden_in_words(plan: ProfilePlan, reading: FirewallReading) -> Iterator[Phrase]:
    if not reading.stores.readable:
        return
    for option, setting in _overridden(plan, reading):
        values: dict[str, Value] = {
            "profile": profile_phrase(plan.profile),
            "option": option.name,
            "why": _why(option, setting),
        }
        yield Phrase("profile.not_in_force", values)


def _plain(values: Values) -> dict[str, Plain]:
    return {
        each.name: shown(values[each.name]) if each.name in values else None for each in OPTIONS
    }


def _word(profile: Profile) -> str:
    return profile.word.lower()


def _text(values: Values) -> str:
    """The local values as lines for a person."""
    return "".join(f"{name}: {_line(value)}\n" for name, value in _plain(values).items())


def _line(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return for_display("" if value is None else str(value), 2_000)


def requested(entries: Iterable[ProfileEntry[str]]) -> bool:
    """Whether a task has asked for any setting, rather than only for what there is."""
    return any(each["requested"] for each in entries)
