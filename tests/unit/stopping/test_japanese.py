# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of ports that are freed is Japanese to the last word, whatever becomes of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.languages import Text
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Orphan,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping import result as report
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.aftermath import (
    HeldCause,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    Plan,
    StartMode,
    StopGuard,
    StopRequest,
    Surroundings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.plan import (
    make_plan,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    SPOKEN,
    Joined,
    Phrase,
    Sentence,
    Sentences,
    Value,
    render,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.texts import common
from ansible_collections.portkeeper.windows.plugins.module_utils.words.texts.stopping import (
    choosing,
    codes,
    running,
)
from unit.holder_cases import (
    SYSTEM,
    SYSTEM32,
    after_boot,
    listener,
    ports,
    process,
    service,
    snapshot,
    url,
)
from unit.stopping.simulated_pc import SimulatedPc
from winsim import process_control
from winsim.state import Process, Restart

pytestmark = pytest.mark.sweep

Setting: TypeAlias = Callable[[SimulatedPc], None]
Case: TypeAlias = tuple[object, dict[str, Any], Setting | None]

#: An option of a case: what happens between the plan and what is done for it.
MEANWHILE = "meanwhile"
#: Another option: the PC that is meant, if not the stubborn one.
IMAGE = "image"

DISABLED, MANUAL, TERMINATE = StartMode.DISABLED, StartMode.MANUAL, Means.TERMINATE


def change(name: str, **values: object) -> Setting:
    """The service of a name is otherwise."""

    def setting(pc: SimulatedPc) -> None:
        found = pc.machine.service(name)
        assert found is not None
        pc.machine.put_service(replace(found, **values))  # type: ignore[arg-type]

    return setting


def beside_front(name: str, **values: object) -> Setting:
    """A service like Front, which depends on Store."""

    def setting(pc: SimulatedPc) -> None:
        front = pc.machine.service("Front")
        assert front is not None
        changes = {"name": name, "display_name": name} | values
        pc.machine.put_service(replace(front, **changes))  # type: ignore[arg-type]

    return setting


def all_of(*settings: Setting) -> Setting:
    def setting(pc: SimulatedPc) -> None:
        for each in settings:
            each(pc)

    return setting


def when(what: str, event: Setting, number: int = 1, *, before: bool = False) -> Setting:
    """Something happens around the answer to a request, such as ``Terminate Win32_Process``."""

    def setting(pc: SimulatedPc) -> None:
        def happen(about: str, of_its_kind: int) -> None:
            if (about, of_its_kind) == (what, number):
                event(pc)

        if before:
            pc.before = happen
        else:
            pc.after = happen

    return setting


def fail(failure: Failure) -> Setting:
    def setting(pc: SimulatedPc) -> None:
        raise TransportError(failure)

    return setting


def end(pid: int) -> Setting:
    def setting(pc: SimulatedPc) -> None:
        process = pc.machine.process(pid)
        assert process is not None
        process_control.end(pc.machine, process)

    return setting


def reuse(pid: int, port: int) -> Setting:
    """The process of a PID has ended, and another one with that PID holds its port."""

    def setting(pc: SimulatedPc) -> None:
        held = [e for e in pc.machine.endpoints() if e.local_port == port and e.listening]
        end(pid)(pc)
        new = pc.machine.start_process(Process(pid, 4, "backup.exe", path=r"C:\Backup\backup.exe"))
        pc.machine.open_as(new.pid, held)

    return setting


def take(port: int, pid: int) -> Setting:
    """The process that holds a port has ended, and another one has it."""

    def setting(pc: SimulatedPc) -> None:
        held = [e for e in pc.machine.endpoints() if e.local_port == port and e.listening]
        end(pid)(pc)
        new = pc.machine.start_process(Process(0, 4556, "other.exe", path=r"C:\Tools\other.exe"))
        pc.machine.open_as(new.pid, held)

    return setting


def taken_by(name: str, port: int) -> Setting:
    """A program of a name takes a port as soon as the process that holds it has ended."""

    def setting(pc: SimulatedPc) -> None:
        held = [e for e in pc.machine.endpoints() if e.local_port == port and e.listening]

        def take_it(pc: SimulatedPc) -> None:
            new = pc.machine.start_process(Process(0, 4556, name, path=f"C:\\Tools\\{name}"))
            pc.machine.open_as(new.pid, held)

        when("Terminate Win32_Process", take_it)(pc)

    return setting


def rewrite(old: bytes, new: bytes) -> Setting:
    def setting(pc: SimulatedPc) -> None:
        pc.rewrite = lambda envelope: envelope.replace(old, new)

    return setting


def spoil(pattern: bytes) -> Setting:
    def setting(pc: SimulatedPc) -> None:
        pc.spoil = lambda answer: re.sub(pattern, b"", answer)

    return setting


def refused() -> Iterator[Case]:
    """What is refused, and what is told beforehand."""
    for port in (4, 445, 139, 5357, 5985, 47001, 7501, 7503, 7504, 7505, 49669, 7300, 49664, 7200):
        yield port, {}, None
        yield port, {"force": True}, None
    yield [137, 138], {"protocols": "udp"}, None
    yield 5355, {"protocols": "udp"}, None
    yield 5985, {"expected_service": ("WinRM",)}, None
    yield 5985, {"expected_process": ("svchost",), "means": TERMINATE}, None
    yield 49664, {"means": TERMINATE}, None
    yield 135, {"means": TERMINATE}, None
    yield 7300, {"means": TERMINATE}, None
    yield 7400, {"expected_process": ("nginx",)}, None
    yield 7100, {"expected_service": ("Watch",)}, None
    yield 7400, {"means": Means.SERVICE}, None
    yield 7400, {"restart": True}, None
    yield 7130, {}, None
    yield 7130, {"reboot": True}, None
    yield 7130, {"reboot": True, "start_mode": DISABLED}, None
    yield [7150, 7151], {}, None
    yield 9090, {"restart": True, "expected_service": ("Watch", "Watcher")}, None
    yield 7999, {"restart": True}, None
    yield 7999, {"restart": True, "expected_service": ("Watch",)}, change("Watch", state="Paused")
    off = change("Watch", state="Stopped", process_id=0, start_mode="Disabled")
    yield 7999, {"restart": True, "expected_service": ("Watch",)}, off
    yield 7200, {"restart": True, "force": True}, change("Front", start_mode="Disabled")
    yield 7140, {"check": True}, None
    yield 7140, {"check": True}, change("Starting", state="Stop Pending")
    yield 9090, {"expected_service": ("Watch", "Wacht"), "start_mode": MANUAL}, None
    yield 5432, {"check": True}, None
    yield 9090, {"means": TERMINATE, "start_mode": MANUAL, "check": True}, None
    yield 50_162, {"connections": True}, None
    yield 7999, {"restart": True, "expected_service": ("Watch",), "check": True}, None
    for port in (8005, 8083, 8085, 8088, 8091, 8092):
        yield port, {IMAGE: "relays"}, None
        yield port, {IMAGE: "relays", "force": True, "check": True}, None
    named = {"restart": True, "force": True, "expected_service": ("Store",)}
    yield 7200, named, beside_front("Broken", state="Stopped", process_id=0)


def carried_out() -> Iterator[Case]:
    """What is done, and what goes wrong."""
    yield 8080, {}, None
    yield [7400, 7401], {"protocols": "tcp,udp"}, None
    yield 7100, {"wait": False}, None
    yield 7400, {}, None
    yield 9090, {"start_mode": DISABLED}, None
    yield 9090, {"restart": True}, None
    yield 3000, {}, None
    yield 9090, {"means": TERMINATE}, None
    yield 7000, {"timeout": 1.0}, None
    yield 7000, {"timeout": 1.0, "reboot": True}, None
    yield 7000, {"timeout": 1.0, "reboot": True, "reboot_timeout": 10.0}, None
    yield 7110, {"timeout": 1.0, "reboot": True}, None
    yield 7110, {"timeout": 1.0}, None
    yield 7140, {"timeout": 1.0}, None
    yield 7210, {"force": True, "start_mode": MANUAL}, None
    yield [5432, 7010], {}, None
    yield 445, {"expected_service": ("LanmanServer",), "timeout": 1.0}, None
    yield 7301, {"expected_service": ("BundleOne",), "timeout": 1.0}, None
    yield 7150, {"expected_process": ("chroma",), "timeout": 1.0}, None
    yield 7999, {"restart": True, "expected_service": ("Watch",), "timeout": 1.0}, None
    yield 7999, {"restart": True, "expected_service": ("Watch",), "wait": False}, None
    yield 8080, {MEANWHILE: end(7192)}, None
    for name in ("java.exe", "job.exe"):
        yield 8080, {}, taken_by(name, 8080)
    yield 9090, {"timeout": 1.0, "reboot": True, "means": TERMINATE}, started_with_windows
    yield 9090, {"restart": True, "timeout": 1.0}, opens_nothing
    yield 7200, {"force": True, "restart": True, "timeout": 1.0}, unreadable_services
    for port, pid in ((8080, 7192), (9090, 8012)):
        yield port, {MEANWHILE: reuse(pid, port)}, None
    yield 7400, {MEANWHILE: take(7400, 8064)}, None
    yield 7210, {"force": True}, change("Teller", refuses={"StartService": 13})
    yield 7210, {"force": True}, change("Teller", start_takes=0.1, start_fails=1)
    yield 9090, {"restart": True}, change("Watch", start_takes=0.1, start_fails=1067)
    yield 9090, {"restart": True}, change("Watch", start_takes=math.inf)
    yield 8080, {}, when("Terminate Win32_Process", fail(Failure.UNREACHABLE))
    lost = when("StopService Win32_Service", fail(Failure.CLOSED))
    yield 9090, {"wait": False}, lost
    mode = when("ChangeStartMode Win32_Service", spoil(rb"<((?:\w+:)?StartMode)>\w*</\1>"))
    yield 9090, {"start_mode": DISABLED}, mode
    kept = when("ChangeStartMode Win32_Service", change("Watch", start_mode="Auto"))
    yield 9090, {"start_mode": DISABLED}, kept
    for value in range(1, 25):
        yield 7120, {"timeout": 0.0}, change("Locked", refuses={"StopService": value})
    for value in (6, 9, 10, 12, 13, 14, 15, 18):
        yield (
            9090,
            {"restart": True, "timeout": 1.0},
            change("Watch", refuses={"StartService": value}),
        )
    for value in (5, 1115, 1190, 1191, 1314, 0x80041062):
        yield 7000, {"timeout": 1.0, "reboot": True, "reboot_timeout": 2.0}, refusing_restart(value)


def started_with_windows(pc: SimulatedPc) -> None:
    """The process of Watch does not end, and something starts the service with Windows."""
    change("Watch", start_mode="Manual")(pc)
    stuck = pc.machine.process(8012)
    assert stuck is not None
    pc.machine._processes[8012] = replace(stuck, unkillable=True)
    first = pc.machine._first
    services = (
        replace(each, start_mode="Manual") if each.name == "Watch" else each
        for each in first.services
    )
    pc.machine._first = replace(first, services=tuple(services))


def opens_nothing(pc: SimulatedPc) -> None:
    pc.machine._opens["watch"] = []


def unreadable_services(pc: SimulatedPc) -> None:
    """Services can't be read any more once Store was told to stop."""
    unread = rewrite(b"FROM Win32_Service", b"FROM Win32_No")
    when("StopService Win32_Service", unread, 2)(pc)


def refusing_restart(value: int) -> Setting:
    def setting(pc: SimulatedPc) -> None:
        pc.machine.restarting = Restart(refuses=value)

    return setting


CASES = (*refused(), *carried_out())


def unusual() -> Iterator[tuple[Snapshot, StopRequest]]:
    """Holders that are none, or not sure, and what only guards of a host without WinRM meet."""
    young = replace(listener(80, 8), created=after_boot(1))
    wmi = service("Winmgmt", 8)
    for endpoint, services, urls in (
        (listener(80, None), [], []),
        (listener(80, 0), [], []),
        (listener(80, 99), [], []),
        (young, [], []),
        (listener(80, 8), [wmi], []),
        (listener(80, 8), [service("Dhcp", 8)], []),
    ):
        where = snapshot([endpoint], [process(8, "web.exe")], services, urls)
        yield where, StopRequest()
        yield where, StopRequest(force=True)
    where = snapshot([listener(80, 8)], [process(8, "guard.exe", None)])
    yield where, StopRequest()
    yield where, StopRequest(force=True)
    iis = [SYSTEM, process(9, "w3wp.exe")]
    where = snapshot([listener(80, 4)], iis, urls=[url(80, 9)])
    yield where, StopRequest()
    yield where, StopRequest(expected_process=("w3wp",))
    gone = replace(snapshot([listener(80, 40)]), orphans={40: Orphan(40, ())})
    yield gone, StopRequest()
    agent = replace(service("Agent", 4000), path="C:\\Agent\\agent.exe")
    parent = process(4000, "agent.exe", started=1)
    child = process(4001, "web.exe", parent=4000, started=2)
    where = snapshot([listener(80, 4001)], [parent, child], [agent])
    yield where, StopRequest()
    yield where, StopRequest(expected_service=("Agent",))


def planned(where: Snapshot, request: StopRequest) -> Plan:
    around = Surroundings(SYSTEM32, started={4000: ("java.exe",)})
    return make_plan(where, find_holders(where, ports(80)), request, around)


def told(case: Case) -> Iterator[object]:
    """The results of a case, its warnings and its diff, in check mode and done."""
    ports, options, setting = case
    options = dict(options)
    protocols, check = options.pop("protocols", "tcp"), options.pop("check", False)
    image = options.pop(IMAGE, "stubborn")
    meanwhile = options.pop(MEANWHILE, None)
    pc = SimulatedPc(image)
    if setting is not None:
        setting(pc)
    task = pc.task(ports, protocols, **options)
    found = pc.survey(ports, protocols, **options)
    planned = report.planned(task, found)
    yield planned
    yield report.diff(task, found)
    if planned.result.get("failed"):
        yield report.on_host(planned.result["msg"], task, "win-1")
    elif not check and (found.plan.steps or task.request.restart):
        if meanwhile is not None:
            meanwhile(pc)
        done = pc.carried_out(task, found)
        yield report.carried_out(task, found, done)
        yield report.diff(task, found, done)


def texts(value: object) -> Iterator[Value]:
    """The phrases of a result."""
    if isinstance(value, SPOKEN):
        yield value
    elif isinstance(value, report.StopReport):
        yield from texts(value.result)
        yield from texts(value.warnings)
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from texts(each)


def keys(value: Value) -> Iterator[str]:
    if isinstance(value, Phrase):
        yield value.key
        for each in value.values.values():
            yield from keys(each)
    elif isinstance(value, (Sentences, Joined)):
        for each in value.values:
            yield from keys(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from keys(each)
    elif isinstance(value, Sentence):
        yield from keys(value.clause)


# Names and commands that are the same in every language.
SAME = (
    *("netsh http show servicestate", "sc.exe continue NAME", "Routing and Remote Access"),
    *("netsh interface portproxy show all", "netsh interface portproxy"),
)
ENGLISH = re.compile(r"\b[A-Za-z]?[a-z']+ [a-z']+ [a-z']+\b|\b(?:the|is|was|not|and|has) ")


@pytest.fixture(scope="module")
def results() -> list[object]:
    return [value for case in CASES for value in told(case)]


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [planned(where, request) for where, request in unusual()]


@pytest.fixture(scope="module")
def everything(results: list[object], plans: list[Plan]) -> list[Value]:
    refusals = [[each.message for each in plan.refusals] for plan in plans]
    warnings = [plan.warnings for plan in plans]
    return list(dict.fromkeys(texts([results, refusals, warnings])))


def test_every_refusal_is_among_them(results: list[object], plans: list[Plan]) -> None:
    told = [each.result for each in results if isinstance(each, report.StopReport)]
    guards = {each["reason"] for result in told for each in result["refused"]}
    guards |= {each.guard.value for plan in plans for each in plan.refusals}
    assert guards == {each.value for each in StopGuard}


def test_every_cause_of_a_port_that_is_held_again_is_among_them(everything: list[Value]) -> None:
    spoken = {key for text in everything for key in keys(text)}
    assert {f"held.{cause.value}" for cause in HeldCause} <= spoken


def english_in(text: str) -> str:
    """The English words of a text, where they are more than names."""
    for each in SAME:
        text = text.replace(each, "")
    found = ENGLISH.search(text)
    return "" if found is None else found[0]


def test_no_english_sentence_is_left(everything: list[Value]) -> None:
    for text in everything:
        said = render(text, "ja")
        assert english_in(said) == "", said


@pytest.mark.parametrize("subject", [choosing, codes, running, common])
def test_no_text_that_only_other_hosts_meet_is_english(subject: ModuleType) -> None:
    texts: Mapping[str, Text] = subject.TEXTS
    assert {key: found for key, text in texts.items() if (found := english_in(text.ja))} == {}
    assert all(english_in(text.en) for text in texts.values() if len(text.en.split()) > 12)
