# SPDX-License-Identifier: GPL-3.0-or-later
"""port_check through Ansible itself, on simulated hosts: options, cost, and where it never goes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from integration import runs
from integration.runs import Output, ad_hoc, own_addresses, requests, run
from integration.ways import Way, reachable

pytestmark = pytest.mark.integration

# What the design promises for twenty ports over Basic.
MAX_REQUESTS = 16
TWENTY = [20, 22, 25, 53, 80, 110, 135, 139, 143, 443, 445, 1433, 3306, 3389, 5432, 5985, 8080,
          8443, "123/udp", "5353/udp"]  # fmt: skip


def elsewhere() -> str:
    """A loopback address that no simulated host has."""
    return own_addresses()[1].removesuffix(".1") + ".200"


@contextmanager
def watched(address: str) -> Iterator[socket.socket]:
    """Somebody else's machine, with a listener at port 18080 that shows who has connected."""
    with socket.create_server((address, 18080)) as listener:
        listener.settimeout(0)
        yield listener


def has_been_contacted(listener: socket.socket) -> bool:
    try:
        connection, _peer = listener.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True


def check(
    inventory: Path, tree: Path, *options: str, host: str = "win-1", **arguments: Any
) -> Output:
    return ad_hoc(inventory, "port_check", arguments, tree, *options, hosts=host)


def checked(inventory: Path, tree: Path, *options: str, **arguments: Any) -> dict[str, Any]:
    """The result of a check that succeeds."""
    output = check(inventory, tree, *options, **arguments)
    assert output.code == 0, output.text
    (result,) = output.results.values()
    return result


@pytest.mark.every_core
def test_the_mission_s_question(inventory: Path, tmp_path: Path) -> None:
    result = checked(inventory, tmp_path, ports=5432)
    assert result["verdicts"] == {"5432/tcp": "loopback_only"}
    assert result["msg"].startswith("TCP 5432 is served by postgres.exe (PID ")
    assert result["changed"] is False


@pytest.mark.every_core
def test_in_japanese(inventory: Path, tmp_path: Path) -> None:
    result = checked(inventory, tmp_path, ports=5432, language="ja")
    assert result["msg"].endswith("再起動してください。")


@pytest.mark.plain("counts requests")
def test_twenty_ports_take_one_connection_and_few_requests(
    inventory: Path, log: Path, tmp_path: Path
) -> None:
    before = len(requests(log))
    ports = [
        {"port": int(each.partition("/")[0]), "protocols": ["udp"]}
        if isinstance(each, str)
        else each
        for each in TWENTY
    ]
    result = checked(inventory, tmp_path, ports=ports, timeout=1)
    sent = requests(log)[before:]
    assert len(result["ports"]) == len(TWENTY)
    assert len(sent) <= MAX_REQUESTS, [record["action"] for record in sent]
    assert [record["action"] for record in sent].count("Create") == 1


@pytest.mark.plain("counts requests")
def test_ports_that_should_be_free_take_less(inventory: Path, log: Path, tmp_path: Path) -> None:
    before = len(requests(log))
    result = checked(inventory, tmp_path, ports=[81, "8000-8003"], expect="free")
    assert {each["as_expected"] for each in result["ports"]} == {True}
    assert result["msg"].splitlines()[0] == (
        "TCP 81 is free, as far as it shows on the PC: no process holds it, and Windows neither "
        "reserves nor forwards it."
    )
    assert len(requests(log)[before:]) <= 7


@pytest.mark.every_core
def test_an_expectation_that_is_not_met_fails_and_says_why(inventory: Path, tmp_path: Path) -> None:
    output = check(inventory, tmp_path, ports=[5432, 81], expect="in_use")
    result = output.results["win-1"]
    assert result["status"] == "failed"
    assert result["msg"].splitlines() == [
        "1 of 2 ports should be in use and are not.",
        "Nothing listens at TCP 81; start the program that should serve it, and check the port in "
        "its settings.",
    ]
    assert result["verdicts"] == {"5432/tcp": "loopback_only", "81/tcp": "not_listening"}
    assert "Traceback" not in output.text


@pytest.mark.every_core
def test_check_mode_checks(inventory: Path, tmp_path: Path) -> None:
    result = checked(inventory, tmp_path, "--check", ports=5432)
    assert result["verdicts"] == {"5432/tcp": "loopback_only"}


def test_without_the_controller_nothing_is_tried(inventory: Path, tmp_path: Path) -> None:
    result = checked(inventory, tmp_path, ports=[80, 5985], from_controller=False)
    assert {each["evidence"]["attempt"]["outcome"] for each in result["ports"]} == {"not_tried"}


def test_a_host_without_the_classes(inventory: Path, tmp_path: Path) -> None:
    result = checked(inventory, tmp_path, host="win-3", ports=135)
    (listener, *_others) = result["ports"][0]["evidence"]["listeners"]
    assert listener["process"] == "svchost.exe"


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({}, "missing required arguments: ports"),
    ({"ports": 0}, "ports: 0 is not a port"),
    ({"ports": "htpp"}, "Did you mean http"),
    ({"ports": "1-1000"}, "256"),
    ({"ports": [{"port": 80, "program": "x"}]}, "has the key 'program'"),
    ({"ports": "80/udp", "protocols": ["tcp"]}, '"80/udp" is udp, but'),
    ({"port": 80}, "Did you mean ports?"),
    ({"ports": 80, "timeout": 0}, "timeout has to be more than 0"),
    ({"ports": 80, "timeout": 3600}, "at most 60 seconds"),
    ({"ports": 80, "expect": "open"}, "value of expect must be one of"),
    (
        {"ports": 80, "expect": "free", "expected_process": "httpd"},
        "can't be combined with expect: free",
    ),
    ({"ports": 80, "expected_process": ""}, "expected_process: one of the names is empty"),
    ({"ports": 80, "expected_process": ["httpd", " "]}, "one of the names is empty"),
    ({"ports": 80, "address": "192.0.2.1"}, "address. Supported parameters"),
]


