# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages are installed by uv, from where pip takes them; and by pip where uv can't."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tools import pip_settings
from tools.packages import Packages
from unit.rows import each_row

UV, FOLDER, PINS = Path("/checkout/.venv/bin/uv"), Path("/checkout/.venv-2"), Path("/pins.txt")
PYTHON = "/checkout/.venv-2/bin/python"
UV_INSTALL = (
    "/checkout/.venv/bin/uv pip install --no-config --index-strategy unsafe-best-match"
    f" --python {PYTHON}"
)


class Recorded:
    """Runs nothing, and notes what it is given."""

    def __init__(self, *failing: str) -> None:
        self._failing = failing
        self.commands: list[str] = []
        self.variables: list[Mapping[str, str]] = []

    def run(self, command: Sequence[str], variables: Mapping[str, str]) -> int:
        self.commands.append(" ".join(command))
        self.variables.append(variables)
        return 2 if any(each in self.commands[-1] for each in self._failing) else 0


def test_uv_makes_and_fills_an_environment() -> None:
    recorded = Recorded()
    packages = Packages(UV, {"index-url": "https://user:secret@index/simple"}, recorded.run)
    packages.make(Path("/usr/bin/python3"), FOLDER)
    packages.install(FOLDER, ["--editable", "/checkout[test]"], PINS, compiled=True)
    assert recorded.commands == [
        "/usr/bin/python3 -m venv --without-pip /checkout/.venv-2",
        f"{UV_INSTALL} pip",
        f"{UV_INSTALL} --compile-bytecode --constraint=/pins.txt --editable /checkout[test]",
    ]
    assert recorded.variables[1]["UV_DEFAULT_INDEX"] == "https://user:secret@index/simple"


@each_row("uv, settings", [(None, {}), (UV, {"keyring-provider": "subprocess"})])
def test_pip_does_where_there_is_no_uv_or_a_setting_that_it_lacks(
    uv: Path | None, settings: dict[str, str]
) -> None:
    recorded = Recorded()
    packages = Packages(uv, settings, recorded.run)
    packages.make(Path("/usr/bin/python3"), FOLDER)
    packages.install(FOLDER, ["requests"], PINS)
    assert recorded.commands == [
        "/usr/bin/python3 -m venv /checkout/.venv-2",
        f"{PYTHON} -m pip install --constraint=/pins.txt requests",
    ]


def test_pip_tries_what_uv_can_not() -> None:
    recorded = Recorded("/uv pip install")
    Packages(UV, {}, recorded.run).install(FOLDER, ["requests"], PINS)
    assert recorded.commands == [
        f"{UV_INSTALL} --constraint=/pins.txt requests",
        f"{PYTHON} -m ensurepip",
        f"{PYTHON} -m pip install --constraint=/pins.txt requests",
    ]


def test_whoever_builds_from_source_gets_the_variables_for_it() -> None:
    """uv as well as pip, which tries it then."""
    recorded = Recorded("/uv pip install")
    Packages(UV, {}, recorded.run).install(FOLDER, ["krb5"], PINS, more={"CFLAGS": "-O0"})
    assert [each.get("CFLAGS") for each in recorded.variables] == ["-O0", None, "-O0"]


@each_row(
    "do",
    [
        lambda packages: packages.make(Path("/usr/bin/python3"), FOLDER),
        lambda packages: packages.install(FOLDER, ["requests"]),
    ],
)
def test_what_can_not_be_done_is_an_error_that_has_the_command(
    do: Callable[[Packages], None],
) -> None:
    recorded = Recorded("")
    with pytest.raises(subprocess.CalledProcessError) as error:
        do(Packages(run=recorded.run))
    assert error.value.returncode == 2
    assert [" ".join(error.value.cmd)] == recorded.commands


class TestSettings:
    @each_row(
        "settings, variables",
        [
            ({}, {}),
            (
                {"index-url": "https://a/simple", "extra-index-url": "file:///b\nhttps://c"},
                {"UV_DEFAULT_INDEX": "https://a/simple", "UV_INDEX": "file:///b https://c"},
            ),
            ({"find-links": "/a\n/b"}, {"UV_FIND_LINKS": "/a,/b"}),
            ({"no-index": "true", "quiet": "2"}, {"UV_NO_INDEX": "true"}),
            ({"trusted-host": "a b"}, {"UV_INSECURE_HOST": "a b"}),
            (
                {"cert": "/ca.pem", "client-cert": "/own.pem", "proxy": "http://p:3128"},
                {
                    "SSL_CERT_FILE": "/ca.pem",
                    "SSL_CLIENT_CERT": "/own.pem",
                    "ALL_PROXY": "http://p:3128",
                },
            ),
            ({"default-timeout": "180"}, {"UV_HTTP_TIMEOUT": "180"}),
            ({"retries": "7"}, {"UV_HTTP_RETRIES": "7"}),
        ],
    )
    def test_uv_takes_packages_from_where_pip_does(
        self, settings: dict[str, str], variables: dict[str, str]
    ) -> None:
        same = pip_settings.for_uv(settings)
        assert same is not None
        options, given = same
        assert options == ["--no-config", "--index-strategy", "unsafe-best-match"]
        assert given == {"UV_SYSTEM_CERTS": "1"} | variables

    def test_constraints_hold_too(self) -> None:
        same = pip_settings.for_uv({"constraint": "/a.txt /b.txt"})
        assert same is not None
        assert same[0][-4:] == ["--constraint", "/a.txt", "--constraint", "/b.txt"]

    @each_row("name", ["only-binary", "pre", "require-hashes", "target"])
    def test_what_uv_may_not_have_is_for_pip(self, name: str) -> None:
        assert pip_settings.for_uv({"index-url": "https://a/simple", name: "x"}) is None
