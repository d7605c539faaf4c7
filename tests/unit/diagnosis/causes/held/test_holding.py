# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a port, whether it is who should, and the task that frees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Situation,
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Orphan,
    PortRange,
    Process,
    Protocol,
)
from unit.diagnosis.cases import (
    APACHE,
    CONNECTED,
    NGINX,
    NOTHING,
    REFUSED,
    WORKER,
    ask,
    firewall,
    kinds,
    msg,
    situation,
    tasks,
)
from unit.holder_cases import SVCHOST, SYSTEM, listener, process, service, url
from unit.rows import each_row


@each_row(
    "expected", ["httpd", "HTTPD.EXE", r"c:\apache24\BIN\httpd.exe", "C:/Apache24/bin/httpd.exe"]
)
def test_the_expected_program_in_any_spelling(expected: str) -> None:
    found = ask(situation(attempt=CONNECTED), expected_process=(expected,))
    assert found.verdict is Verdict.REACHABLE


def test_one_of_several_expected_programs() -> None:
    found = ask(situation(attempt=CONNECTED), expected_process=("nginx", "httpd"))
    assert found.verdict is Verdict.REACHABLE


def test_another_program_has_the_port() -> None:
    found = ask(situation(attempt=CONNECTED), expected_process=("nginx",))
    assert (found.verdict, kinds(found)) == (Verdict.IN_USE_BY_OTHER, ["in_use_by_other"])
    assert msg(found) == (
        "TCP 80 is taken by httpd.exe (PID 4312, service Apache2.4), and not by nginx; stop it "
        "with port_process or choose another port."
    )
    assert msg(found, "ja") == (
        "TCP 80 は nginx ではなく httpd.exe (PID 4312、サービス Apache2.4) が使用しています。"
        "port_process で停止するか、別のポートを使ってください。"
    )
    assert tasks(found) == [{"ports": 80, "protocols": ["tcp"], "expected_service": ["Apache2.4"]}]


def test_a_program_of_the_same_name_in_another_folder_is_another() -> None:
    found = ask(situation(attempt=CONNECTED), expected_process=(r"D:\other\httpd.exe",))
    assert found.verdict is Verdict.IN_USE_BY_OTHER


def test_a_process_without_a_service_is_stopped_as_a_process() -> None:
    found = ask(situation(listener(80, 5000)), expected_process=("httpd",))
    assert tasks(found) == [{"ports": 80, "protocols": ["tcp"], "expected_process": ["nginx.exe"]}]


def test_whoever_has_a_port_that_should_be_free_is_another() -> None:
    found = ask(situation(attempt=CONNECTED), free=True)
    assert msg(found) == (
        "TCP 80 is taken by httpd.exe (PID 4312, service Apache2.4); stop it with port_process or "
        "choose another port."
    )


def test_another_program_on_loopback_is_not_in_the_way_of_the_expected_one() -> None:
    known = situation(listener(80, 4312), listener(80, 5000, "127.0.0.1"), attempt=CONNECTED)
    assert ask(known, expected_process=("httpd",)).verdict is Verdict.REACHABLE
    assert kinds(ask(known, expected_process=("nginx",))) == ["in_use_by_other", "loopback_only"]


def test_of_two_that_have_a_free_port_each_is_named() -> None:
    known = situation(listener(80, 4312), listener(80, 5000, "127.0.0.1"))
    found = ask(known, free=True)
    assert kinds(found) == ["in_use_by_other", "in_use_by_other"]
    assert msg(found).startswith("TCP 80 is taken by httpd.exe (PID 4312")
    assert " (on the same port: nginx.exe (PID 5000)); " in msg(found)


def test_a_process_that_has_just_ended() -> None:
    found = ask(situation(listener(80, 7777)), expected_process=("httpd",))
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["holder_unknown"])
    assert "run the check again" in msg(found)


def orphaned(*heirs: Process) -> Situation:
    known = situation(listener(80, 7777), attempt=CONNECTED, processes=list(heirs))
    orphans = {7777: Orphan(7777, heirs)}
    return replace(known, snapshot=replace(known.snapshot, orphans=orphans))


@each_row("wanted", [{"free": True}, {"expected_process": ("httpd",)}, {}])
def test_a_socket_that_a_child_has_inherited_is_named_with_who_may_have_it(
    wanted: dict[str, object],
) -> None:
    chroma = process(7780, "chroma.exe", parent=7777)
    found = ask(orphaned(chroma), **wanted)  # type: ignore[arg-type]
    assert (found.verdict, kinds(found)) == (Verdict.IN_USE_BY_OTHER, ["in_use_by_other"])
    named = "the socket of a process that has ended (PID 7777), which chroma.exe (PID 7780) may"
    assert named in msg(found)
    assert "just ended" not in msg(found)
    assert "run the check again" not in msg(found)
    assert "終了したプロセス (PID 7777) のソケット (chroma.exe (PID 7780) が" in msg(found, "ja")
    assert tasks(found) == [{"ports": 80, "protocols": ["tcp"], "expected_process": ["chroma.exe"]}]