def test_mistakes_are_told_before_anything_is_sent(inventory: Path, log: Path) -> None:
    before = len(requests(log))
    tasks = [
        {"portkeeper.windows.port_check": arguments, "ignore_errors": True}
        for arguments, _words in MISTAKES
    ]
    play = [{"hosts": "win-1", "gather_facts": False, "tasks": tasks}]
    results = [each["result"] for each in runs.play(play, inventory.parent).results]
    assert [each["status"] for each in results] == ["failed"] * len(MISTAKES)
    told = zip(MISTAKES, results, strict=True)
    unclear = {
        words: result["msg"] for (_arguments, words), result in told if words not in result["msg"]
    }
    assert unclear == {}
    assert len(requests(log)) == before


# -- nobody else's machine -----------------------------------------------------------------------

DELEGATED = """
- hosts: win-1
  gather_facts: false
  tasks:
    - portkeeper.windows.port_check:
        ports: 18080
      delegate_to: "{{ item }}"
      loop: ["{{ elsewhere }}", localhost]
      ignore_errors: true
      register: refused
    - ansible.builtin.assert:
        that:
          - refused.results | map(attribute='msg') | select('search', 'hosts of the inventory only')
            | length == 2
    - portkeeper.windows.port_check:
        ports: 5985
      delegate_to: win-2
      register: delegated
    - ansible.builtin.assert:
        that: delegated.ports[0].evidence.attempt.outcome == 'connected'
"""


@pytest.mark.every_core
def test_a_task_delegated_to_another_machine_is_refused(inventory: Path, tmp_path: Path) -> None:
    play = tmp_path / "play.yml"
    play.write_text(DELEGATED)
    address = elsewhere()
    with watched(address) as listener:
        code, text = run(
            "ansible-playbook", "-i", str(inventory), str(play), "-e", f"elsewhere={address}"
        )
        assert code == 0, text
        assert not has_been_contacted(listener)


@pytest.mark.parametrize(
    ("option", "status"),
    [
        ("ansible_host={}", "unreachable"),
        ("ansible_winrm_host={}", "unreachable"),
        ("ansible_host=http://{}:18080", "failed"),
    ],
)
def test_an_address_that_the_host_does_not_answer_at_is_not_tried(
    inventory: Path, tmp_path: Path, option: str, status: str
) -> None:
    address = elsewhere()
    with watched(address) as listener:
        output = check(inventory, tmp_path, "-e", option.format(address), ports=18080)
        assert output.results["win-1"]["status"] == status
        assert not has_been_contacted(listener)


def test_the_listener_of_these_tests_would_see_a_visit() -> None:
    with watched(elsewhere()) as listener:
        socket.create_connection((elsewhere(), 18080), timeout=10).close()
        listener.settimeout(10)
        assert has_been_contacted(listener)


# -- in playbooks --------------------------------------------------------------------------------

PLAY = """
- hosts: win-1
  gather_facts: false
  module_defaults:
    group/portkeeper.windows.all:
      protocols: [tcp]
  tasks:
    - portkeeper.windows.port_check:
        ports:
          - "{{ lookup('portkeeper.windows.well_known_port', 'postgres') }}"
          - port: 80
            expected_process: nginx
        expected_process: postgres
      register: found
    - ansible.builtin.assert:
        that:
          - found.verdicts['5432/tcp'] == 'loopback_only'
          - found.verdicts['80/tcp'] == 'in_use_by_other'
          - found.ports[1].remedies[0].task['portkeeper.windows.port_process'].ports == 80
    - ansible.builtin.debug:
        msg: "{{ query('portkeeper.windows.well_known_port', 5432, want='description') }}"
"""


@pytest.mark.every_core
def test_in_a_playbook_with_lookup_and_module_defaults(inventory: Path, tmp_path: Path) -> None:
    play = tmp_path / "play.yml"
    play.write_text(PLAY)
    code, text = run("ansible-playbook", "-i", str(inventory), str(play))
    assert code == 0, text
    assert "PostgreSQL" in text


WAYS = {
    "winrm-ntlm-sealed": Way("winrm", "ntlm"),
    "winrm-basic-https": Way("winrm", "basic", https=True),
    "psrp-ntlm-sealed": Way("psrp", "ntlm"),
}


@pytest.mark.every_core
def test_every_way_to_a_host(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    with reachable(WAYS, inventory) as hosts:
        output = ad_hoc(inventory, "port_check", {"ports": [5432, 8080]}, tmp_path)
    assert output.code == 0, output.text
    assert set(output.results) == set(WAYS)
    for name, result in output.results.items():
        by_port = {each["port"]: each["evidence"]["attempt"] for each in result["ports"]}
        assert by_port[8080]["address"] == hosts[name].address, name
        assert by_port[5432]["outcome"] in ("refused", "timed_out"), name
