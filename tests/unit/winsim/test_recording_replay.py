# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that answers from a recording: what was asked, in the words of another request."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unit.winsim.recordings import (
    CIMV2,
    SHELL,
    TRANSFER,
    Message,
    command,
    envelope,
    fault,
    page,
    pull,
    query,
    recording,
    resource,
    row,
    shell_request,
)
from unit.winsim.small import boot
from winsim.config import Access
from winsim.recording import RecordingError
from winsim.recording_replay import RecordedMachine, RecordedService, load, service_of
from winsim.soap import N, parse_xml, text_of
from winsim.unkind.manner import Unkind
from winsim.wsman import Caller, Reply, Service

CALLER = Caller("admin", "127.0.0.1", "http://127.77.0.1:5985/wsman")
ALL = "SELECT Name,ProcessId FROM Win32_Service"
ROWS = [row(Name="Dns", ProcessId=4), row(Name="Web", ProcessId=8)]


def service(folder: Path, *messages: Message) -> RecordedService:
    return RecordedService(RecordedMachine(recording(folder, messages), "win-1", "127.77.0.1"))


def ask(found: Service, request: str) -> Reply:
    read = found.read(request.encode(), CALLER)
    return read if isinstance(read, Reply) else found.answer(read, CALLER)


def message_id(request: str) -> str:
    found = re.search("<a:MessageID>([^<]*)<", request)
    assert found is not None
    return found[1]


def test_a_recorded_answer_relates_to_the_new_request(tmp_path: Path) -> None:
    found = service(tmp_path, (query(ALL), page("Enumerate", ROWS)))
    request = query(ALL)
    reply = ask(found, request)
    assert reply.status == 200
    assert f"<a:RelatesTo>{message_id(request)}</a:RelatesTo>" in reply.text
    assert "<Name>Dns</Name>" in reply.text


def test_pulls_go_on_where_their_context_says(tmp_path: Path) -> None:
    found = service(
        tmp_path,
        (query(ALL), page("Enumerate", ROWS[:1], "first")),
        (pull("first"), page("Pull", ROWS[1:])),
    )
    assert ">first<" in ask(found, query(ALL)).text
    assert "<Name>Web</Name>" in ask(found, pull("first")).text
    assert ask(found, pull("another")).status == 500


def test_asked_again_it_gives_the_next_answer_and_then_the_last(tmp_path: Path) -> None:
    answers = [page("Enumerate", [row(Name=f"S{number}", ProcessId=4)]) for number in (1, 2)]
    found = service(tmp_path, *((query(ALL), answer) for answer in answers))
    told = [ask(found, query(ALL)).text for _time in range(3)]
    assert ["S1" in text for text in told] == [True, False, False]
    assert ["S2" in text for text in told] == [False, True, True]


def test_pages_of_one_context_are_told_again_from_the_first(tmp_path: Path) -> None:
    names = [f"S{number}" for number in range(8)]
    rows = [row(Name=name, ProcessId=4) for name in names]
    messages: list[Message] = []
    for first in (0, 4):
        messages += [
            (query(ALL), page("Enumerate", rows[first : first + 1], "same")),
            (pull("same"), page("Pull", rows[first + 1 : first + 2], "same")),
            (pull("same"), page("Pull", rows[first + 2 : first + 4])),
        ]
    found = service(tmp_path, *messages)
    for expected in (names[:4], names[4:], names[4:]):
        text = "".join(ask(found, each).text for each in (query(ALL), pull("same"), pull("same")))
        assert re.findall("<Name>(.*?)</Name>", text) == expected


def test_an_unkind_host_tells_recorded_pages_too(tmp_path: Path) -> None:
    pages = [
        (query(ALL), page("Enumerate", ROWS[:1], "first")),
        (pull("first"), page("Pull", ROWS[1:])),
    ]
    for seed in range(20):
        found = service(tmp_path, *pages)
        found.manner = Unkind(seed)
        asked = ask(found, query(ALL))
        if asked.status != 200:  # busy
            continue
        body = parse_xml(asked.text.encode()).find(f".//{{{N}}}EnumerationContext")
        reply = ask(found, pull(text_of(body)))
        assert reply.status == 200, reply.text
        assert text_of(parse_xml(reply.text.encode()).find(".//{*}Name")) == "Web"


def test_a_narrower_query_is_answered_from_the_table(tmp_path: Path) -> None:
    found = service(tmp_path, (query(ALL), page("Enumerate", ROWS)))
    text = ask(found, query("SELECT Name FROM Win32_Service WHERE ProcessId=8")).text
    assert re.findall("<Name>(.*?)</Name>", text) == ["Web"]


def test_a_condition_on_what_was_not_read_is_refused(tmp_path: Path) -> None:
    found = service(tmp_path, (query(ALL), page("Enumerate", ROWS)))
    reply = ask(found, query("SELECT Name FROM Win32_Service WHERE State='Running'"))
    assert reply.status == 500
    assert "The recording of this host holds no answer to: " in reply.text
    assert "SELECT Name FROM Win32_Service" in reply.text


