# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall of a running machine drops stands in its records: the attempts of real clients, of
other machines, and of its own programs."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from loopback import Network
from unit.winsim.pair import configuration, pair
from winsim import programs
from winsim.drop_state import DroppedPacket
from winsim.firewall.store import profile_key
from winsim.images import load
from winsim.machine import Machine
from winsim.state import Delivery

ADDRESSES = Network()
LOG = r"C:\Windows\System32\LogFiles\Firewall\pfirewall.log"
LOGGING = profile_key("public") + r"\Logging"
QUERY = "*[System[(EventID=5152 or EventID=5157) and TimeCreated[timediff(@SystemTime) <= 900000]]]"
EVENTS = f'wevtutil qe Security "/q:{QUERY}" /f:xml'
BLOCK = "v2.31|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=8080|Name=No web|"
AUDITED: dict[str, Any] = {"drops": {"audit": ["packet_drop", "connection"]}}


@contextmanager
def running(image: str = "win11-ja", **changes: Any) -> Iterator[Machine]:
    machine = load(image).varied(changes).boot(address=ADDRESSES.next())
    machine.start()
    try:
        yield machine
    finally:
        machine.stop()


# A client sends again what nobody answers, if this machine is so busy that a second passes. So all that
# counts here is which packets there are, not how many.


