# SPDX-License-Identifier: GPL-3.0-or-later
"""Two simulated PCs: what a program of the one meets at the other, and what both list of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from pairs import PAIRS, Met, Pair

from loopback import Network
from unit.sweeps import fast
from unit.winsim.pair import CURL, USUAL, configuration
from winsim import programs
from winsim.machine import PORT_PROXY, Machine
from winsim.programs import Execution
from winsim.server import Hosts
from winsim.state import Delivery, Endpoint, TcpState
from winsim.wire import Wire

ADDRESSES = Network()
PARALLEL = (*USUAL, "parallel", "no-progress-meter")
SILENT = {"10.20.2.5:1433": Met.SILENT}
#: What curl's words mean.
_MEANINGS = (
    ("refused", Met.REFUSED),
    ("Bad access", Met.FORBIDDEN),
    ("unreachable", Met.UNREACHABLE),
    ("timed out", Met.SILENT),
)


@contextmanager
def running(pair: Pair) -> Iterator[Hosts]:
    with Hosts(pair.boot(ADDRESSES.next), unkind=None) as hosts:
        yield hosts


def url(target: str) -> str:
    return f"pop3://{target.replace('%', '%25')}"


def meets(client: Machine, expected: Mapping[str, Met]) -> dict[str, Met]:
    """What curl tells of each target. One that is said to be reached gets more time before the answer
    counts that it is silent, and one that is said to hang up before it counts that it does not: this
    machine may be busy."""
    found = {}
    for target, meeting in expected.items():
        for seconds in (0.15,) if meeting is Met.SILENT else (0.15, 2, 20):
            text = configuration(url(target), seconds=seconds)
            printed = programs.run(client, CURL, stdin=text.encode()).stdout.decode()
            found[target] = met(printed, target)
            early = Met.CONNECTED if meeting is Met.HUNG_UP else Met.SILENT
            if found[target] not in {Met.SILENT, early}:
                break
    return found


def met(printed: str, target: str) -> Met:
    result = next(line for line in printed.splitlines() if line.startswith(f"|{url(target)}/|"))
    if int(result.split("|")[2]) > 0:
        return Met.HUNG_UP if "response reading failed" in printed else Met.CONNECTED
    address = re.sub(r"[\[\]]|%.*|:[0-9]+$", "", target)
    about = [line for line in printed.splitlines() if address in line] + [printed]
    return next(meaning for line in about for words, meaning in _MEANINGS if words in line)


@pytest.mark.parametrize(
    "name", fast(PAIRS, "well", "duplicate", "out_by_policy", "portproxy_nowhere")
)
def test_what_a_program_meets(name: str) -> None:
    pair = PAIRS[name]
    with running(pair) as hosts:
        assert meets(hosts["client"].machine, pair.met) == pair.met


def rows(machine: Machine, pid: int) -> set[tuple[str, int, str, int, str]]:
    return {
        (e.local_address, e.local_port, e.remote_address, e.remote_port, e.state.name)
        for e in machine.endpoints(lambda e: e.pid == pid and not e.listening)
    }


def established(machine: Machine, pid: int) -> list[tuple[str, int, str, int, str]]:
    return [row for row in rows(machine, pid) if row[4] == TcpState.ESTABLISHED.name]


@contextmanager
def held(client: Machine, *targets: str) -> Iterator[tuple[Execution, int]]:
    """A curl that goes on until it is killed, once it has all these connections, and its PID."""
    before = {each.pid for each in client.processes()}
    execution = programs.start(client, CURL)
    text = configuration(*map(url, targets), lines=PARALLEL, seconds=60)
    execution.send(text.encode(), end=True)
    try:
        [pid] = {each.pid for each in client.processes()} - before
        while not execution.settled.done() and len(established(client, pid)) < len(targets):
            threading.Event().wait(0.01)
        assert not execution.settled.done()
        yield execution, pid
    finally:
        execution.kill()
        execution.settled.result(10)


def test_both_list_a_connection_while_it_is_held() -> None:
    with running(PAIRS["well"]) as hosts:
        client, server = hosts["client"].machine, hosts["server"].machine
        sql = next(each.pid for each in server.processes() if each.name == "sqlservr.exe")
        before = rows(server, sql)
        with held(client, "10.20.2.5:1433") as (_unused, pid):
            [mine] = established(client, pid)
            assert mine[0] == "10.20.1.7"
            assert mine[2:4] == ("10.20.2.5", 1433)
            port = mine[1]
            assert ("0.0.0.0", port, "0.0.0.0", 0, "BOUND") in rows(client, pid)
            assert rows(server, sql) - before == {
                ("10.20.2.5", 1433, "10.20.1.7", port, "ESTABLISHED")
            }
            process = client.process(pid)
            assert process is not None
            assert process.path == r"C:\Windows\System32\curl.exe"
        assert rows(server, sql) == before
        assert client.process(pid) is None
        assert not rows(client, pid)


@pytest.mark.parametrize(
    ("name", "target", "seen"),
    [
        ("translated", "10.20.2.5:1433", ("10.20.2.5", "10.20.9.1")),
        ("well", "[2001:db8:2::5]:1433", ("2001:db8:2::5", "2001:db8:1::7")),
        pytest.param(
            "ipv6_only",
            "[2001:db8:11::5]:1433",
            ("2001:db8:11::5", "2001:db8:11:0:b8d1:47a0:93fe:1c55"),
            marks=pytest.mark.sweep,
        ),
        (
            "ipv6_only",
            "[fe80::8d3:71c4:22ae:90bd%12]:1433",
            ("fe80::8d3:71c4:22ae:90bd%5", "fe80::5c1e:9a3b:44d2:7f10%5"),
        ),
    ],
)
def test_addresses_as_the_server_sees_them(name: str, target: str, seen: tuple[str, str]) -> None:
    with running(PAIRS[name]) as hosts:
        client, server = hosts["client"].machine, hosts["server"].machine
        sql = next(each.pid for each in server.processes() if each.name == "sqlservr.exe")
        before = rows(server, sql)
        with held(client, target):
            [row] = rows(server, sql) - before
    assert (row[0], row[2]) == seen


def test_who_is_answered_by_another_is_not_listed() -> None:
    with running(PAIRS["duplicate"]) as hosts:
        server, colleague = hosts["server"].machine, hosts["colleague"].machine
        with held(hosts["client"].machine, "10.20.2.5:8080"):

            def seen(machine: Machine) -> list[Endpoint]:
                return machine.endpoints(lambda e: e.remote_address == "10.20.1.7")

            assert not seen(server)
            [row] = seen(colleague)
    assert (row.local_address, row.local_port) == ("10.20.2.5", 8080)


def test_a_connection_ends_with_what_listens_and_with_the_firewalls_consent() -> None:
    with running(PAIRS["well"]) as hosts:
        client, server = hosts["client"].machine, hosts["server"].machine
        assert server.firewall is not None
        with held(client, "10.20.2.5:1433") as (execution, _pid):
            server.firewall.delete_rule("SQL")
            execution.settled.result(10)
        assert meets(client, SILENT) == SILENT
        server.firewall.set_rule("SQL", "v2.30|Action=Allow|Active=TRUE|Dir=In|Name=All|")
        with held(client, "10.20.2.5:1433") as (execution, _pid):
            server.end_process(2424)
            execution.settled.result(10)
        result = execution.result
        assert result is not None
        assert b"response reading failed" in result.stdout or b"Recv failure" in result.stdout


@pytest.mark.sweep
def test_a_port_proxy_hangs_up_as_long_as_it_leads_nowhere() -> None:
    target, key = "10.20.2.5:8091", rf"{PORT_PROXY}\v4tov4\tcp"
    with running(PAIRS["portproxy_nowhere"]) as hosts:
        client, server = hosts["client"].machine, hosts["server"].machine
        assert server.firewall is not None
        for relay, meeting in (
            ("127.0.0.1/3999", Met.HUNG_UP),
            ("127.0.0.1/8090", Met.CONNECTED),
            ("10.20.1.7/8443", Met.CONNECTED),
            ("10.20.1.7/8444", Met.HUNG_UP),
            ("10.99.0.1/80", Met.HUNG_UP),
        ):
            server.firewall.set_value(key, "0.0.0.0/8091", relay)
            assert meets(client, {target: meeting}) == {target: meeting}, relay


def test_what_a_test_says_of_a_port_counts_for_everybody() -> None:
    with running(PAIRS["well"]) as hosts:
        client, server = hosts["client"].machine, hosts["server"].machine
        server.deliver(1433, Delivery.DROP)
        assert meets(client, SILENT) == SILENT


def test_a_kill_ends_what_is_held() -> None:
    with running(PAIRS["well"]) as hosts:
        client = hosts["client"].machine
        with held(client, "10.20.2.5:1433") as (execution, pid):
            pass
        assert execution.result is None
        assert client.process(pid) is None


def test_a_pc_reaches_itself_whatever_the_firewall_says() -> None:
    with running(PAIRS["out_by_policy"]) as hosts:
        client = hosts["client"].machine
        expected = {
            "10.20.1.7:8443": Met.CONNECTED,
            "127.0.0.1:5432": Met.CONNECTED,
            "127.0.0.1:9": Met.REFUSED,
        }
        assert meets(client, expected) == expected


@pytest.mark.sweep
def test_machines_that_do_not_run_together_do_not_reach_each_other() -> None:
    with running(PAIRS["well"]) as hosts, running(PAIRS["well"]) as others:
        client = hosts["client"].machine
        client.wire = Wire([client])
        assert meets(client, SILENT) == SILENT
        reached = {"10.20.2.5:1433": Met.CONNECTED}
        assert meets(others["client"].machine, reached) == reached


@pytest.mark.sweep
def test_an_unkind_curl_means_the_same() -> None:
    forbidden, texts = {"10.20.2.5:1433": Met.FORBIDDEN}, set()
    with running(PAIRS["out_by_policy"]) as hosts:
        client = hosts["client"].machine
        for client.unkind in range(8):
            assert meets(client, forbidden) == forbidden
            text = configuration(url("10.20.2.5:1433"))
            texts.add(programs.run(client, CURL, stdin=text.encode()).stdout)
    assert any(b"\r\n" in text for text in texts)
    assert any(b"\r\n" not in text for text in texts)
    assert any(b"Immediate connect fail for 10.20.2.5: Bad access" in text for text in texts)
    assert any(b"failed: Bad access" in text for text in texts)


def test_without_curl_there_is_nobody_to_try() -> None:
    with running(PAIRS["no_curl"]) as hosts:
        result = programs.run(hosts["client"].machine, CURL, stdin=b"url = x\n")
    assert b"is not recognized" in result.stderr
