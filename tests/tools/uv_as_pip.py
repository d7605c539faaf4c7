# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for pip in the environments of ``ansible-test``: uv installs in a tenth of the time. What uv
can't do, pip's own package does.

This file is put there as ``pip/__main__.py``, beside a file that says how uv is run and where pip is.
"""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HOW = "how.json"


def main(arguments: Sequence[str], folder: Path) -> None:
    """Do what pip does with these arguments.

    :param folder: that of the package that stands for pip
    """
    how = json.loads((folder / HOW).read_text("utf-8"))
    rest = [each for each in arguments[1:] if each != "--disable-pip-version-check"]
    if arguments[0] == "install" and _uv(how, "install", "--compile-bytecode", *rest):
        return
    if arguments[0] == "uninstall":
        others = [each for each in rest if each not in ("-y", "pip")]
        if not others or _uv(how, "uninstall", *others):
            shutil.rmtree(folder)
            return
    sys.path.insert(0, how["pip"])
    for name in [name for name in sys.modules if name.partition(".")[0] == "pip"]:
        del sys.modules[name]
    sys.argv[1:] = arguments
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


def _uv(how: dict[str, object], action: str, *arguments: str) -> bool:
    options = how["options"] if action == "install" else []
    assert isinstance(options, list)
    assert isinstance(how["variables"], dict)
    command = [str(how["uv"]), "pip", action, "--quiet", *options, "--python", sys.executable]
    done = subprocess.run([*command, *arguments], env=os.environ | how["variables"], check=False)
    return done.returncode == 0


if __name__ == "__main__":
    main(sys.argv[1:], Path(__file__).parent)
