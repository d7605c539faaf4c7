# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person may write for ports and protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import (
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_TEXT,
    PortError,
    PortSet,
    names_in,
    parse_ports,
    parse_protocols,
    ports_and_names,
    ports_by_protocol,
    ports_of_protocols,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from unit.rows import each_row

ports = st.integers(1, 65_535)
port_pairs = st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair)))
port_sets = st.lists(port_pairs, max_size=8).map(lambda pairs: PortSet(tuple(pairs)))


@each_row(
    ("value", "text"),
    [
        (80, "80"),
        ("80", "80"),
        (" 80 ", "80"),
        ("8000-8100", "8000-8100"),
        ("8000 - 8100", "8000-8100"),
        ("80,443,8000-8010", "80,443,8000-8010"),
        ("443, 80", "80,443"),
        ([80, "443", "8000-8010"], "80,443,8000-8010"),
        ([[80, [443]], ("8080", {22})], "22,80,443,8080"),
        ("https", "443"),
        ("HTTPS", "443"),
        ("RDP", "3389"),
        (["ssh", "22", 22], "22"),
        ("netbios-ns,netbios-dgm,netbios-ssn", "137-139"),
        ("80,81,82", "80-82"),
        ("100-200,150-300", "100-300"),
        ("1-65535", "1-65535"),
        ("1,65535", "1,65535"),
        ("8000-8000", "8000"),
        ("８０", "80"),
        ("８０，４４３", "80,443"),
        ("８０、４４３", "80,443"),
        ("８０００－８１００", "8000-8100"),
        ("８０００～８１００", "8000-8100"),
        ("8000〜8100", "8000-8100"),
        ("8000\u20138100", "8000-8100"),
        ("ｈｔｔｐｓ", "443"),
        ("\u300080\u3000", "80"),
    ],
)
def test_what_may_be_written(value: object, text: str) -> None:
    assert str(parse_ports(value)) == text


@each_row(
    ("value", "message"),
    [
        (0, "0 is not a port"),
        ("0", "0 is not a port"),
        ("0-100", "0 is not a port"),
        (70000, "70000 is not a port"),
        ("70000", '"70000" is not a port'),
        ("65536", "1 to 65535"),
        ("80-70000", '"80-70000" is not a port'),
        (-1, "-1 is not a port"),
        ("-1", '"-1" is not a port'),
        ("+80", "without a sign"),
        ("8100-8000", "write 8000-8100"),
        ("", "the text is empty"),
        (" \t", "the text is empty"),
        ([], "the list is empty"),
        ([80, []], "the list is empty"),
        (None, "No port was given"),
        (True, "booleans"),
        ([80, False], "booleans"),
        (80.0, "whole number"),
        ("80.5", "whole number"),
        (float("nan"), "whole number"),
        ("80,,443", "nothing between two commas"),
        ("80,", "nothing between two commas"),
        (",", "nothing between two commas"),
        ("80 443", "separate ports with commas"),
        ("443/tcp", "write the port without a protocol here"),
        ("443/tcp/tcp", "not a port or a well-known name"),
        ("443/sctp", "not a port or a well-known name"),
        ("/tcp", "not a port or a well-known name"),
        ("80/tcp" * 80_000, "not a port or a well-known name"),
        ("any", "every port is written 1-65535"),
        ("httsp", "Did you mean http or https"),
        ("postgressql", "Did you mean postgresql"),
        ("no such service", "not a port or a well-known name"),
        ("080", "write 80"),
        ("00", "write 0"),
        ("8000-", "not a port or a well-known name"),
        ("8000-8100-8200", "not a port or a well-known name"),
        ("80-https", "not a port or a well-known name"),
        ("0x50", "not a port or a well-known name"),
        ("8_0", "not a port or a well-known name"),
        ("8²", "not a port or a well-known name"),
        ("①", "not a port or a well-known name"),
        ("٨٠", "not a port or a well-known name"),
        ({"port": 80}, "A dictionary is not a port"),
        (b"80", "type bytes"),
        (object(), "type object"),
        pytest.param(10**5000, "more than 19 digits", id="huge"),
        ("9" * 5000, "is not a port"),
        ("1-" + "9" * 5000, "is not a port"),
    ],
)
def test_what_is_refused_and_how_it_is_said(value: object, message: str) -> None:
    with pytest.raises(PortError) as caught:
        parse_ports(value)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


def test_a_port_error_is_a_value_error() -> None:
    assert issubclass(PortError, ValueError)


