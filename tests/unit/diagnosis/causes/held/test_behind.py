# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands behind a port, each with its own remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Situation,
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
    Outcome,
    outcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import Who
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Forward,
    PortRange,
    Protocol,
    TcpState,
    Via,
    parse_address,
)
from unit.diagnosis.cases import (
    APACHE,
    CONNECTED,
    NGINX,
    NOTHING,
    PC,
    TIMED_OUT,
    ask,
    kinds,
    msg,
    situation,
    tasks,
)
from unit.holder_cases import SVCHOST, SYSTEM, listener, process, service, url

DOCKER = process(9604, "com.docker.backend.exe")
RELAY = process(9612, "wslrelay.exe")
HELPER = process(2840, "svchost.exe", SVCHOST)
HELPER_SERVICE = service("iphlpsvc", 2840)
PROXY = Forward(Via.PORTPROXY, Protocol.TCP, "0.0.0.0", 80, "172.20.0.2", 8080, "v4tov4")
NAT = Forward(Via.NAT, Protocol.TCP, "0.0.0.0", 80, "172.28.16.2", 8080, "nat")
BOUND = Endpoint(Protocol.TCP, parse_address("0.0.0.0"), 80, TcpState.BOUND, pid=5000)


def at(
    *endpoints: Endpoint,
    forwards: tuple[Forward, ...] = (),
    listen_list: tuple[str, ...] = (),
    **others: Any,
) -> Situation:
    """The PC with relays."""
    others.setdefault("processes", (SYSTEM, APACHE, NGINX, DOCKER, RELAY, HELPER))
    found = situation(*endpoints, services=[HELPER_SERVICE], **others)
    taken = replace(found.snapshot, forwards=forwards, listen_list=listen_list)
    return replace(found, snapshot=taken)


# -- relays ----------------------------------------------------------------------------------------


def test_a_port_is_freed_behind_the_relay_and_not_by_stopping_it() -> None:
    serves = {9604: ((Protocol.TCP, 80), (Protocol.TCP, 8085), (Protocol.UDP, 53))}
    more = replace(PROXY, port=8091)
    said = {
        name: ask(known, expected_process=("httpd",))
        for name, known in {
            "docker": at(listener(80, 9604), serves=serves),
            "wsl": at(listener(80, 9612)),
            "portproxy": at(listener(80, 2840), forwards=(PROXY, more)),
            "unknown": at(
                listener(80, 2840), serves={2840: ((Protocol.TCP, 80), (Protocol.TCP, 8082))}
            ),
            "for all": at(listener(80, 2840), forwards=(replace(PROXY, address="*"),)),
        }.items()
    }
    assert {(each.verdict, *tasks(each)) for each in said.values()} == {(Verdict.IN_USE_BY_OTHER,)}
    assert {name: msg(each).partition("; ")[2] for name, each in said.items()} == {
        "docker": "stop the container of Docker Desktop that publishes it ('docker ps' shows it), "
        "or choose another port; leave com.docker.backend.exe (PID 9604) running, which also "
        "serves 8085/tcp, 53/udp.",
        "wsl": "stop the program in WSL that listens there ('wsl --list --running' shows the "
        "distributions that run), or choose another port.",
        "portproxy": "delete that mapping with 'netsh interface portproxy delete v4tov4 "
        "listenport=80 listenaddress=0.0.0.0', or choose another port; leave the service iphlpsvc "
        "running, which also serves 8091/tcp.",
        "unknown": "find the mapping with 'netsh interface portproxy show all' and delete it, or "
        "choose another port; leave the service iphlpsvc running, which also serves 8082/tcp.",
        "for all": "delete that mapping with 'netsh interface portproxy delete v4tov4 "
        "listenport=80', or choose another port.",
    }


def test_what_the_nat_forwards_keeps_no_other_port_from_being_freed() -> None:
    other = replace(NAT, port=8088)
    for forwards, freed in (((), True), ((other,), True), ((other, NAT), False)):
        found = ask(at(listener(80, 5000), forwards=forwards), free=True)
        assert ("stop it with port_process" in msg(found)) is freed, forwards


