# SPDX-License-Identifier: GPL-3.0-or-later
"""Our requests beside recorded ones that a service accepted: every difference is a stated one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import wql
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimClass,
    CimType,
    Property,
    Reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import (
    enumeration,
    envelope,
    invoke,
    transfer,
    winrs,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
    RequestSettings,
)
from unit.rows import each_row
from unit.wsman.recorded import conversation, sample

PREFIXES = {
    "http://www.w3.org/2003/05/soap-envelope": "s",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing": "a",
    "http://schemas.xmlsoap.org/ws/2004/09/enumeration": "n",
    "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd": "w",
    "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd": "p",
    "http://schemas.microsoft.com/wbem/wsman/1/windows/shell": "rsp",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"


def short(name: str) -> str:
    namespace, _unused, local = name.rpartition("}")
    return f"{PREFIXES.get(namespace[1:], namespace[1:])}:{local}" if namespace else local


def lines(data: bytes) -> Counter[str]:
    """A message as one line for each element: where it stands, its attributes and its text."""

    def walk(element: ElementTree.Element, path: str) -> Iterator[str]:
        path = f"{path}/{short(element.tag)}"
        attributes = [f"[{short(key)}={value}]" for key, value in sorted(element.items())]
        text = (element.text or "").strip()
        yield path + "".join(attributes) + (f" = {text}" if text else "")
        for child in element:
            yield from walk(child, path)

    message = ElementTree.fromstring(data)
    return Counter(
        line.removeprefix("/s:Envelope").replace("/s:Header/", "")
        for line in walk(message, "")
        if "a:MessageID" not in line and "p:SessionId" not in line
    )


def differences(recorded: bytes, ours: Request) -> tuple[list[str], list[str]]:
    """What stands in the recorded message only, and what in ours only, ids aside."""
    theirs, own = lines(recorded), lines(ours.data)
    return sorted((theirs - own).elements()), sorted((own - theirs).elements())


def recorded_settings(recorded: bytes) -> RequestSettings:
    """The settings that the recorded client had."""
    header = {
        short(each.tag): each.text or "" for each in ElementTree.fromstring(recorded)[0].iter()
    }
    seconds = float(header["w:OperationTimeout"].removeprefix("PT").removesuffix("S"))
    return RequestSettings(header["a:To"], int(header["w:MaxEnvelopeSize"]), seconds)


def shell_requests(name: str) -> dict[str, list[bytes]]:
    requests: dict[str, list[bytes]] = {}
    for request, _unused in conversation(f"wsman_winrs/pypsrp_winrs_{name}.yml"):
        action = ElementTree.fromstring(request).findtext(
            ".//{http://schemas.xmlsoap.org/ws/2004/08/addressing}Action"
        )
        assert action
        requests.setdefault(action.rpartition("/")[2], []).append(request)
    return requests


UNICODE = shell_requests("unicode")
SHELL_ID = "3C225977-02C6-42E5-9D66-5BBDAB4859B1"
COMMAND_ID = "1B922CC0-CE49-4A7E-AC46-B01C472B49A9"
PYPSRP = recorded_settings(UNICODE["Create"][0])


def test_opening_a_shell() -> None:
    """Ours also leaves the user's profile out, which no fixed program needs."""
    ours = winrs.open_shell(PYPSRP)
    assert differences(UNICODE["Create"][0], ours) == (
        [],
        ["w:OptionSet/w:Option[Name=WINRS_NOPROFILE] = TRUE"],
    )


def test_starting_a_command() -> None:
    """Ours is one line, because cmd.exe reads one line; a boolean option has no letter case."""
    ours = winrs.command(SHELL_ID, "powershell.exe Write-Host こんにちは", PYPSRP)
    assert differences(UNICODE["Command"][0], ours) == (
        [
            "/s:Body/rsp:CommandLine/rsp:Arguments = Write-Host こんにちは",
            "/s:Body/rsp:CommandLine/rsp:Command = powershell.exe",
            "w:OptionSet/w:Option[Name=WINRS_SKIP_CMD_SHELL] = False",
        ],
        [
            "/s:Body/rsp:CommandLine/rsp:Command = powershell.exe Write-Host こんにちは",
            "w:OptionSet/w:Option[Name=WINRS_SKIP_CMD_SHELL] = FALSE",
        ],
    )


def test_asking_for_output() -> None:
    """Ours does without the keep-alive option: a Receive that timed out is simply repeated."""
    ours = winrs.receive(SHELL_ID, COMMAND_ID, PYPSRP)
    assert differences(UNICODE["Receive"][0], ours) == (
        [
            "w:OptionSet/w:Option[Name=WSMAN_CMDSHELL_OPTION_KEEPALIVE] = True",
            "w:OptionSet[s:mustUnderstand=true]",
        ],
        [],
    )


