# SPDX-License-Identifier: GPL-3.0-or-later
"""What `ansible-test` is given: a copy of the repository and the user's pip settings."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tools import pip_settings, sanity
from tools.archive import is_product
from tools.environments import PAIRS, Environment
from tools.layout import COLLECTION, ROOT, source_files

# The Makefile calls the tools with one Python, whatever the pairs, and other programs take their time.
pytestmark = pytest.mark.sweep


@pytest.fixture
def own() -> Environment:
    """The environment that runs this test."""
    return Environment(PAIRS[0], Path(sys.executable), Path(sys.prefix))


def test_what_one_brings_is_not_imported_by_itself(tmp_path: Path) -> None:
    for name, source in {
        "action/port.py": "from ..module_utils.wing import plan",
        "module_utils/wing/plan.py": "from . import judge\nfrom ..ground.text import shown\n",
        "module_utils/wing/judge.py": "if TYPE_CHECKING:\n    from .types import Type\n",
        "module_utils/wing/types.py": "",
        "module_utils/wing/later.py": "",
        "module_utils/ground/text.py": "def now():\n    from ..wing import later\n",
    }.items():
        path = tmp_path / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    assert sanity.to_import(tmp_path / "plugins") == [
        "plugins/action/port.py",
        "plugins/module_utils/wing/later.py",
        "plugins/module_utils/wing/plan.py",
        "plugins/module_utils/wing/types.py",
    ]


def test_the_copy_is_a_real_collections_tree() -> None:
    with sanity.copy_of_repository() as folder:
        assert folder.parts[-3:] == COLLECTION.parts
        assert (folder / "galaxy.yml").read_bytes() == (ROOT / "galaxy.yml").read_bytes()
        assert not any(path.is_symlink() for path in folder.rglob("*"))
        assert not (folder / ".dev").exists()
        assert not (folder / ".venv").exists()
        assert not (folder / "tests" / "samples").exists()
    assert not folder.exists()


def test_the_product_alone_is_what_users_get() -> None:
    with sanity.copy_of_repository(product_alone=True) as folder:
        copied = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert copied == {path for path in source_files() if is_product(path)}
    assert {path.parts[0] for path in copied} >= {"galaxy.yml", "meta", "playbooks", "plugins"}
    assert "tests" not in {path.parts[0] for path in copied}


def test_an_environment_gets_pip_and_compiles_once_in_the_test_of_imports(tmp_path: Path) -> None:
    (tmp_path / "package" / "pip").mkdir(parents=True)
    (tmp_path / "package" / "pip" / "__init__.py").touch()
    script = tmp_path / "get_pip.py"
    script.write_text(sanity.get_pip(tmp_path / "package"), "utf-8")
    python = tmp_path / "made" / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "made")], check=True
    )
    subprocess.run([python, script], check=True)
    told = "import gc, sys, pip; print(type(sys.meta_path[0]).__module__, gc.get_threshold()[0])"
    for variables in ({}, {"SANITY_IMPORTER_TYPE": "plugin"}):
        done = subprocess.run(
            [python, "-c", told], env=variables, check=True, capture_output=True, text=True
        )
        first, threshold = done.stdout.split()
        assert (first == "remembered_code") is bool(variables)
        assert int(threshold) == 50_000


@pytest.mark.parametrize("uv_works", [True, False])
def test_what_stands_for_pip_lets_uv_install_or_else_pip(tmp_path: Path, uv_works: bool) -> None:
    told = tmp_path / "told"
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\necho uv "$@" $UV_INDEX >>{told}\nexit {0 if uv_works else 2}\n')
    uv.chmod(0o700)
    pip = tmp_path / "own" / "pip"
    pip.mkdir(parents=True)
    (pip / "__init__.py").touch()
    tell = f"import sys\nprint('pip', *sys.argv[1:], file=open({str(told)!r}, 'a'))\n"
    (pip / "__main__.py").write_text(tell)
    made = sanity.stand_in(tmp_path / "made", pip.parent, uv, ["--no-config"], {"UV_INDEX": "a"})
    assert stat.S_IMODE((made / "pip" / "how.json").stat().st_mode) == 0o600

    def run(*arguments: str) -> list[str]:
        told.write_text("")
        # As ansible-test runs it.
        code = "import runpy; runpy.run_module('pip.__main__', run_name='__main__', alter_sys=True)"
        command = [sys.executable, "-c", code, *arguments]
        subprocess.run(command, cwd=made, env={"PYTHONPATH": str(made)}, check=True)
        return told.read_text().splitlines()

    by_uv = f"uv pip install --quiet --no-config --python {sys.executable} --compile-bytecode x a"
    by_pip = "pip install --disable-pip-version-check x"
    installed = run("install", "--disable-pip-version-check", "x")
    assert installed == ([by_uv] if uv_works else [by_uv, by_pip])
    assert run("-V") == ["pip -V"]
    run("uninstall", "-y", "--disable-pip-version-check", "pip")
    assert not (made / "pip").exists()


def test_pip_settings_of_files_and_variables_are_carried_over(
    own: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = file:///a/simple\nretries = 2\n", "utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_FIND_LINKS", "/b /c")
    monkeypatch.setenv("PIP_RETRIES", "5")
    sanity.write_pip_settings(pip_settings.read(own.python), tmp_path)
    written = tmp_path / ".config" / "pip" / "pip.conf"
    parser = ConfigParser(interpolation=None)
    parser.read(written)
    carried = parser["global"]
    assert carried["index-url"] == "file:///a/simple"
    assert carried["find-links"].split() == ["/b", "/c"]
    assert carried["retries"] == "5"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