def test_a_relay_that_is_reached_proves_nothing_about_what_is_behind_it() -> None:
    found = ask(at(listener(80, 2840), forwards=(PROXY,), attempt=CONNECTED))
    assert (found.verdict, found.evidence.forwards) == (Verdict.REACHABLE, (PROXY,))
    assert msg(found) == (
        "TCP 80 can be reached: svchost.exe (PID 2840, service iphlpsvc, netsh interface portproxy "
        "to 172.20.0.2:8080) takes connections, and the controller has connected to 192.0.2.10; "
        "whether anything answers behind it can't be seen from here."
    )
    inside = ask(at(listener(80, 9604)))
    assert msg(inside).startswith(
        "TCP 80 can be reached, as far as it shows on the PC: com.docker."
    )
    assert msg(inside).endswith("can't be seen from here.")


def test_a_mapping_to_a_port_of_the_pc_on_which_nothing_listens() -> None:
    lost = replace(PROXY, to_address="127.0.0.1", to_port=3000)
    known = at(listener(80, 2840), forwards=(lost,), attempt=CONNECTED)
    found = ask(replace(known, silent=frozenset({lost})))
    assert (found.verdict, kinds(found)) == (Verdict.NOT_LISTENING, ["destination_silent"])
    assert "start the program that should serve 127.0.0.1:3000" in msg(found)
    # Of two mappings for different addresses, one that leads somewhere is enough.
    two = at(listener(80, 2840), forwards=(lost, PROXY), attempt=CONNECTED)
    assert ask(replace(two, silent=frozenset({lost}))).verdict is Verdict.REACHABLE


def test_a_mapping_without_its_service_is_why_nothing_listens() -> None:
    found = ask(at(*NOTHING, forwards=(PROXY,)))
    assert kinds(found)[0] == "nothing_listens"
    assert "although 'netsh interface portproxy' should forward it to 172.20.0.2:8080" in msg(found)
    assert "start the service iphlpsvc (IP Helper)" in msg(found)


def test_a_relay_on_loopback_is_exposed_where_it_is_set_up() -> None:
    here = replace(PROXY, address="127.0.0.1")
    said = {
        pid: msg(ask(at(listener(80, pid, "127.0.0.1"), forwards=(here,))))
        for pid in (9604, 9612, 2840)
    }
    assert "'-p 80:PORT' and not with '-p 127.0.0.1:80:PORT'" in said[9604]
    assert "networkingMode=mirrored in .wslconfig, where the Hyper-V firewall" in said[9612]
    assert (
        "portproxy add v4tov4 listenport=80 listenaddress=0.0.0.0 connectport=8080 "
        "connectaddress=172.20.0.2'" in said[2840]
    )


def test_the_holder_that_others_reach_is_named_first() -> None:
    known = at(
        listener(80, 2840, "127.0.0.1"), listener(80, 5000, "::1"), listener(80, 9604),
        attempt=CONNECTED,
    )  # fmt: skip
    found = ask(known, expected_process=("httpd",))
    assert "com.docker.backend.exe" in msg(found)
    assert kinds(found).count("in_use_by_other") == 3


def test_a_program_that_is_stopped_takes_its_other_ports_along() -> None:
    known = at(listener(80, 5000), serves={5000: ((Protocol.TCP, 80), (Protocol.TCP, 443))})
    found = ask(known, free=True)
    assert (
        "stop it with port_process or choose another port (what would be stopped also serves 443/tcp)"
        in (msg(found))
    )
    assert tasks(found) == [{"ports": 80, "protocols": ["tcp"], "expected_process": ["nginx.exe"]}]


# -- nothing listens -------------------------------------------------------------------------------


