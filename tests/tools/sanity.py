# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test sanity`` on a copy of the repository, with a home of its own.

``ansible-test`` wants the collection in a real ``ansible_collections`` tree, and keeps its virtual
environments under HOME. It also fetches a script that installs pip from a site of its own; here
a file in the place where it looks first does the same with pip's package from the package index.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import pip_settings, remembered_code, uv_as_pip
from .archive import is_product
from .environments import FIRST, Environment
from .layout import CACHE, COLLECTION, ROOT, source_files
from .locks import only_one

_RECORDED = Path("tests/samples")

_ASK_PIP_VERSION = """
from types import SimpleNamespace
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(SimpleNamespace(version={python!r}))["pip"])
"""

# Each of the ten environments gets pip, two packages or so, and loses pip again.
_GET_PIP = '''\
"""Install pip, or what stands for it: link its files. And let the test `import` compile each source
once, and Python look seldom for what nobody needs: {digest}."""
import os
import shutil
import sysconfig

target = sysconfig.get_path("purelib")
shutil.copytree({package!r}, target, copy_function=os.link, dirs_exist_ok=True)
shutil.copy({code!r}, target)
with open(os.path.join(target, "remembered_code.pth"), "w", encoding="utf-8") as file:
    # The test sets that variable.
    file.write("import os, remembered_code as code; code.look_seldom(); "
               "os.environ.get('SANITY_IMPORTER_TYPE') and code.begin()")
'''
# pylint starts a process for each core, and each of them analyses all that is imported: on two cores
# that takes three times as much of their time. `make test` has enough to do for the other core.
_ON_ONE_CORE = """
import os
import sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[int(sys.argv[1])]})
os.execv(sys.argv[2], sys.argv[2:])
"""


def command(environment: Environment, core: int | None = None) -> list[str]:
    """Return the ``ansible-test`` command line for an environment.

    :param core: the index, which may be negative, of the processor's core that all of it runs on;
        None if that doesn't matter
    """
    pinned = [] if core is None else [environment.python, "-c", _ON_ONE_CORE, str(core)]
    return [
        *pinned,
        *(environment.program("ansible-test"), "sanity"),
        *("--python", environment.pair.python, "--color", "no"),
    ]


def to_import(plugins: Path) -> list[str]:
    """Return the files that the test ``import`` has to be given to import all of them.

    It starts anew for each file. A module of module_utils that another one imports comes with that one,
    under the same rules.

    :param plugins: the folder of plugins
    :returns: their paths below the collection
    """
    modules = plugins / "module_utils"
    brought = {found for path in modules.rglob("*.py") for found in _brought(path)}
    needed = set(plugins.rglob("*.py")) - brought
    return sorted(str(path.relative_to(plugins.parent)) for path in needed)


def _brought(path: Path) -> Iterator[Path]:
    """Yield the files that a module imports as it is imported: not for types alone, nor later."""
    for statement in ast.parse(path.read_text("utf-8")).body:
        if not isinstance(statement, ast.ImportFrom) or not statement.level:
            continue
        place = path.parents[statement.level - 1].joinpath(*(statement.module or "").split("."))
        modules = (place / alias.name for alias in statement.names)
        yield from (found.with_suffix(".py") for found in (place, *modules))


def prepare_home(environment: Environment, *options: str) -> Path:
    """Make the HOME in which ``ansible-test`` keeps its environments from one run to the next.

    :param options: those that it runs with; two runs at once must not share what they make
    :returns: the folder
    :raises subprocess.CalledProcessError: if pip's package cannot be fetched
    """
    name = "-".join((environment.pair.python, environment.pair.core, *options))
    home = CACHE / "sanity" / name.replace("--", "")
    settings = pip_settings.read(environment.python)
    version = _output(
        [environment.python, "-c", _ASK_PIP_VERSION.format(python=environment.pair.python)]
    )
    package = _pip(environment, version)
    uv = Path(FIRST / "bin" / "uv")
    how = pip_settings.for_uv(settings) if uv.exists() else None
    if how is not None:
        package = stand_in(home / "stand-in", package, uv, *how)
    bootstrap = home / ".ansible/test/cache" / f"get_pip_{version.replace('.', '_')}.py"
    bootstrap.parent.mkdir(parents=True, exist_ok=True)
    script = get_pip(package)
    if bootstrap.exists() and bootstrap.read_text("utf-8") != script:
        # What it has put into environments before is not what it would now.
        shutil.rmtree(home / ".ansible/test/venv", ignore_errors=True)
    bootstrap.write_text(script, "utf-8")
    write_pip_settings(settings, home)
    return home


