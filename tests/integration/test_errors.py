# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way that a connection can be bad: one clear error a host, no traceback, in bounded time.

All hosts are read in one run, each with a fault of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from integration.runs import CHECKOUT, Output, ad_hoc, own_addresses, simulated_hosts

IMAGES = CHECKOUT / "tests" / "winsim" / "images"

pytestmark = [pytest.mark.integration, pytest.mark.plain("breaks messages by their number")]

# Fault of the simulated host, what the message has to say, and whether the host counts as
# unreachable (it gave no answer) or as failed (it answered, and the answer was bad).
FAULTS = {
    "http=503": ("HTTP error 503", True),
    "http=404": ("HTTP error 404", True),
    "html": ("is not WS-Management", True),
    "malformed": ("not well-formed XML", False),
    "reset:after=0,action=Enumerate": ("connection broke off", True),
    "reset:after=900,action=Pull": ("connection broke off", True),
    "truncate:after=300,action=Enumerate": ("connection broke off", True),
    "malformed:action=Enumerate": ("not well-formed XML", False),
    "malformed:action=Pull": ("not well-formed XML", False),
    "dtd:action=Enumerate": ("document type", False),
    "endless:action=Enumerate": ("did not end after", False),
    "envelope:action=Enumerate": ("larger than the target's WinRM allows", False),
    "oversize=120000000:action=Enumerate": ("larger than allowed", True),
    "wrong-relates-to:action=Enumerate": ("relates to", False),
    "access-denied:action=Enumerate": ("may not do this", False),
    "quota:action=Enumerate": ("2150859174", False),
    "timed-out:action=Enumerate": ("Could not read", False),
    "missing=Body:action=Enumerate": ("without a body", False),
}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Output]:
    folder = tmp_path_factory.mktemp("errors")
    inventory, tree = folder / "inventory.yml", folder / "tree"
    tree.mkdir()
    # A host that answers an enumeration as the recorded ones did, one instance first, so that there
    # is something to pull.
    image = folder / "one-first.yml"
    image.write_text((IMAGES / "win11-ja.yml").read_text() + "\nwsman:\n  first_page: one\n")
    options = ["--image", str(image), "--count", str(len(FAULTS) + 3), *own_addresses()]
    for number, fault in enumerate(FAULTS, start=1):
        separator = "," if ":" in fault else ":"
        options += ["--fault", f"{fault}{separator}host=win-{number}"]
    with simulated_hosts(inventory, *options):
        hosts = yaml.safe_load(inventory.read_text())
        windows = (
            hosts["windows"]["hosts"]
            if "windows" in hosts
            else hosts["all"]["children"]["windows"]["hosts"]
        )
        names = [f"win-{len(FAULTS) + offset}" for offset in (1, 2, 3)]
        windows[names[0]] = (windows[names[0]] or {}) | {"ansible_password": "not-the-password"}
        windows[names[1]] = (windows[names[1]] or {}) | {"ansible_port": 9}
        inventory.write_text(yaml.safe_dump(hosts))
        yield ad_hoc(inventory, "port_facts", {"gather": ["process"]}, tree, "-f", "20")


@pytest.mark.parametrize(("number", "fault"), list(enumerate(FAULTS, start=1)))
def test_each_fault_gets_one_clear_error(output: Output, number: int, fault: str) -> None:
    words, unreachable = FAULTS[fault]
    result = output.results[f"win-{number}"]
    assert words in result["msg"], result["msg"]
    assert result["status"] == ("unreachable" if unreachable else "failed")
    assert f"win-{number}" in result["msg"]


def test_a_wrong_password(output: Output) -> None:
    result = output.results[f"win-{len(FAULTS) + 1}"]
    assert result["status"] == "unreachable"
    assert "credentials were rejected" in result["msg"]
    assert "not-the-password" not in output.text


def test_a_closed_port(output: Output) -> None:
    result = output.results[f"win-{len(FAULTS) + 2}"]
    assert result["status"] == "unreachable"
    assert "refused" in result["msg"]
    assert ":9/wsman" in result["msg"]


def test_the_healthy_host_among_them_is_read(output: Output) -> None:
    result = output.results[f"win-{len(FAULTS) + 3}"]
    assert result["ansible_facts"]["port_facts"]["by_port"]["445/tcp"] == [4]


def test_nothing_prints_a_traceback(output: Output) -> None:
    assert "Traceback" not in output.text
    assert "Exception" not in output.text
