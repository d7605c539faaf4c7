# SPDX-License-Identifier: GPL-3.0-or-later
"""Who holds a port."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Protocol,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import (
    Holder,
    HolderKind,
    behind_http_sys,
    described,
    find_holders,
)
from unit.holder_cases import (
    PC,
    SYSTEM,
    connection,
    listener,
    ports,
    process,
    service,
    snapshot,
    udp,
    url,
)
from unit.rows import each_row
from unit.words.english import english

TCP, UDP = Protocol.TCP, Protocol.UDP


def only(where: Snapshot, value: object, protocols: object = "tcp") -> Holder:
    (holder,) = find_holders(where, ports(value, protocols))
    return holder


@each_row(
    ("port", "protocols", "kind", "pid"),
    [
        (3000, "tcp", HolderKind.PROCESS, 7004),
        (3306, "tcp", HolderKind.SERVICE, 5120),
        (3389, "udp", HolderKind.SERVICE, 1204),
        (5353, "udp", HolderKind.SHARED_SERVICES, 2208),
        (445, "tcp", HolderKind.SYSTEM, 4),
        (9000, "tcp", HolderKind.ENDED, 8888),
    ],
)
def test_kinds(port: int, protocols: str, kind: HolderKind, pid: int) -> None:
    holder = only(PC, port, protocols)
    assert (holder.kind, holder.pid) == (kind, pid)


def test_a_process_that_the_host_does_not_tell() -> None:
    holder = only(snapshot([listener(80, None)]), 80)
    assert (holder.kind, holder.pid) == (HolderKind.UNKNOWN, None)


def test_3000_is_not_30001() -> None:
    assert only(PC, 3000).pid == 7004
    assert only(PC, 30001).pid == 7300
    assert find_holders(PC, ports([300, 30, 3001])) == ()


def test_the_port_of_the_other_side_is_not_ours() -> None:
    # 7300 is connected to port 3000 of another host.
    assert [each.pid for each in find_holders(PC, ports(3000), connections=True)] == [7004]


def test_a_protocol_that_was_not_asked_for_is_left_out() -> None:
    assert only(PC, 3389, "tcp").ports == ((TCP, 3389),)
    assert only(PC, 3389, "tcp,udp").ports == ((TCP, 3389), (UDP, 3389))
    assert find_holders(PC, ports(3306, "udp")) == ()


def test_a_holder_of_two_ports_is_one_holder() -> None:
    assert only(PC, [8000, 8001]).ports == ((TCP, 8000), (TCP, 8001))


def test_two_holders_of_one_port_are_two() -> None:
    where = snapshot(
        [listener(80, 8, "127.0.0.1"), listener(80, 12, "192.0.2.10")],
        [process(8, "a.exe"), process(12, "b.exe")],
    )
    assert [each.pid for each in find_holders(where, ports(80))] == [8, 12]


def test_both_addresses_of_a_listener_are_one_port() -> None:
    holder = only(PC, 80)
    assert len(holder.endpoints) == 2
    assert holder.ports == ((TCP, 80),)


def test_connections_only_when_asked() -> None:
    assert find_holders(PC, ports(49_800)) == ()
    (holder,) = find_holders(PC, ports(49_800), connections=True)
    assert holder.only_connections
    (server,) = find_holders(PC, ports(3000), connections=True)
    assert not server.only_connections
    assert len(server.endpoints) == 2


def test_what_is_left_of_a_connection_belongs_to_nobody() -> None:
    (holder,) = find_holders(PC, ports(50_200), connections=True)
    assert holder.kind is HolderKind.IDLE


def test_holders_come_in_the_order_of_their_ports() -> None:
    found = find_holders(PC, ports("1-65535", "tcp,udp"))
    assert [each.ports[0] for each in found] == sorted(each.ports[0] for each in found)
    assert len({each.pid for each in found}) == len(found)


def test_services_and_parents() -> None:
    shared = only(PC, 5353, "udp")
    assert [each.name for each in shared.services] == ["Dnscache", "NlaSvc"]
    assert shared.parent == PC.processes[600]
    worker = only(PC, 8080)
    assert worker.kind is HolderKind.PROCESS
    assert worker.parent == PC.processes[7150]
    assert [each.name for each in worker.parent_services] == ["ShopApp"]


def test_a_reused_pid_is_no_parent() -> None:
    child = process(20, "child.exe", parent=40, started=100)
    younger = process(40, "other.exe", started=200)
    for parent in (younger, replace(younger, created=None), replace(younger, pid=44)):
        where = snapshot([listener(80, 20)], [child, parent], [service("Other", 40)])
        assert only(where, 80).parent is None
        assert only(where, 80).parent_services == ()
    itself = snapshot([listener(80, 20)], [replace(child, parent_pid=20)])
    assert only(itself, 80).parent is None


def test_the_smb_server() -> None:
    (port,) = only(PC, 445).system
    assert english(port.owner) == "the SMB server (file and printer sharing)"
    assert port.releases == ("LanmanServer",)
    assert behind_http_sys(PC, only(PC, 445)) == ()


@each_row(
    ("port", "protocols", "owner"),
    [
        (139, "tcp", "NetBIOS"),
        (137, "udp", "NetBIOS"),
        (138, "udp", "NetBIOS"),
        (1723, "tcp", "VPN"),
        (1701, "udp", "VPN"),
        (2049, "tcp", "NFS"),
        (3389, "tcp", "Remote Desktop"),
        (4444, "tcp", "http.sys or another driver"),
        (445, "udp", "http.sys or another driver"),
    ],
)
def test_drivers(port: int, protocols: str, owner: str) -> None:
    endpoint = udp(port, 4) if protocols == "udp" else listener(port, 4)
    (found,) = only(snapshot([endpoint], [SYSTEM]), port, protocols).system
    assert owner in english(found.owner)
    assert english(found.remedy).endswith(".")
    assert found.behind == ()


def test_http_sys_names_the_service_behind() -> None:
    (port,) = only(PC, 5985).system
    assert english(port.owner) == "http.sys, which listens for HTTP://+:5985/WSMAN/"
    assert port.behind == (1100,)
    assert port.releases == ("WinRM",)
    assert port.carries_winrm
    assert english(port.remedy).endswith("give the other program another port.")


def test_nobody_is_told_to_stop_what_serves_winrm_among_others() -> None:
    where = snapshot(
        [listener(80, 4)],
        [SYSTEM, process(1100, "svchost.exe"), process(9120, "printer.exe")],
        [service("WinRM", 1100)],
        urls=[url(80, 9120), url(80, 1100, path="/WSMAN/")],
    )
    (port,) = only(where, 80).system
    assert port.releases == ("WinRM",)
    assert "Stop" not in english(port.remedy)
    assert "WinRM" in english(port.remedy)


def test_a_worker_of_iis_stands_for_the_web_publishing_service() -> None:
    (port,) = only(PC, 80).system
    assert port.behind == (5008,)
    assert port.releases == ("W3SVC",)


def test_a_url_of_a_driver_has_no_program_behind_it() -> None:
    """Drivers register URLs too, and netsh shows them as those of process 4."""
    where = snapshot([listener(8000, 4)], [SYSTEM], urls=[url(8000, 4)])
    holder = only(where, 8000)
    (port,) = holder.system
    assert (port.behind, port.releases) == ((), ())
    assert english(port.remedy).startswith("The process that http.sys listens for is unknown")
    assert behind_http_sys(where, holder) == ()
    assert english(described(where, holder)) == "http.sys (PID 4), which serves HTTP://+:8000/"


def test_http_sys_names_the_program_behind() -> None:
    where = snapshot(
        [listener(8000, 4)], [SYSTEM, process(9120, "printer.exe")], urls=[url(8000, 9120)]
    )
    (port,) = only(where, 8000).system
    assert port.releases == ()
    assert english(port.remedy) == "End printer.exe (PID 9120): http.sys then lets go."
    (behind,) = behind_http_sys(where, only(where, 8000))
    assert (behind.kind, behind.pid, behind.through_http_sys) == (HolderKind.PROCESS, 9120, True)
    assert behind.ports == ((TCP, 8000),)


def test_a_url_wins_over_the_usual_driver_of_a_port() -> None:
    where = snapshot([listener(3389, 4)], [SYSTEM, process(8, "a.exe")], urls=[url(3389, 8)])
    assert english(only(where, 3389).system[0].owner).startswith("http.sys")


def test_a_url_on_another_port_says_nothing() -> None:
    where = snapshot([listener(80, 4)], [SYSTEM, process(8, "a.exe")], urls=[url(8080, 8)])
    assert english(only(where, 80).system[0].owner) == "http.sys or another driver"


def test_every_program_behind_a_port_is_needed_to_release_it() -> None:
    programs = [SYSTEM, process(8, "a.exe"), process(12, "b.exe")]
    endpoints = [listener(8000, 4), listener(8001, 4)]
    urls = [url(8000, 8), url(8000, 12, path="/B/"), url(8001, 12)]
    where = snapshot(endpoints, programs, urls=urls)
    behind = behind_http_sys(where, only(where, [8000, 8001]))
    assert [(each.pid, each.ports) for each in behind] == [
        (8, ((TCP, 8000),)),
        (12, ((TCP, 8000), (TCP, 8001))),
    ]
    one_unknown = snapshot(endpoints, programs, urls=[url(8000, 8), url(8000), url(8001, 12)])
    behind = behind_http_sys(one_unknown, only(one_unknown, [8000, 8001]))
    assert [(each.pid, each.ports) for each in behind] == [(12, ((TCP, 8001),))]
    one_driver = snapshot(endpoints, programs, urls=[url(8000, 8)])
    behind = behind_http_sys(one_driver, only(one_driver, [8000, 8001]))
    assert [(each.pid, each.ports) for each in behind] == [(8, ((TCP, 8000),))]


def test_a_url_without_a_known_process_says_where_to_look() -> None:
    where = snapshot([listener(8000, 4)], [SYSTEM], urls=[url(8000)])
    assert "netsh http show servicestate" in english(only(where, 8000).system[0].remedy)


def test_many_urls_are_shown_in_part() -> None:
    urls = [url(80, 8, path=f"/{number}/") for number in range(7)]
    where = snapshot([listener(80, 4)], [SYSTEM, process(8, "a.exe")], urls=urls)
    assert english(only(where, 80).system[0].owner).endswith("HTTP://+:80/4/ and 2 more")


def test_titles() -> None:
    assert english(only(PC, 3000).title) == "node.exe (PID 7004)"
    assert english(only(PC, 445).title) == "Windows itself (System, PID 4)"
    assert english(only(PC, 9000).title) == "a process that has just ended (PID 8888)"
    hostile = snapshot([listener(80, 8)], [process(8, "\x1b[2Jx\r\n.exe")])
    assert english(only(hostile, 80).title).isprintable()
    assert "does not name" in english(only(snapshot([listener(80, None)]), 80).title)


endpoints = st.builds(
    lambda make, port, pid: make(port, pid),
    st.sampled_from([listener, udp, connection]),
    st.integers(1, 12),
    st.sampled_from([0, 4, 8, 12, 16]),
)


@given(st.lists(endpoints), st.sets(st.integers(1, 12), min_size=1), st.booleans())
def test_every_endpoint_at_the_ports_is_with_its_holder_and_no_other(
    every: list, wanted: set[int], connections: bool
) -> None:
    where = snapshot(every, [SYSTEM, process(8, "a.exe"), process(12, "b.exe")])
    found = find_holders(where, ports(sorted(wanted), "tcp,udp"), connections)
    assert len({each.pid for each in found}) == len(found)
    held = [(holder.pid, endpoint) for holder in found for endpoint in holder.endpoints]
    assert sorted(map(repr, held)) == sorted(
        repr((each.pid, each))
        for each in every
        if each.port in wanted and (connections or each.remote is None)
    )
