# SPDX-License-Identifier: GPL-3.0-or-later
"""What each command of the Makefile does."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from . import constraints, demo, environments, fidelity, rule_names
from .checks import REPORTS, Checks
from .jobs import FailedError
from .layout import ROOT
from .reports import summary
from .schedule import run

# What the tools and those that they run leave in a checkout.
_LEFT_BEHIND = (
    ".venv*",
    ".cache",
    ".*_cache",
    ".ansible",
    ".hypothesis",
    "*.egg-info",
    "tests/output",
)


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    :returns: the exit status
    """
    sections = (
        *("lint", "types", "unit", "sweeps", "browser", "clients", "kerberos", "build"),
        *("importer", "sanity", "molecule", "windows", "integration", "unkind"),
    )
    commands = (
        *("venv", "demo", "test", "screenshots", "clients-table", "constraints", "fidelity"),
        *("rule-names", "clean"),
    )
    parser = argparse.ArgumentParser(prog="tools", description=__doc__)
    parser.add_argument("command", choices=[*commands, *sections])
    command = parser.parse_args(arguments).command
    try:
        with ExitStack() as stack:
            checks = Checks(stack)
            if command == "venv":
                environments.prepare(next(environments.available()))
            elif command == "demo":
                return demo.run()
            elif command == "constraints":
                constraints.refresh()
            elif command == "fidelity":
                fidelity.write()
            elif command == "rule-names":
                rule_names.write()
            elif command == "clean":
                _clean()
            elif command == "test":
                shutil.rmtree(REPORTS, ignore_errors=True)
                run(checks.test())
                print(summary(REPORTS), flush=True)
            else:
                run([getattr(checks, command.replace("-", "_"))()])
    except (FailedError, environments.NoInterpreterError, subprocess.CalledProcessError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr, flush=True)
        return 130
    return 0


def _clean() -> None:
    """Remove all that the commands made. The next one makes it anew."""
    for pattern in _LEFT_BEHIND:
        for path in ROOT.glob(pattern):
            print(f"removing {path.relative_to(ROOT)}")
            shutil.rmtree(path)
    for folder in ("plugins", "tests", "roles"):
        for path in list((ROOT / folder).rglob("__pycache__")):
            shutil.rmtree(path)
