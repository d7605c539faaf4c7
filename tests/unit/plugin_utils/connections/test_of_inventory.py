# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to other hosts of the inventory: what they rely on, and that each has what is its own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.executor import task_executor
from ansible.executor.process import worker
from ansible.inventory.manager import InventoryManager
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.connection import ConnectionBase
from ansible.plugins.connection import psrp as psrp_plugin
from ansible.plugins.connection import winrm as winrm_plugin
from ansible.plugins.loader import connection_loader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import of_inventory
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.of_inventory import (
    InventoryConnections,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from unit.played import action_on
from unit.rows import each_row

OWN = {"ansible_connection": "winrm", "ansible_user": "{{ 'user-' ~ inventory_hostname }}"}
KNOWN = {**OWN, "ansible_password": "{{ 'of-' ~ inventory_hostname }}"}


class TestWhatIsReliedOn:
    """Names of Ansible that are used without its promise."""

    def test_the_worker_has_what_the_command_line_says(self) -> None:
        """And gives it to the executor, which makes copies with the variables of a host."""
        assert worker.current_worker is None
        source = inspect.getsource(worker.WorkerProcess)
        assert "current_worker = self" in source
        assert "self._play_context = play_context" in source
        assert "            self._play_context,\n" in source
        source = inspect.getsource(PlayContext.set_task_and_variable_override)
        assert "new_info = self.copy()" in source
        source = inspect.getsource(task_executor)
        assert "self._play_context = self._play_context.set_task_and_variable_override(" in source
        assert "task_keys['password'] = self._play_context.password" in source
        assert "task_keys['timeout'] = self._play_context.timeout" in source
        assert PlayContext(passwords={"conn_pass": "x"}).copy().password == "x"

    def test_the_executor_makes_connections_so(self) -> None:
        source = inspect.getsource(task_executor.TaskExecutor._get_connection)
        for each in ("new_stdin=None", "task_uuid=self._task._uuid", "ansible_playbook_pid="):
            assert each in source
        source = inspect.getsource(task_executor.TaskExecutor._set_connection_options)
        assert "self._connection._resolve_option_variables(variables, templar)" in source
        assert "set_options(task_keys=task_keys, var_options=var_options)" in source
        found = inspect.signature(ConnectionBase._resolve_option_variables).parameters
        assert list(found) == ["self", "variables", "templar"]
        source = inspect.getsource(ConnectionBase._resolve_option_variables)
        assert source.count("templar.template(variables[var_name])") == 2

    def test_variables_and_hosts(self) -> None:
        found = inspect.signature(VariableManager.get_vars).parameters
        assert {"play", "host", "task", "_hosts", "_hosts_all"} <= set(found)
        source = inspect.getsource(VariableManager.__init__)
        assert "self._inventory = inventory" in source
        assert isinstance(InventoryManager.hosts, property)
        assert isinstance(Templar.available_variables, property)
        assert Templar.available_variables.fset is not None

    def test_keywords(self) -> None:
        for name in ("get_variable_manager", "get_play", "get_ds"):
            assert callable(getattr(Task, name))
        found = inspect.signature(Task._get_parent_attribute).parameters
        assert list(found) == ["self", "attr", "omit"]
        for name in ("connection", "remote_user"):
            assert callable(Task.fattributes[name].default)  # asks the command line
        for kind in ("winrm", "psrp"):
            options = connection_loader.get(kind, PlayContext()).option_definitions
            keywords = {each["name"] for of in options.values() for each in of.get("keyword") or ()}
            assert keywords == {"remote_user", "port"}
            assert "password" in options["remote_password"]["aliases"]

    def test_names_that_may_hold_secrets(self) -> None:
        for plugin in (winrm_plugin, psrp_plugin):
            assert "name: ansible_password" in plugin.DOCUMENTATION
        for name in ("ansible_password", "ansible_winrm_pass", "ansible_psrp_proxy", "password"):
            assert of_inventory._SECRET.search(name)
        assert not of_inventory._SECRET.search("ansible_user")


def connection(
    folder: Path,
    to: str,
    hosts: Mapping[str, Mapping[str, Any]],
    play: Mapping[str, Any] | None = None,
) -> Any:
    """The connection to one of some hosts; the task runs on the first one."""
    tasks = {"gather_facts": False, "tasks": [{"debug": None}]}
    made, variables = action_on(folder, next(iter(hosts)), hosts, tasks | dict(play or {}))
    return InventoryConnections(made, variables).connection_to(to)


def options(made: Any) -> dict[str, Any]:
    names = ("remote_addr", "port", "remote_user", "remote_password")
    return {name: made.get_option(name) for name in names}


@pytest.mark.parametrize("kind", ["winrm", "psrp"])
def test_all_is_by_the_variables_of_the_host_itself(tmp_path: Path, kind: str) -> None:
    other = {"ansible_host": "192.0.2.2", "ansible_port": "{{ 5900 + 85 }}"}
    hosts = {"own": KNOWN, "other": KNOWN | other | {"ansible_connection": "{{ kind }}"}}
    made = connection(tmp_path, "other", hosts, {"vars": {"kind": kind}})
    assert made.transport == kind
    assert options(made) == {
        "remote_addr": "192.0.2.2",
        "port": 5985,
        "remote_user": "user-other",
        "remote_password": "of-other",
    }


def test_what_no_option_is_declared_for_is_handed_over(tmp_path: Path) -> None:
    hosts = {"own": KNOWN, "other": KNOWN | {"ansible_winrm_read_timeout_sec": "{{ 60 + 9 }}"}}
    made = connection(tmp_path, "other", hosts)
    assert made.get_option("_extras") == {"ansible_winrm_read_timeout_sec": 69}


KEYWORDS = {
    "remote_user": "{{ 'keyword-' ~ inventory_hostname }}",
    "port": "{{ 5000 + (inventory_hostname | length) }}",
    "connection": "{{ kinds[inventory_hostname] }}",
}
BLOCK = {"tasks": [{"block": [{"block": [{"debug": None}]}], **KEYWORDS}]}


@pytest.mark.parametrize(
    "play",
    [KEYWORDS, BLOCK, {"tasks": [{"debug": None, **KEYWORDS}], "port": 1, "remote_user": "nobody"}],
    ids=["play", "block", "task"],
)
def test_keywords_are_those_of_the_host_too(tmp_path: Path, play: dict[str, Any]) -> None:
    """Although Ansible has replaced them in the task by those of its own host."""
    hosts: dict[str, Any] = {"own": {"ansible_password": "x"}, "other": {}}
    kinds = {"kinds": {"own": "winrm", "other": "psrp"}}
    made = connection(tmp_path, "other", hosts, {**play, "vars": kinds})
    assert (made.transport, made.get_option("port")) == ("psrp", 5005)
    assert (made.get_option("remote_user"), made.get_option("remote_password")) == (
        "keyword-other",
        None,
    )


def test_variables_of_the_task_hold_for_the_host_too(tmp_path: Path) -> None:
    """By its own variables, and as with a delegated task."""
    of_task = {"vars": {"ansible_user": "{{ 'task-' ~ inventory_hostname }}"}}
    tasks = {"tasks": [{"debug": None, **of_task}]}
    made = connection(tmp_path, "other", {"own": KNOWN, "other": KNOWN}, tasks)
    assert made.get_option("remote_user") == "task-other"


def test_what_is_left_out_counts_as_not_set(tmp_path: Path) -> None:
    omitted = "{{ nothing | default(omit) }}"
    other = {"ansible_user": omitted, "ansible_connection": omitted}
    hosts = {"own": KNOWN, "other": KNOWN | other}
    made = connection(tmp_path, "other", hosts, {"connection": "psrp", "remote_user": omitted})
    assert (made.transport, made.get_option("remote_user")) == ("psrp", None)


def test_the_password_of_the_tasks_host_is_not_given_to_another(tmp_path: Path) -> None:
    """In the action's own context it looks like one of the command line."""
    hosts = {"own": KNOWN, "other": OWN}
    made, variables = action_on(
        tmp_path, "own", hosts, {"gather_facts": False, "tasks": [{"debug": None}]}
    )
    own = PlayContext().set_task_and_variable_override(made._task, variables, None)
    assert own.password  # of the task's host
    made._play_context = own
    found = InventoryConnections(made, variables).connection_to("other")
    assert found.get_option("remote_password") is None


@each_row(
    ("host", "password"),
    [("without", "of the command line"), ("with", "of-with")],
)
def test_a_password_of_the_command_line_is_for_those_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, password: str
) -> None:
    context = PlayContext(passwords={"conn_pass": "of the command line"})
    monkeypatch.setattr(worker, "current_worker", SimpleNamespace(_play_context=context))
    hosts = {"own": KNOWN, "without": OWN, "with": KNOWN}
    assert connection(tmp_path, host, hosts).get_option("remote_password") == password
    assert context.remote_addr is None


