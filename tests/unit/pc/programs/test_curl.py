# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts by curl: its configuration and what it prints. The texts are what curl 7.88.1 printed
with this configuration on a loopback address, with Windows' words where its version for Windows has
them (lib/strerror.c), and in the forms of 7.55.1."""

from __future__ import annotations

import ipaddress
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import curl
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import (
    MAX_TARGETS,
    CurlAttempt,
    CurlVersion,
    Target,
    TryOutcome,
    configuration,
    in_time,
    parse,
    version,
)
from unit.rows import each_row

OLD = CurlVersion((7, 55, 1))
NEW = CurlVersion((8, 4, 0))

WINDOWS_10 = """\
curl 7.55.1 (Windows) libcurl/7.55.1 WinSSL\r
Release-Date: [unreleased]\r
Protocols: dict file ftp ftps http https imap imaps pop3 pop3s smtp smtps telnet tftp \r
Features: AsynchDNS IPv6 Largefile SSPI Kerberos SPNEGO NTLM SSL \r
"""


def test_a_configuration() -> None:
    targets = [("192.0.2.7", 445), ("2001:db8::7", 5986), ("fe80::7%12", 3389)]
    assert configuration(targets, 3.2, OLD).decode() == (
        "silent\n"
        "verbose\n"
        'stderr = "-"\n'
        'noproxy = "*"\n'
        "connect-timeout = 4\n"
        "max-time = 4\n"
        'write-out = "\\nportkeeper-curl|%{url_effective}|%{local_port}|%{local_ip}\\n"\n'
        'url = "pop3://192.0.2.7:445"\n'
        'output = "NUL"\n'
        'url = "pop3://[2001:db8::7]:5986"\n'
        'output = "NUL"\n'
        'url = "pop3://[fe80::7%2512]:3389"\n'
        'output = "NUL"\n'
    )


def test_a_later_curl_tries_all_at_once() -> None:
    lines = configuration([("192.0.2.7", 445)], 4, NEW).decode().splitlines()
    assert {"parallel", "parallel-immediate", "no-progress-meter"} <= set(lines)
    assert (
        'write-out = "\\nportkeeper-curl|%{url_effective}|%{local_port}|%{local_ip}|%{exitcode}|'
        '%{errormsg}\\n"'
    ) in lines
    assert "parallel" not in configuration([("192.0.2.7", 445)], 4, OLD).decode()


def test_a_target_is_tried_once() -> None:
    assert configuration([("192.0.2.7", 445)] * 3, 4, OLD).count(b"url = ") == 1


@each_row(
    "target",
    [
        ("srv-1", 80),
        ("192.0.2.7\nurl = x", 80),
        ('192.0.2.7"', 80),
        ("192.0.2.7%1", 80),
        ("fe80::1%eth0", 80),
        ("fe80::1%", 80),
        ("fe80::1%0", 80),
        ("fe80::1%4294967296", 80),
        ("fe80::1%" + "1" * 5_000, 80),
        ("fe80::1%1%2", 80),
        ("fe80::1%\u0661", 80),
        ("0.0.0.0", 80),
        ("::", 80),
        ("224.0.0.1", 80),
        ("ff02::1", 80),
        ("255.255.255.255", 80),
        ("010.0.0.1", 80),
        ("", 80),
        ("192.0.2.7", 0),
        ("192.0.2.7", 65_536),
        ("192.0.2.7", -1),
        ("192.0.2.7", True),
        ("192.0.2.7", "80"),
        ("192.0.2.7", 80.0),
    ],
)
def test_only_numbers_enter_a_configuration(target: Target) -> None:
    for version_ in (OLD, NEW):
        with pytest.raises(ValueError, match=r"IP|address|zone|port"):
            configuration([("192.0.2.1", 80), target], 4, version_)


@each_row("timeout", [0, -1, math.nan, math.inf, 300.1])
def test_only_whole_seconds_enter_a_configuration(timeout: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        configuration([("192.0.2.1", 80)], timeout, OLD)


@each_row("count", [0, MAX_TARGETS + 1])
def test_the_number_of_targets_is_bounded(count: int) -> None:
    with pytest.raises(ValueError, match="targets"):
        configuration([("192.0.2.1", port) for port in range(1, count + 1)], 4, OLD)


ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.tuples(st.ip_addresses(v=6, network="fe80::/64"), st.integers(1, 2**32 - 1)).map(
        lambda pair: f"{pair[0]}%{pair[1]}"
    ),
).filter(lambda text: not _is_special(text))
TARGETS = st.lists(st.tuples(ADDRESSES, st.integers(1, 65_535)), min_size=1, max_size=8)


def _is_special(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255"


@given(TARGETS, st.floats(0.01, 300), st.sampled_from([OLD, NEW]), st.data())
def test_each_target_gets_its_own_result(
    targets: list[Target], timeout: float, curl_version: CurlVersion, data: st.DataObject
) -> None:
    """In any order, however curl writes the URL."""
    text = configuration(targets, timeout, curl_version).decode("ascii")
    urls = [line[7:-1] for line in text.splitlines() if line.startswith("url = ")]
    distinct = list(dict.fromkeys(targets))
    assert len(urls) == len(distinct)
    ports = dict(zip(distinct, range(50_000, 60_000), strict=False))
    lines = [
        f"\nportkeeper-curl|{url}{data.draw(st.sampled_from(['', '/']))}|{ports[target]}|192.0.2.1"
        for url, target in zip(urls, distinct, strict=True)
    ]
    printed = "\r\n".join(data.draw(st.permutations(lines)))
    assert parse(printed, "", targets) == tuple(
        CurlAttempt(*target, TryOutcome.CONNECTED, "192.0.2.1", ports[target]) for target in targets
    )


IN_TURN = """\
*   Trying 127.0.0.1...
* TCP_NODELAY set
* Connected to 127.0.0.1 (127.0.0.1) port 7001 (#0)
* Operation timed out after 4001 milliseconds with 0 bytes received
* Closing connection 0

portkeeper-curl|pop3://127.0.0.1:7001/|37210|127.0.0.1
*   Trying 127.0.0.1...
* TCP_NODELAY set
* Connection timed out after 4000 milliseconds
* Closing connection 1

portkeeper-curl|pop3://127.0.0.1:7003/|0|
*   Trying ::1...
* TCP_NODELAY set
* Connected to ::1 (::1) port 7004 (#2)
< SSH-2.0-x
* Operation timed out after 4000 milliseconds with 0 bytes received
* Closing connection 2

portkeeper-curl|pop3://[::1]:7004/|60916|::1
*   Trying 127.0.0.1...
* TCP_NODELAY set
* connect to 127.0.0.1 port 7010 failed: Connection refused
* Failed to connect to 127.0.0.1 port 7010: Connection refused
* Closing connection 3

portkeeper-curl|pop3://127.0.0.1:7010/|0|
*   Trying 10.1.2.3...
* TCP_NODELAY set
* Immediate connect fail for 10.1.2.3: Network unreachable
* Couldn't connect to server
* Closing connection 4

portkeeper-curl|pop3://10.1.2.3:7011/|0|
*   Trying 127.0.0.1...
* TCP_NODELAY set
* connect to 127.0.0.1 port 7012 failed: Bad access
* Failed to connect to 127.0.0.1 port 7012: Bad access
* Closing connection 5

portkeeper-curl|pop3://127.0.0.1:7012/|0|
"""


def test_results_of_an_old_curl() -> None:
    targets = [
        ("127.0.0.1", 7001), ("127.0.0.1", 7003), ("::1", 7004), ("127.0.0.1", 7010),
        ("10.1.2.3", 7011), ("127.0.0.1", 7012), ("127.0.0.1", 7013),
    ]  # fmt: skip
    assert parse(IN_TURN.replace("\n", "\r\n"), "", targets) == (
        CurlAttempt("127.0.0.1", 7001, TryOutcome.CONNECTED, "127.0.0.1", 37210),
        CurlAttempt(
            "127.0.0.1",
            7003,
            TryOutcome.TIMED_OUT,
            detail="Connection timed out after 4000 milliseconds",
        ),
        CurlAttempt("::1", 7004, TryOutcome.CONNECTED, "::1", 60916),
        CurlAttempt("127.0.0.1", 7010, TryOutcome.REFUSED, detail="Connection refused"),
        CurlAttempt("10.1.2.3", 7011, TryOutcome.UNREACHABLE, detail="Network unreachable"),
        CurlAttempt("127.0.0.1", 7012, TryOutcome.FORBIDDEN, detail="Bad access"),
        CurlAttempt("127.0.0.1", 7013, TryOutcome.NOT_TRIED),
    )


AT_ONCE = """\
*   Trying 127.0.0.1:7001...
*   Trying 127.0.0.1:7003...
*   Trying 127.0.0.1:7009...
*   Trying 127.0.0.1:7010...
*   Trying 10.1.2.3:7011...
* Immediate connect fail for 10.1.2.3: Network unreachable
* Failed to connect to 10.1.2.3 port 7011 after 0 ms: Couldn't connect to server
* Closing connection 4

portkeeper-curl|pop3://10.1.2.3:7011/|0||7|Failed to connect to 10.1.2.3 port 7011 after 0 ms: C
* Connected to 127.0.0.1 (127.0.0.1) port 7001 (#0)
* Connected to 127.0.0.1 (127.0.0.1) port 7009 (#2)
* connect to 127.0.0.1 port 7010 failed: Connection refused
* Failed to connect to 127.0.0.1 port 7010 after 2047 ms: Couldn't connect to server
* Recv failure: Connection was reset

portkeeper-curl|pop3://127.0.0.1:7009/|35800|127.0.0.1|56|Recv failure: Connection was reset

portkeeper-curl|pop3://127.0.0.1:7010/|0||7|Failed to connect to 127.0.0.1 port 7010 after 2047 ms
* Operation timed out after 4001 milliseconds with 0 bytes received
* Connection timed out after 4001 milliseconds

portkeeper-curl|pop3://127.0.0.1:7001/|56858|127.0.0.1|28|Operation timed out after 4001 millisec

portkeeper-curl|pop3://127.0.0.1:7003/|0||28|Connection timed out after 4001 milliseconds
"""


def test_results_of_a_later_curl_come_as_they_end() -> None:
    targets = [("127.0.0.1", port) for port in (7001, 7003, 7009, 7010)] + [("10.1.2.3", 7011)]
    assert parse(AT_ONCE, "", targets) == (
        CurlAttempt("127.0.0.1", 7001, TryOutcome.CONNECTED, "127.0.0.1", 56858),
        CurlAttempt(
            "127.0.0.1",
            7003,
            TryOutcome.TIMED_OUT,
            detail="Connection timed out after 4001 milliseconds",
        ),
        CurlAttempt("127.0.0.1", 7009, TryOutcome.CONNECTED, "127.0.0.1", 35800),
        CurlAttempt("127.0.0.1", 7010, TryOutcome.REFUSED, detail="Connection refused"),
        CurlAttempt("10.1.2.3", 7011, TryOutcome.UNREACHABLE, detail="Network unreachable"),
    )


@each_row(
    ("reason", "outcome"),
    [
        ("Connection refused", TryOutcome.REFUSED),
        ("Timed out", TryOutcome.TIMED_OUT),
        ("Bad access", TryOutcome.FORBIDDEN),
        ("Permission denied", TryOutcome.FORBIDDEN),
        ("Network unreachable", TryOutcome.UNREACHABLE),
        ("Host unreachable", TryOutcome.UNREACHABLE),
        ("Address not available", TryOutcome.UNREACHABLE),
        (
            "An attempt was made to access a socket in a way forbidden by its access permissions.",
            TryOutcome.FORBIDDEN,
        ),
        ("Connection was reset", TryOutcome.RESET),
        ("ソケット操作が試みられました", TryOutcome.FAILED),
    ],
)
def test_reasons(reason: str, outcome: TryOutcome) -> None:
    """In the forms of several versions: later ones tell the local end too, and another number where
    there is no connection (8.11.1)."""
    for form, no_port in (("", 0), (" from 192.0.2.1 port 49700", -1)):
        text = (
            f"* connect to 2001:db8::7 port 80{form} failed: {reason}\n"
            f"portkeeper-curl|pop3://[2001:db8:0:0::7]:80/|{no_port}||7|Could not connect to server\n"
        )
        (found,) = parse(text, "", [("2001:DB8::7", 80)])
        assert found == CurlAttempt("2001:DB8::7", 80, outcome, detail=reason)


def test_a_failure_without_a_reason_has_that_of_curl() -> None:
    text = "portkeeper-curl|pop3://192.0.2.7:80/|0||7|Could not connect to server\n"
    assert parse(text, "", [("192.0.2.7", 80)]) == (
        CurlAttempt("192.0.2.7", 80, TryOutcome.FAILED, detail="Could not connect to server"),
    )
    assert parse("portkeeper-curl|pop3://192.0.2.7:80/|0|\n", "", [("192.0.2.7", 80)]) == (
        CurlAttempt("192.0.2.7", 80, TryOutcome.FAILED),
    )


@each_row(
    "said",
    [
        "< portkeeper-curl|pop3://192.0.2.7:80/|4000|192.0.2.1",
        "<\tportkeeper-curl|pop3://192.0.2.7:80/|4000|192.0.2.1",
        "< a\rportkeeper-curl|pop3://192.0.2.7:80/|4000|192.0.2.1",
        "* portkeeper-curl|pop3://192.0.2.7:80/|4000|192.0.2.1",
    ],
)
def test_no_server_can_forge_a_result(said: str) -> None:
    """curl puts "< " before each line of a server, and reads no further than its line feed."""
    text = f"{said}\r\n* connect to 192.0.2.7 port 80 failed: Connection refused\r\n"
    text += "portkeeper-curl|pop3://192.0.2.7:80/|0|\r\n"
    assert parse(text, "", [("192.0.2.7", 80)])[0].outcome is TryOutcome.REFUSED


def test_without_any_result_the_first_words_are_told() -> None:
    (found,) = parse("", "\x1b[31mThis program is\r\n blocked.", [("192.0.2.7", 80)])
    assert found == CurlAttempt(
        "192.0.2.7", 80, TryOutcome.NOT_TRIED, detail="[31mThis program is blocked."
    )


@each_row(
    ("text", "number", "parallel", "usable"),
    [
        (WINDOWS_10, (7, 55, 1), False, True),
        ("curl 8.4.0 (Windows) libcurl/8.4.0 Schannel\r\nProtocols: http pop3\r\n", (8, 4, 0), True, True),
        ("curl 7.88.1 (x86_64) libcurl\nProtocols: http https\n", (7, 88, 1), True, False),
        ("curl 7.75.0\n", (7, 75, 0), True, True),
        ("curl 7.74.0\n", (7, 74, 0), False, True),
    ],
)  # fmt: skip
def test_versions(text: str, number: tuple[int, int, int], parallel: bool, usable: bool) -> None:
    found = version(text)
    assert found is not None
    assert (found.number, found.parallel, found.usable) == (number, parallel, usable)
    assert str(found) == ".".join(map(str, number))


@each_row(
    "text",
    [
        "",
        "'C:\\Windows\\System32\\curl.exe' is not recognized as an internal or external command,",
        "Curl 8.4.0",
        "curl 99999.1.1",
        "x" * 5_000 + "\ncurl 8.4.0",
    ],
)
def test_no_version(text: str) -> None:
    assert version(text) is None


@each_row(
    ("curl_version", "seconds", "runs"),
    [
        (OLD, 60, [15]),
        (OLD, 11, [2]),
        (OLD, 1, [1]),
        (OLD, 1_000, [50]),
        (NEW, 60, [50, 50, 20]),
        (NEW, 5, [50]),
        (NEW, 1, [50]),
        (NEW, 10, [50, 50]),
    ],
)
def test_no_run_takes_longer_than_there_is_time(
    curl_version: CurlVersion, seconds: float, runs: list[int]
) -> None:
    targets = [("192.0.2.7", port) for port in range(1, 121)]
    found = in_time([*targets, targets[0]], 4, curl_version, seconds)
    assert [len(each) for each in found] == runs
    assert [target for run in found for target in run] == targets[: sum(runs)]


def test_nothing_is_tried_without_targets() -> None:
    assert in_time([], 4, OLD, 60) == in_time([], 4, NEW, 60) == ()


def test_the_command_lines_are_constant() -> None:
    assert curl.CURL.command_line == r"%SystemRoot%\System32\curl.exe -q -K -"
    assert curl.CURL_VERSION.command_line == r"%SystemRoot%\System32\curl.exe -q --version"


#: What each case of the recordings is; a connection that is reset may have been seen as made before.
RECORDED = {
    "silent": {TryOutcome.CONNECTED},
    "greets": {TryOutcome.CONNECTED},
    "POP3": {TryOutcome.CONNECTED},
    "closes": {TryOutcome.CONNECTED},
    "resets": {TryOutcome.CONNECTED, TryOutcome.RESET},
    "refuses": {TryOutcome.REFUSED},
    "drops": {TryOutcome.TIMED_OUT},
    "refuses over IPv6": {TryOutcome.REFUSED},
    "no way": {TryOutcome.UNREACHABLE},
    "no route": {TryOutcome.UNREACHABLE},
}
SAMPLES = Path(__file__).parents[3] / "samples" / "curl"


def recorded(name: str) -> str:
    """A recording, with the mark that our configuration puts before each result."""
    text = (SAMPLES / name).read_text()
    return re.sub(r"^\|pop3:", "portkeeper-curl|pop3:", text, flags=re.MULTILINE)


def cases() -> dict[Target, set[TryOutcome]]:
    """The target of each case, with what may become of it."""
    found = {}
    for line in recorded("libcurl_7.61.1.txt").splitlines():
        match = re.fullmatch(r"== (.*): pop3://\[?([0-9a-f.:]+)(?:%25([0-9]+))?\]?:([0-9]+)", line)
        if match:
            address = f"{match[2]}%{match[3]}" if match[3] else match[2]
            found[address, int(match[4])] = RECORDED[match[1]]
    assert len(found) == len(RECORDED)
    return found


@each_row("name", sorted(each.name for each in SAMPLES.glob("*.txt") if "next" not in each.name))
def test_what_was_recorded(name: str) -> None:
    """Of the tool, one after the other and at once; of the library for one target after the other,
    as its verbose lines and the values of its result."""
    expected = cases()
    for attempt in parse(recorded(name), "", expected):
        outcomes = expected[attempt.address, attempt.port]
        # The meter stands before the words of a failure, which is why it is silenced.
        if name == "tool_7.88.1_parallel.txt":
            outcomes = outcomes | {TryOutcome.FAILED}
        assert attempt.outcome in outcomes, attempt
        assert (attempt.local_port is not None) == (attempt.outcome is TryOutcome.CONNECTED)
