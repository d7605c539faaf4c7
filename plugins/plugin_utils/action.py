# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives the actions of this collection what a module has: an argument spec, masked secrets, errors
as results, plain JSON.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.plugins.action import ActionBase
from ansible.template import Templar
from ansible.utils.display import Display

from ..module_utils.asked import escapes
from ..module_utils.asked.arguments import ArgumentSpec
from ..module_utils.ground.version import COLLECTION
from ..module_utils.host.host import Host, HostError, Limits
from ..module_utils.host.transport import Transport, TransportError
from ..module_utils.words import rewording
from ..module_utils.words.languages import Language
from ..module_utils.words.phrases import SPOKEN, Phrase, PhraseError, Value, Verbatim, render
from ..module_utils.wsman.soap.characters import unsendable
from ..module_utils.wsman.soap.errors import LocalProtocolError
from . import settings
from .connections import connect_timeout
from .connections.transports import TASK_SECONDS, abandon, transport_for
from .controller import heap
from .controller.setting_error import SettingError
from .language import chosen
from .values import harmless, plain, spoken, without
from .wrong_arguments import RAW, in_usual_case, problem_of, stray, with_raw_arguments

display = Display()
# Ansible's own process imports this before it forks one for each task.
heap.freeze()

ISSUES = "https://github.com/portkeeper/portkeeper.windows/issues"


class UserError(PhraseError):
    """The task asks for something impossible. Nothing was sent to the host."""


def names(given: Mapping[str, Any], option: str) -> tuple[str, ...]:
    """The names in an option that is a list of them; empty if it is not set.

    Raises:
        UserError: one of them is blank.
    """
    found = tuple(given[option] or ())
    if not all(each.strip() for each in found):
        raise UserError("argument.empty_name", option=option)
    return found


