# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible, imported once, that forks for each run: two thirds of a short run are imports.

A fork is the same program, with the arguments, the environment, the folder and the output that a
started one has. What an import depends on is part of what tells a process that has imported from
another: only runs in the very same folder and environment come from the same one. The first run in
each is started as a user starts it, and `test_preimported` compares both.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

#: The programs that are imported.
PROGRAMS = ("ansible", "ansible-playbook")
#: Variables that no import looks at: of pytest, of the callback that writes results, of plays, options of
#: plugins, which Ansible reads when it makes the plugin, and what the playbooks of scenarios look up.
OF_A_RUN = (
    *("PYTEST_CURRENT_TEST", "RESULTS_FILE", "ODD_PASSWORD"),
    *("ANSIBLE_CALLBACK_RESULT_FORMAT", "PORTKEEPER_LANGUAGE", "PORTKEEPER_TABLE_IN_PLAYBOOKS"),
    *("MOLECULE_EPHEMERAL_DIRECTORY", "PORTKEEPER_WINDOWS_CHANGE"),
    *("WINDOWS_ADDRESS", "WINDOWS_PASSWORD"),
)
MOST = 6  # processes that wait; of more the one is ended that was used least recently

Key = tuple[str, str, str]


class Preimported:
    """A process that has imported Ansible in a folder and an environment."""

    def __init__(self, bin_folder: str, folder: Path, environment: Mapping[str, str]) -> None:
        self._socket, end = socket.socketpair()
        with end:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(end.fileno()), bin_folder],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                # Whatever an import says belongs to no run; nothing may.
                stdout=subprocess.DEVNULL,
                pass_fds=(end.fileno(),),
            )

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
        """Fork, and return the exit code and all of the output."""
        reading, writing = os.pipe()
        with open(reading, encoding="utf-8") as output:
            try:
                request = json.dumps([list(command), dict(environment)]).encode()
                self._socket.sendall(len(request).to_bytes(4, "big"))
                socket.send_fds(self._socket, [b"!"], [writing])
                self._socket.sendall(request)
            finally:
                os.close(writing)
            text = output.read()
        code = self._socket.recv(8)
        assert code, "the process that has imported Ansible has ended"
        return int.from_bytes(code, "big", signed=True), text

    def close(self) -> None:
        self._socket.close()
        self._process.wait()


class Starter:
    """Runs Ansible's programs: as a user does for the first time in a folder and an environment,
    and later from a process that has imported it there."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: set[Key] = set()
        self._processes: dict[Key, Preimported] = {}
        atexit.register(self.close)

    def fork(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """The exit code and the output of a run; None if it is to be started.

        Runs at the same time are started too: they are independent of one another then.
        """
        if Path(command[0]).name not in PROGRAMS or not self._lock.acquire(blocking=False):
            return None
        try:
            key = _key(folder, environment)
            if key not in self._seen:
                self._seen.add(key)
                return None
            process = self._processes.pop(key, None) or Preimported(
                str(Path(command[0]).parent), folder, environment
            )
            self._processes[key] = process
            if len(self._processes) > MOST:
                self._processes.pop(next(iter(self._processes))).close()
            return process.run(command, environment)
        finally:
            self._lock.release()

    def close(self) -> None:
        while self._processes:
            self._processes.popitem()[1].close()


def _key(folder: Path, environment: Mapping[str, str]) -> Key:
    """All that an import depends on."""
    settings = Path(folder, environment["ANSIBLE_CONFIG"])
    read = settings.read_text("utf-8") if settings.is_file() else ""
    fixed = {name: value for name, value in environment.items() if name not in OF_A_RUN}
    return str(folder), json.dumps(fixed, sort_keys=True), read


def _received(control: socket.socket) -> tuple[list[str], dict[str, str], int] | None:
    size = control.recv(4, socket.MSG_WAITALL)
    if not size:
        return None
    _data, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
    request = control.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
    command, environment = json.loads(request)
    return command, environment, descriptors[0]


def _forks(control: socket.socket) -> list[str] | None:
    """Fork for each request. Returns in each fork the command that it is, and at the end None."""
    while request := _received(control):
        command, environment, output = request
        child = os.fork()
        if child == 0:
            control.close()
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.close(output)
            os.environ.clear()
            os.environ.update(environment)
            return command
        os.close(output)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        control.sendall(code.to_bytes(8, "big", signed=True))
    return None


def _import() -> None:
    """Import what Ansible's commands import, and the collection's modules through its loader."""
    import importlib
    import warnings

    for library in ("winrm", "requests_ntlm", "xmltodict", "pypsrp.client"):
        importlib.import_module(library)
    for program in ("adhoc", "playbook"):
        importlib.import_module(f"ansible.cli.{program}")
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    _load_plugins()
    collection = "ansible_collections.portkeeper.windows.plugins"
    modules = [f"action.{name}" for name in ("port_check", "port_firewall", "port_process")]
    # The settings of a run may not lead to the collection.
    with suppress(ModuleNotFoundError):
        for module in (*modules, "module_utils.terminal.results"):
            importlib.import_module(f"{collection}.{module}")


def _load_plugins() -> None:
    """Load what each run loads before its first task: plugins, and the options in their
    documentation, which are half of a short run."""
    from ansible import constants
    from ansible.plugins import loader

    # Not those of variables: a run that finds them loaded takes it that it has already made the one
    # that reads `host_vars` and `group_vars`, and reads none.
    for kind in ("become", "connection", "shell"):
        list(vars(loader)[f"{kind}_loader"].all(class_only=True))
    # Ansible sets its constants by their names, which types don't see.
    known = vars(constants)
    for name in known["INVENTORY_ENABLED"]:
        loader.inventory_loader.get(name, class_only=True)
    # Not the callback `tree`, which looks at an option of the command as it is imported.
    for name in (known["DEFAULT_STDOUT_CALLBACK"], "junit", "minimal"):
        loader.callback_loader.get(name, class_only=True)
    loader.strategy_loader.get(known["DEFAULT_STRATEGY"], class_only=True)
    # The filters and tests of Jinja, which else the process of each task loads that has one.
    for templating in (loader.filter_loader, loader.test_loader):
        templating._ensure_non_collection_wrappers()


def _wait_with_less_work() -> None:
    """Look for the results of tasks every 10 ms, not every one: looking is a fifth of the work of a
    long task. It is the setting ``internal_poll_interval`` of a user."""
    from ansible import constants

    vars(constants)["DEFAULT_INTERNAL_POLL_INTERVAL"] = 0.01


def _renew_temporary_folder() -> None:
    """Give this process the folder that Ansible makes as it is imported, and removes at its end."""
    from ansible import constants
    from ansible.utils.path import cleanup_tmp_file

    atexit.unregister(cleanup_tmp_file)
    # Ansible sets its constants by their names too.
    known = vars(constants)
    # The default is a template of other constants.
    made = constants.config.get_config_value("DEFAULT_LOCAL_TMP", variables=known)
    known["DEFAULT_LOCAL_TMP"] = made


def main(control: int, bin_folder: str) -> None:
    import gc
    import runpy

    # As in a script of that folder.
    sys.path[0] = bin_folder
    _import()
    gc.freeze()
    with socket.socket(fileno=control) as requests:
        command = _forks(requests)
    if command:
        _renew_temporary_folder()
        _wait_with_less_work()
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
