# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports that are not held by what serves them: relays, WinNAT, a program's own connections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.stopping import result as report
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.reading import StopSurvey
from unit.stopping.simulated_pc import SimulatedPc
from unit.words.english import all_english, english
from winsim.state import TcpState


def guards(found: StopSurvey) -> list[str]:
    return [each.guard.value for each in found.plan.refusals]


def planned(ports: object, **options: Any) -> dict[str, Any]:
    """What check mode returns."""
    pc = SimulatedPc("relays")
    told: dict[str, Any] = all_english(
        report.planned(pc.task(ports, **options), pc.survey(ports, **options)).result
    )
    return told


def test_a_relay_is_not_stopped_without_force_even_if_it_is_named() -> None:
    pc = SimulatedPc("relays")
    said = {
        port: pc.survey(port, **options)
        for port, options in {
            8083: {"expected_process": ("wslrelay",)},
            8085: {"expected_process": ("com.docker.backend",)},
            8091: {"expected_service": ("iphlpsvc",)},
        }.items()
    }
    assert [guards(found) for found in said.values()] == [["relay"]] * 3
    assert {port: english(found.plan.refusals[0].message) for port, found in said.items()} == {
        8083: "wslrelay.exe (PID 9612) only relays the port to a program in WSL: stop that program "
        "instead. Only the option force of port_process overrides this.",
        8085: "com.docker.backend.exe (PID 9604) only serves the port for a container of Docker "
        "Desktop: stop that container instead ('docker ps' shows it). com.docker.backend.exe (PID "
        "9604) also serves 8084/tcp, 8086/tcp: ending it ends that too. Only the option force of port_process overrides this.",
        8091: "svchost.exe (PID 2840) only forwards the port to 172.20.0.2:80, for 'netsh "
        "interface portproxy': delete that mapping instead. svchost.exe (PID 2840) also serves "
        "8084/tcp, 8092/tcp, 8093/tcp, 8094/tcp, 8095/tcp: ending it ends that too. Only the option "
        "force of port_process overrides this.",
    }
    assert pc.calls == []


def test_with_force_what_else_ends_is_told_in_the_plan_and_in_the_result() -> None:
    told = planned(8085, force=True)
    others = [{"pid": 9604, "process": "com.docker.backend.exe", "ports": ["8084/tcp", "8086/tcp"]}]
    assert told["also_serves"] == others
    assert told["msg"].endswith("com.docker.backend.exe (PID 9604): 8084/tcp, 8086/tcp.")
    pc = SimulatedPc("relays")
    task, found = pc.task(8085, force=True), pc.survey(8085, force=True)
    done = all_english(report.carried_out(task, found, pc.carried_out(task, found)).result)
    assert done["also_serves"] == others
    assert "It also served: com.docker.backend.exe (PID 9604): 8084/tcp, 8086/tcp." in done["msg"]


def test_all_of_several_relays_of_one_port_are_told_apart() -> None:
    found = SimulatedPc("relays").survey(8084)
    assert guards(found) == ["relay"] * 3
    named = {
        each.holder.pid: each.holder.relay.kind.value
        for each in found.plan.refusals
        if each.holder and each.holder.relay
    }
    assert named == {2840: "portproxy", 9604: "container", 9616: "wsl"}


def test_the_service_of_port_proxies_may_be_restarted() -> None:
    pc = SimulatedPc("relays")
    found = pc.survey(8091, expected_service=("iphlpsvc",), restart=True)
    assert [each.action.value for each in found.plan.steps] == ["stop_service", "start_service"]


def test_the_mappings_are_read_only_where_their_service_holds_a_port() -> None:
    pc = SimulatedPc("relays")
    pc.survey(8085)
    assert not any(each.startswith("Command") for each in pc.requests)
    # Its UDP port is that of something else in the same process.
    udp = SimulatedPc("relays")
    assert guards(udp.survey(54402, protocols="udp")) == []
    assert not any(each.startswith("Command") for each in udp.requests)


def test_a_port_that_the_nat_forwards_has_no_process_to_stop() -> None:
    told = planned(8088)
    assert (told["failed"], told["changed"]) == (True, False)
    assert [each["reason"] for each in told["refused"]] == ["forwarded"]
    assert "Windows' NAT forwards it to 172.28.16.2:80" in told["msg"]
    # With another port that is held, nothing is stopped either.
    assert guards(SimulatedPc("relays").survey([8080, 8088])) == ["forwarded"]
    assert planned(8089)["changed"] is False
    assert planned(8089)["refused"] == []


def test_who_uses_a_port_without_listening_is_named_and_left() -> None:
    told = planned(8005)
    assert (told["changed"], told["before"][0]["process"]) == (False, "slack.exe")
    assert told["msg"].startswith("Nothing listens on 8005/tcp, but slack.exe (PID 9628) uses it")
    assert told["after"] == told["before"]
    # A port that becomes free is told without it.
    pc = SimulatedPc("relays")
    task, found = pc.task([8005, 8080]), pc.survey([8005, 8080])
    assert [each.pid for each in found.plan.left] == [9628]
    done = all_english(report.carried_out(task, found, pc.carried_out(task, found)).result)
    assert "Free: 8080/tcp." in done["msg"]
    assert "8005" not in done["msg"]
    ended = SimulatedPc("relays").survey(8005, connections=True)
    assert [english(each.description) for each in ended.plan.steps] == [
        "end the process slack.exe (PID 9628)"
    ]


def test_a_port_that_the_nat_forwards_is_not_free_once_a_local_program_has_ended() -> None:
    pc = SimulatedPc("relays")
    # What listens for the PC itself alone takes nothing from the NAT.
    (chat,) = {each.pid for each in pc.machine.processes() if each.name == "slack.exe"}
    (endpoint,) = (each for each in pc.machine.endpoints() if each.local_port == 8086)
    pc.machine.open_as(chat, [replace(endpoint, local_port=8088)])
    found = pc.survey(8088)
    assert guards(found) == ["forwarded"]
    assert found.plan.steps == ()


def test_a_port_is_not_free_while_a_program_that_is_left_has_bound_it() -> None:
    pc = SimulatedPc("relays")
    (chat,) = {each.pid for each in pc.machine.processes() if each.name == "slack.exe"}
    endpoint, *_others = (each for each in pc.machine.endpoints() if each.local_port == 8080)
    pc.machine.open_as(chat, [replace(endpoint, local_address="127.0.0.1", state=TcpState.BOUND)])
    task, found = pc.task(8080), pc.survey(8080)
    would = all_english(report.planned(task, found).result)
    done = all_english(report.carried_out(task, found, pc.carried_out(task, found)).result)
    assert [each["process"] for each in would["after"]] == ["slack.exe"]
    assert done["after"] == would["after"]
    said = "slack.exe (PID 9628) is left: it uses 8080/tcp"
    assert [said in each["msg"] for each in (would, done)] == [True, True]
    assert "Free:" not in done["msg"]
