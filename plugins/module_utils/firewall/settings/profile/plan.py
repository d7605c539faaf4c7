# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides what has to be written to make the profiles as a task wants them.

It takes plain data and returns plain data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ...judging.reading import FirewallReading
from ...policy.environment import Environment
from ...policy.profile_settings import ProfileSettings
from ...policy.vocabulary import Profile
from .options import BY_NAME, Local, Wish
from .reading import Values


@dataclass(frozen=True)
class ProfilePlan:
    """What a task does to one profile.

    Attributes:
        asked: the values that it wants.
        before: the local values as they are.
        differences: the options whose values have to be written.
    """

    profile: Profile
    asked: Values
    before: Values
    differences: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return bool(self.differences)

    @property
    def after(self) -> Values:
        """The local values as they will be."""
        return {**self.before, **{name: self.asked[name] for name in self.differences}}

    @property
    def written(self) -> Values:
        """The values that are written."""
        return {name: self.asked[name] for name in self.differences}

    def unlike(self, found: Values, environment: Environment) -> tuple[str, ...]:
        """The written options that have another value than planned."""
        return _unlike(self.written, found, environment)


def plans(
    wish: Wish, local: Mapping[Profile, Values], environment: Environment
) -> tuple[ProfilePlan, ...]:
    """The plan of each profile that a task names.

    Args:
        local: the local values of the profiles.
        environment: where Windows is, to compare paths.
    """
    return tuple(
        ProfilePlan(profile, asked, local[profile], _unlike(asked, local[profile], environment))
        for profile, asked in wish.items()
    )


def _unlike(wanted: Values, found: Values, environment: Environment) -> tuple[str, ...]:
    return tuple(
        name
        for name, value in wanted.items()
        if name not in found or not BY_NAME[name].same(found[name], value, environment)
    )


def going_back(plan: ProfilePlan, found: Values, environment: Environment) -> dict[str, Local]:
    """The values that lead a profile back to what it was. What is neither as before nor as planned,
    someone else has changed; it stays, as does what can't be written.

    Args:
        found: the local values as they are now.
    """
    return {
        name: plan.before[name]
        for name in _unlike(
            {name: plan.before[name] for name in plan.differences if name in plan.before},
            found,
            environment,
        )
        if name in found
        and BY_NAME[name].same(found[name], plan.asked[name], environment)
        and not (BY_NAME[name].is_path and plan.before[name] is None)
    }


def not_as_before(plan: ProfilePlan, found: Values, environment: Environment) -> tuple[str, ...]:
    """The planned options that have another value than before."""
    return tuple(
        name
        for name in plan.differences
        if (name in plan.before) != (name in found)
        or (name in found and not BY_NAME[name].same(found[name], plan.before[name], environment))
    )


def afterwards(before: FirewallReading, made: Iterable[ProfilePlan]) -> FirewallReading:
    """A host as it will be, with what its policies leave of the local values."""
    stores = before.stores
    profiles, contested = dict(stores.profiles), dict(stores.contested)
    for plan in made:
        for settings in (profiles, contested):
            if plan.profile in settings:
                settings[plan.profile] = _with(settings[plan.profile], plan.written)
    return replace(before, stores=replace(stores, profiles=profiles, contested=contested))


def _with(settings: ProfileSettings, values: Values) -> ProfileSettings:
    for name, value in values.items():
        settings = BY_NAME[name].set_locally(settings, value)
    return settings