def is_silent(machine: Machine, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(0.2)
        try:
            client.connect((machine.address, port))
        except TimeoutError:
            return True
        return False


def printed(machine: Machine, line: str) -> str:
    return programs.run(machine, line).stdout.decode()


def net_events(machine: Machine) -> int:
    return printed(machine, "netsh wfp show netevents file=-").count("<header>")


def events(machine: Machine) -> set[str]:
    return set(re.findall(r"<EventID>(\d+)<", printed(machine, EVENTS)))


def logged(machine: Machine) -> list[str]:
    lines = printed(machine, f"type {LOG}").splitlines()[5:]
    return list(dict.fromkeys(" ".join(each.split()[2:8]) for each in lines))


def packets(machine: Machine) -> list[DroppedPacket]:
    return list(dict.fromkeys(each.packet for each in machine.drops.packets()))


def log_drops(machine: Machine, value: int) -> None:
    assert machine.firewall is not None
    machine.firewall.set_value(LOGGING, "LogDroppedPackets", value)


def test_an_attempt_without_an_answer_is_a_net_event() -> None:
    with running() as machine:
        assert net_events(machine) == 0
        assert is_silent(machine, 8443)
        assert not is_silent(machine, 8080)
        (packet,) = packets(machine)
        assert net_events(machine) == len(machine.drops.packets())
        assert events(machine) == set()
        assert logged(machine) == []
    # It is kept when the machine stops listening.
    assert packets(machine) == [packet]
    assert (packet.local, packet.remote[0]) == (("192.168.11.23", 8443), "192.168.11.254")
    assert (packet.direction, packet.layer, packet.origin) == ("in", 44, "Query User Default")
    assert packet.program.endswith(r"\reports.exe")
    assert packet.pid == next(e.pid for e in machine.endpoints() if e.local_port == 8443)


def test_the_log_has_what_was_dropped_while_it_was_on() -> None:
    with running() as machine:
        for value, port in ((0, 8443), (1, 5040), (0, 5357), (1, 49664)):
            log_drops(machine, value)
            assert is_silent(machine, port)
        assert [each.local[1] for each in packets(machine)] == [8443, 5040, 5357, 49664]
        assert logged(machine) == [
            f"DROP TCP 192.168.11.254 192.168.11.23 49152 {port}" for port in (5040, 49664)
        ]


def test_the_log_of_an_image_has_what_was_dropped_before_if_it_was_on_then() -> None:
    on = load("logging-on")
    off = on.varied({"firewall": {"keys": {r"PublicProfile\Logging": {"LogDroppedPackets": 0}}}})
    assert len(logged(on.boot())) == 5
    machine = off.boot()
    log_drops(machine, 1)
    assert logged(machine) == []
    assert printed(machine, f"type {LOG}").startswith("#Version")
    assert net_events(machine) == 8


def test_the_log_of_the_profile_of_the_network_counts() -> None:
    with running() as machine:
        assert machine.firewall is not None
        machine.firewall.set_value(profile_key("private") + r"\Logging", "LogDroppedPackets", 1)
        assert is_silent(machine, 8443)
        assert logged(machine) == []
        machine.give_category(machine.network.profiles[0], 1)
        assert is_silent(machine, 8443)
        assert len(logged(machine)) == 1


def test_a_rule_that_drops_is_the_origin_until_it_is_gone() -> None:
    with running() as machine:
        assert machine.firewall is not None
        machine.firewall.set_rule("{A}", BLOCK)
        assert is_silent(machine, 8080)
        machine.firewall.delete_rule("{A}")
        assert not is_silent(machine, 8080)
        (packet,) = packets(machine)
        assert packet.origin == "{A}"


def test_other_settings_have_other_origins() -> None:
    for setting in ({"DisableNotifications": 1}, {"DoNotAllowExceptions": 1}):
        with running(firewall={"profiles": {"public": setting}}) as machine:
            assert is_silent(machine, 8443)
            assert {each.origin for each in packets(machine)} == {"Default Inbound"}, setting


def test_the_security_log_has_both_events_if_they_are_audited() -> None:
    with running(**AUDITED) as machine:
        assert is_silent(machine, 8443)
        assert events(machine) == {"5152", "5157"}


def test_one_filter_has_one_number() -> None:
    with running("logging-on") as machine:
        before = {each.origin: each.filter_id for each in packets(machine) if each.layer == 44}
        assert is_silent(machine, 8443)
        assert is_silent(machine, 5040)
        assert is_silent(machine, 3000)
        new = {each.origin: each.filter_id for each in packets(machine) if not each.ago}
        assert len(new) == 2
        assert new == {origin: before[origin] for origin in new}


def test_a_datagram_is_a_packet_with_its_sender() -> None:
    with running() as machine:
        port = next(
            each.local_port
            for each in machine.endpoints()
            if each.protocol == "udp"
            and each.local_address == "0.0.0.0"
            and machine.delivery(each) is Delivery.DROP
        )
        senders = []
        for _number in range(2):
            with socket.socket(type=socket.SOCK_DGRAM) as client:
                client.sendto(b"hello", (machine.address, port))
                senders.append(client.getsockname()[1])
        assert [(each.protocol, each.local[1], each.remote[1]) for each in packets(machine)] == [
            (17, port, sender) for sender in senders
        ]


def test_what_windows_does_not_drop_is_in_none_of_its_records() -> None:
    with running("third-party-firewall") as machine:
        assert is_silent(machine, 5040)
        assert packets(machine) == []
    with running() as machine:
        machine.deliver(8080, Delivery.DROP)
        assert is_silent(machine, 8080)
        assert packets(machine) == []


def test_what_comes_from_another_machine_has_its_address() -> None:
    with pair(server=AUDITED) as both:
        both.curl(configuration("pop3://10.20.2.5:1433"))
        (packet,) = packets(both.server)
        assert (packet.local, packet.remote[0]) == (("10.20.2.5", 1433), "10.20.1.7")
        assert packets(both.client) == []


def test_a_port_without_a_listener_is_in_one_event_alone() -> None:
    with pair(server=AUDITED) as both:
        both.curl(configuration("pop3://10.20.2.5:9999"))
        (packet,) = packets(both.server)
        assert (packet.origin, packet.layer, packet.pid) == ("Stealth", 13, 0)
        assert events(both.server) == {"5152"}
        assert net_events(both.server) == 0


def test_what_a_machine_keeps_back_itself_goes_out() -> None:
    rule = "v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=1433|Name=No SQL|"
    changes: dict[str, Any] = {"firewall": {"rules": {"{B}": rule}}, **AUDITED}
    with pair(client=changes) as both:
        both.curl(configuration("pop3://10.20.2.5:1433"))
        (packet,) = packets(both.client)
        assert (packet.direction, packet.layer, packet.origin) == ("out", 48, "{B}")
        assert (packet.remote, packet.local[0]) == (("10.20.2.5", 1433), "10.20.1.7")
        assert events(both.client) == {"5152", "5157"}
        assert packets(both.server) == []
