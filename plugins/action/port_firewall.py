# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_firewall: takes arguments, changes rules as requested, returns the results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import (
    result as results,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Wish,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.purging import (
    driver,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.purging import (
    scope as scopes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.purging.scope import (  # noqa: E501
    Scope,
    Unspecified,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.result import (
    BrokenOffResult,
    FirewallResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    FIREWALL_RULE,
    PORT_FIREWALL,
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
class RulesTask:
    """What a task asks for."""

    wishes: tuple[Wish, ...]
    scope: Scope | None
    force: bool


class ActionModule(HostAction):
    """The action behind the module port_firewall."""

    ARGUMENTS = PORT_FIREWALL

    def prepare(self, given: dict[str, Any]) -> RulesTask:
        scope = _scope(given)
        return RulesTask(_wishes(given, scope), scope, given["force"])

    def work(self, host: Host, wanted: RulesTask) -> FirewallResult[Value] | BrokenOffResult[Value]:
        check = bool(self._task.check_mode)
        try:
            if wanted.scope is None:
                done = changes.make(host, wanted.wishes, check=check, force=wanted.force)
            else:
                done = driver.make(
                    host, wanted.wishes, wanted.scope, check=check, force=wanted.force
                )
        except ChangeError as error:
            return results.broken_off(error)
        result = results.result(done)
        if self._task.diff:
            result["diff"] = results.diff(done)
        warnings = results.warnings(
            done, check_mode=check, effect_told_later=self.is_told_later("effect_told_later")
        )
        if warnings:
            result["warnings"] = warnings
        return result


def _scope(given: Mapping[str, Any]) -> Scope | None:
    action = given["unspecified"]
    try:
        return scopes.scope(
            None if action is None else Unspecified(action),
            given["group"],
            given["unspecified_scope"],
            with_rules=given["rules"] is not None,
            force=given["force"],
        )
    except OptionError as error:
        raise UserError("argument.problem", problem=said(error)) from error


def _wishes(given: Mapping[str, Any], scope: Scope | None) -> tuple[Wish, ...]:
    common = {name: given.get(name) for name in FIREWALL_RULE}
    rules = given["rules"]
    if rules is None:
        return (_wish(common),)
    for name in ("name", "rule_id"):
        if common[name] is not None:
            raise UserError("argument.of_one_rule", option=name)
    if not rules and scope is None:
        raise UserError("argument.no_rules")
    wishes = []
    for number, rule in enumerate(rules, start=1):
        try:
            own = _checked(rule)
            wishes.append(replace(_wish(common | own), default_group="group" not in own))
        except UserError as error:
            raise UserError("argument.of_entry", number=number, problem=error) from error
    return tuple(wishes)


def _checked(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The given options of one entry of `rules`."""
    validation = ArgumentSpecValidator(FIREWALL_RULE).validate(in_usual_case(rule, FIREWALL_RULE))
    if validation.error_messages:
        raise wrong_by_spec(validation, FIREWALL_RULE, "port_firewall")
    checked = plain(validation.validated_parameters)
    if all(checked.get(name) is None for name in ("name", "rule_id", "group")):
        raise UserError("argument.rule_without_name")
    return {name: checked[name] for name in FIREWALL_RULE if checked.get(name) is not None}


def _wish(options: Mapping[str, Any]) -> Wish:
    try:
        return changes.wish(options, present=options["state"] != "absent")
    except OptionError as error:
        raise UserError("argument.problem", problem=said(error)) from error