def test_a_class_that_was_refused_stays_refused(tmp_path: Path) -> None:
    found = service(tmp_path, (query("SELECT A FROM Missing"), fault(2150858778)))
    reply = ask(found, query("SELECT B FROM Missing WHERE A=1"))
    assert reply.status == 500
    assert 'Code="2150858778"' in reply.text


@pytest.mark.parametrize("verb", ["Get", "Put", "Delete"])
def test_what_was_not_asked_is_told(verb: str, tmp_path: Path) -> None:
    found = service(tmp_path, (query(ALL), page("Enumerate", ROWS)))
    one = resource(CIMV2.replace("*", "Win32_Service"), Name="Dns")
    reply = ask(found, envelope(f"{TRANSFER}/{verb}", "", one))
    assert reply.status == 500
    assert f"no answer to: {verb} http" in reply.text


def test_selectors_are_part_of_the_question(tmp_path: Path) -> None:
    uri = CIMV2.replace("*", "Win32_Service")
    answer = envelope(f"{TRANSFER}/GetResponse", "<w:One/>", relates_to="uuid:old")
    found = service(tmp_path, (envelope(f"{TRANSFER}/Get", "", resource(uri, Name="A")), answer))
    assert ask(found, envelope(f"{TRANSFER}/Get", "", resource(uri, name="A"))).status == 200
    assert ask(found, envelope(f"{TRANSFER}/Get", "", resource(uri, Name="B"))).status == 500


def test_shells_are_opened_anew_and_run_what_was_recorded(tmp_path: Path) -> None:
    found = service(tmp_path, *command("one.exe & echo end", b"text\r\nend\r\n"))
    create = envelope(
        f"{TRANSFER}/Create",
        "<rsp:Shell><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>",
        resource(f"{SHELL}/cmd"),
    )
    opened = re.search("<rsp:ShellId>([^<]*)<", ask(found, create).text)
    assert opened is not None
    line = "<rsp:CommandLine><rsp:Command>one.exe</rsp:Command></rsp:CommandLine>"
    started = ask(found, shell_request("Command", line, opened[1]))
    identifier = re.search("<rsp:CommandId>([^<]*)<", started.text)
    assert identifier is not None
    wanted = f'<rsp:DesiredStream CommandId="{identifier[1]}">stdout stderr</rsp:DesiredStream>'
    received = ask(
        found, shell_request("Receive", f"<rsp:Receive>{wanted}</rsp:Receive>", opened[1])
    )
    assert "dGV4dA0K" in received.text  # "text\r\n"


def test_a_shell_that_was_refused_is_refused(tmp_path: Path) -> None:
    create = envelope(f"{TRANSFER}/Create", "<rsp:Shell/>", resource(f"{SHELL}/cmd"))
    found = service(tmp_path, (create, fault(5)))
    assert 'Code="5"' in ask(found, create).text


def test_a_shell_that_was_refused_once_is_refused_once(tmp_path: Path) -> None:
    create = envelope(f"{TRANSFER}/Create", "<rsp:Shell/>", resource(f"{SHELL}/cmd"))
    opened = envelope(f"{TRANSFER}/CreateResponse", "<x:ResourceCreated/>")
    found = service(tmp_path, (create, fault(5)), (create, opened))
    assert [ask(found, create).status for _time in range(3)] == [500, 200, 200]


def test_a_command_that_was_refused_once_is_refused_once(tmp_path: Path) -> None:
    run = command("one.exe", b"text\r\n")
    found = service(tmp_path, (run[0][0], fault(5)), *run)
    create = envelope(f"{TRANSFER}/Create", "<rsp:Shell/>", resource(f"{SHELL}/cmd"))
    opened = re.search("<rsp:ShellId>([^<]*)<", ask(found, create).text)
    assert opened is not None
    line = "<rsp:CommandLine><rsp:Command>one.exe</rsp:Command></rsp:CommandLine>"
    replies = [ask(found, shell_request("Command", line, opened[1])) for _time in range(3)]
    assert [reply.status for reply in replies] == [500, 200, 200]


def test_what_is_known_of_windows_comes_from_the_recording(tmp_path: Path) -> None:
    system = row(Caption="Windows X", OSLanguage=1041, Version="10.0.20348")
    asked = query("SELECT Caption,Version,OSLanguage FROM Win32_OperatingSystem")
    machine = service(tmp_path, (asked, page("Enumerate", [system]))).machine
    assert machine.operating_system.caption == "Windows X"
    assert (machine.operating_system.build, machine.language) == ("20348", "ja")


def test_a_recording_without_any_answer_is_refused(tmp_path: Path) -> None:
    recording(tmp_path, [])
    with pytest.raises(RecordingError, match="holds no answer at all"):
        load(tmp_path / "made.jsonl")


def test_each_machine_gets_its_kind_of_service(tmp_path: Path) -> None:
    machine = RecordedMachine(recording(tmp_path, []), "win-1", "127.77.0.1")
    assert isinstance(service_of(machine, Access()), RecordedService)
    assert not isinstance(service_of(boot(), Access()), RecordedService)