@pytest.mark.sweep
def test_input_without_end_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(PortError, match=f"more than {MAX_DEPTH} levels"):
        parse_ports(endless)
    wide: object = [80] * 100
    for _unused in range(MAX_DEPTH - 2):
        wide = [wide] * 100
    with pytest.raises(PortError, match=f"more than {MAX_ENTRIES} entries. Write ranges, such"):
        parse_ports(wide)
    with pytest.raises(PortError, match=f"longer than {MAX_TEXT} characters"):
        parse_ports("8" * (MAX_TEXT + 1))
    with pytest.raises(PortError, match=f"more than {MAX_ENTRIES} entries. Write ranges, such"):
        parse_ports("8," * MAX_ENTRIES + "8")
    # There are no ranges of protocols.
    for many in (["tcp"] * (MAX_ENTRIES + 1), "tcp," * MAX_TEXT):
        with pytest.raises(
            PortError, match=r"protocols .* Write each one once: there are 2 in all"
        ):
            parse_protocols(many)


@pytest.mark.sweep
def test_a_list_of_every_port_is_read() -> None:
    every = list(range(1, 65_536))
    assert str(parse_ports(every)) == "1-65535"
    assert str(parse_ports(",".join(map(str, every)))) == "1-65535"


def test_a_control_character_does_not_reach_the_message() -> None:
    with pytest.raises(PortError) as caught:
        parse_ports("\x1b[31mhttp\n\x07")
    assert str(caught.value).isprintable()


@each_row(
    ("value", "expected"),
    [
        ("tcp", ("tcp",)),
        ("TCP", ("tcp",)),
        (6, ("tcp",)),
        ("17", ("udp",)),
        ("udp, Tcp", ("tcp", "udp")),
        (["udp", "UDP", 17], ("udp",)),
        (["udp", ["tcp"]], ("tcp", "udp")),
        ("ＴＣＰ", ("tcp",)),
    ],
)
def test_protocols(value: object, expected: tuple[str, ...]) -> None:
    assert parse_protocols(value) == expected


@each_row("value", ["", [], None, "icmp", 1, True, 6.0, "tcp/udp", {"tcp": 1}, "tcp,"])
def test_protocols_that_are_refused(value: object) -> None:
    with pytest.raises(PortError):
        parse_protocols(value)


def test_an_unknown_protocol_is_answered_with_those_allowed() -> None:
    with pytest.raises(PortError, match=r"Allowed are tcp \(6\) and udp \(17\)"):
        parse_protocols("sctp")


def test_a_name_gives_the_protocols_of_its_service() -> None:
    assert ports_by_protocol(["https", "dns", "tftp"]) == {
        Protocol.TCP: parse_ports([53, 443]),
        Protocol.UDP: parse_ports([53, 69]),
    }


def test_a_number_stands_for_the_default_protocols() -> None:
    assert ports_by_protocol(80) == {
        Protocol.TCP: parse_ports(80),
        Protocol.UDP: parse_ports(80),
    }
    assert ports_by_protocol([80, "dns"], default=(Protocol.TCP,)) == {
        Protocol.TCP: parse_ports([53, 80]),
        Protocol.UDP: parse_ports(53),
    }


def test_protocols_that_were_asked_for_decide() -> None:
    assert ports_by_protocol(["dns", 80], "udp") == {Protocol.UDP: parse_ports([53, 80])}
    assert ports_by_protocol(["https", "tftp"], "tcp,udp") == {
        Protocol.TCP: parse_ports(443),
        Protocol.UDP: parse_ports(69),
    }


def test_a_name_whose_service_has_another_protocol_is_refused() -> None:
    with pytest.raises(PortError, match=r"tftp \(port 69\) is a service over udp, not over tcp"):
        ports_by_protocol("tftp", "tcp")


@each_row(
    ("value", "tcp", "udp"),
    [
        ("8080/tcp", 8080, None),
        ("8080/TCP", 8080, None),
        ("８０８０／ｔｃｐ", 8080, None),
        ("8000-8100 / udp", None, "8000-8100"),
        ("80/tcp,81/udp, 82", "80,82", "81-82"),
        ("dns/udp", None, 53),
        (["rdp"], 3389, None),
        ("rdp/udp", None, 3389),
        (["ms-wbt-server/tcp", "rdp/udp"], 3389, 3389),
    ],
)
def test_a_port_may_be_written_with_its_protocol(value: object, tcp: object, udp: object) -> None:
    found = ports_by_protocol(value)
    assert found.get(Protocol.TCP) == (tcp and parse_ports(tcp))
    assert found.get(Protocol.UDP) == (udp and parse_ports(udp))


