# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible, imported once, that forks for each run: two thirds of a short run are imports.

A fork is the same program, with the arguments, the environment, the folder and the output that a
started one has. What an import depends on is part of what tells a process that has imported from
another: only runs in the very same folder and environment come from the same one. Each of these is a
fork of a process that has imported libraries alone, which know nothing of Ansible and its settings; for
each environment that libraries may look at there is one. The very first run is started as a user starts
it, and `test_preimported` compares both.

A run may have a terminal instead of a pipe: what Ansible decides by that as it is imported, each fork
decides anew.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread

if __name__ == "__main__":
    from remembered_templates import remember  # type: ignore[import-not-found]
else:
    from integration.remembered_templates import remember

#: The programs that are imported.
PROGRAMS = ("ansible", "ansible-playbook")
#: Variables that no import looks at: of pytest, of the callback that writes results, of plays, options of
#: plugins, which Ansible reads when it makes the plugin, and what the playbooks of scenarios look up.
OF_A_RUN = (
    *("PYTEST_CURRENT_TEST", "RESULTS_FILE", "ODD_PASSWORD"),
    *("ANSIBLE_CALLBACK_RESULT_FORMAT", "PORTKEEPER_LANGUAGE"),
    *("PORTKEEPER_TABLE_IN_PLAYBOOKS", "PORTKEEPER_TABLE_PROGRESS"),
    *("MOLECULE_EPHEMERAL_DIRECTORY", "PORTKEEPER_WINDOWS_CHANGE"),
    *("WINDOWS_ADDRESS", "WINDOWS_PASSWORD"),
)
#: Those that say whether there are colours, and what of a terminal there is to know: of what Ansible
#: decides by them as it is imported, each run decides anew.
OF_A_TERMINAL = ("NO_COLOR", "ANSIBLE_NOCOLOR", "ANSIBLE_FORCE_COLOR", "TERM", "COLUMNS")
#: Variables by which a process that has imported differs from none.
OF_NO_IMPORT = (*OF_A_RUN, *OF_A_TERMINAL)
#: What a process imports before it is known where Ansible runs.
LIBRARIES = (
    *(
        "yaml",
        "jinja2.sandbox",
        "cryptography.hazmat.primitives.ciphers.algorithms",
        "packaging.version",
    ),
    *("winrm", "requests_ntlm", "xmltodict", "pypsrp.client", "multiprocessing.queues"),
)
#: Actions of Ansible that plays have most often.
ACTIONS = ("assert", "copy", "debug", "fail", "normal", "set_fact", "validate_argument_spec")
#: Where the rules of most simulated hosts are from.
RECORDED = Path(__file__).parents[1] / "samples" / "firewall_registry"
RECORDINGS = ("win10_1903_en_fwpolicy_v2.30.txt", "win10_1709_en_fwpolicy_v2.27.txt")
#: How the variables begin that libraries don't look at, and others that they don't look at as they are
#: imported.
OF_ANSIBLE = ("ANSIBLE_", "PORTKEEPER_")
OF_A_USER = ("HOME", "TMPDIR")
#: How many processes with Ansible wait, and how many with libraries; of more the one is ended that was
#: used least recently.
MOST, MOST_LIBRARIES = 6, 2

#: The exit status of this process, see `_end_at_once`.
_status = 0

Key = tuple[str, ...]
#: What the process with the libraries is asked for to become one that has imported Ansible.
IMPORT = "import"
_NUMBER = 8  # octets of an id or a status