@each_row(
    ("of_host", "told"),
    [
        ({"ansible_connection": "ssh"}, "the connection 'ssh' can't carry it"),
        ({"ansible_connection": "ansible.builtin.local"}, "connection 'ansible.builtin.local'"),
        ({"ansible_connection": "no.such.plugin"}, "the connection 'no.such.plugin' can't"),
        ({"ansible_connection": "../winrm"}, "the connection '../winrm' can't"),
        ({"ansible_connection": "{{ kind }}"}, "ansible_connection of this host can't be resolved "
         "('kind' is undefined)"),
        ({"ansible_user": "{{ 1 / 0 }}"}, "ansible_user of this host can't be resolved (Error ren"),
        ({"ansible_password": "{{ password_of_vault }}"}, "ansible_password of this host can't be "
         "resolved ('password_of_vault' is undefined)"),
        ({"ansible_password": "{{ lookup('file', '/no/such') }}"}, "resolved (The lookup plugin"),
        ({"ansible_password": "{{ 'Geheim' | no_filter }}"}, "ansible_password of this host can't "
         "be resolved; correct it. What Ansible says of it is left out"),
        ({"ansible_password": "{{ 'Geheim' "}, "ansible_password of this host can't be resolved; "),
        ({"ansible_password": "{{ ('Geheim' | from_json).x }}"}, "can't be resolved; correct it"),
        ({"ansible_winrm_proxy": "{{ 'http://u:Geheim@p' | from_json }}"}, "ansible_winrm_proxy of "),
        ({"ansible_password": {"Geheim": "x"}}, "ansible_password of this host can't be resolved; "),
        ({"ansible_port": "many"}, "The variables of this host can't be used (Config 'port' for"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_without_a_secret(
    tmp_path: Path, of_host: dict[str, Any], told: str
) -> None:
    hosts = {"own": KNOWN, "other": KNOWN | of_host}
    with pytest.raises(SettingError) as caught:
        connection(tmp_path, "other", hosts)
    assert told in str(caught.value)
    assert "Geheim" not in str(caught.value)


def test_a_keyword_that_is_wrong_is_named(tmp_path: Path) -> None:
    hosts = {"own": KNOWN | {"fine": "x"}, "other": KNOWN}
    with pytest.raises(SettingError, match=r"^remote_user of this host .*'fine' is undefined"):
        connection(tmp_path, "other", hosts, {"remote_user": "{{ fine }}"})


def test_variables_that_can_not_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars" / "other.yml").write_text("ansible_user: [\n")
    with pytest.raises(SettingError, match=r"The variables of this host can't be used \(.*YAML"):
        connection(tmp_path, "other", {"own": KNOWN, "other": KNOWN})


def test_only_names_of_hosts_are_in_it(tmp_path: Path) -> None:
    made, variables = action_on(
        tmp_path, "own", {"own": KNOWN, "other": KNOWN | {"ansible_host": "192.0.2.2"}},
        {"gather_facts": False, "tasks": [{"debug": None}]},
    )  # fmt: skip
    found = InventoryConnections(made, variables)
    names = ("own", "other", "Other", "all", "o*", "192.0.2.2", "localhost", "", None)
    assert [name for name in names if name in found] == ["own", "other"]


class TestPluginsAreListedOnce:
    """Ansible looks for all connection plugins whenever it gathers the variables of a host."""

    def listings(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        search = type(connection_loader).all

        def counted(self: Any, *arguments: Any, **options: Any) -> Any:
            if self is connection_loader:
                calls.append(options)
            return search(self, *arguments, **options)

        monkeypatch.setattr(type(connection_loader), "all", counted)
        return calls

    def test_for_all_hosts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        hosts = dict.fromkeys(("own", "other", "third"), KNOWN)
        made, variables = action_on(
            tmp_path, "own", hosts, {"gather_facts": False, "tasks": [{"debug": None}]}
        )
        calls = self.listings(monkeypatch)
        connections = InventoryConnections(made, variables)
        for name in hosts:
            assert options(connections.connection_to(name))["remote_user"] == f"user-{name}"
        assert calls == [{"path_only": True}]
        assert "all" not in vars(connection_loader)

    def test_after_an_error_ansible_lists_them_itself(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "host_vars").mkdir()
        (tmp_path / "host_vars" / "other.yml").write_text("ansible_user: [\n")
        with pytest.raises(SettingError):
            connection(tmp_path, "other", {"own": KNOWN, "other": KNOWN})
        assert "all" not in vars(connection_loader)
        calls = self.listings(monkeypatch)
        assert list(connection_loader.all(path_only=True))
        assert calls == [{"path_only": True}]

    def test_facts_are_left_out_all_the_same(self, tmp_path: Path) -> None:
        """One that is named after a connection could send passwords elsewhere."""
        hosts = {"own": KNOWN, "other": KNOWN}
        made, variables = action_on(
            tmp_path, "own", hosts, {"gather_facts": False, "tasks": [{"debug": None}]}
        )
        made._task.get_variable_manager().set_host_facts(
            "other", {"ansible_winrm_realm": "of the host", "ansible_os_family": "Windows"}
        )
        found = InventoryConnections(made, variables)
        for name in ("own", "other", "other"):
            made_of = found._variables_of(name)
            assert "ansible_winrm_realm" not in made_of
        assert "ansible_os_family" in made_of
