# SPDX-License-Identifier: GPL-3.0-or-later
"""Services of a PC as what the modules take."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.services import port_services
from unit.rows import each_row


def test_a_well_known_name_is_enough() -> None:
    assert port_services(["https"], "port_setup: ") == [
        {
            "name": "https",
            "check": {"name": "https", "port": "443", "protocols": ["tcp"]},
            "rule": {
                "name": "port_setup: https",
                "ports": "443",
                "protocol": ["tcp"],
                "description": "HTTPS (web over TLS)",
            },
            "absent": {"name": "port_setup: https", "state": "absent"},
        }
    ]


def test_everything_that_can_be_said_of_a_service() -> None:
    (service,) = port_services(
        [
            {
                "name": "reports",
                "port": "8443-8445",
                "protocol": "TCP",
                "process": "reports.exe",
                "profiles": ["domain"],
                "remote_addresses": ["192.0.2.0/24"],
                "description": "帳票サーバー",
            }
        ]
    )
    assert service["check"] == {
        "name": "reports",
        "port": "8443-8445",
        "protocols": ["tcp"],
        "expected_process": "reports.exe",
    }
    assert service["rule"] == {
        "name": "reports",
        "ports": "8443-8445",
        "protocol": ["tcp"],
        "profiles": ["domain"],
        "remote_addresses": ["192.0.2.0/24"],
        "description": "帳票サーバー",
    }


def test_the_words_of_port_check_are_taken_too() -> None:
    ours = [{"name": "reports", "port": 80, "protocols": "udp", "expected_process": "a.exe"}]
    short = [{"name": "reports", "port": "80/udp", "process": "a.exe"}]
    assert port_services(ours) == port_services(short)
    with pytest.raises(PortError, match="protocols and protocol are two words for the same"):
        port_services([{"name": "reports", "protocol": "udp", "protocols": "udp"}])


def test_a_number_is_tcp_and_a_name_knows_its_protocols() -> None:
    found = port_services([{"name": "mine", "port": 9000}, "dns", "ntp"])
    assert [service["check"]["protocols"] for service in found] == [
        ["tcp"],
        ["tcp", "udp"],
        ["udp"],
    ]


@each_row(
    ("services", "words"),
    [
        ("https", "list"),
        (["htps"], "https"),
        ([80], "'80' is not a service"),
        ([{"port": 80}], "is not a service"),
        ([{"name": "a", "port": 70000}], "70000"),
        ([{"name": "a", "port": 80, "ports": 81}], "the key 'ports'"),
        (["http", {"name": "http", "port": 8080}], "Two services"),
        ([{"name": "a", "port": ["http", "ntp"]}], "make it two"),
    ],
)
def test_what_is_no_service_is_said(services: object, words: str) -> None:
    with pytest.raises(PortError, match=words):
        port_services(services)


def test_a_service_of_an_unknown_name_is_told_that_its_port_is_missing() -> None:
    for service, words in (
        ({"name": "stock"}, "The service 'stock' lacks the key port, and its name says none: "),
        ("stock", "The service 'stock': 'stock' is not a port"),
        ({"name": "stock", "port": "shelf"}, "The service 'stock': 'shelf' is not a port"),
    ):
        with pytest.raises(PortError) as caught:
            port_services([service])
        assert str(caught.value).replace('"', "'").startswith(words), str(caught.value)
