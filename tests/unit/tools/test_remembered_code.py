# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that is compiled once is the code that would be compiled each time."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools import remembered_code
from tools.layout import ROOT

# Other programs take their time.
pytestmark = pytest.mark.sweep

# As in the environments of ansible-test.
BEGUN = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests" / "tools")!r})
import remembered_code
remembered_code.begin()
"""
LOADS_TWICE = """
import builtins, importlib
from ansible.utils.collection_loader import _collection_finder as finder
finder._AnsibleCollectionFinder(paths=[sys.argv[1]])._install()
finder._meta_yml_to_dict = lambda yaml, content: {}
compiled = []
original = builtins.compile
def compile(source, filename, *rest, **options):
    compiled.append(str(filename))
    return original(source, filename, *rest, **options)
remembered_code.compile = compile
name = "ansible_collections.a.b.plugins.module_utils.c"
for _time in range(2):
    module = importlib.import_module(name)
    assert module.C(3).x == 3
    assert module.C.__doc__ == "C(x: int)", module.C.__doc__
    del sys.modules[name]
print(sum(name.endswith("c.py") for name in compiled), compiled.count("<string>"))
"""


def test_the_loader_and_dataclasses_compile_a_source_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    tree = tmp_path_factory.mktemp("collections")
    folder = tree / "ansible_collections/a/b/plugins/module_utils"
    folder.mkdir(parents=True)
    source = "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: int\n"
    (folder / "c.py").write_text(source, "utf-8")
    counts = []
    for begun in (BEGUN, BEGUN.replace("remembered_code.begin()", "")):
        done = subprocess.run(
            [sys.executable, "-c", begun + LOADS_TWICE, str(tree)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        counts.append([int(word) for word in done.stdout.split()])
    files, texts = counts[0]
    assert files == 1
    assert texts > 0
    assert counts[1] == [0, 0], "without it this program has nothing to count"


def test_each_source_is_its_own() -> None:
    options = {"dont_inherit": True}
    first = remembered_code.remembered("x = 1", "a.py", "exec", 0, **options)
    assert remembered_code.remembered("x = 1", "a.py", "exec", 0, **options) is first
    for source, filename, mode in (
        ("x = 2", "a.py", "exec"),
        ("x = 1", "b.py", "exec"),
        ("x", "a.py", "eval"),
    ):
        other = remembered_code.remembered(source, filename, mode, 0, **options)
        assert other is not first
        assert other.co_filename == filename


def test_what_inherits_is_compiled_each_time() -> None:
    first = remembered_code.remembered("x = 1", "a.py")
    assert remembered_code.remembered("x = 1", "a.py") is not first


def test_an_error_is_told_each_time() -> None:
    for _time in range(2):
        with pytest.raises(SyntaxError):
            remembered_code.remembered("x =", "a.py", "exec", 0, dont_inherit=True)


def test_texts_are_executed_where_they_are_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataclasses.exec", remembered_code.execute, raising=False)

    @dataclass(frozen=True, order=True)
    class Two:
        x: int
        y: str = "a"

    @dataclass
    class Other:
        x: int
        y: str = "b"

    assert Two(1) < Two(2)
    assert (Two(1).y, Other(1).y) == ("a", "b")
    assert repr(Other(1)) != repr(Two(1))


KEPT = """
import importlib, sys
from ansible.utils.collection_loader import _collection_finder as finder
finder._AnsibleCollectionFinder(paths=[sys.argv[1]])._install()
finder._meta_yml_to_dict = lambda yaml, content: {}
module = importlib.import_module("ansible_collections.a.b.plugins.module_utils.c")
print(module.X, module.f.__code__.co_filename)
"""


@pytest.mark.parametrize("kept", [True, False])
def test_bytecode_is_read_only_while_it_is_that_of_the_source(kept: bool, tmp_path: Path) -> None:
    folder = tmp_path / "ansible_collections/a/b/plugins/module_utils"
    folder.mkdir(parents=True)
    path = folder / "c.py"
    begun = BEGUN.replace("begin()", "keep()") if kept else ""
    unwanted = (remembered_code.VARIABLE, "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    for number in (1, 22):
        path.write_text(f"X = {number}\ndef f() -> None: ...\n", "utf-8")
        for _time in range(2):
            done = subprocess.run(
                [sys.executable, "-c", begun + KEPT, str(tmp_path)],
                capture_output=True,
                text=True,
                check=False,
                env=environment,
            )
            assert done.stdout.split() == [str(number), str(path)], done.stderr
        assert bool(list(folder.glob("__pycache__/c.*.pyc"))) is kept
    if kept:
        # What is there is what is run, as of any module of Python.
        stamp = path.stat()
        path.write_text("X = 33\ndef f() -> None: ...\n", "utf-8")
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        done = subprocess.run(
            [sys.executable, "-c", begun + KEPT, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        assert done.stdout.split()[0] == "22"


def test_the_programs_of_each_environment_may_keep_it() -> None:
    """Which is there as soon as the environment is, and costs nothing unless it is asked for."""
    installed = Path(sysconfig.get_path("purelib"))
    module = Path(remembered_code.__file__)
    assert (installed / module.name).read_text("utf-8") == module.read_text("utf-8")
    told = "import sys; print(any(type(each).__module__ == 'remembered_code' for each in sys.meta_path))"
    for value, there in (("1", "True"), ("", "False")):
        done = subprocess.run(
            [sys.executable, "-c", told],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {remembered_code.VARIABLE: value},
        )
        assert done.stdout.strip() == there


AT_THE_END = f"""
import atexit, gc, sys
class Told:
    def __del__(self):
        print("found", flush=True)
told = Told()
told.itself = told
del told
gc.disable()
sys.path.insert(0, {str(ROOT / "tests" / "tools")!r})
import remembered_code
remembered_code.keep()
atexit.register(print, "ended")
sys.exit(3)
"""


@pytest.mark.parametrize("keeps", [True, False])
def test_nobody_looks_for_cycles_at_the_end_of_a_program(keeps: bool) -> None:
    source = AT_THE_END if keeps else AT_THE_END.replace("remembered_code.keep()", "")
    # Without the variable by which the environments of the pairs keep it.
    plain = {name: value for name, value in os.environ.items() if name != remembered_code.VARIABLE}
    done = subprocess.run(
        [sys.executable, "-c", source], env=plain, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stdout.split() == (["ended"] if keeps else ["ended", "found"])
