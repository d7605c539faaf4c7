# SPDX-License-Identifier: GPL-3.0-or-later
"""port_facts through Ansible itself, on simulated hosts, over every way to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from integration import runs
from integration.runs import ad_hoc, requests, run
from integration.ways import Way, reachable
from unit.japanese import english_in

pytestmark = pytest.mark.integration

# What the design promises for one host over Basic.
MAX_REQUESTS = 8
MAX_BYTES_SENT = 24 * 1024


def facts_of(
    inventory: Path, host: str, tree: Path, *options: str, **arguments: Any
) -> dict[str, Any]:
    output = ad_hoc(inventory, "port_facts", arguments, tree, *options, hosts=host)
    assert output.code == 0, output.text
    facts: dict[str, Any] = output.results[host]["ansible_facts"]
    return facts


def holders(port_facts: dict[str, Any], port: str) -> list[str]:
    return [port_facts["processes"][str(pid)]["name"] for pid in port_facts["by_port"][port]]


@pytest.mark.every_core
def test_the_mission_s_question(inventory: Path, tmp_path: Path) -> None:
    facts = facts_of(inventory, "win-1", tmp_path, ports=80, protocols=["tcp"])
    found = facts["port_facts"]
    assert list(found["by_port"]) == ["80/tcp"]
    (pid,) = found["by_port"]["80/tcp"]
    assert found["processes"][str(pid)]["name"] == "httpd.exe"
    assert {endpoint["service"] for endpoint in found["endpoints"]} == {"Apache2.4"}
    assert {row["port"] for row in facts["tcp_listen"]} == {80}


def test_ports_keep_the_names_that_they_are_asked_for_by(inventory: Path, tmp_path: Path) -> None:
    found = facts_of(inventory, "win-1", tmp_path, ports="winrm,80,epmap")["port_facts"]
    assert found["names"] == {"5985": "winrm", "135": "epmap"}


@pytest.mark.plain("counts requests and their octets")
def test_requests_and_bytes_are_as_promised(inventory: Path, log: Path, tmp_path: Path) -> None:
    before = len(requests(log))
    facts_of(inventory, "win-2", tmp_path, gather=["process", "service"])
    sent = requests(log)[before:]
    assert len(sent) <= MAX_REQUESTS, [record["action"] for record in sent]
    assert sum(record["bytes_in"] for record in sent) <= MAX_BYTES_SENT


def test_everything_at_once(inventory: Path, tmp_path: Path) -> None:
    gather = ["process", "service", "user", "httpsys", "reserved", "dynamic"]
    facts = facts_of(inventory, "win-1", tmp_path, gather=gather, states=["all"])["port_facts"]
    scopes = {endpoint["scope"] for endpoint in facts["endpoints"]}
    assert scopes == {"all", "loopback", "link_local", "specific"}
    assert {endpoint["protocol"] for endpoint in facts["endpoints"]} == {"tcp", "udp"}
    assert {"listen", "established"} <= {endpoint["state"] for endpoint in facts["endpoints"]}
    assert any("zone" in endpoint for endpoint in facts["endpoints"])
    assert any(endpoint.get("dual_stack") for endpoint in facts["endpoints"])
    assert any(len(process["services"]) > 1 for process in facts["processes"].values())
    (winrm,) = (
        each for each in facts["endpoints"] if each["port"] == 5985 and each["state"] == "listen"
    )
    assert [url["service"] for url in winrm["http_urls"]] == ["WinRM"]
    assert {(item["protocol"], item["family"]) for item in facts["dynamic_range"]} == {
        (protocol, family) for protocol in ("tcp", "udp") for family in ("ipv4", "ipv6")
    }
    assert facts["reserved"]
    assert facts["notes"] == []
    (application,) = facts["by_port"]["8080/tcp"]
    assert "\\" in facts["processes"][str(application)]["user"]


#: The returned sample of ansible.windows.win_listen_ports_facts 3.3.0 and of its predecessor in
#: community.windows has these keys, with values of these types.
PEER_KEYS = {
    "address": str, "name": str, "pid": int, "port": int, "protocol": str, "stime": str, "user": str,
}  # fmt: skip
#: Its three examples, and of the two releases that have the option of the third under two names.
PEER_EXAMPLES = """
- name: Everything
  MODULE:
