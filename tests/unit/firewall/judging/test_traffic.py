# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was read of a host to a question about it."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
    TrafficError,
    ask,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Process,
    Protocol,
    Service,
    parse_address,
)
from unit.rows import each_row

PUBLIC = Network(Profile.PUBLIC)


def test_a_listener_of_an_endpoint_its_process_and_its_services() -> None:
    endpoint = Endpoint(Protocol.TCP, parse_address("fe80::1%12"), 80, pid=7)
    process = Process(7, "web.exe", r"C:\web.exe")
    services = [Service("W3SVC", "Web", "Running")]
    assert Listener.of(endpoint, process, services) == Listener(
        TCP, 80, "fe80::1%12", r"C:\web.exe", ("W3SVC",)
    )
    assert Listener.of(endpoint, process, []).services == ()
    # What was not read, or not told, is not known; that is another thing than none.
    assert Listener.of(endpoint, process).services is None
    assert Listener.of(endpoint, None).program is None
    assert Listener.of(endpoint, Process(7, "x")).program is None


def test_the_kernel_is_called_system() -> None:
    endpoint = Endpoint(Protocol.UDP, parse_address("0.0.0.0"), 137, pid=4)
    assert Listener.of(endpoint, Process(4, "System"), []) == Listener(
        UDP, 137, "0.0.0.0", "System", ()
    )


@each_row(
    ("local", "remote", "family"),
    [
        ("0.0.0.0", "any", 4),
        ("::", "any", 6),
        ("::", "10.0.0.1", 4),
        ("0.0.0.0", "::ffff:10.0.0.1", 4),
        ("10.0.0.5", "ANY", 4),
        ("fe80::1%3", "fe80::2%3", 6),
    ],
)
def test_the_family_of_traffic(local: str, remote: str, family: int) -> None:
    assert ask(Listener(TCP, 80, local), PUBLIC, remote, Environment()).family == family


@each_row(
    ("local", "remote"), [("10.0.0.5", "fe80::1"), ("0.0.0.0", "fe80::1"), ("fe80::1", "10.0.0.1")]
)
def test_families_that_do_not_meet(local: str, remote: str) -> None:
    with pytest.raises(TrafficError, match="one is IPv4, the other IPv6"):
        ask(Listener(TCP, 80, local), PUBLIC, remote, Environment())


@each_row(
    ("program", "packaged"),
    [
        (r"C:\App\web.exe", False),
        ("System", False),
        (r"C:\Program Files\WindowsApps\x\y.exe", None),
        (r"c:\windows\systemapps\x\y.exe", None),
        (None, None),
    ],
)
def test_whether_a_program_is_an_app_package(program: str | None, packaged: bool | None) -> None:
    asked = ask(Listener(TCP, 80, program=program), PUBLIC, "any", Environment())
    assert asked.packaged is packaged


def test_what_is_no_address_on_a_network_is_passed_over() -> None:
    odd = Network(Profile.PUBLIC, addresses=("10.0.0.5", "?"), subnets=("?", "10.0.0.0/8"))
    asked = ask(Listener(TCP, 80), odd, "any", Environment())
    assert len(asked.local_numbers) == len(asked.subnets) == 1
