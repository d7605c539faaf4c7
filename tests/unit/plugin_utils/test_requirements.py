# SPDX-License-Identifier: GPL-3.0-or-later
"""The lower bounds of the controller's packages: declared, kept by every environment, and checked
before anything is sent."""

from __future__ import annotations

import tomllib
import types
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ansible_collections.portkeeper.windows.plugins.plugin_utils import requirements
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import transports
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from tools.environments import PAIRS, Pair
from tools.layout import ROOT
from unit.imported_anew import imported_anew
from unit.rows import each_row

# Without a bound of ours, pip would keep an old one that is there already.
BOUNDED = {"urllib3", "requests", "jinja2", "cryptography", "pywinrm", "pypsrp"}


def parsed(lines: list[str]) -> dict[str, Requirement]:
    without_comments = (line.partition(" #")[0].strip() for line in lines)
    found = [Requirement(line) for line in without_comments if line and not line.startswith("#")]
    return {canonicalize_name(each.name): each for each in found}


def of_execution_environment() -> dict[str, Requirement]:
    """What ansible-builder reads: the file that meta/execution-environment.yml names."""
    definition = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text("utf-8"))
    listed = ROOT / definition["dependencies"]["python"]
    return parsed(listed.read_text("utf-8").splitlines())


def of_checkout() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return parsed(project["dependencies"])


def pins(pair: Pair) -> dict[str, str]:
    lines = pair.constraints.read_text("utf-8").splitlines()
    split = (line.split("==") for line in lines if "==" in line)
    return {canonicalize_name(name): version for name, version in split}


def test_each_package_has_a_lower_bound_with_its_reason() -> None:
    declared = of_execution_environment()
    assert set(declared) == BOUNDED
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    for name, requirement in declared.items():
        assert [each.operator for each in requirement.specifier] == [">="], name
        (line,) = (line for line in lines if line.lower().startswith(name))
        assert line.partition(" # ")[2], f"no reason for {name}"


def test_the_checkout_and_the_execution_environment_have_the_same_bounds() -> None:
    checkout = of_checkout()
    for name, requirement in of_execution_environment().items():
        assert checkout[name].specifier == requirement.specifier, name


def test_urllib3_is_one_whose_memory_is_bounded() -> None:
    (bound,) = of_execution_environment()["urllib3"].specifier
    assert Version(bound.version) >= Version("2.8")


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_every_pair_is_tested_with_versions_within_the_bounds(pair: Pair) -> None:
    tested = pins(pair)
    for name, requirement in of_checkout().items():
        assert requirement.specifier.contains(tested[name]), f"{name} {tested[name]}"


def test_what_is_installed_here_is_within_the_bounds() -> None:
    for name, requirement in of_checkout().items():
        version = metadata.version(requirement.name)
        assert requirement.specifier.contains(version), f"{name} {version}"


def test_what_is_checked_at_run_time_is_what_is_declared() -> None:
    declared = of_execution_environment()
    for name, minimum in requirements.MINIMUM.items():
        assert str(declared[name].specifier) == f">={minimum}"
    assert requirements.installed() == {
        name: metadata.version(name) for name in requirements.MINIMUM
    }


@each_row("version", ["2.7.0", "1.26.20", "2.8.0rc1", "unknown"])
def test_an_older_urllib3_is_an_error_that_says_what_to_install(version: str) -> None:
    with pytest.raises(SettingError) as caught:
        requirements.check(versions={"urllib3": version})
    assert str(caught.value) == (
        f"The controller has urllib3 {version}, with which a hostile host can fill its memory or "
        "keep it busy forever. Nothing was sent. Install urllib3 2.8.0 or later, where Ansible "
        "runs: pip install 'urllib3>=2.8.0'"
    )


@each_row("version", ["2.8.0", "2.10.0", "3.0"])
def test_a_newer_urllib3_passes(version: str) -> None:
    requirements.check(versions={"urllib3": version})


@each_row(
    ("package", "version", "minimum"),
    [("pywinrm", "0.4.3", "0.5.0"), ("pywinrm", "0.3.0", "0.5.0"), ("pypsrp", "0.8.1", "0.9.0")],
)
def test_one_that_is_too_old_to_work_is_named_with_its_version(
    package: str, version: str, minimum: str
) -> None:
    with pytest.raises(SettingError) as caught:
        requirements.check(package, versions={package: version})
    assert str(caught.value) == (
        f"The controller has {package} {version}, and this collection needs {minimum} or later. "
        f"Nothing was sent. Install it where Ansible runs: pip install '{package}>={minimum}'"
    )
    requirements.check(package, versions={package: minimum})


def test_only_that_of_the_connection_in_use_counts() -> None:
    old = {"pywinrm": "0.4.3", "pypsrp": "0.8.1", "urllib3": "2.8.0"}
    requirements.check(versions=old)
    requirements.check("pypsrp", versions=old | {"pypsrp": "0.9.1"})


@each_row(
    ("package", "version", "kind"),
    [("pywinrm", "0.4.3", "winrm"), ("pypsrp", "0.8.1", "psrp")],
)
def test_it_is_told_in_the_place_of_what_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, version: str, kind: str
) -> None:
    """An older one is found before the one that is installed here."""
    folder = tmp_path / f"{package}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    connection = types.SimpleNamespace(transport=kind, protocol=None)
    with (
        imported_anew(transports, requirements) as anew,
        pytest.raises(SettingError, match=rf"The controller has {package} {version}, and"),
    ):
        anew.transport_for(connection)


def test_it_is_checked_before_the_connection_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older urllib3 is found before the one that is installed here."""
    folder = tmp_path / "urllib3-2.7.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: urllib3\nVersion: 2.7.0\n")
    monkeypatch.syspath_prepend(tmp_path)

    class Untouched:
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

    with (
        imported_anew(transports, requirements) as anew,
        pytest.raises(SettingError, match=r"The controller has urllib3 2\.7\.0,"),
    ):
        anew.transport_for(Untouched())


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_who_follows_the_readme_gets_them(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert (
        "pip install -r ~/.ansible/collections/ansible_collections/portkeeper/windows/"
        "requirements.txt\n"
    ) in text
    assert "\n    pip install py" not in text
