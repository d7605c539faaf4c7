# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the constraints files anew from what the package index offers today."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from . import debian, interpreters, kerberos
from .environments import (
    BUILDING,
    PAIRS,
    Environment,
    Pair,
    build_requirements,
    built_from_source,
)
from .layout import CONSTRAINTS, ROOT
from .packages import Packages

_HEADER = """\
# SPDX-License-Identifier: GPL-3.0-or-later
# What {pair} is tested with. Written by `make constraints`.
"""


def refresh() -> None:
    """Resolve every pair that this machine has an interpreter for, and write its file.

    :raises subprocess.CalledProcessError: if a pair does not resolve
    :raises FailedError: if what builds the packages for Kerberos can't be installed
    """
    debian.install(kerberos.BUILD, "The packages for Kerberos")
    CONSTRAINTS.mkdir(exist_ok=True)
    for pair in PAIRS:
        interpreter = interpreters.find(pair.python)
        if interpreter is None:
            print(f"{pair}: no interpreter here, {pair.constraints.name} stays as it is")
            continue
        print(f"{pair}: resolving", flush=True)
        lines = _resolve(pair, interpreter)
        text = _HEADER.format(pair=pair) + "".join(f"{line}\n" for line in lines)
        pair.constraints.write_text(text, "utf-8")
        print(f"{pair}: {len(lines)} packages in {pair.constraints.relative_to(ROOT)}")


def _resolve(pair: Pair, interpreter: Path) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="constraints-") as folder:
        environment = Environment(
            pair, interpreter, Path(folder), ("test", "tools", "uv", "kerberos")
        )
        Packages().make(interpreter, environment.folder)
        Packages().install(environment.folder, built_from_source(environment.extras), more=BUILDING)
        wanted = [
            *build_requirements(),
            "--editable",
            environment.package,
            f"ansible-core=={pair.core}.*",
        ]
        Packages().install(environment.folder, wanted)
        freeze = [environment.python, "-m", "pip", "freeze", "--all"]
        done = subprocess.run(freeze, check=True, stdout=subprocess.PIPE, text=True)
    pins = [line for line in done.stdout.splitlines() if re.match(r"[\w.-]+==", line)]
    # pip itself comes with the interpreter, and nothing here depends on its version.
    return sorted((pin for pin in pins if not pin.startswith("pip==")), key=str.lower)
