# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-lint``, whose arguments are those of this program.

It starts ``ansible-playbook --syntax-check`` for each playbook and role, and most of what that does is to
import Ansible. Here each is a fork of a process that has imported it (`integration.preimported`). One
that finds anything is started once more, as ``ansible-lint`` does it, so that what is told is the same.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from integration.preimported import Forking, Libraries


class SyntaxChecks:
    """Stands for `subprocess` where ``ansible-lint`` starts its syntax checks."""

    PIPE = subprocess.PIPE

    def __init__(self) -> None:
        self._lock = Lock()
        self._libraries: Libraries | None = None
        self._forking: dict[str, Forking] = {}

    def run(
        self, command: Sequence[str], *, env: Mapping[str, str], **settings: Any
    ) -> subprocess.CompletedProcess[str]:
        """Do what `subprocess.run` does with a syntax check."""
        assert "--syntax-check" in command
        with self._lock:
            code, output = self._forked(command, env)
        if code == 0:
            return subprocess.CompletedProcess(command, code, output, "")
        return subprocess.run(command, env=env, **settings)

    def _forked(self, command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
        program = shutil.which(command[0], path=environment["PATH"])
        assert program is not None
        folder = Path.cwd()
        if self._libraries is None:
            self._libraries = Libraries(environment)
        key = json.dumps(dict(environment), sort_keys=True)
        if key not in self._forking:
            self._forking[key] = self._libraries.with_ansible(folder, environment)
        return self._forking[key].run([program, *command[1:]], folder, environment)

    def close(self) -> None:
        if self._libraries is not None:
            self._libraries.close()


def main() -> None:
    # Here, for the tests of the above: not each environment has it.
    from ansiblelint import __main__ as program
    from ansiblelint import runner

    checks = SyntaxChecks()
    vars(runner)["subprocess"] = checks
    try:
        program._run_cli_entrypoint()
    finally:
        checks.close()


if __name__ == "__main__":
    main()