class Fork:
    """A run that has begun. It has what of `subprocess.Popen` runs on a terminal need."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self._socket = control
        self._pid = pid
        self._code: int | None = None

    def wait(self) -> int:
        """Wait for its end, and return its exit code."""
        if self._code is None:
            self._code = _number_from(self._socket)
        return self._code

    def send_signal(self, number: int) -> None:
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Forking:
    """The tests' end of a process that forks for each run."""

    def __init__(self, control: socket.socket) -> None:
        self._socket = control

    def begin(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: int
    ) -> Fork:
        """Fork, to write to that descriptor; if it is a terminal, the fork has it for its input too.

        There is one at a time: the next begins when this one has been waited for.
        """
        self._ask(command, folder, environment, output)
        return Fork(self._socket, _number_from(self._socket))

    def run(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str]:
        """Fork, and return the exit code and all of the output."""
        reading, writing = os.pipe()
        with open(reading, encoding="utf-8") as output:
            try:
                fork = self.begin(command, folder, environment, writing)
            finally:
                os.close(writing)
            text = output.read()
        return fork.wait(), text

    def _ask(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], descriptor: int
    ) -> None:
        request = json.dumps([list(command), str(folder), dict(environment)]).encode()
        self._socket.sendall(len(request).to_bytes(4, "big"))
        socket.send_fds(self._socket, [b"!"], [descriptor])
        self._socket.sendall(request)

    def close(self) -> None:
        self._socket.close()


