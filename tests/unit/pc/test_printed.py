# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs print, added to a snapshot: which of them are run, and whom a listener serves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Protocol,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.printed import (
    Tables,
    add_printed,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.commands import Program
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import ScriptedTransport, sample
from unit.firewall.host_answers import program
from unit.holder_cases import connection, listener, udp
from unit.pc.test_snapshot import printed
from unit.rows import each_row

FAMILIES = Tables(families=True)
REG = Program("reg.exe query", "reg.exe query X")

NETSTAT = (
    "\r\n  Proto  Local Address          Foreign Address        State           PID\r\n"
    "  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       100\r\n"
    "  TCP    [::]:80                [::]:0                 LISTENING       100\r\n"
    "  TCP    [::]:81                [::]:0                 LISTENING       100\r\n"
    "  TCP    0.0.0.0:82             0.0.0.0:0              LISTENING       200\r\n"
    "  TCP    0.0.0.0:83             192.0.2.9:443          ESTABLISHED     100\r\n"
    "  UDP    0.0.0.0:53             *:*                                    100\r\n"
)


def added(
    endpoints: Sequence[Endpoint], tables: Tables, *texts: str, also: Sequence[Program] = ()
) -> tuple[Snapshot, dict[Program, str], ScriptedTransport]:
    transport = ScriptedTransport(*(program(printed(*texts)) if texts else ()), shell_id="S")
    snapshot = Snapshot(endpoints=tuple(endpoints))
    found, outputs = add_printed(Host(transport, "win-1"), snapshot, tables, also)
    assert transport.finished
    return found, dict(outputs), transport


def rows(snapshot: Snapshot) -> list[tuple[str, int]]:
    return [(str(each.local), each.port) for each in snapshot.endpoints]


def test_a_listener_that_serves_ipv4_too_gets_its_second_row() -> None:
    found, _outputs, _transport = added([listener(80, 100, "::")], FAMILIES, NETSTAT)
    assert rows(found) == [("::", 80), ("0.0.0.0", 80)]
    assert found.families_known
    assert found.endpoints[1].pid == 100
    assert found.endpoints[1].is_listening


@each_row(
    "endpoint",
    [
        listener(81, 100, "::"),  # netstat has no row for IPv4
        listener(82, 100, "::"),  # IPv4 is another process's
        listener(83, 100, "::"),  # what IPv4 has is a connection
    ],
)
def test_a_listener_for_ipv6_only_stays_alone(endpoint: Endpoint) -> None:
    found, _outputs, _transport = added([endpoint], FAMILIES, NETSTAT)
    assert len(found.endpoints) == 1
    assert found.families_known


def test_udp_has_families_too() -> None:
    endpoint = Endpoint(Protocol.UDP, listener(53, 100, "::").local, 53, pid=100)
    found, _outputs, _transport = added([endpoint], FAMILIES, NETSTAT)
    assert rows(found) == [("::", 53), ("0.0.0.0", 53)]


@each_row(
    "endpoints",
    [
        [],
        [listener(80, 100)],
        [listener(80, 100), listener(80, 100, "::")],
        [listener(80, 100, "::1")],
        [connection(80, 100)],
        [udp(53, 100)],
    ],
)
def test_without_doubt_netstat_is_not_run(endpoints: list[Endpoint]) -> None:
    found, _outputs, transport = added(endpoints, FAMILIES)
    assert transport.sent == []
    assert not found.families_known


def test_where_nobody_asks_netstat_is_not_run() -> None:
    found, _outputs, transport = added([listener(80, 100, "::")], Tables(http_urls=True))
    assert (transport.sent, found.families_known) == ([], False)


def test_without_a_table_the_doubt_stays() -> None:
    found, _outputs, _transport = added([listener(80, 100, "::")], FAMILIES, "Access denied.")
    assert rows(found) == [("::", 80)]
    assert not found.families_known
    assert "netstat -nao" in render(found.notes[0], "en")
    assert "Run it on the host" in render(found.notes[0], "en")


def test_of_a_program_that_fails_it_is_told_that_rows_may_be_missing() -> None:
    failing = NETSTAT + "portkeeper-ended-with-an-error \r\n"
    found, _outputs, _transport = added([listener(80, 100, "::")], FAMILIES, failing)
    assert rows(found) == [("::", 80)]
    assert not found.families_known
    (note,) = found.notes
    assert render(note, "en").startswith(
        "win-1: 'netstat -nao' ended with an error, so rows may be missing"
    )


def test_of_each_table_that_is_cut_short_it_is_told() -> None:
    tables = ["-----\r\n  50000  50059  *\r\nportkeeper-ended-with-an-error \r\n"] * 4
    found, _outputs, _transport = added([listener(80, 100)], Tables(reserved=True), *tables)
    assert len(found.reserved) == 4
    assert len(found.notes) == 4
    assert all("ended with an error" in render(note, "en") for note in found.notes)


def test_further_programs_share_the_command_line() -> None:
    found, outputs, transport = added(
        [listener(80, 100, "::")], FAMILIES, NETSTAT, "the registry\r\n", also=[REG]
    )
    assert transport.actions == ["Command", "Receive", "Signal"]
    assert outputs[REG].strip() == "the registry"
    assert found.families_known


def test_what_further_programs_print_is_missing_where_the_command_line_failed() -> None:
    transport = ScriptedTransport(sample("wsman_faults/winrb_wmi_error_v2.xml"), shell_id="S")
    further = [REG, Program("curl.exe", "curl.exe -K -")]
    found, outputs = add_printed(Host(transport, "win-1"), Snapshot(), Tables(), further)
    assert outputs == {}
    note = render(found.notes[0], "en")
    assert note.startswith("Could not read the output of reg.exe and curl.exe on win-1 (")


def test_a_host_that_is_gone_is_an_error() -> None:
    transport = ScriptedTransport(*[TransportError(Failure.REFUSED)] * 3, shell_id="S")
    with pytest.raises(HostError) as caught:
        add_printed(
            Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None)),
            Snapshot(),
            Tables(),
            [REG],
        )
    assert caught.value.unreachable


@each_row(
    ("tables", "texts", "name", "line"),
    [
        (
            Tables(reserved=True),
            ("-----\r\n  80  80\r\n  81\r\n", *["-----\r\n"] * 3),
            "netsh int ipv4 show excludedportrange protocol=tcp",
            "81",
        ),
        (
            Tables(http_urls=True),
            ("-----\r\nHTTP://+:808080/A/\r\n",),
            "netsh http show servicestate view=requestq",
            "HTTP://+:808080/A/",
        ),
        (FAMILIES, (f"{NETSTAT}  TCP    0.0.0.0:81\r\n",), "netstat -nao", "TCP 0.0.0.0:81"),
    ],
)
def test_a_row_that_can_not_be_read_is_told(
    tables: Tables, texts: tuple[str, ...], name: str, line: str
) -> None:
    found, _outputs, _transport = added([listener(81, 4, "::")], tables, *texts)
    (note,) = found.notes
    told = render(note, "en")
    assert told.startswith(f"win-1: '{name}' printed 1 lines that are not rows of its table")
    assert f": {line}. Rows may be missing." in told
    assert not found.families_known
