# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that ask for what isn't there: resources, actions, options, arguments, elements."""

from __future__ import annotations

import dataclasses

from unit.rows import each_row
from unit.winsim.small import boot
from unit.winsim.wire import (
    CALLER,
    ENUMERATION,
    SHELL,
    TRANSFER,
    WMI,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    pull_body,
    selectors,
    text,
)
from winsim.soap import Request
from winsim.wsman import Service

CMD = f"{SHELL}cmd"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
PROCESSES = f"{WMI}root/cimv2/Win32_Process"
NO_URI = ("a:DestinationUnreachable", "2150858811")
NO_ACTION = ("a:ActionNotSupported", "2150858771")


@each_row(
    ("uri", "action", "expected"),
    [
        ("urn:nothing", f"{TRANSFER}Get", NO_URI),
        ("urn:nothing", f"{ENUMERATION}Enumerate", NO_URI),
        ("urn:nothing", f"{ENUMERATION}Pull", NO_URI),
        ("", f"{TRANSFER}Get", NO_URI),
        (f"{CONFIG}uration", f"{TRANSFER}Get", NO_URI),
        (
            "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
            f"{TRANSFER}Create",
            NO_URI,
        ),
        (PROCESSES, f"{SHELL}Command", NO_ACTION),
        (PROCESSES, "http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe", NO_ACTION),
        (f"{WMI}root/cimv2/*", f"{TRANSFER}Get", NO_ACTION),
        (f"{WMI}root/cimv2/*", f"{TRANSFER}Delete", NO_ACTION),
        (CONFIG, f"{SHELL}Command", NO_ACTION),
        (CMD, f"{TRANSFER}Get", NO_ACTION),  # MS-WSMV notes 103 and 114
        (CMD, f"{ENUMERATION}Enumerate", NO_ACTION),
        (CMD, f"{SHELL}Disconnect", NO_ACTION),
        (SHELL.rstrip("/"), f"{TRANSFER}Create", NO_ACTION),
    ],
)
def test_resources_and_their_actions(uri: str, action: str, expected: tuple[str, str]) -> None:
    reply = ask(Service(boot()), envelope(action, enumerate_body(), uri=uri))
    assert fault_code(reply) == (500, *expected)


def option(name: str, must_comply: str = ' MustComply="true"') -> str:
    return f'<w:OptionSet><w:Option Name="{name}"{must_comply}>TRUE</w:Option></w:OptionSet>'


OPEN = (
    "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
    "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
)


@each_row(
    ("name", "must_comply", "status"),
    [
        ("WINRS_NOPROFILE", ' MustComply="true"', 200),
        ("winrs_noprofile", ' MustComply="1"', 200),
        ("WINRS_COLOUR", "", 200),
        ("WINRS_COLOUR", ' MustComply="false"', 200),
        ("WINRS_COLOUR", ' MustComply="true"', 500),
        ("WINRS_SKIP_CMD_SHELL", ' MustComply="true"', 500),  # of a command
    ],
)
def test_options_of_a_shell(name: str, must_comply: str, status: int) -> None:
    data = envelope(f"{TRANSFER}Create", OPEN, uri=CMD, header=option(name, must_comply))
    reply = ask(Service(boot()), data)
    assert reply.status == status
    if status == 500:
        assert fault_code(reply) == (500, "w:InvalidOptions", "2150858834")
        assert text(reply, ".//w:FaultDetail").endswith("/InvalidName")


def test_an_option_has_a_name() -> None:
    header = "<w:OptionSet><w:Option>TRUE</w:Option></w:OptionSet>"
    reply = ask(Service(boot()), envelope(f"{TRANSFER}Get", uri=CONFIG, header=header))
    assert fault_code(reply) == (500, "w:SchemaValidationError", "2150858817")


def test_options_of_the_configuration_and_of_classes() -> None:
    host = Service(boot())
    header = option("Colour")
    reply = ask(host, envelope(f"{TRANSFER}Get", uri=CONFIG, header=header))
    assert fault_code(reply) == (500, "w:InvalidOptions", "2150858834")
    # Classes take any, as note 52 of MS-WSMV says.
    data = envelope(f"{ENUMERATION}Enumerate", enumerate_body(), uri=PROCESSES, header=header)
    assert ask(host, data).status == 200


