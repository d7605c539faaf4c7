# SPDX-License-Identifier: GPL-3.0-or-later
"""How a port is freed from those who should not have it: by one task, or in words."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    HttpUrl,
    Protocol,
    TcpState,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StopRequest,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.plan import (
    make_plan,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.diagnosis.cases import (
    CONNECTED,
    NGINX,
    SYSTEM,
    ask,
    kinds,
    msg,
    situation,
    tasks,
)
from unit.holder_cases import listener, process, service, url
from unit.rows import each_row

TWO = (listener(80, 5000), listener(80, 5100, "127.0.0.1"))
NODE = process(5100, "node.exe")


def test_one_task_frees_a_port_from_all_who_have_it() -> None:
    """port_process stops all holders of a port or none, so a task that names one is refused."""
    serves = {5100: ((Protocol.TCP, 80), (Protocol.TCP, 3000))}
    known = situation(*TWO, processes=[NGINX, NODE], services=[], serves=serves)
    for wanted in ({"free": True}, {"expected_process": ("httpd",)}):
        found = ask(known, **wanted)
        assert kinds(found).count("in_use_by_other") == 2
        assert tasks(found) == [
            {"ports": 80, "protocols": ["tcp"], "expected_process": ["nginx.exe", "node.exe"]}
        ]
        assert (
            "; stop them all with port_process, in one task, or choose another port "
            "(what would be stopped also serves 3000/tcp)" in msg(found)
        )
        assert "port_process で 1 つのタスクとしてすべて停止するか" in msg(found, "ja")


def test_one_task_names_services_and_programs_in_a_way_that_port_process_takes() -> None:
    both = situation(listener(80, 4312), listener(80, 5000, "127.0.0.1"))
    of_services = situation(
        *TWO, processes=[NGINX, NODE], services=[service("Web", 5000), service("Node", 5100)]
    )
    bound = Endpoint(Protocol.TCP, parse_address("0.0.0.0"), 80, TcpState.BOUND, pid=5100)
    used = situation(listener(80, 5000), bound, processes=[NGINX, NODE], services=[])
    common = {"ports": 80, "protocols": ["tcp"]}
    assert [tasks(ask(each, free=True)) for each in (both, of_services, used)] == [
        [{**common, "expected_process": ["httpd.exe", "nginx.exe"]}],
        [{**common, "expected_service": ["Web", "Node"]}],
        [{**common, "connections": True, "expected_process": ["nginx.exe", "node.exe"]}],
    ]


def test_no_task_is_offered_that_another_holder_of_the_port_would_prevent() -> None:
    lsass = process(700, "lsass.exe", r"C:\Windows\System32\lsass.exe")
    relay = process(9612, "wslrelay.exe")
    for other in (lsass, relay):
        known = situation(
            listener(80, 5000), listener(80, other.pid, "127.0.0.1"), processes=[NGINX, other]
        )
        found = ask(known, free=True)
        assert tasks(found) == []
        assert f"; when the port is no longer held by {other.name} (PID {other.pid}" in msg(found)
        assert msg(found).endswith("the others have to let go of it too, each with its own remedy.")
    # The program that should have the port is a holder too.
    mine = situation(listener(80, 4312, "127.0.0.1"), listener(80, 5000), attempt=CONNECTED)
    found = ask(mine, expected_process=("httpd",))
    assert kinds(found)[0] == "in_use_by_other"
    assert tasks(found) == []
    assert (
        "; stop that one by other means than port_process, which would have to stop httpd.exe "
        "(PID 4312, service Apache2.4) too, or choose another port." in msg(found)
    )
    unknown = situation(listener(80, 5000), listener(80, None, "127.0.0.1"))
    assert tasks(ask(unknown, expected_process=("httpd",))) == []


@each_row(
    ("port", "urls", "words"),
    [
        (139, [], "Turn NetBIOS over TCP/IP off in the settings of the network adapter"),
        (445, [], "Stop and disable the service LanmanServer"),
        (4444, [], "'netsh http show servicestate' on the host shows the programs that use http"),
        (5985, [url(5985, 4, path="/WSMAN/")], "WinRM listens there, and Ansible reaches the host"),
    ],
)
def test_what_windows_itself_holds_is_told_as_port_process_tells_it(
    port: int, urls: list[HttpUrl], words: str
) -> None:
    known = situation(listener(port, 4), processes=[SYSTEM], services=[], urls=urls)
    ports = {Protocol.TCP: PortSet.of([port])}
    plan = make_plan(known.snapshot, find_holders(known.snapshot, ports), StopRequest())
    (refusal,) = plan.refusals
    assert refusal.holder is not None
    found = ask(known, port, free=True)
    assert words in msg(found)
    for language in ("en", "ja"):
        (released,) = {each.remedy for each in refusal.holder.system}
        assert render(released, language) in msg(found, language)
        assert render(released, language) in render(refusal.message, language)