def get_pip(package: Path) -> str:
    """Return the script that puts pip into an environment of ``ansible-test``.

    :param package: the folder of pip's package, unpacked
    """
    code = Path(remembered_code.__file__)
    digest = hashlib.sha256(code.read_bytes()).hexdigest()
    return _GET_PIP.format(package=str(package), code=str(code), digest=digest)


def stand_in(
    folder: Path, pip: Path, uv: Path, options: Sequence[str], variables: Mapping[str, str]
) -> Path:
    """Make a package that stands for pip, and has uv do its work.

    :param folder: where it is made
    :param pip: the folder of pip's own package, which does what uv can't
    :param options: those that make uv install as pip would, with these variables
    :returns: the folder
    """
    package = folder / "pip"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    shutil.copy(uv_as_pip.__file__, package / "__main__.py")
    how = {"uv": str(uv), "options": options, "variables": variables, "pip": str(pip)}
    _write_for_the_user_alone(package / uv_as_pip.HOW, json.dumps(how))
    return folder


def _write_for_the_user_alone(path: Path, text: str) -> None:
    """Write settings, which may hold a password for an index."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def _pip(environment: Environment, version: str) -> Path:
    """Return the folder of pip's package, unpacked and compiled."""
    package = CACHE / "sanity" / f"pip-{version}-{environment.folder.name}"
    with only_one(package.name):
        if not package.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as made:
                download = [environment.python, "-m", "pip", "download", "--quiet", "--no-deps"]
                subprocess.run([*download, "--dest", made, f"pip=={version}"], check=True)
                (wheel,) = Path(made).glob(f"pip-{version}-*.whl")
                unpacked = Path(made) / "pip"
                with zipfile.ZipFile(wheel) as content:
                    content.extractall(unpacked)
                compiled = [environment.python, "-m", "compileall", "-q", str(unpacked)]
                subprocess.run(compiled, check=True)
                package.parent.mkdir(parents=True, exist_ok=True)
                unpacked.rename(package)
    return package


def write_pip_settings(settings: Mapping[str, str], home: Path) -> None:
    """Carry the user's pip settings over.

    With another HOME their own files are not found, and ``ansible-test`` hands no PIP_ variable on.

    :param settings: what the user has set for pip
    :param home: the HOME that ``ansible-test`` gets
    """
    target = home / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    # Errors only. Packages are compiled as they are installed: a warning while a test compiles them
    # would be an error of that test.
    lines = [f"{option} = {value}\n" for option, value in {"quiet": "2", **settings}.items()]
    text = "".join(line.replace("\n", "\n    ").rstrip(" ") for line in lines)
    _write_for_the_user_alone(target, f"[global]\n{text}")


@contextmanager
def copy_of_repository(*, product_alone: bool = False) -> Iterator[Path]:
    """Copy the repository's files into a collections tree.

    Recorded data stays out: it is as it was recorded, line endings and all.

    :param product_alone: whether only what users get is copied. Two thirds of the time of
        ``ansible-test`` go to pylint on our tests, and they run with no other version than those in
        ``tests/constraints``. So the newest pair checks them together with the product; an older
        one checks the product, which has to pass wherever somebody installs it.
    :yields: the folder of the collection; it is gone afterwards
    """
    # Not below the checkout: ansible-test would find its .git and ask git what to look at.
    with tempfile.TemporaryDirectory(prefix="sanity-") as tree:
        folder = Path(tree) / COLLECTION
        for path in source_files():
            if path.is_relative_to(_RECORDED) or (product_alone and not is_product(path)):
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, target)
        yield folder


def _output(arguments: list[str]) -> str:
    done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
