# SPDX-License-Identifier: GPL-3.0-or-later
"""A syntax check that is forked finds, and says, what one finds that is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lint_of_ansible import SyntaxChecks

pytestmark = pytest.mark.sweep

PLAYBOOK = """---
- hosts: localhost
  gather_facts: false
  tasks:
    - name: One
      {module}:
        msg: x
"""


def test_a_syntax_check_says_what_a_started_one_says(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "ANSIBLE_NOCOLOR": "1",
    }
    good, bad = tmp_path / "good.yml", tmp_path / "bad.yml"
    good.write_text(PLAYBOOK.format(module="ansible.builtin.debug"))
    bad.write_text(PLAYBOOK.format(module="ansible.builtin.no_such_module"))
    settings = {"stdin": subprocess.PIPE, "capture_output": True, "text": True}
    command = ["ansible-playbook", "--syntax-check", "-vv"]
    checks = SyntaxChecks()
    try:
        found = checks.run([*command, str(good)], env=environment, check=False, **settings)
        assert found.returncode == 0
        assert str(good) in found.stdout
        found = checks.run([*command, str(bad)], env=environment, check=False, **settings)
    finally:
        checks.close()
    assert found.returncode != 0
    assert "no_such_module" in found.stderr
    assert str(bad) in found.stderr
