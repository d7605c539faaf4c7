# SPDX-License-Identifier: GPL-3.0-or-later
"""reg.exe query, byte for byte."""

from __future__ import annotations

import pytest

from unit.winsim.firewall.hosts import SAMPLE, host
from unit.winsim.small import boot
from winsim import images, programs
from winsim.firewall.store import SAMPLES

LOCAL = r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
FULL = LOCAL.replace("HKLM", "HKEY_LOCAL_MACHINE")
POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall"
REG = r"%SystemRoot%\System32\reg.exe query"
WEB = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=社内 & <b>|"


def test_recorded_stores_are_printed_as_they_were_recorded() -> None:
    result = programs.run(host(), f"{REG} {LOCAL} /s")
    assert result.stdout == (SAMPLES / SAMPLE).read_bytes()
    assert (result.stderr, result.exit_code) == (b"", 0)


def test_one_key_shows_its_values_and_the_keys_below_it() -> None:
    result = programs.run(host(), f"reg QUERY {LOCAL.lower()}\\PublicProfile")
    assert result.stdout.decode() == (
        f"\r\n{FULL}\\PublicProfile\r\n"
        "    DisableNotifications    REG_DWORD    0x0\r\n"
        "    EnableFirewall    REG_DWORD    0x1\r\n"
        f"\r\n{FULL}\\PublicProfile\\Logging\r\n"
    )


def test_one_value() -> None:
    result = programs.run(host(), f"reg query {LOCAL}\\PublicProfile /v enablefirewall")
    assert result.stdout.decode() == (
        f"\r\n{FULL}\\PublicProfile\r\n    EnableFirewall    REG_DWORD    0x1\r\n\r\n"
    )
    missing = programs.run(host(), f"reg query {LOCAL}\\PublicProfile /v nothing")
    assert (missing.stdout, missing.exit_code) == (b"", 1)


def test_where_windows_is() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    result = programs.run(host(), f'{REG} "{key}" /v SystemRoot')
    assert result.stdout.decode() == (
        f"\r\n{key.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\r\n"
        "    SystemRoot    REG_SZ    C:\\Windows\r\n\r\n"
    )


def test_new_rule_is_the_last_value() -> None:
    machine = host()
    assert machine.firewall is not None
    machine.firewall.set_rule("web", WEB)
    result = programs.run(machine, f"{REG} {LOCAL}\\FirewallRules")
    assert result.stdout.decode().splitlines()[-2] == f"    web    REG_SZ    {WEB}"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "ERROR: The system was unable to find the specified registry key or value."),
        ("ja", "エラー: 指定されたレジストリ キーまたは値が見つかりませんでした"),
        ("de", "FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden."),
    ],
)
def test_missing_key_is_told_on_stderr(language: str, words: str) -> None:
    image = images.load("win11-ja")
    document = dict(image.document)
    document["os"] = dict(document["os"]) | {"language": language}
    machine = images.Image("test", document).boot()
    result = programs.run(machine, f"{REG} {POLICY}\\Nothing /s")
    assert (result.stdout, result.stderr.decode(), result.exit_code) == (b"", f"{words}\r\n", 1)


def test_several_queries_in_one_line() -> None:
    line = f"{REG} {POLICY} /s & {REG} {LOCAL}\\Mdm /s"
    result = programs.run(host(), line)
    assert result.stdout.decode() == f"\r\n{FULL}\\Mdm\r\n\r\n"
    assert result.stderr.decode().count("ERROR") == 1
    assert result.exit_code == 0


def test_policy_that_an_image_has() -> None:
    machine = host(policy={"profiles": {"domain": {"AllowLocalPolicyMerge": 0}}})
    result = programs.run(machine, f"{REG} {POLICY} /s")
    full = POLICY.replace("HKLM", "HKEY_LOCAL_MACHINE")
    assert result.stdout.decode() == (
        f"\r\n{full}\r\n\r\n{full}\\DomainProfile\r\n"
        "    AllowLocalPolicyMerge    REG_DWORD    0x0\r\n\r\n"
    )


@pytest.mark.parametrize("arguments", ["", "query", "add HKLM\\x", "query HKLM\\x /z"])
def test_anything_else_is_a_syntax_error(arguments: str) -> None:
    result = programs.run(host(), f"reg {arguments}")
    assert (result.stdout, result.exit_code) == (b"", 1)
    assert b"ERROR: Invalid syntax." in result.stderr


def test_host_without_a_firewall_has_no_such_key() -> None:
    assert programs.run(boot(), f"{REG} {LOCAL} /s").exit_code == 1
