# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the module is found: in a checkout by its bare name too, installed by its full name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.runs import CHECKOUT, ad_hoc, own_addresses, run, simulated_hosts

pytestmark = [pytest.mark.integration, pytest.mark.every_core]

FULL_NAME = "portkeeper.windows.port_facts"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("hosts") / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", *own_addresses()):
        yield path


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a user who installed the archive: no file of the checkout is reachable."""
    folder = tmp_path_factory.mktemp("elsewhere")
    config = folder / "ansible.cfg"
    config.write_text("[defaults]\n", "utf-8")
    settings = {
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_COLLECTIONS_PATH": str(folder),
        "PYTHONPATH": "",
    }
    code, text = run(
        *("ansible-galaxy", "collection", "build", str(CHECKOUT), "--output-path", str(folder)),
        folder=folder,
        environment=settings,
    )
    assert code == 0, text
    (archive,) = folder.glob("portkeeper-windows-*.tar.gz")
    code, text = run(
        *("ansible-galaxy", "collection", "install", "--offline", str(archive), "-p", str(folder)),
        folder=folder,
        environment=settings,
    )
    assert code == 0, text
    return settings


def holder_of_port_80(result: dict[str, dict[str, object]]) -> object:
    facts = result["win-1"]["ansible_facts"]
    assert isinstance(facts, dict)
    found = facts["port_facts"]
    (pid,) = found["by_port"]["80/tcp"]
    return found["processes"][str(pid)]["name"]


@pytest.mark.parametrize("name", ["port_facts", FULL_NAME])
def test_in_a_checkout(inventory: Path, tmp_path: Path, name: str) -> None:
    output = ad_hoc(inventory, name, {"ports": 80}, tmp_path)
    assert output.code == 0, output.text
    assert holder_of_port_80(output.results) == "httpd.exe"


def test_only_installed_it_has_no_bare_name(
    inventory: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    output = ad_hoc(inventory, "port_facts", {"ports": 80}, tmp_path, environment=elsewhere)
    assert output.code != 0
    assert "ansible_facts" not in output.results["win-1"]


def test_the_documentation_can_be_read(elsewhere: dict[str, str]) -> None:
    """Of every plugin and role that there is."""
    code, text = run("ansible-doc", "--metadata-dump", "portkeeper.windows", environment=elsewhere)
    assert code == 0, text
    start = text.index("{")  # before it, Ansible may warn of collections of its own
    described = {
        f"{kind}/{name.removeprefix('portkeeper.windows.')}": found
        for kind, plugins in json.loads(text[start:])["all"].items()
        for name, found in plugins.items()
        if name.startswith("portkeeper.windows.")
    }
    kinds = {"callback": "callback", "filter": "filter", "lookup": "lookup", "modules": "module"}
    plugins = {
        f"{kind}/{path.stem}"
        for folder, kind in kinds.items()
        for path in (CHECKOUT / "plugins" / folder).glob("*.py")
    }
    roles = {f"role/{path.parent.parent.name}" for path in CHECKOUT.glob("roles/*/meta/argument_*")}
    assert set(described) == plugins | roles
    for name in plugins:
        assert described[name]["doc"]["collection"] == "portkeeper.windows"
        assert described[name]["examples"], name
        assert described[name]["return"] or name.startswith("callback/"), name
    for name in roles:
        assert described[name]["entry_points"]["main"]["options"], name