class Libraries(Forking):
    """A process that has imported libraries, but nothing of Ansible, and forks to import that too.

    Those that were made of it end before it.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        control, end = socket.socketpair()
        super().__init__(control)
        self._made: list[Forking] = []
        with end:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(end.fileno())],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                # Pipes, as runs have them. Whatever an import says belongs to no run; nothing may.
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(end.fileno(),),
            )
        # With ANSIBLE_DEBUG, an import says more than a pipe holds.
        assert self._process.stdout
        self._reader = Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()

    def with_ansible(self, folder: Path, environment: Mapping[str, str]) -> Forking:
        """Make a process that has imported Ansible in a folder and an environment."""
        control, end = socket.socketpair()
        with end:
            self._ask([IMPORT], folder, environment, end.fileno())
        self._made.append(Forking(control))
        return self._made[-1]

    def close(self) -> None:
        for made in self._made:
            made.close()
        super().close()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout
        self._process.stdout.close()


class Starter:
    """Runs Ansible's programs: the first as a user does, and the others from a process that has imported
    what they need."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._started = False
        self._libraries: dict[str, Libraries] = {}
        self._processes: dict[Key, Forking] = {}
        atexit.register(self.close)

    def fork(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """The exit code and the output of a run; None if it is to be started."""
        with self.forking(command, folder, environment) as process:
            return process.run(command, folder, environment) if process else None

    @contextmanager
    def forking(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Forking | None]:
        """The process to fork from for a run; None if the run is to be started.

        Runs at the same time are started too: they are independent of one another then.
        """
        if Path(command[0]).name not in PROGRAMS or not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            first, self._started = not self._started, True
            yield None if first else self._process(folder, environment)
        finally:
            self._lock.release()

    def _process(self, folder: Path, environment: Mapping[str, str]) -> Forking:
        """The process that has imported Ansible there, which is now the one used most recently."""
        of_libraries = _of_libraries(environment)
        libraries = self._libraries.pop(of_libraries, None) or Libraries(environment)
        self._libraries[of_libraries] = libraries
        if len(self._libraries) > MOST_LIBRARIES:
            oldest = next(iter(self._libraries))
            self._processes = {
                key: process for key, process in self._processes.items() if key[0] != oldest
            }
            self._libraries.pop(oldest).close()
        key = of_libraries, *_key(folder, environment)
        process = self._processes.pop(key, None) or libraries.with_ansible(folder, environment)
        self._processes[key] = process
        if len(self._processes) > MOST:
            self._processes.pop(next(iter(self._processes))).close()
        return process

    def close(self) -> None:
        self._processes.clear()
        for libraries in self._libraries.values():
            libraries.close()
        self._libraries.clear()


def _key(folder: Path, environment: Mapping[str, str]) -> Key:
    """All that an import of Ansible depends on."""
    settings = Path(folder, environment["ANSIBLE_CONFIG"])
    read = settings.read_text("utf-8") if settings.is_file() else ""
    fixed = {name: value for name, value in environment.items() if name not in OF_NO_IMPORT}
    return str(folder), json.dumps(fixed, sort_keys=True), read


def _of_libraries(environment: Mapping[str, str]) -> str:
    """What of an environment libraries may look at as they are imported."""
    others = {
        name: value
        for name, value in environment.items()
        if name not in (*OF_NO_IMPORT, *OF_A_USER) and not name.startswith(OF_ANSIBLE)
    }
    return json.dumps(others, sort_keys=True)


def _number_from(control: socket.socket) -> int:
    octets = control.recv(_NUMBER, socket.MSG_WAITALL)
    assert octets, "the process that forks has ended"
    return int.from_bytes(octets, "big", signed=True)


def _send_number(control: socket.socket, number: int) -> None:
    control.sendall(number.to_bytes(_NUMBER, "big", signed=True))


def _received(control: socket.socket) -> tuple[list[str], str, dict[str, str], int] | None:
    size = control.recv(4, socket.MSG_WAITALL)
    if not size:
        return None
    _data, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
    request = control.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
    command, folder, environment = json.loads(request)
    return command, folder, environment, descriptors[0]


def _forks(control: socket.socket) -> list[str] | None:
    """Fork for each request. Returns in each fork the command that it is, and at the end None."""
    while request := _received(control):
        command, folder, environment, descriptor = request
        child = os.fork()
        if child == 0:
            control.close()
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            if command == [IMPORT]:
                control = socket.socket(fileno=descriptor)
                _import()
                gc.freeze()
                continue
            if os.isatty(descriptor):
                os.setsid()
                os.dup2(descriptor, 0)
            os.dup2(descriptor, 1)
            os.dup2(descriptor, 2)
            os.close(descriptor)
            return command
        os.close(descriptor)
        if command != [IMPORT]:
            _send_number(control, child)
            _pid, status = os.waitpid(child, 0)
            _send_number(control, os.waitstatus_to_exitcode(status))
    control.close()
    # Those that have imported Ansible have ended, or do so now.
    with suppress(ChildProcessError):
        while True:
            os.wait()
    return None


def _import_libraries() -> None:
    """Import what Ansible's commands and connections import of others."""
    for library in LIBRARIES:
        importlib.import_module(library)
    assert not any(name.partition(".")[0].startswith("ansible") for name in sys.modules)


def _import() -> None:
    """Import what Ansible's commands import, and the collection's modules through its loader."""
    for program in ("adhoc", "playbook"):
        importlib.import_module(f"ansible.cli.{program}")
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    _load_plugins()
    _know_fields_of_results()
    remember()
    collection = "portkeeper.windows"
    modules = f"ansible_collections.{collection}.plugins.module_utils"
    # The settings of a run may not lead to the collection.
    with suppress(ModuleNotFoundError):
        importlib.import_module(f"{modules}.terminal.results")
        _load_plugins_of(collection)
        rule_text = importlib.import_module(f"{modules}.firewall.policy.rule_text")
        for rule_id, text in _recorded_rules():
            rule_text.parse(rule_id, text)


def _load_plugins_of(collection: str) -> None:
    """Load what the processes of tasks load, with the options in the plugins' documentation."""
    from ansible.plugins import loader

    for kind in ("action", "filter", "lookup"):
        folder = Path(__file__).parents[2] / "plugins" / kind
        for path in sorted(folder.glob("[a-z]*.py")):
            vars(loader)[f"{kind}_loader"].get(f"{collection}.{path.stem}", class_only=True)


def _recorded_rules() -> Iterator[tuple[str, str]]:
    """The rules that simulated hosts have most often: Ansible's process for a task reads them all, and
    the next task's does so again. Who has read them before knows them, as with many hosts."""
    for name in RECORDINGS:
        for line in (RECORDED / name).read_text("utf-8").splitlines():
            rule_id, _middle, text = line.strip().partition("    REG_SZ    ")
            if text.startswith("v2."):
                yield rule_id, text


def _load_plugins() -> None:
    """Load what each run loads before its first task: plugins, and the options in their
    documentation, which are half of a short run."""
    from ansible import constants
    from ansible.plugins import loader

    for kind in ("become", "connection", "shell", "vars"):
        list(vars(loader)[f"{kind}_loader"].all(class_only=True))
    # A run that finds those of variables loaded takes it that it has already made the one that reads
    # `host_vars` and `group_vars`, and reads none.
    vars(loader.vars_loader)["_paths"] = None
    # Ansible sets its constants by their names, which types don't see.
    known = vars(constants)
    for name in known["INVENTORY_ENABLED"]:
        loader.inventory_loader.get(name, class_only=True)
    # Not the callback `tree`, which looks at an option of the command as it is imported.
    paths = map(Path, loader.callback_loader.all(path_only=True))
    for name in (known["DEFAULT_STDOUT_CALLBACK"], *(path.stem for path in paths)):
        if name != "tree":
            loader.callback_loader.get(name, class_only=True)
    loader.strategy_loader.get(known["DEFAULT_STRATEGY"], class_only=True)
    for name in ACTIONS:
        loader.action_loader.get(f"ansible.builtin.{name}", class_only=True)
    # The filters and tests of Jinja, which else the process of each task loads that has one.
    for templating in (loader.filter_loader, loader.test_loader):
        templating._ensure_non_collection_wrappers()


def _know_fields_of_results() -> None:
    """Have Ansible know the fields of results, which from 2.21 on the process of each task looks up
    once: that is a tenth of its work."""
    with suppress(ImportError, AttributeError):
        results = importlib.import_module("ansible._internal._task").UnifiedTaskResult
        for of_module in (False, True):
            results.get_result_key_to_resolved_field_mapping(source_is_module=of_module)


def _wait_with_less_work() -> None:
    """Look for the results of tasks every 10 ms, not every one: looking is a fifth of the work of a
    long task. It is the setting ``internal_poll_interval`` of a user."""
    from ansible import constants

    vars(constants)["DEFAULT_INTERNAL_POLL_INTERVAL"] = 0.01


def _know_the_terminal() -> None:
    """Decide anew what Ansible decides as it is imported by what it writes to: how wide that is, and
    whether there are colours; and of Python when lines are written."""
    from ansible import constants
    from ansible.utils import color
    from ansible.utils.display import Display

    # Ansible sets its constants by their names.
    known = vars(constants)
    for name in ("ANSIBLE_NOCOLOR", "ANSIBLE_FORCE_COLOR"):
        known[name] = constants.config.get_config_value(name, variables=known)
    importlib.reload(color)
    Display()._set_column_width()
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())


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


def _end_at_once() -> None:
    """Leave it to the system to free what this process has: Python would do so object by object, in
    memory that the fork shares until then, which is a quarter of the work of a short run.

    Called when all else is done that Python does at the end of a program.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(_status)


def main(control: int) -> None:
    global _status
    # What was registered first is called last: also what libraries register as they are imported.
    atexit.register(_end_at_once)
    # As in a script of that folder.
    sys.path[0] = str(Path(sys.executable).parent)
    _import_libraries()
    gc.freeze()
    _status = 0
    command = _forks(socket.socket(fileno=control))
    if command:
        if "ansible" in sys.modules:
            _renew_temporary_folder()
            _wait_with_less_work()
            _know_the_terminal()
        sys.argv = command
        _status = 1  # of an error that nobody catches
        try:
            runpy.run_path(command[0], run_name="__main__")
            _status = 0
        except SystemExit as end:
            _status = end.code if isinstance(end.code, int) else int(end.code is not None)
            raise


if __name__ == "__main__":
    main(int(sys.argv[1]))