@each_row(
    ("selector_set", "expected"),
    [
        ("<w:Selector Name='Handle'>4</w:Selector>" * 2, "2150858847"),
        (
            "<w:Selector Name='Handle'>4</w:Selector><w:Selector Name='x'>4</w:Selector>",
            "2150858843",
        ),
        ("<w:Selector>4</w:Selector>", "2150858817"),
        ("<w:Select Name='Handle'>4</w:Select>", "2150858817"),
    ],
)
def test_selectors(selector_set: str, expected: str) -> None:
    header = f"<w:SelectorSet>{selector_set}</w:SelectorSet>"
    reply = ask(Service(boot()), envelope(f"{TRANSFER}Get", uri=PROCESSES, header=header))
    assert fault_code(reply)[2] == expected


def test_a_part_of_the_keys_names_nothing() -> None:
    uri = f"{WMI}root/StandardCimv2/MSFT_NetAdapter"
    reply = ask(
        Service(boot()), envelope(f"{TRANSFER}Get", uri=uri, header=selectors(DeviceID="x"))
    )
    assert fault_code(reply) == (500, "w:InvalidSelectors", "2150858842")


@each_row(
    ("element", "expected"),
    [
        ("<n:EndTo/>", ("w:UnsupportedFeature", "2150858870")),
        ("<n:Expires>PT60S</n:Expires>", ("w:UnsupportedFeature", "2150858856")),
        ("<n:Colour/>", ("w:SchemaValidationError", "2150858817")),
        ("<w:Colour/>", ("w:SchemaValidationError", "2150858817")),
        ("<OptimizeEnumeration/>", ("w:SchemaValidationError", "2150858817")),
    ],
)
def test_what_an_enumeration_does_not_have(element: str, expected: tuple[str, str]) -> None:
    body = enumerate_body().replace("</n:Enum", f"{element}</n:Enum")
    reply = ask(Service(boot()), envelope(f"{ENUMERATION}Enumerate", body, uri=PROCESSES))
    assert fault_code(reply) == (500, *expected)


def test_polymorphism_mode_means_nothing() -> None:
    mode = "<b:PolymorphismMode>None</b:PolymorphismMode>"
    body = enumerate_body().replace("</n:Enum", f"{mode}</n:Enum")
    data = envelope(f"{ENUMERATION}Enumerate", body, uri=PROCESSES)
    assert ask(Service(boot()), data).status == 200


@each_row(("argument", "status"), [("Reason", 200), ("reason", 200), ("Why", 500)])
def test_arguments_of_a_method(argument: str, status: int) -> None:
    body = f"<p:Terminate_INPUT xmlns:p='{PROCESSES}'><p:{argument}>1</p:{argument}></p:Terminate_INPUT>"
    data = envelope(f"{PROCESSES}/Terminate", body, uri=PROCESSES, header=selectors(Handle="908"))
    host = Service(boot())
    reply = ask(host, data)
    assert reply.status == status
    assert (host.machine.process(908) is None) is (status == 200)
    if status == 500:
        assert fault_code(reply) == (500, "w:InvalidParameter", "2150858837")


OTHER = dataclasses.replace(CALLER, user="other")


def test_contexts_and_shells_are_their_owners() -> None:
    host = Service(boot())
    body = enumerate_body("SELECT * FROM Win32_Process", max_elements=1)
    first = ask(host, envelope(f"{ENUMERATION}Enumerate", body))
    pull = envelope(f"{ENUMERATION}Pull", pull_body(text(first, ".//n:EnumerationContext")))
    request = host.read(pull, OTHER)
    assert isinstance(request, Request)
    refused = host.answer(request, OTHER)
    assert fault_code(refused) == (500, "n:InvalidEnumerationContext", "2150858779")
    assert ask(host, pull).status == 200
    shell = text(ask(host, envelope(f"{TRANSFER}Create", OPEN, uri=CMD)), ".//rsp:ShellId")
    delete = envelope(f"{TRANSFER}Delete", uri=CMD, header=selectors(ShellId=shell))
    request = host.read(delete, OTHER)
    assert isinstance(request, Request)
    assert fault_code(host.answer(request, OTHER)) == (500, "w:AccessDenied", "5")
    assert ask(host, delete).status == 200