def test_udp_of_a_service_that_is_usually_reached_by_tcp_is_to_be_asked_for() -> None:
    assert set(ports_by_protocol("rdp", "udp")) == {Protocol.UDP}
    assert set(ports_by_protocol("rdp", ["tcp", "udp"])) == {Protocol.TCP, Protocol.UDP}


@each_row("read", [ports_by_protocol, ports_of_protocols])
def test_a_protocol_that_is_not_asked_for_is_refused(read: Any) -> None:
    with pytest.raises(PortError, match=r'"8080/udp" is udp, but .* asks for tcp'):
        read("8080/udp", "tcp")


def test_whatever_holds_the_port_of_a_name_is_looked_for_by_each_protocol() -> None:
    found = ports_of_protocols(["https", "81/udp"], ["tcp", "udp"])
    assert found == {Protocol.TCP: parse_ports(443), Protocol.UDP: parse_ports("81,443")}


def test_names_are_kept_as_they_were_written() -> None:
    written = ["RDP", 80, "https/tcp", "8000-8010"]
    assert ports_and_names(written)[1] == names_in(written) == {3389: "rdp", 443: "https"}


@each_row("other", [8, 800, 8080, 8000, 180, 80 + 65_536, -80, 80.0, "80", True, None])
def test_80_is_nothing_but_80(other: object) -> None:
    assert 80 in parse_ports("80")
    assert other not in parse_ports("80")


def test_80_never_matches_8080() -> None:
    assert 8080 not in parse_ports("80")
    assert 80 not in parse_ports("8080")
    assert parse_ports("80").isdisjoint(parse_ports("8080,800,8000-8100"))


def test_1_is_not_true() -> None:
    assert 1 in PortSet.of([1])
    assert True not in PortSet.of([1])


@each_row("pair", [(0, 1), (2, 1), (1, 65_536), (-2, -1)])
def test_a_port_set_has_ports_only(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a range of ports"):
        PortSet((pair,))


def test_an_empty_set() -> None:
    empty = PortSet()
    assert (str(empty), len(empty), list(empty), bool(empty)) == ("", 0, [], False)
    assert empty.intersection(empty) == empty
    assert empty.isdisjoint(PortSet.of([1]))


@given(st.lists(port_pairs, max_size=8))
def test_a_port_set_is_the_set_of_its_ports(pairs: list[tuple[int, int]]) -> None:
    expected = {port for first, last in pairs for port in range(first, last + 1)}
    built = PortSet(tuple(pairs))
    assert list(built) == sorted(expected)
    assert len(built) == len(expected)
    assert all(
        last + 1 < first
        for (_unused, last), (first, _unused) in zip(built.ranges, built.ranges[1:], strict=False)
    )


@given(port_sets)
def test_the_text_of_a_set_reads_back_equal(ports: PortSet) -> None:
    if ports:
        again = parse_ports(str(ports))
        assert again == ports
        assert hash(again) == hash(ports)
        assert str(again) == str(ports)


@given(st.lists(ports, min_size=1, max_size=30))
def test_order_and_repetition_do_not_matter(single: list[int]) -> None:
    def text(values: Iterable[int]) -> str:
        return ",".join(map(str, values))

    assert parse_ports(single) == parse_ports(text(reversed(single))) == PortSet.of(set(single))


@given(port_sets, port_sets, ports)
def test_laws_of_sets(one: PortSet, other: PortSet, port: int) -> None:
    assert (port in one.union(other)) == (port in one or port in other)
    assert (port in one.intersection(other)) == (port in one and port in other)
    assert one.union(other) == other.union(one)
    assert one.intersection(other) == other.intersection(one)
    assert one.union(one) == one.intersection(one) == one
    assert one.isdisjoint(other) == (not one.intersection(other))
    assert one.intersection(other).union(one) == one
    assert one.intersection(one.union(other)) == one
    assert (one.intersection(other) == one) == (one.union(other) == other)


def complaint_about(parse: Callable[[object], object], value: object) -> str | None:
    """The message of the PortError, None when the value was taken; other exceptions fail."""
    try:
        parse(value)
    except PortError as error:
        return str(error)
    return None


@given(st.text(alphabet=st.characters() | st.sampled_from("0123456789-,～、 "), max_size=40))
def test_any_text_gives_ports_or_a_message_for_a_person(text: str) -> None:
    message = complaint_about(parse_ports, text)
    if message is None:
        assert parse_ports(text)
    else:
        assert message.isprintable()
        assert 0 < len(message) < 300


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_value_gives_ports_or_a_port_error(value: object) -> None:
    for parse in (parse_ports, parse_protocols, ports_by_protocol, ports_and_names):
        assert complaint_about(parse, value) != ""
