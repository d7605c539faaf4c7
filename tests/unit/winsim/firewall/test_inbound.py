# SPDX-License-Identifier: GPL-3.0-or-later
"""What the images' firewalls do with traffic to their endpoints, and how real sockets follow."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from unit.rows import each_row
from unit.winsim.firewall.hosts import create, firewall_class, host, keys
from unit.winsim.small import boot, document
from winsim import classes, images
from winsim.firewall.enforcement import Decision
from winsim.firewall.inbound import Inbound
from winsim.machine import Machine
from winsim.network_state import Network
from winsim.state import Delivery, Endpoint

ALLOW = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=20080|Name=Web|"
BLOCK = "v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=20080|Name=Web|"


def endpoint(machine: Machine, port: int, address: str = "") -> Endpoint:
    return next(
        e
        for e in machine.endpoints()
        if e.local_port == port and e.listening and address in ("", e.local_address)
    )


def decision(machine: Machine, port: int, address: str = "") -> Decision | None:
    return Inbound(machine).decide(endpoint(machine, port, address))


def allowed(machine: Machine, *ports: int) -> list[bool]:
    return [machine.delivery(endpoint(machine, port)) is Delivery.ACCEPT for port in ports]


def outcome(machine: Machine, port: int) -> str:
    with socket.socket() as client:
        client.settimeout(0.2)
        try:
            client.connect((machine.address, port))
        except TimeoutError:
            return "silent"
        except ConnectionRefusedError:
            return "refused"
        return "connected"


@pytest.fixture
def machine() -> Iterator[Machine]:
    booted = host()
    booted.start()
    yield booted
    booted.stop()


def test_windows_11() -> None:
    machine = images.load("win11-ja").boot()
    program = r"C:\program files\eclipse adoptium\jdk-21.0.2.13-hotspot\bin\java.exe"
    assert decision(machine, 8080) == Decision(
        True, f"TCP Query User{{B86E03D7-5A1F-4C92-A0D8-14F7E2936C5B}}{program}"
    )
    assert decision(machine, 7680) == Decision(True, "DeliveryOptimization-TCP-In")
    for port in (80, 135, 139, 445, 5040, 5357, 8443, 49664, 49668):
        assert decision(machine, port) == Decision(False, "DefaultInboundAction"), port
    assert decision(machine, 5432, "127.0.0.1") is None
    assert decision(machine, 5432, "::1") is None


def test_server_2022() -> None:
    machine = images.load("server2022").boot()
    assert decision(machine, 80) == Decision(True, "IIS-WebServerRole-HTTP-In-TCP")
    assert decision(machine, 3389, "0.0.0.0") == Decision(True, "RemoteDesktop-UserMode-In-TCP")
    assert decision(machine, 3389, "::") == Decision(True, "RemoteDesktop-UserMode-In-TCP")
    assert allowed(machine, 1433, 135) == [False, False]


def test_pc_whose_group_policy_decides_alone() -> None:
    machine = images.load("gpo-locked").boot()
    computer = classes.find("root/cimv2", "Win32_ComputerSystem")
    assert computer is not None
    (system,) = computer.instances(machine)
    facts = ("Domain", "DomainRole", "PartOfDomain", "Workgroup")
    assert [system[name] for name in facts] == ["corp.example", 1, True, None]
    assert decision(machine, 3389) == Decision(True, "RemoteDesktop-UserMode-In-TCP")
    for port in (80, 8080, 8443, 7680):
        assert decision(machine, port) == Decision(False, "DefaultInboundAction"), port
    assert machine.firewall is not None
    machine.firewall.set_value(
        r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile",
        "AllowLocalPolicyMerge",
        1,
    )
    assert decision(machine, 80) == Decision(True, "{B1D6C0F4-52E7-4A39-8F16-0C9E7A2B4D83}")
    assert decision(machine, 8080) == Decision(True, "{5E0A93B7-6C1D-4F82-A4D5-71B8E2F60C9A}")


def test_firewall_of_another_maker() -> None:
    machine = images.load("third-party-firewall").boot()
    name = "Example Total Security Firewall"
    assert decision(machine, 80) == Decision(False, name)
    assert decision(machine, 8080) == Decision(True, name)
    (product,) = machine.firewall_products
    machine.firewall_products = ()
    assert decision(machine, 80) == Decision(True, "{9A4E17D2-3B6C-4C05-9F7A-D28E5B1036CF}")
    assert product.on


def test_ports_that_hyper_v_has_reserved() -> None:
    machine = images.load("hyperv-reserved").boot()
    ranges = machine.network.excluded["ipv4", "tcp"]
    held = {e.local_port for e in machine.endpoints() if e.protocol == "tcp"}
    reserved = {p for r in ranges if not r.administered for p in range(r.start, r.end + 1)}
    assert len(reserved) == 500
    assert 3000 in reserved
    assert not reserved & held


@each_row(
    "changes",
    [
        pytest.param({"allows": ["80"]}, id="no protocol"),
        pytest.param({"allows": ["sctp 80"]}, id="another protocol"),
        pytest.param({"allows": ["tcp x"]}, id="no number"),
        pytest.param({"colour": "red"}, id="unknown key"),
    ],
)
def test_products_that_make_no_sense(changes: dict[str, object]) -> None:
    product = {"name": "X", "id": "{1}", "path": "x.exe", "state": 69632, "timestamp": ""}
    with pytest.raises(ValueError, match=r"allows|colour|invalid literal"):
        boot(document() | {"firewall_products": [product | changes]})


def test_without_a_firewall_everything_comes_in() -> None:
    machine = boot()
    assert decision(machine, 20080) is None
    assert allowed(machine, 20080, 20135) == [True, True]


def test_network_that_is_not_identified_is_public() -> None:
    machine = boot(document() | {"firewall": {"dump": "win10_1903"}})
    assert machine.firewall is not None
    machine.firewall.set_rule("web", ALLOW.replace("Name", "Profile=Public|Name"))
    assert decision(machine, 20080) == Decision(True, "web")
    machine.firewall.set_rule("web", ALLOW.replace("Name", "Profile=Private|Name"))
    assert decision(machine, 20080) == Decision(False, "DefaultInboundAction")


@each_row(
    ("address", "other"),
    [
        ("192.0.2.9", "192.0.2.254"),
        ("192.0.2.254", "192.0.2.253"),
        ("fe80::1", "fe80::ffff:ffff:ffff:fffe"),
    ],
)
def test_neighbour(address: str, other: str) -> None:
    assert Network().neighbour(address) == other


def test_blocked_listener_is_silent_until_a_rule_allows_it(machine: Machine) -> None:
    assert machine.firewall is not None
    assert outcome(machine, 20080) == "silent"
    assert ("tcp", 20080) not in machine.listening_ports
    machine.firewall.set_rule("web", ALLOW)
    assert outcome(machine, 20080) == "connected"
    assert outcome(machine, 20135) == "silent"
    machine.firewall.set_rule("no-web", BLOCK)
    assert outcome(machine, 20080) == "silent"
    machine.firewall.delete_rule("no-web")
    assert outcome(machine, 20080) == "connected"
    machine.firewall.delete_rule("web")
    assert outcome(machine, 20080) == "silent"


def test_rule_made_through_its_classes_opens_the_port(machine: Machine) -> None:
    rule = create(machine, "web", Enabled=2, Direction=1, Action=2, Profiles=0)
    ports = firewall_class(machine, "MSFT_NetProtocolPortFilter")
    ports.put(machine, keys("web", "Name"), {"Protocol": "TCP", "LocalPort": ["20080"]})
    assert outcome(machine, 20080) == "silent"
    firewall_class(machine, "MSFT_NetFirewallRule").put(machine, rule, {"Enabled": 1})
    assert outcome(machine, 20080) == "connected"
    firewall_class(machine, "MSFT_NetFirewallRule").delete(machine, rule)
    assert outcome(machine, 20080) == "silent"


def test_firewall_turned_off_opens_everything(machine: Machine) -> None:
    assert machine.firewall is not None
    key = (
        r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
        r"\StandardProfile"
    )
    machine.firewall.set_value(key, "EnableFirewall", 0)
    assert {outcome(machine, port) for port in (20001, 20080, 20135)} == {"connected"}


def test_new_endpoint_is_filtered_as_well(machine: Machine) -> None:
    assert outcome(machine, 20500) == "refused"
    booted = machine.operating_system.booted
    machine.open_as(900, [Endpoint("tcp", "0.0.0.0", 20500, 900, booted)])
    assert outcome(machine, 20500) == "silent"


def test_what_a_test_forces_wins_over_the_firewall(machine: Machine) -> None:
    machine.deliver(20080, Delivery.ACCEPT)
    assert outcome(machine, 20080) == "connected"


def test_file_descriptors_of_a_blocked_listener_are_given_back(machine: Machine) -> None:
    assert machine.firewall is not None
    assert outcome(machine, 20080) == "silent"
    before = len(os.listdir("/proc/self/fd"))
    for _unused in range(3):
        machine.firewall.set_rule("web", ALLOW)
        machine.firewall.delete_rule("web")
    assert len(os.listdir("/proc/self/fd")) == before


def test_udp_port_of_two_programs_is_open_when_one_may_receive(machine: Machine) -> None:
    assert machine.firewall is not None
    booted = machine.operating_system.booted
    for pid in (700, 900):
        machine.open_as(pid, [Endpoint("udp", "0.0.0.0", 25353, pid, booted)])
    assert ("udp", 25353) not in machine.listening_ports
    machine.firewall.set_rule(
        "web",
        "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|"
        r"App=C:\Web Server\web.exe|Name=Web|",
    )
    assert ("udp", 25353) in machine.listening_ports


def test_listeners_are_blocked_in_a_process_with_many_files() -> None:
    with socket.socket() as one:
        many = [os.dup(one.fileno()) for _unused in range(1100)]
        try:
            machine = host()
            machine.start()
            assert outcome(machine, 20080) == "silent"
            machine.stop()
        finally:
            for descriptor in many:
                os.close(descriptor)


@each_row(
    ("conditions", "let_in"),
    [
        ("LPort=5985|App=System|", True),
        ("LPort=5985|", True),
        # http.sys listens in the kernel: its process has the SID of no service.
        ("LPort=5985|App=System|Svc=WinRM|", False),
        ("LPort=5985|Svc=WinRM|", False),
        ("LPort=5985|Svc=*|", False),
        (r"LPort=5985|App=%SystemRoot%\System32\svchost.exe|Svc=WinRM|", False),
        ("LPort=5986|", False),
    ],
)
def test_which_rules_let_winrm_in(conditions: str, let_in: bool) -> None:
    machine = host()
    assert machine.firewall is not None
    assert not machine.lets_winrm_in()
    text = f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|{conditions}Name=x|"
    machine.firewall.set_rule("x", text)
    assert machine.lets_winrm_in() is let_in
    machine.firewall.set_rule("y", ALLOW.replace("20080", "5985"))
    machine.firewall.set_rule("x", text.replace("Allow", "Block"))
    assert machine.lets_winrm_in() is not let_in
