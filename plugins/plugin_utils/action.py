# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an action of this collection has that a module would have: an argument spec, masked
secrets, errors as results, plain JSON. Once for all.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils.asked.arguments import ArgumentSpec
from ..module_utils.ground.text import for_display
from ..module_utils.ground.version import COLLECTION
from ..module_utils.host.host import Host, HostError, Limits
from ..module_utils.host.transport import Transport, TransportError, describe_failure
from ..module_utils.words.languages import Language
from ..module_utils.wsman.soap.characters import unsendable
from ..module_utils.wsman.soap.errors import LocalProtocolError
from . import settings
from .connections import TASK_SECONDS, abandon, transport_for
from .language import chosen
from .values import harmless, plain, spoken

display = Display()

ISSUES = "https://github.com/portkeeper/portkeeper.windows/issues"


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

    #: What the phrases of the result are put into words in.
    language: Language = "en"

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
        secrets: set[str] = set()
        self.language = chosen(self._task.args.get("language"))
        try:
            arguments, secrets, problem = self._arguments()
            if problem:
                raise UserError(problem)
            result |= self.perform(self.prepare(arguments), task_vars or {})
        except UserError as error:
            result |= failed(str(error))
        except AnsibleError:
            raise  # Ansible has its own words for it
        except Exception as error:
            result |= self._unexpected(error, task_vars or {})
        if secrets:
            result = remove_values(spoken(result, self.language), secrets)
        shown: dict[str, Any] = harmless(result, self.language)
        return shown

    def _unexpected(self, error: Exception, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """The result where a mistake of this collection has come to light, or the controller has no
        memory left. Only what says nothing of exceptions is in the message; the traceback is for
        who asks for it."""
        where = self._host_and_address(task_vars)
        trace = trace_of(error)
        display.vvv(trace)
        if isinstance(error, MemoryError):
            message = (
                f"{where}: the controller has no memory left for what the host answered. Ask for "
                "fewer ports, or run with fewer forks."
            )
        else:
            message = (
                f"{where}: {self._task.action} met something that {COLLECTION} does not expect, "
                "and stopped. What it had changed until then stays changed; check the host, and "
                f"run the task again. Please report this at {ISSUES}, with what -vvv prints."
            )
        return failed(message) | {"exception": trace}

    def _host_name(self, task_vars: Mapping[str, Any]) -> str:
        """The host that is worked on, as the inventory calls it."""
        return str(self._task.delegate_to or task_vars.get("inventory_hostname") or "the host")

    def _host_and_address(self, task_vars: Mapping[str, Any]) -> str:
        """The host as the inventory calls it, and where its connection goes, for messages."""
        name = self._host_name(task_vars)
        address = address_of(self._connection) if self._requires_connection else ""
        return for_display(f"{name} ({address})" if address else name)

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
        problem = problem or next(self._unsendable(given), "")
        return (
            plain(validation.validated_parameters),
            {str(secret) for secret in validation._no_log_values},
            problem,
        )

    def _unsendable(self, given: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with the characters of arguments, in a sentence each."""
        yield from ()


class HostAction(CheckedAction):
    """Base of the actions that work on a Windows host.

    A subclass writes `work`, which talks to the host, instead of `perform`. Nothing is sent before
    `prepare` has checked the arguments.
    """

    _requires_connection = True

    def waits(self, wanted: Any) -> float:
        """Seconds for which the task is told to wait for something on the host. They come on top of
        what it may take anyway."""
        return 0.0

    def through(self, transport: Transport) -> Transport:
        """The way to the host; a subclass may put something in between."""
        return transport

    def work(self, host: Host, wanted: Any) -> dict[str, Any]:
        """Do the task; return its result as plain JSON types.

        Raises:
            HostError: the host could not be read or changed.
        """
        raise NotImplementedError

    def _unsendable(self, given: Mapping[str, Any]) -> Iterator[str]:
        for name, value in given.items():
            character = unsendable(value)
            if character:
                yield (
                    f"{name}: the character U+{ord(character):04X} is not allowed: it can't be "
                    "sent to a host, and no name there has it. Leave it out."
                )

    def perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self._perform(wanted, task_vars)
        except Exception:
            raise
        except BaseException:
            # The time limit of the task. Ansible keeps all that was at work, and ends with it.
            abandon(self._connection)
            raise

    def _perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        name = self._host_name(task_vars)
        where = self._host_and_address(task_vars)
        try:
            settings.check(self._connection)
            waits = self.waits(wanted)
            transport = transport_for(self._connection, TASK_SECONDS + waits)
            limits = Limits(task=Limits.task + waits)
            host = Host(self.through(transport), name, limits)
        except TransportError as error:
            display.vvvv(trace_of(error), host=name)
            return unreachable(f"Could not connect to WinRM on {where}: {describe_failure(error)}")
        except AnsibleError as error:
            return failed(f"Could not connect to WinRM on {where}: {error.message}")
        try:
            return self.work(host, wanted)
        except HostError as error:
            display.vvvv(trace_of(error), host=name)
            return unreachable(str(error)) if error.unreachable else failed(str(error))
        except LocalProtocolError as error:
            return failed(
                f"{where}: this can't be asked of a host: {for_display(str(error)).rstrip('.')}. "
                "Change the task's options."
            )
        finally:
            host.close()


def trace_of(error: BaseException) -> str:
    """The traceback of an error, without what a URL may hold of credentials."""
    text = "".join(traceback.format_exception(error))
    return str(harmless(_CREDENTIALS.sub("//", text)))


_CREDENTIALS = re.compile(r"//[^/\s]*@")


def failed(message: str) -> dict[str, Any]:
    return {"failed": True, "changed": False, "msg": message}


def unreachable(message: str) -> dict[str, Any]:
    return {"unreachable": True, "changed": False, "msg": message}


def address_of(connection: Any) -> str:
    """Where a connection goes, for messages; nothing for one that goes to no address."""
    try:
        address, port = connection.get_option("remote_addr"), connection.get_option("port")
    except KeyError:
        return ""
    return for_display(f"{address} port {port}" if port else f"{address}")
