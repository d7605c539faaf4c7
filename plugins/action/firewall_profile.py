# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""firewall_profile: takes arguments, changes the settings of profiles, returns the results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile import (
    driver,
    options,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile import (
    result as results,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value, said
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
    wrong_by_spec,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain
from ansible_collections.portkeeper.windows.plugins.plugin_utils.wrong_arguments import (
    in_usual_case,
)


@dataclass(frozen=True)
class ProfilesTask:
    """What a task asks for."""

    wish: options.Wish
    force: bool


class ActionModule(HostAction):
    """The action behind the module firewall_profile."""

    ARGUMENTS = options.FIREWALL_PROFILE

    def prepare(self, given: dict[str, Any]) -> ProfilesTask:
        try:
            own = _by_profile(given["by_profile"] or {})
            return ProfilesTask(options.wish(given, own), given["force"])
        except OptionError as error:
            raise UserError("argument.problem", problem=said(error)) from error

    def work(
        self, host: Host, wanted: ProfilesTask
    ) -> results.ProfileResult[Value] | results.BrokenOffResult[Value]:
        check = bool(self._task.check_mode)
        try:
            done = driver.make(host, wanted.wish, check=check, force=wanted.force)
        except ChangeError as error:
            return results.broken_off(error)
        result = results.result(done)
        if self._task.diff:
            result["diff"] = results.diff(done)
        warnings = results.warnings(done)
        if warnings:
            result["warnings"] = warnings
        return result


def _by_profile(given: Mapping[str, Any]) -> dict[Profile, Mapping[str, Any]]:
    """The settings of single profiles. Raises OptionError, UserError."""
    found: dict[Profile, Mapping[str, Any]] = {}
    for name, settings in given.items():
        profile = options.profile_named(name, "by_profile")
        option = ".".join(("by_profile", name))
        if not isinstance(settings, Mapping) or profile in found:
            raise UserError("argument.no_settings", option=option)
        validation = ArgumentSpecValidator(options.SETTINGS).validate(
            in_usual_case(settings, options.SETTINGS)
        )
        if validation.error_messages:
            problem = wrong_by_spec(validation, options.SETTINGS, "firewall_profile")
            raise UserError("argument.of", option=option, problem=problem)
        found[profile] = plain(validation.validated_parameters)
    return found
