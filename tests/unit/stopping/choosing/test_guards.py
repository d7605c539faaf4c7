# SPDX-License-Identifier: GPL-3.0-or-later
"""What is guarded, and that the folder of a program decides and not its name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import WINRM_LISTENERS
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.guards import (
    guarded_ports,
    guarded_process,
    guarded_services,
    is_system_process,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    StopGuard,
)
from unit.holder_cases import SYSTEM32, process, service, url
from unit.rows import each_row
from unit.words.english import english

SYSTEM_NAMES = ["smss", "csrss", "wininit", "winlogon", "services", "lsass"]
ELSEWHERE = [
    "C:\\Temp\\{}",
    "C:\\Windows\\{}",
    "C:\\Windows\\SysWOW64\\{}",
    "C:\\Windows\\System32\\drivers\\{}",
    "C:\\Windows\\System32 \\{}",
    "C:\\Windows\\System32\\..\\Temp\\{}",
    "D:\\Windows\\System32\\{}",
    "C:\\System32\\{}",
    "C:\\WindowsSystem32\\{}",
    "{}",
]


@each_row("name", SYSTEM_NAMES)
@each_row(
    "path",
    [
        "C:\\Windows\\System32\\{}",
        "c:\\WINDOWS\\system32\\{}",
        "C:/Windows/System32/{}",
        "C:\\Windows\\Temp\\..\\System32\\{}",
        "\\SystemRoot\\System32\\{}",
        "\\??\\C:\\Windows\\system32\\{}",
        None,
    ],
)
def test_a_system_process_is_guarded(name: str, path: str | None) -> None:
    full = None if path is None else path.format(f"{name}.exe")
    for spelling in (f"{name}.exe", f"{name}.exe".upper()):
        found = process(640, spelling, full)
        assert is_system_process(found, SYSTEM32)
        assert StopGuard.SYSTEM_PROCESS in guards(found)


@each_row("name", SYSTEM_NAMES)
@each_row("path", ELSEWHERE)
def test_a_program_that_only_has_the_name_is_not(name: str, path: str) -> None:
    impostor = process(640, f"{name}.exe", path.format(f"{name}.exe"))
    assert not is_system_process(impostor, SYSTEM32)
    assert guards(impostor) == []


def test_other_programs_of_windows_are_not_guarded_by_their_folder() -> None:
    for name in ("notepad.exe", "svchost.exe", "csrss2.exe", "lsass"):
        assert guards(process(640, name, f"{SYSTEM32}\\{name}")) == []


def test_windows_in_another_folder() -> None:
    found = process(640, "lsass.exe", "D:\\WinNT\\System32\\lsass.exe")
    kernel_spelling = process(640, "smss.exe", "\\SystemRoot\\System32\\smss.exe")
    for each in (found, kernel_spelling):
        assert is_system_process(each, "D:\\WinNT\\system32")
    assert not is_system_process(found, SYSTEM32)


@each_row(
    ("name", "folder"), [("winrshost.exe", ""), ("wsmprovhost.exe", ""), ("WmiPrvSE.exe", "\\wbem")]
)
def test_what_serves_the_connection(name: str, folder: str) -> None:
    assert guards(process(640, name, f"{SYSTEM32}{folder}\\{name}")) == [StopGuard.WINRM]
    assert guards(process(640, name, f"C:\\Temp\\{name}")) == []


def test_the_process_behind_the_url_of_winrm() -> None:
    program = process(640, "svchost.exe", f"{SYSTEM32}\\svchost.exe")
    for path in ("/WSMAN/", "/wsman"):
        urls = [url(8080, 12), url(5000, 640, path=path)]
        dangers = guarded_process(program, [], urls, SYSTEM32)
        assert [each.guard for each in dangers] == [StopGuard.WINRM]
    assert guarded_process(program, [], [url(5000, 640, path="/SHOP/")], SYSTEM32) == []


@each_row(
    ("name", "guard"),
    [
        ("RpcSs", StopGuard.RPC),
        ("RPCEPTMAPPER", StopGuard.RPC),
        ("DcomLaunch", StopGuard.RPC),
        ("winmgmt", StopGuard.WMI),
        ("WinRM", StopGuard.WINRM),
        ("BFE", StopGuard.NETWORK),
        ("MpsSvc", StopGuard.NETWORK),
        ("IKEEXT", StopGuard.NETWORK),
        ("Dhcp", StopGuard.NETWORK),
        ("RemoteAccess", StopGuard.NETWORK),
    ],
)
def test_guarded_services(name: str, guard: StopGuard) -> None:
    services = [service("Spooler", 640), service(name, 640)]
    assert [each.guard for each in guarded_services(services)] == [guard]
    # Ending the process would end the service as well.
    assert [
        each.guard for each in guarded_process(process(640, "x.exe"), services, [], SYSTEM32)
    ] == [guard]
    assert guarded_services([service(f"{name}2", 640)]) == []


def test_the_ports_of_winrm() -> None:
    tcp = [(Protocol.TCP, port) for port in (59, 598, 5984, 5985, 5986, 5987, 47001, 59850)]
    assert [each.guard for each in guarded_ports(tcp, WINRM_LISTENERS)] == [StopGuard.WINRM] * 3
    assert guarded_ports([(Protocol.UDP, 5985)], WINRM_LISTENERS) == []


@given(st.text(), st.none() | st.text())
def test_any_name_and_path_are_judged_without_an_error(name: str, path: str | None) -> None:
    for danger in guarded_process(process(640, name, path), [], [], SYSTEM32):
        assert english(danger.message).isprintable()


def guards(found: object) -> list[StopGuard]:
    return [each.guard for each in guarded_process(found, [], [], SYSTEM32)]  # type: ignore[arg-type]