def test_an_heir_may_be_who_is_expected() -> None:
    heir = process(7780, "python.exe", parent=7777)
    found = ask(orphaned(heir), expected_process=("python",))
    assert found.verdict is Verdict.REACHABLE


def test_a_socket_whose_heirs_are_not_known_takes_a_restart() -> None:
    found = ask(orphaned(), free=True)
    assert tasks(found) == []
    assert "restart the PC" in msg(found)


def test_a_service_that_takes_no_stop_is_not_offered_to_be_stopped() -> None:
    deaf = replace(service("Deaf", 5000), accepts_stop=False)
    known = situation(listener(80, 5000), services=[deaf], processes=[process(5000, "deaf.exe")])
    found = ask(known, free=True)
    assert tasks(found) == []
    assert "choose another port" in msg(found)


def test_a_process_that_the_host_does_not_name() -> None:
    found = ask(situation(listener(80, None)), expected_process=("httpd",))
    assert kinds(found) == ["holder_unknown"]
    assert "as an administrator" in msg(found)


def test_without_an_expected_program_any_will_do_even_an_unknown_one() -> None:
    assert ask(situation(listener(80, 7777), attempt=CONNECTED)).verdict is Verdict.REACHABLE


def test_services_of_a_shared_host_have_to_be_told_apart_first() -> None:
    shared = [service("Dnscache", 700), service("NlaSvc", 700)]
    known = situation(
        listener(80, 700), processes=[process(700, "svchost.exe", SVCHOST)], services=shared
    )
    found = ask(known, free=True)
    assert tasks(found) == []
    assert "svchost.exe (PID 700, services Dnscache and NlaSvc)" in msg(found)
    assert "find out which of its services" in msg(found)
    assert "unless it is NlaSvc" in msg(found)


def test_of_shared_services_none_is_offered_that_the_connection_needs() -> None:
    for needed in (["WinRM", "Winmgmt"], ["RpcSs", "RpcEptMapper"]):
        known = situation(
            listener(80, 700),
            processes=[process(700, "svchost.exe", SVCHOST)],
            services=[service(name, 700) for name in needed],
        )
        told = msg(ask(known, free=True))
        assert "choose another port, because" in told
        assert "port_process" not in told


def test_what_windows_needs_is_not_offered_to_be_stopped() -> None:
    lsass = process(700, "lsass.exe", r"C:\Windows\System32\lsass.exe")
    found = ask(situation(listener(80, 700), processes=[lsass]), free=True)
    assert tasks(found) == []
    assert "choose another port" in msg(found)


def test_where_windows_is_does_not_matter_for_that() -> None:
    from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
        Firewall,
    )
    from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
        Environment,
    )

    lsass = process(700, "lsass.exe", r"E:\WinNT\System32\lsass.exe")
    elsewhere = Firewall(firewall().stores, Environment(r"E:\WinNT"))
    known = situation(listener(80, 700), processes=[lsass], firewall=elsewhere)
    assert tasks(ask(known, free=True)) == []


def test_http_sys_has_it_for_a_program_of_iis() -> None:
    known = situation(listener(80, 4), urls=[url(80, 5008)], attempt=CONNECTED)
    found = ask(known, expected_process=("nginx",))
    assert "http.sys (PID 4), which serves HTTP://+:80/ for w3wp.exe (PID 5008)" in msg(found)
    assert tasks(found) == [{"ports": 80, "protocols": ["tcp"], "expected_service": ["W3SVC"]}]


def test_what_http_sys_serves_is_said_in_a_sentence_of_its_own() -> None:
    known = situation(listener(80, 4), urls=[url(80, 5008)], attempt=CONNECTED)
    assert msg(ask(known)) == (
        "TCP 80 can be reached: http.sys (PID 4) listens, and the controller has connected to "
        "192.0.2.10. http.sys serves HTTP://+:80/ for w3wp.exe (PID 5008)."
    )
    assert msg(ask(known), "ja") == (
        "TCP 80 に接続できます。Windows の http.sys (PID 4) が待ち受けており、コントローラーから "
        "192.0.2.10 に接続できました。http.sys は w3wp.exe (PID 5008) のために HTTP://+:80/ を受け付"
        "けています。"
    )
    of_nobody = situation(listener(80, 4), urls=[url(80)])
    assert msg(ask(of_nobody)) == (
        "TCP 80 can be reached, as far as it shows on the PC: http.sys (PID 4) listens, and the "
        "firewall lets traffic in. http.sys serves HTTP://+:80/."
    )


@pytest.mark.parametrize("expected", ["w3wp", "System"])
def test_http_sys_is_expected_by_either_name(expected: str) -> None:
    known = situation(listener(80, 4), urls=[url(80, 5008)], firewall=firewall(
        "Action=Allow|Protocol=6|LPort=80|App=System|Name=IIS"), attempt=CONNECTED)  # fmt: skip
    assert ask(known, expected_process=(expected,)).verdict is Verdict.REACHABLE