def test_ending_a_command() -> None:
    """Ours terminates: Ctrl+C is something that a program may ignore."""
    ours = winrs.signal_terminate(SHELL_ID, COMMAND_ID, PYPSRP)
    assert differences(UNICODE["Signal"][0], ours) == (
        [f"/s:Body/rsp:Signal/rsp:Code = {SHELL}/signal/ctrl_c"],
        [f"/s:Body/rsp:Signal/rsp:Code = {SHELL}/signal/terminate"],
    )


def test_closing_a_shell() -> None:
    assert differences(UNICODE["Delete"][0], winrs.close_shell(SHELL_ID, PYPSRP)) == ([], [])


@each_row("name", ["standard", "stderr_rc", "extra_opts", "bad_cmd_id", "operation_timeout"])
def test_the_other_conversations_differ_in_the_same_places(name: str) -> None:
    requests = shell_requests(name)
    settings = recorded_settings(requests["Delete"][0])
    shell_id = requests["Delete"][0].partition(b'"ShellId">')[2].partition(b"<")[0].decode()
    assert differences(requests["Delete"][0], winrs.close_shell(shell_id, settings)) == ([], [])
    for recorded in requests["Receive"]:
        command_id = recorded.partition(b'CommandId="')[2].partition(b'"')[0].decode()
        only_theirs, only_ours = differences(
            recorded, winrs.receive(shell_id, command_id, settings)
        )
        assert len(only_theirs) == 2
        assert only_ours == []


def test_a_get() -> None:
    recorded, _unused = conversation("wsman_config/pypsrp_winrm_config_get_500.yml")[0]
    config = Reference("http://schemas.microsoft.com/wbem/wsman/1/config", ())
    ours = transfer.get(SMALL_NUMBER, config, recorded_settings(recorded))
    assert differences(recorded, ours) == ([], [])


SMALL_NUMBER = CimClass(
    "X_SmallNumber",
    "root/test",
    (
        Property("Number", CimType.UINT64),
        Property("SpelledNumber", CimType.STRING),
        Property("Description", CimType.STRING),
    ),
)
OMI = recorded_settings(sample("omi/get_request.xml"))
CIM_SCHEMA = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2"
PRESIDENT = Reference(f"{CIM_SCHEMA}/MSFT_President", (("__cimnamespace", "test/c"), ("Key", "1")))
STATIC_NUMBER = Reference(f"{CIM_SCHEMA}/X_SmallNumber", (("__cimnamespace", "root/test"),))

# The recorded client left out what only matters to people; OMI took that, Windows takes both.
OMI_DIFFERENCES = (
    ["a:ReplyTo/a:Address = http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"],
    [
        "a:ReplyTo/a:Address[s:mustUnderstand=true]"
        " = http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
        "p:DataLocale[s:mustUnderstand=false][xml:lang=en-US]",
        "w:Locale[s:mustUnderstand=false][xml:lang=en-US]",
    ],
)


@each_row(
    ("name", "ours"),
    [
        (
            "wql_paged_1",
            enumeration.enumerate_query(
                SMALL_NUMBER, wql.select(SMALL_NUMBER), OMI, max_elements=5
            ),
        ),
        ("wql_paged_2", enumeration.pull(SMALL_NUMBER, "1215496192", OMI, max_elements=3)),
        ("release", enumeration.release(SMALL_NUMBER, "1215496192", OMI)),
        (
            "wql_projected",
            enumeration.enumerate_query(
                SMALL_NUMBER,
                wql.select(SMALL_NUMBER, ["Number", "SpelledNumber"]) + " WHERE Number < 20",
                OMI,
            ),
        ),
        ("get", transfer.get(SMALL_NUMBER, PRESIDENT, OMI)),
        ("invoke", invoke.invoke(SMALL_NUMBER, STATIC_NUMBER, "SpellNumber", {"num": 11}, OMI)),
        ("invoke_no_method", invoke.invoke(SMALL_NUMBER, STATIC_NUMBER, "NoSuchMethod", {}, OMI)),
        (
            "epr_mode",
            envelope.build(
                "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate",
                PRESIDENT.resource_uri,
                "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>2</w:MaxElements>"
                "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode></n:Enumerate>",
                OMI,
                selectors=PRESIDENT.selectors[:1],
            ),
        ),
    ],
)
def test_a_request_that_omi_took(name: str, ours: Request) -> None:
    assert differences(sample(f"omi/{name}_request.xml"), ours) == OMI_DIFFERENCES


def test_a_condition_is_written_without_blanks() -> None:
    query = wql.select(SMALL_NUMBER, None, wql.equals("Number", 999999))
    ours = enumeration.enumerate_query(SMALL_NUMBER, query, OMI)
    only_theirs, only_ours = differences(sample("omi/wql_empty_request.xml"), ours)
    assert only_theirs[0].endswith(" = SELECT * FROM X_SmallNumber WHERE Number = 999999")
    assert only_ours[0].endswith(" = SELECT * FROM X_SmallNumber WHERE Number=999999")
    assert (only_theirs[1:], only_ours[1:]) == OMI_DIFFERENCES
