# SPDX-License-Identifier: GPL-3.0-or-later
"""What else is served by what a plan stops."""

from __future__ import annotations

import dataclasses

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.besides import Besides
from unit.rows import each_row
from unit.stopping.simulated_pc import SimulatedPc
from unit.words.english import english


@each_row(
    ("image", "ports", "options", "words"),
    [
        ("stubborn", 7401, {}, ["twin.exe (PID 8064): 7400/tcp, 7400/udp"]),
        ("stubborn", 9090, {}, []),
        ("stubborn", 7200, {"force": True}, ["Front (PID 8048): 7201/tcp"]),
        # A dynamic port of TCP is listened at, one of UDP has asked something.
        ("stubborn", 5040, {}, ["svchost.exe (PID 2140): 5050/udp"]),
    ],
)
def test_the_other_ports_of_what_stops(
    image: str, ports: int, options: dict[str, bool], words: list[str]
) -> None:
    found = SimulatedPc(image).survey(ports, **options)
    assert found.plan.steps
    assert [english(each.description) for each in found.besides] == words


def test_the_other_sockets_that_an_heir_has_of_a_process_that_has_ended() -> None:
    found = SimulatedPc().survey(7150, expected_process=("chroma",))
    assert [english(each.description) for each in found.besides] == [
        "chroma.exe (PID 8100): 7151/tcp"
    ]
    assert SimulatedPc().survey([7150, 7151], expected_process=("chroma",)).besides == ()


def test_nothing_is_read_where_nothing_stops() -> None:
    pc = SimulatedPc()
    assert pc.survey(445).besides == ()
    assert pc.requests.count("Enumerate MSFT_NetUDPEndpoint") == 0


def test_the_other_sites_of_iis_stop_with_its_service() -> None:
    pc = SimulatedPc("server2022")
    for number, queue in enumerate(pc.machine._request_queues):
        if queue.service == "W3SVC":
            site = dataclasses.replace(queue.groups[0], urls=("HTTP://*:8088/",))
            other = dataclasses.replace(queue, groups=(*queue.groups, site))
            pc.machine._request_queues[number] = other
    found = pc.survey(80, expected_service=("W3SVC", "SQLServerReportingServices"))
    assert found.plan.steps
    assert [english(each.description) for each in found.besides] == [
        "w3wp.exe (PID 3352): 8088/tcp"
    ]


def test_a_sentence_names_only_so_many_ports() -> None:
    many = tuple((Protocol.TCP, 1000 + number) for number in range(11))
    text = english(Besides(8, "many.exe", many).description)
    assert text.endswith("1006/tcp, 1007/tcp and 3 more")
