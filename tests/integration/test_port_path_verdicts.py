# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verdict of port_path on a client and a server in a state in which real PCs are. Each remedy
that is a task is carried out as a person would, pasted into a playbook of any host.

All clients are at work side by side, since curl holds an open port until its time is up.
"""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pairs import PAIRS, PROGRAM, SERVER, SERVER_6, Pair

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    PathVerdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.result import (
    PathResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import schema
from integration import runs
from loopback import Network
from winsim.config import Access
from winsim.inventory import inventory, write_inventory
from winsim.server import Hosts

pytestmark = pytest.mark.integration

NETWORK = Network()
# The shortest that is possible: curl takes whole seconds.
TIMEOUT = 2.5
NAME = "srv1.corp.example"
Answer = tuple[str, str | None, list[str]]
WELL: Answer = ("reachable", None, [])


@dataclass(frozen=True)
class State:
    """What is asked of the client of a pair, and what is answered: by port and protocol, the verdict,
    the hop and the kinds of the causes. `mended` is what is answered after the tasks of the remedies,
    if there are some."""

    asked: Mapping[str, Any]
    found: Mapping[str, Answer]
    mended: Mapping[str, Answer] | None = None
    pair: str | Pair = ""


def at_server(*kinds: str) -> Answer:
    return "blocked_at_server", "server_firewall", list(kinds)


def at_client(*kinds: str) -> Answer:
    return "blocked_at_client", "client_firewall", list(kinds)


def program(verdict: str, *kinds: str) -> Answer:
    return verdict, "server_program", list(kinds)


def elsewhere(verdict: str, hop: str, *kinds: str) -> Answer:
    return verdict, hop, list(kinds)


_SHUT = {"private": {"DefaultOutboundAction": 1}}
_WELL = PAIRS["well"]
#: States that `PAIRS` has not.
MORE = {
    "reserved": replace(
        _WELL, server={"network": {"excluded": {"ipv4 tcp": ["50000-50059"]}}}
    ),
    "out_by_default": replace(_WELL, client={"firewall": {"profiles": _SHUT}}),
    # Neither has found out yet that both have the address, and the colleague's PC is the quicker one.
    "quicker": replace(
        PAIRS["duplicate"],
        server={"firewall": {"rules": {"Web": PAIRS["duplicate"].others["colleague"][1]["firewall"]["rules"]["Web"]}}},
    ),
}  # fmt: skip

STATES: dict[str, State] = {
    "well": State({"ports": 1433, "name": NAME}, {"1433/tcp": WELL}),
    "well_by_short_name": State({"ports": 1433, "name": "srv1"}, {"1433/tcp": WELL}, pair="well"),
    "untried": State({"ports": 1433, "attempt": False}, {"1433/tcp": WELL}, pair="well"),
    "no_curl": State({"ports": 1433}, {"1433/tcp": WELL}),
    "old_curl": State(
        {"ports": [1433, 8443]},
        {"1433/tcp": WELL, "8443/tcp": at_server("no_rule")},
        {"1433/tcp": WELL, "8443/tcp": WELL},
    ),
    "ipv6_only": State({"ports": 1433}, {"1433/tcp": WELL}),
    "same_subnet": State({"ports": 8443}, {"8443/tcp": WELL}),
    # Where the name leads.
    "stale_hosts": State(
        {"ports": 1433, "name": NAME},
        {"1433/tcp": elsewhere("name_leads_elsewhere", "name", "name_leads_elsewhere")},
    ),
    "stale_cache": State(
        {"ports": 1433, "name": NAME},
        {"1433/tcp": elsewhere("name_leads_elsewhere", "name", "name_leads_elsewhere")},
    ),
    "unknown_name": State(
        {"ports": 1433, "name": NAME},
        {"1433/tcp": elsewhere("name_unknown", "name", "name_unknown")},
    ),
    "never_asked": State(
        {"ports": 1433, "name": "srv2.corp.example"},
        {"1433/tcp": elsewhere("name_unknown", "name", "name_not_cached")},
        pair="well",
    ),
    "ipv6_first": State(
        {"ports": 8444, "name": NAME}, {"8444/tcp": program("not_listening", "ipv4_only")}
    ),
    # How packets leave.
    "no_route": State({"ports": 1433}, {"1433/tcp": elsewhere("no_route", "route", "no_route")}),
    "duplicate_client": State(
        {"ports": 1433, "name": SERVER},
        {"1433/tcp": elsewhere("no_route", "route", "client_address_duplicate")},
    ),
    "vpn_route": State(
        {"ports": 1433}, {"1433/tcp": elsewhere("lost_on_the_way", "route", "way_out")}
    ),
    # Nothing shows that the address is translated, if nothing gets through.
    "translated_unseen": State(
        {"ports": 8443},
        {"8443/tcp": elsewhere("lost_on_the_way", "network", "lost")},
        pair="translated",
    ),
    "no_way_back": State(
        {"ports": 1433}, {"1433/tcp": elsewhere("lost_on_the_way", "route", "way_back")}
    ),
    "wide_at_server": State(
        {"ports": 1433}, {"1433/tcp": elsewhere("lost_on_the_way", "route", "way_back")}
    ),
    "wide_at_client": State(
        {"ports": 1433}, {"1433/tcp": elsewhere("lost_on_the_way", "route", "way_out")}
    ),
    # The client's firewall.
    "out_by_policy": State(
        {"ports": [1433, 80]}, {"1433/tcp": at_client("client_policy_blocks"), "80/tcp": WELL}
    ),
    "out_by_default": State(
        {"ports": 1433},
        {"1433/tcp": at_client("client_blocks")},
        {"1433/tcp": WELL},
        MORE["out_by_default"],
    ),
    "out_one_program": State(
        {"ports": 1433, "client_program": PROGRAM},
        {"1433/tcp": at_client("client_block_rule")},
        {"1433/tcp": WELL},
    ),
    "out_other_program": State({"ports": 1433}, {"1433/tcp": WELL}, pair="out_one_program"),
    "out_curl": State({"ports": 1433, "client_program": PROGRAM}, {"1433/tcp": WELL}),
    "product_at_client": State(
        {"ports": [1433, 80]},
        {"1433/tcp": at_client("client_firewall_of_others"), "80/tcp": WELL},
    ),
    "product_untried": State(
        {"ports": 80, "attempt": False},
        {"80/tcp": elsewhere("unknown", "client_firewall", "client_condition_open")},
        pair="product_at_client",
    ),
    # The server.
    "nothing_listens": State(
        {"ports": 4444},
        {"4444/tcp": program("not_listening", "nothing_listens", "no_rule")},
        {"4444/tcp": program("not_listening", "nothing_listens")},
        pair="well",
    ),
    "portproxy_nowhere": State(
        {"ports": 8091}, {"8091/tcp": program("not_listening", "destination_silent")}
    ),
    "loopback": State(
        {"ports": 8090}, {"8090/tcp": program("loopback_only", "loopback_only", "no_rule")}
    ),
    "taken": State(
        {"ports": 8443, "expected_process": "new.exe"},
        {"8443/tcp": program("in_use_by_other", "in_use_by_other")},
        {"8443/tcp": program("not_listening", "nothing_listens")},
        "allowed",
    ),
    "reserved": State(
        {"ports": 50000}, {"50000/tcp": program("reserved", "reserved", "no_rule")},
        pair=MORE["reserved"],
    ),
    "other_subnet": State(
        {"ports": 8443},
        {"8443/tcp": at_server("rule_for_other_remote")},
        {"8443/tcp": WELL},
    ),
    "public_network": State(
        {"ports": [8443, 1433]},
        {"8443/tcp": at_server("rule_for_other_profile"), "1433/tcp": WELL},
        {"8443/tcp": WELL, "1433/tcp": WELL},
    ),
    "prompt_block": State(
        {"ports": 8443}, {"8443/tcp": at_server("block_rule")}, {"8443/tcp": WELL}
    ),
    "rpc": State(
        {"ports": [135, 49671]},
        {"135/tcp": WELL, "49671/tcp": at_server("no_rule")},
        {"135/tcp": WELL, "49671/tcp": WELL},
    ),
    "sql_browser": State(
        {"ports": [51433, {"port": 1434, "protocols": ["udp"]}]},
        {"51433/tcp": at_server("no_rule"), "1434/udp": at_server("no_rule")},
        {"51433/tcp": WELL, "1434/udp": WELL},
    ),
    "translated": State(
        {"ports": [8443, 1433]},
        {"8443/tcp": at_server("rule_for_other_remote"), "1433/tcp": WELL},
        {"8443/tcp": WELL, "1433/tcp": WELL},
    ),
    "product_at_server": State(
        {"ports": [80, 8080]}, {"80/tcp": at_server("third_party_firewall"), "8080/tcp": WELL}
    ),
    # Another machine, and what is between the two.
    "duplicate": State(
        {"ports": 1433, "name": SERVER},
        {"1433/tcp": elsewhere("answered_by_other", "network", "server_address_duplicate")},
    ),
    "quicker": State(
        {"ports": 8080},
        {"8080/tcp": elsewhere("answered_by_other", "network", "not_seen", "nothing_listens")},
        pair=MORE["quicker"],
    ),
    "lost_on_the_way": State(
        {"ports": [1433, 80]},
        {"1433/tcp": elsewhere("lost_on_the_way", "network", "lost"), "80/tcp": WELL},
    ),
    "refused_on_the_way": State(
        {"ports": 1433}, {"1433/tcp": elsewhere("refused_on_the_way", "network", "refused")}
    ),
}  # fmt: skip


def of(name: str) -> str:
    """What the names of a pair's PCs end with."""
    return "-" + name.replace("_", "-")