@pytest.mark.parametrize("expected", ["w3wp", r"C:\Windows\System32\inetsrv\W3WP.exe"])
def test_iis_before_its_first_request_has_no_worker_yet(expected: str) -> None:
    known = situation(
        listener(80, 4),
        processes=[SYSTEM, process(1300, "svchost.exe", SVCHOST)],
        services=[service("W3SVC", 1300), service("WAS", 1300)],
        urls=[url(80, 1300)],
        attempt=CONNECTED,
    )
    assert ask(known, expected_process=(expected,)).verdict is Verdict.REACHABLE
    found = ask(known, expected_process=("nginx",))
    assert tasks(found) == [{"ports": 80, "protocols": ["tcp"], "expected_service": ["W3SVC"]}]


def test_http_sys_for_a_program_of_its_own_process() -> None:
    known = situation(
        listener(8080, 4), urls=[url(8080, 5000)], processes=[SYSTEM, NGINX], services=[]
    )
    assert tasks(ask(known, 8080, free=True)) == [
        {"ports": 8080, "protocols": ["tcp"], "expected_process": ["nginx.exe"]}
    ]


def test_http_sys_whose_urls_could_not_be_read_may_be_anybody() -> None:
    known = situation(listener(80, 4), processes=[SYSTEM])
    assert kinds(ask(known, expected_process=("nginx",))) == ["holder_unknown"]
    known = situation(listener(80, 4), processes=[SYSTEM], urls=[url(80)])
    assert kinds(ask(known, expected_process=("nginx",))) == ["holder_unknown"]
    assert "which serves HTTP://+:80/;" in msg(ask(known, free=True))


def test_a_driver_keeps_its_port() -> None:
    known = situation(listener(445, 4), urls=[url(80, 5008)])
    found = ask(known, 445, free=True)
    assert "Windows itself (System, PID 4; SMB (file and printer sharing))" in msg(found)
    assert "SMB (ファイルとプリンターの共有)" in msg(found, "ja")
    assert tasks(found) == []


def test_winrm_s_own_port_is_not_offered_to_be_freed() -> None:
    winrm = process(3068, "svchost.exe", SVCHOST)
    known = situation(
        listener(5985, 4),
        processes=[SYSTEM, winrm],
        services=[service("WinRM", 3068)],
        urls=[url(5985, 3068, path="/WSMAN/")],
    )
    found = ask(known, 5985, free=True)
    assert found.verdict is Verdict.IN_USE_BY_OTHER
    assert tasks(found) == []
    # Nor is a port that WinRM shares with another program, or that its compatibility listener has.
    for port in (80, 443, 5986, 47001):
        shared = situation(
            listener(port, 4),
            processes=[SYSTEM, winrm, WORKER],
            services=[service("WinRM", 3068)],
            urls=[url(port, 3068, path="/wsman"), url(port, 5008)],
        )
        for wanted in ({"free": True}, {"expected_process": ("nginx.exe",)}):
            found = ask(shared, port, **wanted)
            assert found.verdict is Verdict.IN_USE_BY_OTHER
            assert not any("expected_service" in options for options in tasks(found))
            assert "choose another port" in msg(found)


HYPER_V = PortRange(Protocol.TCP, "ipv4", 50, 149)
BY_AN_ADMINISTRATOR = PortRange(Protocol.TCP, "ipv4", 50, 149, administered=True)


def test_a_port_that_windows_keeps() -> None:
    found = ask(situation(*NOTHING, reserved=[HYPER_V], attempt=REFUSED))
    assert (found.verdict, kinds(found)) == (Verdict.RESERVED, ["reserved"])
    assert "(50-149)" in msg(found)
    # The order matters: WinNAT takes the range again when it starts.
    keep = "add excludedportrange protocol=tcp startport=80 numberofports=1 store=persistent"
    commands = ("net stop winnat", f"netsh int ipv4 {keep}", "net start winnat")
    for language in ("en", "ja"):
        places = [msg(found, language).find(each) for each in commands]
        assert -1 not in places
        assert places == sorted(places)
    dynamic = "netsh int ipv4 set dynamicport tcp start=49152 num=16384"
    assert dynamic in msg(found)
    assert dynamic in msg(found, "ja")
    assert found.evidence.reserved == (HYPER_V,)


def test_a_port_that_somebody_has_is_not_called_reserved() -> None:
    # http.sys registers its ports there too, and so they are listed while it listens.
    own = PortRange(Protocol.TCP, "ipv4", 80, 80)
    found = ask(situation(reserved=[own, HYPER_V], attempt=CONNECTED))
    assert (found.verdict, found.evidence.reserved) == (Verdict.REACHABLE, (own, HYPER_V))


def test_what_an_administrator_has_excluded_can_be_listened_at() -> None:
    found = ask(situation(*NOTHING, reserved=[BY_AN_ADMINISTRATOR], attempt=REFUSED))
    assert found.verdict is Verdict.NOT_LISTENING


def test_a_range_of_the_other_protocol_says_nothing() -> None:
    other = PortRange(Protocol.UDP, "ipv4", 50, 149)
    assert ask(situation(*NOTHING, reserved=[other])).verdict is Verdict.NOT_LISTENING


def test_the_process_is_named_without_its_service_where_it_has_none() -> None:
    found = ask(situation(processes=[APACHE], services=[]), free=True)
    assert "taken by httpd.exe (PID 4312);" in msg(found)