def test_a_port_that_the_nat_forwards() -> None:
    reached = ask(at(*NOTHING, forwards=(NAT,), attempt=CONNECTED))
    assert (reached.verdict, reached.evidence.forwards) == (Verdict.REACHABLE, (NAT,))
    assert msg(reached) == (
        "TCP 80 can be reached: Windows' NAT forwards it to 172.28.16.2:8080, and the controller "
        "has connected to 192.0.2.10."
    )
    assert outcome(Expectation.IN_USE, reached) is Outcome.MET
    untried, silent = (
        ask(at(*NOTHING, forwards=(NAT,), attempt=each)) for each in (None, TIMED_OUT)
    )
    assert [untried.verdict, silent.verdict] == [Verdict.UNKNOWN] * 2
    assert [kinds(untried), kinds(silent)] == [["behind_nat"]] * 2
    assert "what answers there is not known" in msg(untried)
    assert "runs and listens there" in msg(silent)
    # Which program runs in a container can't be seen.
    expected = ask(at(*NOTHING, forwards=(NAT,), attempt=CONNECTED), expected_process=("httpd",))
    assert kinds(expected) == ["behind_nat"]
    assert outcome(Expectation.IN_USE, expected) is Outcome.UNKNOWN


def test_a_port_that_the_nat_forwards_is_not_free() -> None:
    found = ask(at(*NOTHING, forwards=(NAT,)), free=True)
    assert found.verdict is Verdict.IN_USE_BY_OTHER
    assert outcome(Expectation.FREE, found) is Outcome.NOT_MET
    # Of another port or protocol.
    others = at(*NOTHING, forwards=(replace(NAT, port=81), replace(NAT, protocol=Protocol.UDP)))
    assert outcome(Expectation.FREE, ask(others, free=True)) is Outcome.MET


def test_something_that_answers_without_a_listener_may_be_a_container() -> None:
    found = ask(at(*NOTHING, attempt=CONNECTED))
    assert kinds(found)[0] == "answered_by_other"
    assert "a container, a virtual machine or a mirrored WSL" in msg(found)


def test_a_port_that_a_program_has_bound_is_neither_free_nor_served() -> None:
    found = ask(at(BOUND), free=True)
    assert found.verdict is Verdict.IN_USE_BY_OTHER
    assert outcome(Expectation.FREE, found) is Outcome.NOT_MET
    assert msg(found).startswith("TCP 80 is taken by nginx.exe (PID 5000), which does not listen")
    assert "excludedportrange protocol=tcp startport=80 numberofports=1'" in msg(found)
    assert kinds(ask(at(BOUND)))[0] == "in_use_by_other"
    # Its own program has only not begun to listen.
    assert kinds(ask(at(BOUND), expected_process=("nginx",)))[0] == "nothing_listens"
    # What has ended leaves only remains, and a listener decides where there is one.
    assert outcome(Expectation.FREE, ask(at(replace(BOUND, pid=0)), free=True)) is Outcome.MET
    assert ask(at(BOUND, listener(80, 4312), attempt=CONNECTED)).verdict is Verdict.REACHABLE
    reserved = at(BOUND, reserved=[PortRange(Protocol.TCP, "ipv4", 50, 149)])
    assert kinds(ask(reserved))[0] == "in_use_by_other"


def test_a_program_that_has_bound_a_port_is_stopped_by_a_task_where_that_is_safe() -> None:
    serves = {5000: ((Protocol.TCP, 80), (Protocol.TCP, 443))}
    for wanted in ({"free": True}, {"expected_process": ("httpd",)}, {}):
        found = ask(at(BOUND, serves=serves), **wanted)
        assert tasks(found) == [
            {
                "ports": 80,
                "protocols": ["tcp"],
                "connections": True,
                "expected_process": ["nginx.exe"],
            }
        ]
        mend = "stop that program with port_process (connections: true), wait until its connection"
        assert f"; {mend} has ended, or choose another port" in msg(found)
        assert "(what would be stopped also serves 443/tcp)" in msg(found)
        assert "port_process (connections: true) で停止するか" in msg(found, "ja")
    # What must not be stopped is not offered, in words neither.
    lsass = process(700, "lsass.exe", "C:\\Windows\\System32\\lsass.exe")
    shared = [service("Dnscache", 800), service("NlaSvc", 800)]
    host = process(800, "svchost.exe", SVCHOST)
    for pid in (4, 700, 800, None, 9999):
        known = situation(replace(BOUND, pid=pid), processes=[SYSTEM, lsass, host], services=shared)
        found = ask(known, free=True)
        assert (found.verdict, tasks(found)) == (Verdict.IN_USE_BY_OTHER, [])
        assert "; wait until its connection has ended, or choose another port" in msg(found)