@dataclass(frozen=True)
class Pcs:
    """Pairs of simulated PCs, and how to ask them through Ansible."""

    worlds: Mapping[str, Hosts]
    folder: Path

    def ask(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What port_path says by state."""
        asked = {f"client{of(name)}": STATES[name].asked for name in names}
        options = sorted({option for each in asked.values() for option in each})
        given = {
            option: f"{{{{ asked[inventory_hostname].{option} | default(omit) }}}}"
            for option in options
        }
        server = "server{{ inventory_hostname[6:] }}"
        task = {"portkeeper.windows.port_path": {"server": server, "timeout": TIMEOUT, **given}}
        play = {
            "hosts": list(asked),
            "gather_facts": False,
            "vars": {"asked": asked},
            "tasks": [task],
        }
        played = runs.play([play], self.folder, "--forks", "12")
        found = {each["host"]: each["result"] for each in played.results}
        assert {each["status"] for each in found.values()} == {"ok"}, played.text
        return {name: found[f"client{of(name)}"] for name in names}

    def carry_out(self, found: Mapping[str, dict[str, Any]]) -> None:
        """Run the first remedy of each cause, which has to be a task, as its YAML text stands."""
        plays = []
        for name, result in found.items():
            for port in result["ports"]:
                first = {remedy["cause"]: remedy for remedy in reversed(port["remedies"])}
                tasks = "".join(each["yaml"] for each in first.values() if each["yaml"])
                if tasks:
                    pasted = textwrap.indent(tasks, "    ")
                    # It runs where it has to, whatever the play is for.
                    plays.append(
                        f"- hosts: client{of(name)}\n  gather_facts: false\n  tasks:\n{pasted}"
                    )
        played = runs.play("".join(plays), self.folder)
        assert {each["result"]["status"] for each in played.results} <= {"ok", "changed"}, (
            played.text
        )
        changed = {each["host"] for each in played.results if each["result"]["status"] == "changed"}
        assert changed == {f"client{of(name)}" for name in found}


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pcs]:
    folder = tmp_path_factory.mktemp("pairs")
    worlds: dict[str, Hosts] = {}
    access = Access(basic=True, allow_unencrypted=True)
    with contextlib.ExitStack() as running:
        for name, state in STATES.items():
            pair = state.pair if isinstance(state.pair, Pair) else PAIRS[state.pair or name]
            machines = pair.boot(NETWORK.next, of(name))
            if name == "quicker":
                machines.insert(1, machines.pop())  # the first that has an address gets what comes
            worlds[name] = running.enter_context(Hosts(machines, access=access))
        hosts = [host for world in worlds.values() for host in world]
        write_inventory(folder / "inventory.yml", inventory(hosts, "basic", "winrm"))
        yield Pcs(worlds, folder)


@pytest.fixture(scope="module")
def results(pcs: Pcs) -> dict[str, dict[str, Any]]:
    """What is said of all pairs as they are."""
    return pcs.ask(list(STATES))


@pytest.fixture(scope="module")
def mended(pcs: Pcs, results: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is said after the tasks of the remedies."""
    names = [name for name, state in STATES.items() if state.mended is not None]
    pcs.carry_out({name: results[name] for name in names})
    return pcs.ask(names)


def answers(result: dict[str, Any]) -> dict[str, Answer]:
    return {
        f"{port['port']}/{port['protocol']}": (
            port["verdict"],
            port["hop"],
            [cause["kind"] for cause in port["causes"]],
        )
        for port in result["ports"]
    }


def port(result: dict[str, Any], number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = result["ports"][number]
    return found


def test_each_verdict_has_a_test_here() -> None:
    tested = {answer[0] for state in STATES.values() for answer in state.found.values()}
    assert tested == {each.value for each in PathVerdict}


def test_each_state_of_a_pair_has_a_test_here() -> None:
    used = {state.pair or name for name, state in STATES.items() if isinstance(state.pair, str)}
    assert used == set(PAIRS)


def test_the_verdicts(results: dict[str, dict[str, Any]]) -> None:
    found = {name: answers(result) for name, result in results.items()}
    assert found == {name: dict(state.found) for name, state in STATES.items()}
    assert not [name for name, result in results.items() if result.get("warnings")]


def test_a_vpn_that_owns_the_route_is_named(results: dict[str, dict[str, Any]]) -> None:
    route = port(results["vpn_route"])["evidence"]["client"]["route"]
    assert (route["adapter"], route["tunnel"], route["beside"]) == ("VPN", True, None)
    usual = port(results["out_curl"])["evidence"]["client"]["route"]
    assert (usual["adapter"], usual["tunnel"], usual["beside"]) == ("イーサネット", None, None)


def test_results_have_the_form_that_is_documented(results: dict[str, dict[str, Any]]) -> None:
    for result in results.values():
        schema.read(PathResult[str], {key: result[key] for key in result if key != "status"})


def test_the_verdicts_after_the_tasks(mended: dict[str, dict[str, Any]]) -> None:
    found = {name: answers(result) for name, result in mended.items()}
    assert found == {name: dict(STATES[name].mended or {}) for name in found}
    assert found


def test_what_is_reachable_was_reached(results: dict[str, dict[str, Any]]) -> None:
    untried = {"untried", "no_curl", "out_curl"}
    for name, result in results.items():
        for each in result["ports"]:
            if each["verdict"] == "reachable" and each["protocol"] == "tcp" and name not in untried:
                (attempt, *_more) = each["evidence"]["client"]["attempts"]
                assert attempt["outcome"] == "connected", name


def test_the_server_sees_the_client(results: dict[str, dict[str, Any]]) -> None:
    seen = {
        name: port(results[name])["evidence"]["client"]["attempts"][0]
        for name in ("well", "same_subnet", "ipv6_only", "well_by_short_name")
    }
    assert {name: (each["source"], each["seen_from"]) for name, each in seen.items()} == {
        name: (source, source)
        for name, source in {
            "well": "10.20.1.7",
            "well_by_short_name": "10.20.1.7",
            "same_subnet": "10.20.2.7",
            "ipv6_only": "2001:db8:11:0:b8d1:47a0:93fe:1c55",
        }.items()
    }


def test_an_address_that_is_translated_counts_as_the_server_sees_it(
    results: dict[str, dict[str, Any]],
) -> None:
    shut, well = results["translated"]["ports"]
    attempt = well["evidence"]["client"]["attempts"][0]
    assert (attempt["source"], attempt["seen_from"]) == ("10.20.1.7", "10.20.9.1")
    (task,) = (each["task"] for each in shut["remedies"] if each["task"])
    options = task["portkeeper.windows.port_firewall"]
    assert options["remote_addresses"] == ["10.20.1.0/24", "10.20.9.1"]
    assert any("is translated on the way" in each for each in shut["remarks"])


def test_where_the_name_leads(results: dict[str, dict[str, Any]]) -> None:
    names = {
        name: port(results[name])["evidence"]["client"]["name"]
        for name in (
            "well",
            "stale_hosts",
            "stale_cache",
            "unknown_name",
            "never_asked",
            "ipv6_first",
        )
    }
    assert {name: (each["source"], each["addresses"]) for name, each in names.items()} == {
        "well": ("dns_cache", [SERVER]),
        "stale_hosts": ("hosts_file", ["10.20.2.99"]),
        "stale_cache": ("dns_cache", ["10.20.2.98"]),
        "unknown_name": ("not_found", []),
        "never_asked": ("unknown", []),
        "ipv6_first": ("dns_cache", [SERVER_6, SERVER]),
    }


def test_the_other_family_was_tried_too(results: dict[str, dict[str, Any]]) -> None:
    found = port(results["ipv6_first"])
    attempts = found["evidence"]["client"]["attempts"]
    assert [(each["address"], each["outcome"]) for each in attempts] == [
        (SERVER_6, "timed_out"),
        (SERVER, "connected"),
    ]
    assert any(f"at the other address {SERVER}" in each for each in found["remarks"])


def test_curl_says_nothing_of_another_program(results: dict[str, dict[str, Any]]) -> None:
    blocked = port(results["out_one_program"])
    assert blocked["evidence"]["client"]["attempts"][0]["outcome"] == "connected"
    assert any("was made by curl.exe" in each for each in blocked["remarks"])
    kept_back = port(results["out_curl"])
    assert kept_back["evidence"]["client"]["attempts"][0]["outcome"] == "forbidden"
    assert any("says nothing of" in each for each in kept_back["remarks"])


def test_why_nothing_was_tried(results: dict[str, dict[str, Any]]) -> None:
    assert any("no curl.exe" in each for each in port(results["no_curl"])["remarks"])
    assert any("has not tried" in each for each in port(results["untried"])["remarks"])
    assert any(each.startswith("UDP") for each in port(results["sql_browser"], 1)["remarks"])


def test_nothing_goes_to_a_machine_that_is_not_the_server(
    pcs: Pcs, results: dict[str, Any]
) -> None:
    # The address that another machine has, and those that the name leads to elsewhere.
    for name in ("duplicate", "stale_hosts", "stale_cache"):
        attempts = port(results[name])["evidence"]["client"]["attempts"]
        assert [each["address"] for each in attempts] == ([] if name == "duplicate" else [SERVER])
    assert pcs.worlds["duplicate"].log.entries("colleague-duplicate") == []


def test_tasks_name_the_host_that_they_are_for(results: dict[str, dict[str, Any]]) -> None:
    for name, result in results.items():
        for each in result["ports"]:
            for remedy in each["remedies"]:
                if remedy["task"] is not None:
                    assert remedy["task"]["delegate_to"] == remedy["host"]
                    assert remedy["host"] in (f"client{of(name)}", f"server{of(name)}")
    assert port(results["out_by_default"])["remedies"][0]["host"] == f"client{of('out_by_default')}"


def test_no_text_of_a_user_or_a_host_is_in_a_command_line(
    pcs: Pcs, results: dict[str, dict[str, Any]]
) -> None:
    lines = {
        entry.detail
        for world in pcs.worlds.values()
        for entry in world.log.entries(action="Command")
    }
    assert any("curl.exe -q -K -" in line for line in lines)
    told = {NAME, "srv", PROGRAM, SERVER, SERVER_6, "10.20.", "2001:", "1433", "8443", "new.exe"}
    told |= {name for result in results.values() for name in result["verdicts"]}
    assert [(line, text) for line in lines for text in told if text.lower() in line.lower()] == []
