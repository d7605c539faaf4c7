# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an action of this collection has that a module would have: an argument spec, masked
secrets, errors as results, plain JSON. Once for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.portkeeper.windows.plugins.module_utils.arguments import ArgumentSpec
from ansible_collections.portkeeper.windows.plugins.module_utils.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.transport import (
    Transport,
    TransportError,
    describe_failure,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.text import for_display
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import transport_for
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import harmless, plain

display = Display()


class UserError(Exception):
    """The task asks for something that can't be. Nothing was sent to the host."""


class CheckedAction(ActionBase):
    """Base of all actions: arguments are checked before anything is done.

    A subclass declares `ARGUMENTS` and writes `prepare`, which checks them further, and `perform`,
    which does the task.
    """

    _supports_check_mode = True
    _supports_async = False

    ARGUMENTS: ClassVar[ArgumentSpec] = {}

    def prepare(self, given: dict[str, Any]) -> Any:
        """Turn checked arguments into what `perform` wants.

        Raises:
            UserError: an argument is wrong; the text says which and why.
        """
        raise NotImplementedError

    def perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Do the task; return its result as plain JSON types.

        Raises:
            UserError: the task can't be done as it is given.
        """
        raise NotImplementedError

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        arguments, secrets, problem = self._arguments()
        if problem:
            return result | remove_values(
                {"failed": True, "changed": False, "msg": problem}, secrets
            )
        try:
            result |= self.perform(self.prepare(arguments), task_vars or {})
        except UserError as error:
            result |= {"failed": True, "changed": False, "msg": str(error)}
        shown: dict[str, Any] = harmless(remove_values(result, secrets) if secrets else result)
        return shown

    def _arguments(self) -> tuple[dict[str, Any], set[str], str]:
        """The task's arguments as plain values, the secrets among them, and what is wrong."""
        given = plain(self._task.args)
        validation = ArgumentSpecValidator(self.ARGUMENTS).validate(given)
        for warning in validation._warnings:
            display.warning(
                f"Both option {warning['option']} and its alias {warning['alias']} are set."
            )
        for deprecation in validation._deprecations:
            display.deprecated(
                deprecation["msg"],
                version=deprecation.get("version"),
                date=deprecation.get("date"),
                collection_name=deprecation.get("collection_name"),
            )
        problem = validation.errors.msg if validation.error_messages else ""
        return (
            plain(validation.validated_parameters),
            {str(secret) for secret in validation._no_log_values},
            problem,
        )


class HostAction(CheckedAction):
    """Base of the actions that work on a Windows host.

    A subclass writes `work`, which talks to the host, instead of `perform`. Nothing is sent before
    `prepare` has checked the arguments.
    """

    _requires_connection = True

    def through(self, transport: Transport) -> Transport:
        """The way to the host; a subclass may put something in between."""
        return transport

    def work(self, host: Host, wanted: Any) -> dict[str, Any]:
        """Do the task; return its result as plain JSON types.

        Raises:
            HostError: the host could not be read or changed.
        """
        raise NotImplementedError

    def perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        name = str(task_vars.get("inventory_hostname") or self._task.delegate_to or "the host")
        try:
            host = Host(self.through(transport_for(self._connection)), name)
        except TransportError as error:
            return unreachable(
                f"Could not connect to WinRM on {name} ({address_of(self._connection)}): "
                f"{describe_failure(error)}"
            )
        except AnsibleError as error:
            return {"failed": True, "changed": False, "msg": f"{name}: {error.message}"}
        try:
            return self.work(host, wanted)
        except HostError as error:
            if error.unreachable:
                return unreachable(str(error))
            return {"failed": True, "changed": False, "msg": str(error)}
        finally:
            host.close()


def unreachable(message: str) -> dict[str, Any]:
    return {"unreachable": True, "changed": False, "msg": message}


def address_of(connection: Any) -> str:
    """Where a connection goes, for messages."""
    address = connection.get_option("remote_addr")
    port = connection.get_option("port")
    return for_display(f"{address} port {port}" if port else f"{address}")
