# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments: one for each pair of Python and ansible-core that is tested.

A pair exists on this machine if its interpreter does. The first that exists is ``.venv``, the
environment of every command; the others, such as ``.venv-3.13-2.21``, only run tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import interpreters, packages, remembered_code
from .layout import CACHE, CONSTRAINTS, ROOT
from .locks import only_one

_RECIPE = 2  # raise it to have every environment made anew
#: The environment of every command; the others are filled by its uv.
FIRST = ROOT / ".venv"


@dataclass(frozen=True)
class Pair:
    """A Python version and the ansible-core release line that is tested on it."""

    python: str
    core: str

    def __str__(self) -> str:
        return f"Python {self.python}, ansible-core {self.core}"

    @property
    def constraints(self) -> Path:
        """The file that pins every package of the environment."""
        return CONSTRAINTS / f"python-{self.python}-ansible-core-{self.core}.txt"


# The floor first, then every release line on a Python that it supports.
PAIRS = (Pair("3.11", "2.19"), Pair("3.12", "2.20"), Pair("3.13", "2.21"), Pair("3.14", "2.21"))


#: For what is built from source: without optimization, which is two thirds of the time, and so with
#: a cache of its own, which keeps it for the next time, and out of other projects.
BUILDING = {
    "CFLAGS": "-O0 -g0",
    "UV_CACHE_DIR": str(CACHE / "built"),
    "PIP_CACHE_DIR": str(CACHE / "built"),
}


class NoInterpreterError(Exception):
    """This machine has no interpreter for any pair."""


@dataclass(frozen=True)
class Environment:
    """A pair, the interpreter that this machine has for it, and the folder to make."""

    pair: Pair
    interpreter: Path
    folder: Path
    #: The extras of the checkout's package: what the tests need, and the tools of every command.
    extras: tuple[str, ...] = ("test", "tools")

    @property
    def package(self) -> str:
        """What pip installs: the checkout, with all that is needed here."""
        return f"{ROOT}[{','.join(self.extras)}]"

    @property
    def python(self) -> str:
        """The path of the environment's own interpreter."""
        return str(self.folder / "bin" / "python")

    def program(self, name: str) -> str:
        """Return the path of a program that the environment holds."""
        return str(self.folder / "bin" / name)

    def variables(self) -> dict[str, str]:
        """Return the variables for a command in this environment: its programs come first, and Ansible
        doesn't compile the collection anew each time it starts.

        What a user has set for Python, Ansible or Molecule elsewhere does not count.
        """
        foreign = ("PYTHON", "ANSIBLE_", "MOLECULE_")
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith(foreign)
        }
        if not sys.stdout.isatty():
            variables |= {"NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1"}
        variables["VIRTUAL_ENV"] = str(self.folder)
        variables[remembered_code.VARIABLE] = "1"
        variables["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
        return variables


def available(
    find: Callable[[str], Path | None] = interpreters.find,
) -> Iterator[Environment]:
    """Yield the environments that this machine's interpreters allow, ``.venv`` first.

    :param find: tells where the interpreter of a version is, if it is there
    :raises NoInterpreterError: if there is none
    """
    found = False
    for pair in PAIRS:
        interpreter = find(pair.python)
        if interpreter is not None:
            if found:
                # It only runs tests, so installing the tools would be half of its time for nothing.
                folder = ROOT / f".venv-{pair.python}-{pair.core}"
                yield Environment(pair, interpreter, folder, ("test",))
            else:
                yield Environment(pair, interpreter, FIRST)
            found = True
    if not found:
        wanted = ", ".join(pair.python for pair in PAIRS)
        raise NoInterpreterError(
            f"No usable Python found. Install one of {wanted}, with its venv and ensurepip modules."
        )


def prepare(environment: Environment) -> None:
    """Make or mend an environment. Does nothing, in no time, if it is as it should be.

    Prepare the first before the others, whose packages its uv installs.

    :raises subprocess.CalledProcessError: if a package cannot be installed
    """
    with only_one(environment.folder.name):
        where = environment.folder.relative_to(ROOT)
        if is_ready(environment):
            remember_code(environment)
            print(f"{where}: ready ({environment.pair})", flush=True)
            return
        began = time.monotonic()
        print(f"{where}: preparing ({environment.pair})", flush=True)
        made = f"{where}: making a virtual environment with {environment.interpreter}"
        print(made, flush=True)
        shutil.rmtree(environment.folder, ignore_errors=True)
        pins = environment.pair.constraints
        first = environment.folder == FIRST
        if first:
            packages.Packages().make(environment.interpreter, FIRST)
            packages.install_uv(FIRST, pins)
        filler = packages.with_uv_of(FIRST)
        if not first:
            filler.make(environment.interpreter, environment.folder)
        versions = pins.relative_to(ROOT)
        print(f"{where}: installing packages, versions from {versions}", flush=True)
        # Without isolation the build backend too has the version that the constraints say.
        filler.install(environment.folder, build_requirements(), pins)
        built = built_from_source(environment.extras)
        if built:
            # With isolation: each names the versions that it is built with.
            filler.install(environment.folder, built, pins, more=BUILDING)
        checkout = ["--no-build-isolation", "--editable", environment.package]
        # People run what is in the first, in shells that may forbid it to write bytecode.
        filler.install(environment.folder, checkout, pins, compiled=first)
        remember_code(environment)
        mark(environment)
        print(f"{where}: ready after {time.monotonic() - began:.1f} s", flush=True)


def remember_code(environment: Environment) -> None:
    """Let the programs of an environment read the bytecode of collections, where a variable says so."""
    packages_folder = environment.folder / "lib" / f"python{environment.pair.python}/site-packages"
    module = Path(remembered_code.__file__)
    line = f"import os; os.environ.get('{remembered_code.VARIABLE}') and __import__('{module.stem}').keep()"
    for name, text in (module.name, module.read_text("utf-8")), (f"{module.stem}.pth", f"{line}\n"):
        path = packages_folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            # At once: other programs of the environment may be about to start.
            made = path.with_suffix(".new")
            made.write_text(text, "utf-8")
            made.replace(path)


def build_requirements() -> list[str]:
    """Return what the checkout's own package needs to be built."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [str(requirement) for requirement in project["build-system"]["requires"]]


def built_from_source(extras: Sequence[str]) -> list[str]:
    """Return the packages of extras of which there is only source for Linux."""
    return ["pykerberos", "gssapi", "krb5"] if "kerberos" in extras else []


def is_ready(environment: Environment) -> bool:
    """Return whether an environment is there, and as it should be."""
    try:
        return _stamp(environment).read_text("utf-8") == _fingerprint(environment)
    except FileNotFoundError:
        return False


def mark(environment: Environment) -> None:
    """Note that an environment is as it should be."""
    _stamp(environment).write_text(_fingerprint(environment), "utf-8")


def _stamp(environment: Environment) -> Path:
    return environment.folder / ".stamp"


def _fingerprint(environment: Environment) -> str:
    """Return all that decides what is in an environment, as text for its stamp file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    parts = [project[table] for table in ("build-system", "project")]
    parts.append(project["tool"]["setuptools"])
    parts.append(environment.pair.constraints.read_text("utf-8"))
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    # A virtual environment holds its own path: one that was moved is made anew.
    known = {"recipe": _RECIPE, "root": str(ROOT), "interpreter": str(environment.interpreter)}
    known["extras"] = ",".join(environment.extras)
    return json.dumps({**known, "packages": digest}, indent=2) + "\n"
