# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections to other hosts of the inventory than that of the task.

Ansible gives a task one connection. A further one is made here as Ansible makes that one: by the
variables of its own host, whichever file, group or play they come from, decrypted and templated.
Nothing of the task's host may get into it, its password least of all. Ansible has no public way to
do this, so this file uses private names of it, each pinned by a test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ansible.errors import AnsibleError, AnsibleUndefinedVariable, AnsibleValueOmittedError
from ansible.executor.process import worker
from ansible.module_utils.common.sentinel import Sentinel
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible.template import Templar

from ...module_utils.ground.text import for_display
from ...module_utils.words.phrases import Verbatim
from ..controller.setting_error import SettingError
from . import connect_timeout

# The connections that carry WS-Management.
_SPOKEN = ("winrm", "psrp")

# The beginning of what Ansible says of a lookup that fails, which names a path or a service.
_LOOKUP = "The lookup plugin "
_SECRET = re.compile(r"pass|proxy", re.IGNORECASE)
_OF_VARIABLE = re.compile(r"'var: (\w+)'")
_MOST_WORDS = 500


class InventoryConnections:
    """Makes connections to hosts of the inventory of a task.

    They are made in the thread of the task alone: Ansible keeps there what a lookup needs.

    Args:
        action: that of the task, as Ansible has made it.
        task_vars: the variables of the task.
    """

    def __init__(self, action: Any, task_vars: Mapping[str, Any]) -> None:
        self._task = action._task
        self._manager = self._task.get_variable_manager()
        self._play = self._task.get_play()
        self._hosts: Mapping[str, Any] = self._manager._inventory.hosts
        self._templar = Templar(loader=action._loader)
        self._latest: tuple[str, _Variables] | None = None
        self._kinds: set[str] = set()  # of connections, those that can be used
        self._listing = _Listing()
        self._context = _context()  # no connection changes it
        # Otherwise Ansible would find them anew in the inventory for each host, which costs the
        # more, the more hosts there are.
        self._of_play = {
            "_hosts": list(task_vars.get("ansible_play_batch") or ()),
            "_hosts_all": list(task_vars.get("ansible_play_hosts_all") or ()),
        }

    def __contains__(self, name: object) -> bool:
        """Whether a host of the inventory has exactly this name."""
        return name in self._hosts

    def connection_to(self, name: str) -> Any:
        """The connection of Ansible to a host of the inventory, with all its options. Nothing is
        sent.

        Raises:
            SettingError: it is neither winrm nor psrp, a variable of it can't be resolved, or its
                time for connecting is none. The phrase contains no value of a variable that holds
                a secret.
        """
        variables = self._variables_of(name)
        context = self._context
        connection = connection_loader.get(
            self._kind(variables),
            context,
            new_stdin=None,
            task_uuid=self._task._uuid,
            ansible_playbook_pid=str(os.getppid()),
        )
        keys = dict(self._keywords(connection, variables))
        keys["timeout"] = context.timeout
        if context.password:
            keys["password"] = context.password
        options = connection._resolve_option_variables(variables, variables)
        try:
            connection.set_options(task_keys=keys, var_options=options)
        except AnsibleError as error:
            raise _wrong_value(error) from None
        connect_timeout.settle(connection, variables, variables.template)
        return connection

    def values(self, name: str, wanted: Mapping[str, str]) -> dict[str, Any]:
        """The values of variables of a host, under other names. One that the host does not have, or
        that is as good as not set, is left out.

        Args:
            wanted: the names of the variables, by the names of their values.

        Raises:
            SettingError: one of them can't be resolved.
        """
        latest = self._latest
        found = latest[1] if latest and latest[0] == name else self._variables_of(name)
        values = {}
        for key, variable in wanted.items():
            if variable in found:
                with suppress(AnsibleValueOmittedError):
                    values[key] = found.template(found[variable])
        return values

    def _variables_of(self, name: str) -> _Variables:
        try:
            with self._listing.once():
                of_host = self._manager.get_vars(
                    play=self._play, host=self._hosts[name], task=self._task, **self._of_play
                )
        except AnsibleError as error:
            raise SettingError("setting.variables", problem=_words_of(error)) from None
        variables = _Variables(of_host, self._templar)
        self._latest = (name, variables)
        return variables

    def _kind(self, variables: _Variables) -> str:
        """The name of the connection plugin of a host."""
        kind = None
        if variables.get("ansible_connection") is not None:
            with suppress(AnsibleValueOmittedError):
                kind = variables.template(variables["ansible_connection"])
        if kind is None:
            kind = variables.template(self._written("connection"), "connection")
        if str(kind) not in self._kinds:
            if not _carries(str(kind)):
                raise SettingError("setting.connection", kind=str(kind))
            self._kinds.add(str(kind))
        return str(kind)

    def _keywords(self, connection: Any, variables: _Variables) -> Iterator[tuple[str, Any]]:
        """The keywords of a playbook that set options of a connection, for its host. In the task
        itself, Ansible has already replaced them by those of the task's host."""
        for option in connection.option_definitions.values():
            for each in option.get("keyword") or ():
                value = self._written(each["name"])
                if value is not None:
                    with suppress(AnsibleValueOmittedError):
                        yield each["name"], variables.template(value, each["name"])

    def _written(self, keyword: str) -> Any:
        """The value of a keyword as it is written: in the task, or in what it is in, or on the
        command line."""
        written = self._task.get_ds() or {}
        if keyword in written:
            return written[keyword]
        value = self._task._get_parent_attribute(keyword, omit=True)
        if value is Sentinel:
            value = self._task.fattributes[keyword].default
            return value() if callable(value) else value
        return value


