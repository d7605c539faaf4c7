# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host knows of names: its hosts file, its settings, its cache and its preferences."""

from __future__ import annotations

import ipaddress

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import curl
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.hosts_file import (
    HOSTS_FILE,
    MAX_BYTES,
    HostsEntry,
    HostsFile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.tcpip import (
    TCPIP_PARAMETERS,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.model import (
    DnsRecord,
    NameFacts,
    PrefixPolicy,
    RecordStatus,
    RecordType,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import Answer, ScriptedTransport, rows, sample
from unit.firewall.host_answers import no_class, program
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from winsim.images import load

KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
DENIED = sample("wsman_faults/winrb_wmi_error_v2.xml")
FOLDER = r"%SystemRoot%\System32\drivers\etc"


def settings(**values: str) -> str:
    """The key as reg.exe prints it, with blanks in names for underscores."""
    named = {"DataBasePath": FOLDER} | {
        name.replace("_", " "): value for name, value in values.items()
    }
    lines = [
        f"    {name}    REG_{'EXPAND_' if name == 'DataBasePath' else ''}SZ    {value}"
        for name, value in named.items()
    ]
    return "\r\n".join(["", KEY, *lines, "    IPEnableRouter    REG_DWORD    0x0", "",
                        rf"{KEY}\Adapters", ""])  # fmt: skip


def host(*answers: Answer) -> tuple[Host, ScriptedTransport]:
    transport = ScriptedTransport(*answers, shell_id="S")
    return Host(transport, "pc-1"), transport


def query(transport: ScriptedTransport) -> str:
    text = transport.sent[-1].decode()
    return text.partition("/WQL")[2].partition(">")[2].partition("<")[0]


@each_row(
    ("values", "own", "suffixes"),
    [
        (
            {"Hostname": "PC-1", "NV_Hostname": "pc-1", "Domain": "corp.example"},
            {"pc-1", "pc-1.corp.example"},
            ("corp.example",),
        ),
        (
            {"Domain": "corp.example", "DhcpDomain": "lan", "SearchList": "A.example, b.example"},
            set(),
            ("a.example", "b.example"),
        ),
        ({"Hostname": "pc-1", "Domain": "", "DhcpDomain": "lan"}, {"pc-1"}, ("lan",)),
        ({"SearchList": "a b'c,-,," + "x" * 300}, set(), ("a",)),
        ({"SearchList": ",".join(f"s{number}" for number in range(20))}, set(),
         tuple(f"s{number}" for number in range(8))),
    ],
)  # fmt: skip
def test_settings(values: dict[str, str], own: set[str], suffixes: tuple[str, ...]) -> None:
    found = reading.from_texts({TCPIP_PARAMETERS: settings(**values)}, [])
    assert (found.own, found.suffixes) == (own, suffixes)


@each_row(
    ("folder", "other"),
    [
        (FOLDER, None),
        (r"%systemroot%\SYSTEM32\DRIVERS\ETC" + "\\", None),
        (r"C:\Windows\System32\drivers\etc", None),
        (r"D:\etc", r"D:\etc"),
        ("\\\\server\\share\\\x1b[31m", "\\\\server\\share\\[31m"),
        (r"%SystemRoot%\System32\drivers\etc\more", r"%SystemRoot%\System32\drivers\etc\more"),
    ],
)
def test_another_folder_is_told_and_not_read(folder: str, other: str | None) -> None:
    texts = {
        HOSTS_FILE: "10.0.0.5 srv-1\r\n",
        TCPIP_PARAMETERS: settings(DataBasePath=folder),
    }
    found = reading.from_texts(texts, ["srv-1"]).hosts
    if other is None:
        assert found == HostsFile((HostsEntry("srv-1", "10.0.0.5", 1),))
    else:
        assert found == HostsFile(other_path=other, readable=False)


def test_what_no_program_has_told() -> None:
    found = reading.from_texts({}, ["srv-1"])
    assert found == NameFacts(HostsFile(readable=False, path_known=False))


def test_everything_at_once() -> None:
    printed = (
        settings(Domain="corp.example") + "\r\nportkeeper-end-of-output-1\r\n"
        "curl 8.4.0 (Windows) libcurl/8.4.0\r\nProtocols: pop3\r\nportkeeper-end-of-output-2\r\n"
        "10.0.0.5 srv-1 SRV-1.corp.example\r\n\r\nportkeeper-end-of-output-3\r\n"
    )
    answered = rows(
        {"Entry": "SRV-1.corp.example", "Name": "srv-1.corp.example", "Type": 1, "Status": 0,
         "Section": 1, "Data": "10.0.0.5"},
    )  # fmt: skip
    connected, transport = host(*program(printed), answered)
    found = reading.read_names(connected, ["srv-1", "10.0.0.5", "x y"])
    assert found == NameFacts(
        HostsFile(
            (
                HostsEntry("srv-1", "10.0.0.5", 1),
                HostsEntry("srv-1.corp.example", "10.0.0.5", 1),
            )
        ),
        suffixes=("corp.example",),
        records=(DnsRecord("srv-1.corp.example", RecordType.A, "10.0.0.5"),),
        curl=curl.CurlVersion((8, 4, 0), frozenset({"pop3"})),
    )
    assert query(transport) == (
        "SELECT Entry,Name,Type,Status,Section,TimeToLive,Data FROM MSFT_DNSClientCache"
        " WHERE (Entry='srv-1' OR Entry='srv-1.corp.example')"
    )
    assert len(transport.sent) == 4


def row(kind: int, **more: object) -> dict[str, object]:
    return {"Entry": "srv-1", "Name": "srv-1", "Type": kind, "Status": 0, "Section": 1} | more


@each_row(
    ("listed", "record"),
    [
        (row(1, Data="10.0.0.5"), DnsRecord("srv-1", RecordType.A, "10.0.0.5")),
        (row(28, Data="2001:DB8::7"), DnsRecord("srv-1", RecordType.AAAA, "2001:db8::7")),
        (row(28, Data="fe80::7%12"), DnsRecord("srv-1", RecordType.AAAA, "fe80::7")),
        (row(5, Data="a.example"), DnsRecord("srv-1", RecordType.CNAME)),
        (row(1, Data="10.0.0.5", Name="a.example"), DnsRecord("srv-1", RecordType.A, "10.0.0.5")),
        (row(1, Data="10.0.0.5", Section=None), DnsRecord("srv-1", RecordType.A, "10.0.0.5")),
        (row(1, Status=9003), DnsRecord("srv-1", RecordType.A, status=RecordStatus.NO_NAME)),
        (row(28, Status=9701), DnsRecord("srv-1", RecordType.AAAA, status=RecordStatus.NO_RECORDS)),
        (row(28, Status=9501), DnsRecord("srv-1", RecordType.AAAA, status=RecordStatus.NO_RECORDS)),
        (row(1, Data="10.0.0.5", Entry="SRV-1"), DnsRecord("srv-1", RecordType.A, "10.0.0.5")),
        # Nothing can be known of these.
        (row(1, Data="10.0.0.5 \u202e"), None),
        (row(1, Data="2001:db8::7"), None),
        (row(1), None),
        (row(1, Data="10.0.0.5", Section=3), None),
        (row(1, Data="10.0.0.5", Status=1), None),
        (row(6, Data="10.0.0.5"), None),
        (row(1, Data="10.0.0.5", Entry="srv-2"), None),
        (row(1, Data="10.0.0.5", Entry="a'b"), None),
        ({"Data": "10.0.0.5"}, None),
    ],
)
def test_records_of_the_cache(listed: dict[str, object], record: DnsRecord | None) -> None:
    connected, _transport = host(rows(listed, listed))
    found = reading.with_records(connected, NameFacts(), ["srv-1"])
    assert found.records == (() if record is None else (record,))


def test_no_name_costs_no_request() -> None:
    connected, transport = host()
    assert reading.with_records(connected, NameFacts(), ["10.0.0.5", "a b"]).records == ()
    assert transport.sent == []


def test_no_query_has_more_names_than_wmi_takes() -> None:
    connected, transport = host(rows())
    reading.with_records(
        connected, NameFacts(suffixes=("a", "b")), [f"n{number}" for number in range(100)]
    )
    assert query(transport).count("Entry=") == reading.MAX_NAMES


@each_row(("answer", "notes"), [(no_class(), 0), (DENIED, 1)])
def test_a_cache_that_cant_be_read(answer: bytes, notes: int) -> None:
    connected, _transport = host(answer)
    found = reading.with_records(connected, NameFacts(), ["srv-1"])
    assert found.records is None
    assert len(found.notes) == notes


def test_preferences() -> None:
    def policy(prefix: str, precedence: int, label: int) -> PrefixPolicy:
        return PrefixPolicy(ipaddress.IPv6Network(prefix), precedence, label)

    listed = rows(
        {"Prefix": "::1/128", "Precedence": 50, "Label": 0, "Store": 1},
        {"Prefix": "::ffff:0:0/96", "Precedence": 10, "Label": 4, "Store": 0},
        {"Prefix": "::FFFF:0:0/96", "Precedence": 35, "Label": 4, "Store": 1},
        {"Prefix": "::/0", "Precedence": 40, "Label": 1},
        {"Prefix": "::/0", "Precedence": 1, "Label": 1},
        {"Prefix": "10.0.0.0/8", "Precedence": 40, "Label": 1},
        {"Prefix": "fc00::/7", "Label": 13},
    )
    connected, _transport = host(listed)
    assert reading.with_policies(connected, NameFacts()).policies == (
        policy("::1/128", 50, 0),
        policy("::ffff:0:0/96", 35, 4),
        policy("::/0", 40, 1),
    )


@each_row("answer", [DENIED, rows()])
def test_unknown_preferences(answer: bytes) -> None:
    connected, _transport = host(answer)
    found = reading.with_policies(connected, NameFacts())
    assert found.policies is None
    assert len(found.notes) == (answer == DENIED)


@each_row(
    "answers",
    [
        [TransportError(Failure.TIMEOUT)],
        [*program("portkeeper-end-of-output-1\r\n"), TransportError(Failure.TIMEOUT)],
    ],
)
def test_a_host_that_is_gone_is_an_error(answers: list[Answer]) -> None:
    connected, _transport = host(*answers)
    with pytest.raises(HostError):
        reading.read_names(connected, ["srv-1"])
    connected, _transport = host(TransportError(Failure.TIMEOUT))
    with pytest.raises(HostError):
        reading.with_policies(connected, NameFacts())


def test_programs_that_cant_be_told_apart() -> None:
    """A hosts file can hold any line; a host can't hide behind it."""
    printed = "portkeeper-end-of-output-1\r\n" * 2
    connected, _transport = host(*program(printed), rows())
    found = reading.read_names(connected, ["srv-1"])
    assert found.hosts == HostsFile(readable=False)
    assert found.records == ()
    assert "pc-1" in render(found.notes[0], "en")


LINE = "0.0.0.0 advertiser-{:06}.example\r\n"


def long_file(*lines: str) -> str:
    """A hosts file of about a megabyte."""
    return "".join([*lines, *(LINE.format(number) for number in range(30_000))])


def test_a_long_hosts_file_is_left_before_its_end() -> None:
    content = long_file("10.20.2.9 srv1.example\r\n") + "10.20.2.9 srv2.example\r\n"
    image = load("win11-ja").varied({"names": {"hosts": content}})
    transport = SimulatedTransport(image.boot(name="pc-1"))
    connected = Host(transport, "pc-1")
    found = reading.read_names(connected, ["srv1.example", "srv2.example"])
    assert [each.name for each in found.hosts.entries] == ["srv1.example"]
    assert not found.hosts.whole
    assert found.own
    assert found.curl is not None
    assert found.notes == ()
    receives = transport.actions.count("Receive")
    assert 1 <= receives < 8, transport.actions
    # What goes on without end is ended.
    assert transport.actions[transport.actions.index("Receive") + receives] == "Signal"


def test_a_hosts_file_that_is_just_short_enough_is_read_whole() -> None:
    content = long_file()[: MAX_BYTES - 100] + "\r\n10.20.2.9 srv1.example\r\n"
    image = load("win11-ja").varied({"names": {"hosts": content}})
    connected = Host(SimulatedTransport(image.boot(name="pc-1")), "pc-1")
    found = reading.read_names(connected, ["srv1.example"])
    assert [each.address for each in found.hosts.entries] == ["10.20.2.9"]
    assert found.hosts.whole


def test_the_command_line_is_constant() -> None:
    assert TCPIP_PARAMETERS.command_line == (
        r'%SystemRoot%\System32\reg.exe query "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet'
        r'\Services\Tcpip\Parameters"'
    )


def test_a_simulated_host() -> None:
    image = load("win11-ja").varied(
        {
            "names": {
                "hosts": "10.20.2.9 srv1.example # old\r\n",
                "cache": ["srv2.example A 10.20.2.5", "srv3.example A 9003"],
            }
        }
    )
    connected = Host(SimulatedTransport(image.boot(name="pc-1")), "pc-1")
    found = reading.with_policies(
        connected, reading.read_names(connected, ["srv1.example", "srv2.example", "srv3.example"])
    )
    assert [(each.name, each.address) for each in found.hosts.entries] == [
        ("srv1.example", "10.20.2.9")
    ]
    assert found.hosts.other_path is None
    assert found.hosts.path_known
    assert DnsRecord("srv2.example", RecordType.A, "10.20.2.5") in (found.records or ())
    assert DnsRecord("srv3.example", RecordType.A, status=RecordStatus.NO_NAME) in (
        found.records or ()
    )
    assert found.notes == ()
    assert "desktop-7k2m9qf" in found.own
    policies = {each.prefix: each.precedence for each in found.policies or ()}
    assert policies[ipaddress.IPv6Network("::ffff:0:0/96")] == 35