class CheckedAction(ActionBase):
    """Base of all actions: arguments are checked before anything is done.

    A subclass declares `ARGUMENTS` and writes `prepare`, which checks them further, and `perform`,
    which does the task.
    """

    _supports_check_mode = True
    _supports_async = False
    #: So that words which are no options reach `_arguments`, which says what to write instead.
    supports_raw_params = True

    ARGUMENTS: ClassVar[ArgumentSpec] = {}

    #: The language in which the phrases of the result are rendered.
    language: Language = "en"

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._abandoned: list[Callable[[], None]] = []

    def if_abandoned(self, end: Callable[[], None]) -> None:
        """Call something when the time of the task is up, or it is ended in another way from
        outside."""
        self._abandoned.append(end)

    def is_told_later(self, what: str) -> bool:
        """Whether a later task of our role tells something, so that this one need not: a variable
        of the task says so, ``portkeeper_`` and the name behind that of the role."""
        return any(each is True for each in self._of_role(what))

    def _of_role(self, what: str) -> Iterator[Any]:
        """What the task of a role or playbook of ours says by a variable of this name, behind
        ``portkeeper_`` and the name of the role."""
        for name, value in (self._task.vars or {}).items():
            if f"_{name}".endswith(f"_portkeeper_{what}"):
                yield self._templar.template(value)

    def _failing_later(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """A result with which a later task of our playbook fails, in a sentence: the task says so
        by ``portkeeper_fails_later``, and the result has the key ``fails_later`` then. Of a task
        that fails, Ansible prints the whole result, with the message twice and on one line.

        A failure without data is told by its own task: there is no more to it than its message.
        """
        data = result.keys() - {"failed", "changed", "msg", "warnings"}
        if not (data and result.get("failed") and self.is_told_later("fails_later")):
            return result
        return {**result, "failed": False, "fails_later": True}

    def permit(self, task_vars: Mapping[str, Any]) -> None:
        """Check, before anything else, that the task may run on its host.

        Raises:
            UserError: it may not run there.
        """

    def prepare(self, given: dict[str, Any]) -> Any:
        """Turn checked arguments into what `perform` takes.

        Raises:
            UserError: an argument is wrong; the text says which and why.
        """
        raise NotImplementedError

    def perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do the task; return its result as plain JSON types and phrases.

        Raises:
            UserError: the task can't be done as it is written.
        """
        raise NotImplementedError

    def run(
        self, tmp: str | None = None, task_vars: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        heap.freeze()
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        secrets: set[str] = set()
        self._task.args = with_raw_arguments(self._task.args)
        self.language = chosen(self._task.args.get("language"))
        try:
            self.permit(task_vars or {})
            arguments, secrets, problem = self._arguments()
            if problem:
                raise problem
            done = self.perform(self.prepare(arguments), task_vars or {})
            result |= self._failing_later(done)
            self._name_host_in_warnings(result, task_vars or {})
        except UserError as error:
            result |= failed(error.phrase)
        except AnsibleError:
            raise  # Ansible has its own text for it
        except Exception as error:
            result |= self._unexpected(error, task_vars or {})
        try:
            return self._in_words(result, secrets)
        except Exception as error:
            # A mistake in a text must not lose what was done to the host.
            wrong = self._unexpected(error, task_vars or {})
            return self._in_words(wrong | {"changed": bool(result.get("changed"))}, secrets)

    def _name_host_in_warnings(self, result: dict[str, Any], task_vars: Mapping[str, Any]) -> None:
        """Ansible shows warnings apart from the result, so that nobody would know whose they are,
        and shows them even where the result is hidden."""
        if self._task.no_log:
            result.pop("warnings", None)
        elif self._requires_connection and "warnings" in result:
            host = self._host_name(task_vars)
            result["warnings"] = [
                Phrase("task.warning", {"host": host, "warning": each})
                for each in result["warnings"]
            ]

    def _by_alias(self) -> dict[str, str]:
        """The names by which the task, or an entry of its lists, gives options, where these are not
        the usual ones."""
        given = set(self._task.args)
        for value in self._task.args.values():
            entries = value if isinstance(value, list) else []
            given.update(*(each for each in entries if isinstance(each, Mapping)))
        return {
            usual: alias
            for usual, option in self.ARGUMENTS.items()
            for alias in option.get("aliases", ())
            if alias in given and usual not in given
        }

    def _in_words(self, result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
        if result.get("failed"):
            result["msg"] = rewording.reworded(result.get("msg"), variables=self._by_alias())
        for variables in self._of_role("variables"):
            result = rewording.reworded(result, variables=variables)
        for options in self._of_role("lacks"):
            result = rewording.reworded(result, rewording.OF_SETUP)
            if result.get("failed") and isinstance(result.get("msg"), SPOKEN):
                module = str(self._task.action)
                told = rewording.explained(result["msg"], module, options, self.language)
                result["msg"] = told
        if secrets:
            result = without(secrets, spoken(result, self.language))
        shown: dict[str, Any] = harmless(result, self.language)
        return shown

    def _unexpected(self, error: Exception, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """The result if a mistake of this collection has come to light, or the controller is out of
        memory. The message does not mention exceptions; the traceback is shown on request."""
        where = self._host_and_address(task_vars)
        trace = trace_of(error)
        display.vvv(trace)
        if isinstance(error, MemoryError):
            message = Phrase("task.no_memory", {"where": where})
        else:
            values: dict[str, Value] = {
                "where": where,
                "action": str(self._task.action),
                "collection": Verbatim(COLLECTION),
                "issues": Verbatim(ISSUES),
            }
            message = Phrase("task.unexpected", values)
        return failed(message) | {"exception": trace}

    def _host_name(self, task_vars: Mapping[str, Any]) -> str:
        """The name of the host in the inventory."""
        name = self._task.delegate_to or task_vars.get("inventory_hostname")
        return str(name or render(Phrase("task.this_host"), self.language))

    def _host_and_address(self, task_vars: Mapping[str, Any]) -> Value:
        """The name of the host in the inventory, and its address, for messages."""
        name = self._host_name(task_vars)
        address = address_of(self._connection) if self._requires_connection else None
        if address is None:
            return name
        return Phrase("task.host_and_address", {"host": name, "address": address})

    def _arguments(self) -> tuple[dict[str, Any], set[str], UserError | None]:
        """The task's arguments as plain values, the secrets among them, and what is wrong with
        them."""
        given = in_usual_case(plain(self._task.args), self.ARGUMENTS)
        words = given.pop(RAW, None)
        if words is not None:
            return given, set(), UserError("argument.problem", problem=stray(words, given))
        validation = ArgumentSpecValidator(self.ARGUMENTS).validate(given)
        for warning in validation._warnings:
            names: dict[str, Value] = {name: str(warning[name]) for name in ("option", "alias")}
            display.warning(render(Phrase("argument.and_its_alias", names), self.language))
        for deprecation in validation._deprecations:
            note = Phrase("argument.deprecated", {"note": Verbatim(str(deprecation["msg"]))})
            display.deprecated(
                render(note, self.language),
                version=deprecation.get("version"),
                date=deprecation.get("date"),
                collection_name=deprecation.get("collection_name"),
            )
        if validation.error_messages:
            problem: UserError | None = wrong_by_spec(
                validation, self.ARGUMENTS, str(self._task.action)
            )
        else:
            problem = next(self._unsendable(given), None)
        return (
            plain(validation.validated_parameters),
            {str(secret) for secret in validation._no_log_values},
            problem,
        )

    def _unsendable(self, given: Mapping[str, Any]) -> Iterator[UserError]:
        """What is wrong with the characters of arguments."""
        yield from ()


class HostAction(CheckedAction):
    """Base of the actions that work on a Windows host.

    A subclass writes `work`, which talks to the host, instead of `perform`. Nothing is sent before
    `prepare` has checked the arguments.
    """

    _requires_connection = True

    def waits(self, wanted: Any) -> float:
        """Seconds that the task has to wait for something on the host, in addition to its usual
        time."""
        return 0.0

    def through(self, transport: Transport) -> Transport:
        """The transport to the host; a subclass may wrap it."""
        return transport

    def work(self, host: Host, wanted: Any) -> Mapping[str, Any]:
        """Do the task; return its result as plain JSON types.

        Raises:
            HostError: the host could not be read or changed.
        """
        raise NotImplementedError

    def _unsendable(self, given: Mapping[str, Any]) -> Iterator[UserError]:
        for name, value in given.items():
            character = unsendable(value)
            if character:
                told = {"option": str(name), "character": escapes.code(character)}
                problem = escapes.refused(Phrase("argument.unsendable", told), character)
                yield UserError("argument.problem", problem=problem)

    def perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return self._with_remarks(self._perform(wanted, task_vars))
        except Exception:
            raise
        except BaseException:
            # The time limit of the task. Ansible keeps everything that was in use, and ends with
            # it.
            abandon(self._connection)
            for end in self._abandoned:
                end()
            raise

    def _with_remarks(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """A result with what its reader should know about the task."""
        if not self._task.become:
            return result
        remark = Phrase("task.become", {"module": Verbatim(str(self._task.action))})
        return {**result, "warnings": [*result.get("warnings", ()), remark]}

    def _not_carried(self, problem: Value) -> Value:
        """Why a connection can't be used, and what to do about it."""
        local = getattr(self._connection, "transport", None) == "local"
        return Phrase("task.delegated") if local and self._task.delegate_to else problem

    def _perform(self, wanted: Any, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        name = self._host_name(task_vars)
        where = self._host_and_address(task_vars)
        try:
            settings.check(self._connection)
            self._settle_connect_timeout(task_vars)
            waits = self.waits(wanted)
            transport = transport_for(self._connection, TASK_SECONDS + waits)
            limits = Limits(task=Limits.task + waits)
            host = Host(self.through(transport), name, limits)
        except TransportError as error:
            display.vvvv(trace_of(error), host=name)
            problem = _not_connected(where, error.phrase)
            return failed(problem) if error.of_the_controller else unreachable(problem)
        except SettingError as error:
            return failed(_not_connected(where, self._not_carried(error.phrase)))
        except AnsibleError as error:
            return failed(_not_connected(where, Verbatim(str(error.message))))
        try:
            return self.work(host, wanted)
        except HostError as error:
            display.vvvv(trace_of(error), host=name)
            # Of another host that does not answer, the host of the task must not be given up.
            own = error.host == name
            return (unreachable if error.unreachable and own else failed)(error.phrase)
        except LocalProtocolError as error:
            told: dict[str, Value] = {"where": where, "problem": error.phrase}
            return failed(Phrase("task.not_askable", told))
        finally:
            host.close()

    def _settle_connect_timeout(self, task_vars: Mapping[str, Any]) -> None:
        variables = dict(task_vars)
        if self._task.delegate_to:
            delegated = task_vars.get("ansible_delegated_vars") or {}
            variables = delegated.get(self._task.delegate_to) or {}
        templar = Templar(loader=self._loader, variables=variables)
        connect_timeout.settle(self._connection, variables, templar.template)


def trace_of(error: BaseException) -> str:
    """The traceback of an error, without credentials that a URL may contain."""
    text = "".join(traceback.format_exception(error))
    return str(harmless(_CREDENTIALS.sub("//", text)))


_CREDENTIALS = re.compile(r"//[^/\s]*@")


def failed(message: Value) -> dict[str, Any]:
    """The result of a task that failed before it changed anything."""
    return {"failed": True, "changed": False, "msg": message}


def unreachable(message: Value) -> dict[str, Any]:
    """The result of a task whose host does not answer."""
    return {"unreachable": True, "changed": False, "msg": message}


def wrong_by_spec(validation: ValidationResult, spec: ArgumentSpec, module: str) -> UserError:
    """The problem that Ansible's own check of the arguments has found; see
    `wrong_arguments.problem_of`."""
    return UserError("argument.problem", problem=problem_of(validation, spec, module))


def _not_connected(where: Value, problem: Value) -> Phrase:
    return Phrase("task.not_connected", {"where": where, "problem": problem})


def address_of(connection: Any) -> Value | None:
    """The address of a connection, for messages; None if it has none."""
    try:
        address, port = connection.get_option("remote_addr"), connection.get_option("port")
    except KeyError:
        return None
    if not port:
        return str(address)
    return Phrase("task.address_and_port", {"address": str(address), "port": Verbatim(str(port))})