class _Listing:
    """The files of the connection plugins that there are. Where Ansible gathers the variables of a
    host, it looks for them on the disk, to leave out facts that are named after one: a fifth of
    what a host costs it. Here it looks once for all hosts."""

    def __init__(self) -> None:
        self._paths: list[str] | None = None

    @contextmanager
    def once(self) -> Iterator[None]:
        """Within the block, Ansible gets the list that it has made before."""
        attributes = vars(connection_loader)
        search: Any = connection_loader.all

        def listed(**options: Any) -> Any:
            if options != {"path_only": True}:
                return search(**options)
            if self._paths is None:
                self._paths = list(search(**options))
            return iter(self._paths)

        attributes["all"] = listed
        try:
            yield
        finally:
            del attributes["all"]


def _carries(kind: str) -> bool:
    """Whether a connection plugin carries WS-Management. If not, it is not even made."""
    try:
        plugin = connection_loader.get(kind, class_only=True)
    except AnsibleError:
        return False
    return getattr(plugin, "transport", None) in _SPOKEN


def _context() -> PlayContext:
    """What the command line says for every host. The action's own context has also the variables of
    the task's host in it, even its password."""
    current = worker.current_worker
    return PlayContext() if current is None else current._play_context.copy()


class _Variables(Mapping[str, Any]):
    """The variables of one host, and a templar for them that says which of them is wrong.

    Args:
        of_host: the variables.
        templar: of Ansible.
    """

    def __init__(self, of_host: Mapping[str, Any], templar: Any) -> None:
        self._of_host = of_host
        self._templar = templar
        self._templar.available_variables = of_host
        self._latest = ""

    def __getitem__(self, name: str) -> Any:
        self._latest = name
        return self._of_host[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of_host)

    def __len__(self) -> int:
        return len(self._of_host)

    def template(self, value: Any, name: str = "") -> Any:
        """The value of a variable or a keyword.

        Args:
            name: of a keyword; by default, it is that of the variable which was read last.

        Raises:
            SettingError: it can't be resolved.
            AnsibleValueOmittedError: it says that it is as good as not set.
        """
        if isinstance(value, int) or (isinstance(value, str) and "{" not in value):
            return value  # it is no template, as most are not
        try:
            return self._templar.template(value)
        except AnsibleValueOmittedError:
            raise
        except AnsibleError as error:
            raise _unresolved(name or self._latest, error) from None


def _unresolved(name: str, error: AnsibleError) -> SettingError:
    """What is wrong with a variable or a keyword. A filter that fails may quote what it was given,
    and a syntax error quotes the template."""
    if _SECRET.search(name) and not _quotes_nothing(error):
        return SettingError("setting.secret_unresolved", variable=name)
    return SettingError("setting.unresolved", variable=name, problem=_words_of(error))


def _quotes_nothing(error: AnsibleError) -> bool:
    """Whether an error speaks of names and places alone: of a variable that is missing, the
    password of a vault, or what a lookup could not find."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    return (
        isinstance(error, AnsibleUndefinedVariable)
        or any("Vault" in type(each).__name__ for each in causes)
        or str(error.message).startswith(_LOOKUP)
    )


def _wrong_value(error: AnsibleError) -> SettingError:
    """What Ansible says of a value that has the wrong type, which it quotes."""
    found = _OF_VARIABLE.search(str(error.message))
    if found is not None and _SECRET.search(found[1]):
        return SettingError("setting.secret_unresolved", variable=found[1])
    return SettingError("setting.variables", problem=_words_of(error))


def _words_of(error: AnsibleError) -> Verbatim:
    return Verbatim(for_display(str(error.message), _MOST_WORDS).rstrip("."))