- name: Two states
  MODULE:
    tcp_filter:
      - Closing
      - Established
- name: The year
  MODULE:
    date_uformat: '%Y'
- name: The year, as in community.windows
  MODULE:
    date_format: '%Y'
- name: No format
  MODULE:
    tcp_filter: [Listen, Closed]
    date_format: null
- name: No state
  MODULE:
    tcp_filter: [Listen, Error]
  ignore_errors: true
- name: Facts by their plain names
  ansible.builtin.assert:
    that: tcp_listen and udp_listen
"""


@pytest.mark.every_core
def test_the_examples_of_win_listen_ports_facts_run_with_its_name_changed(
    inventory: Path, tmp_path: Path
) -> None:
    tasks = PEER_EXAMPLES.replace("MODULE", "portkeeper.windows.port_facts")
    play = (
        f"- hosts: win-1\n  gather_facts: false\n  tasks:{tasks.replace(chr(10), chr(10) + '    ')}"
    )
    (tmp_path / "inventory.yml").symlink_to(inventory)
    results = [each["result"] for each in runs.play(play, tmp_path).results]
    everything, two_states, year, year_too, usual, no_state, asserted = results
    facts = [each["ansible_facts"] for each in (everything, two_states, year, year_too, usual)]
    for each in facts:
        for protocol in ("tcp", "udp"):
            assert each[f"{protocol}_listen"]
            for row in each[f"{protocol}_listen"]:
                assert row.keys() == PEER_KEYS.keys()
                assert row["protocol"] == protocol
                # Of Windows itself, and of processes that have just ended, something is unknown.
                known = {key: row[key] for key in PEER_KEYS if row[key] is not None}
                assert all(isinstance(value, PEER_KEYS[key]) for key, value in known.items()), row
                assert known.keys() == PEER_KEYS.keys() or row["pid"] in (0, 4), row
    java = [row for row in facts[0]["tcp_listen"] if row["name"] == "java.exe"]
    assert java
    assert all("\\" in row["user"] for row in java)
    ports = {row["port"] for row in facts[0]["tcp_listen"]}
    assert {80, 135, 5985} <= ports
    # Connections only: those to WinRM are among them.
    assert 135 not in {row["port"] for row in facts[1]["tcp_listen"]}
    assert 5985 in {row["port"] for row in facts[1]["tcp_listen"]}
    for each in facts[2:4]:
        years = [row["stime"] for row in each["tcp_listen"] if row["stime"]]
        assert years
        assert all(year.isdecimal() and len(year) == 4 for year in years)
    assert facts[4]["tcp_listen"] == facts[0]["tcp_listen"]
    assert "'Error' is not a state of TCP" in no_state["msg"]
    assert not asserted.get("failed")


def test_a_host_without_the_classes_is_read_by_netstat(inventory: Path, tmp_path: Path) -> None:
    facts = facts_of(inventory, "win-3", tmp_path)["port_facts"]
    assert facts["source"] == "netstat"
    assert holders(facts, "135/tcp") == ["svchost.exe"]


def test_it_speaks_japanese_to_the_last_word(inventory: Path, tmp_path: Path) -> None:
    gather = ["process", "service", "user", "httpsys", "reserved", "dynamic", "firewall"]
    arguments = {"gather": gather, "language": "ja"}
    output = ad_hoc(inventory, "port_facts", arguments, tmp_path, hosts="win-3")
    assert output.code == 0, output.text
    result = output.results["win-3"]
    found = result["ansible_facts"]["port_facts"]
    reasons = [
        verdict["reason"]
        for endpoint in found["endpoints"]
        for verdict in endpoint.get("firewall", {}).values()
    ]
    assert [f"win-3: {note}" for note in found["notes"]] == result["warnings"]
    assert any("プロファイルが不明です" in note for note in found["notes"])
    assert reasons
    assert [text for text in (*found["notes"], *reasons) if english_in(text)] == []


# And a word of what is said about them.
BAD_PORTS: list[tuple[object, str]] = [
    (0, "0"),
    (70000, "70000"),
    ("htpp", "http"),
    ("90-80", "90-80"),
    ("", "empty"),
    (True, "True"),
]


def test_a_bad_port_is_refused_before_anything_is_sent(inventory: Path, log: Path) -> None:
    before = len(requests(log))
    tasks = [
        {"portkeeper.windows.port_facts": {"ports": ports}, "ignore_errors": True}
        for ports, _words in BAD_PORTS
    ]
    play = [{"hosts": "win-1", "gather_facts": False, "tasks": tasks}]
    results = [each["result"] for each in runs.play(play, inventory.parent).results]
    assert [each["status"] for each in results] == ["failed"] * len(BAD_PORTS)
    for (_ports, words), result in zip(BAD_PORTS, results, strict=True):
        assert result["msg"].startswith("ports: ")
        assert words in result["msg"]
    assert len(requests(log)) == before


@pytest.mark.every_core
def test_an_unknown_option_is_named(inventory: Path, tmp_path: Path) -> None:
    output = ad_hoc(inventory, "port_facts", {"port": 80}, tmp_path, hosts="win-1")
    assert "port" in output.results["win-1"]["msg"]
    assert "Supported parameters include" in output.results["win-1"]["msg"]


@pytest.mark.every_core
def test_another_connection_is_told_what_to_set(inventory: Path, tmp_path: Path) -> None:
    output = ad_hoc(inventory, "port_facts", {}, tmp_path, "-e", "ansible_connection=local",
                    hosts="win-1")  # fmt: skip
    assert "ansible_connection: winrm" in output.results["win-1"]["msg"]


@pytest.mark.every_core
def test_check_mode_reads(inventory: Path, tmp_path: Path) -> None:
    assert facts_of(inventory, "win-1", tmp_path, "--check", ports=80)["tcp_listen"]


PLAY = """
- hosts: win-1
  gather_facts: false
  module_defaults:
    group/portkeeper.windows.all:
      protocols: [tcp]
  tasks:
    - portkeeper.windows.port_facts:
        ports: "{{ item }}"
      loop: [http, 445]
      register: found
    - ansible.builtin.assert:
        that:
          - found.results | map(attribute='ansible_facts.udp_listen') | flatten == []
          - found.results[0].ansible_facts.port_facts.by_port['80/tcp'][0] is integer
          - found.results[1].ansible_facts.port_facts.by_port['445/tcp'] == [4]
    - ansible.builtin.debug:
        msg: "{{ found.results[0].ansible_facts.port_facts | portkeeper.windows.port_table }}"