# -- http.sys --------------------------------------------------------------------------------------


def test_a_url_for_the_pc_itself_is_not_reachable_although_it_accepts() -> None:
    def asked(*hosts: str) -> Any:
        urls = [url(80, 5000, host=each) for each in hosts]
        return ask(at(listener(80, 4, "::"), listener(80, 4), urls=urls, attempt=CONNECTED))

    found = asked("LOCALHOST")
    assert (found.verdict, kinds(found)) == (Verdict.LOOPBACK_ONLY, ["loopback_only"])
    assert "'Bad Request - Invalid Hostname' (400)" in msg(found)
    # The program that takes the requests is named, if it is known.
    mend = "to register its URL with + or the name of the PC in place of localhost"
    assert f"; set nginx.exe (PID 5000) {mend}" in msg(found)
    unknown = at(listener(80, 4), urls=[url(80, host="localhost")], attempt=CONNECTED)
    assert f"; set the program {mend}" in msg(ask(unknown))
    # The evidence does not say that everybody can.
    for one, who in ((found, Who.NOBODY), (asked("+"), Who.EVERYBODY)):
        assert [each.reach and each.reach.who for each in one.evidence.firewall] == [who]
    assert {
        hosts: (asked(*hosts).verdict.value, [each.key for each in asked(*hosts).remarks])
        for hosts in (
            ("127.0.0.1", "::1"), ("localhost", "+"), ("*",), ("shop.example",),
            ("localhost", "shop.example"), (PC,),
        )
    } == {
        ("127.0.0.1", "::1"): ("loopback_only", []),
        ("localhost", "+"): ("reachable", []),
        ("*",): ("reachable", []),
        ("shop.example",): ("reachable", ["remark.host_names"]),
        ("localhost", "shop.example"): ("reachable", ["remark.host_names"]),
        (PC,): ("reachable", []),
    }  # fmt: skip


def test_http_sys_that_is_limited_to_addresses_is_mended_in_its_list() -> None:
    at_home = (listener(80, 4, "127.0.0.1"),)
    limited = ask(at(*at_home, urls=[url(80, 5000)], listen_list=("127.0.0.1",)))
    assert limited.verdict is Verdict.LOOPBACK_ONLY
    remedy = msg(limited).partition("; ")[2]
    assert remedy.startswith("run 'netsh http delete iplisten ipaddress=127.0.0.1', so that http")
    assert remedy.endswith(", for all programs).")
    unsure = msg(ask(at(*at_home)))
    assert "run 'netsh http show iplisten' on the PC: if it shows addresses, http.sys" in unsure
    assert "delete each with 'netsh http delete iplisten ipaddress=ADDRESS'" in unsure
    both = ("10.9.9.9", "10.9.9.8")
    elsewhere = ask(at(listener(80, 4, "10.9.9.9"), urls=[url(80)], listen_list=both))
    assert elsewhere.verdict is Verdict.NOT_LISTENING
    commands = [f"'netsh http delete iplisten ipaddress={each}'" for each in both]
    assert f"; run {' and '.join(commands)}, so that" in msg(elsewhere)
    assert "'netsh http add iplisten ipaddress=ADDRESS'" in msg(elsewhere)
    assert "10.9.9.8 コマンドを実行して" in msg(elsewhere, "ja")
    # A driver that is known has nothing to do with the list, and neither has a program.
    smb = ask(at(listener(445, 4, "127.0.0.1"), listen_list=("127.0.0.1",)), port=445)
    assert "iplisten" not in msg(smb)
    assert "iplisten" not in msg(ask(at(listener(80, 5000, "127.0.0.1"))))
