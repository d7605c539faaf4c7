# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of Kerberos need, which no other test does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import debian, environments, kerberos
from tools.environments import PAIRS, Environment
from tools.jobs import FailedError
from tools.layout import ROOT

FIRST = Environment(PAIRS[0], Path("/usr/bin/python3.11"), ROOT / ".venv")


def test_the_packages_are_in_an_environment_of_their_own() -> None:
    made = kerberos.environment(FIRST)
    assert (made.pair, made.interpreter) == (FIRST.pair, FIRST.interpreter)
    assert (made.folder, made.package) == (ROOT / ".venv-kerberos", f"{ROOT}[test,kerberos]")
    assert environments.built_from_source(FIRST.extras) == []
    assert environments.built_from_source(made.extras) == ["pykerberos", "gssapi", "krb5"]


def test_what_is_missing_is_named_for_who_can_not_install_it() -> None:
    needed = kerberos.needed(Path("/usr/include/python3.11"), "3.11")
    packages = debian.missing(needed, exists=lambda path: path.name == "gcc")
    assert packages == [
        *(
            "krb5-kdc",
            "krb5-admin-server",
            "krb5-user",
            "libkrb5-dev",
            "libc6-dev",
            "python3.11-dev",
        )
    ]
    with pytest.raises(FailedError, match="krb5-kdc and krb5-admin-server and krb5-user"):
        debian.install_commands(packages, "The tests of Kerberos", True, lambda _name: None)
    with pytest.raises(FailedError, match="and only root adds them"):
        debian.install_commands(
            packages, "The tests of Kerberos", False, {"apt-get": "/usr/bin/apt-get"}.get
        )


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_their_versions_are_pinned(pair: environments.Pair) -> None:
    pins = pair.constraints.read_text("utf-8")
    for name in ("gssapi", "krb5", "pykerberos"):
        assert f"\n{name}==" in pins