"""


@pytest.mark.every_core
def test_in_a_playbook_with_loop_and_module_defaults(inventory: Path, tmp_path: Path) -> None:
    play = tmp_path / "play.yml"
    play.write_text(PLAY)
    yaml = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
    code, text = run("ansible-playbook", "-i", str(inventory), str(play), environment=yaml)
    assert code == 0, text
    assert "httpd.exe  Apache2.4" in text


WAYS = {
    "winrm-ntlm-sealed": Way("winrm", "ntlm"),
    "winrm-basic-https": Way("winrm", "basic", https=True),
    "psrp-basic": Way("psrp", "basic"),
    "psrp-ntlm-sealed": Way("psrp", "ntlm"),
    "psrp-ntlm-https": Way("psrp", "ntlm", https=True),
}


@pytest.mark.every_core
def test_every_way_to_a_host(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    with reachable(WAYS, inventory):
        asked = {"ports": 80, "gather": ["process", "reserved"]}
        output = ad_hoc(inventory, "port_facts", asked, tmp_path)
    assert output.code == 0, output.text
    assert set(output.results) == set(WAYS)
    for name, result in output.results.items():
        facts = result["ansible_facts"]["port_facts"]
        assert holders(facts, "80/tcp") == ["httpd.exe"], name
        assert facts["notes"] == [], name
