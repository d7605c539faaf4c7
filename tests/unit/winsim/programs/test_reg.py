# SPDX-License-Identifier: GPL-3.0-or-later
"""reg.exe query, byte for byte."""

from __future__ import annotations

import re

import pytest

from unit.rows import each_row
from unit.winsim.firewall.hosts import SAMPLE, host
from unit.winsim.small import boot, document
from winsim import images, programs
from winsim.firewall.store import SAMPLES
from winsim.machine import Machine

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


@each_row(
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
    assert result.stdout.decode() == "\r\n"  # Mdm is there, and has nothing
    assert result.stderr.decode().count("ERROR") == 1
    assert result.exit_code == 0


def test_policy_that_an_image_has() -> None:
    machine = host(policy={"profiles": {"domain": {"AllowLocalPolicyMerge": 0}}})
    result = programs.run(machine, f"{REG} {POLICY} /s")
    full = POLICY.replace("HKLM", "HKEY_LOCAL_MACHINE")
    assert result.stdout.decode() == (
        f"\r\n{full}\\DomainProfile\r\n    AllowLocalPolicyMerge    REG_DWORD    0x0\r\n\r\n"
    )


KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Test"


def keys_only() -> Machine:
    """A machine with a key that has keys below it and no value: `Test`, as in Wine's tests."""
    machine = host()
    assert machine.firewall is not None
    for number in (1, 2, 3, 4):
        machine.firewall.add_key(rf"{KEY}\subkey{number}")
    return machine


def wine() -> Machine:
    """A machine with the keys and values of Wine's tests."""
    machine = host()
    assert machine.firewall is not None
    machine.firewall.set_value(KEY, "Test1", "Hello, World")
    machine.firewall.set_value(KEY, "Test2", 0x123)
    machine.firewall.set_value(KEY, "Wine", "First instance")
    machine.firewall.set_value(rf"{KEY}\subkey", "Test3", "Some string data")
    machine.firewall.set_value(rf"{KEY}\subkey", "Test4", 0xABC)
    machine.firewall.set_value(rf"{KEY}\subkey", "Wine", "Second instance")
    return machine


def query(machine: Machine, arguments: str) -> tuple[str, int]:
    result = programs.run(machine, f'{REG} "{KEY}" {arguments}')
    return result.stdout.decode(), result.exit_code


def test_key_with_keys_below_it_only_is_not_named() -> None:
    """Wine's test8a and test8b."""
    names = [rf"{KEY}\subkey{number}" for number in (1, 2, 3, 4)]
    assert query(keys_only(), "") == ("\r\n" + "".join(f"{name}\r\n" for name in names), 0)
    assert query(keys_only(), "/s") == ("\r\n" + "".join(f"{name}\r\n\r\n" for name in names), 0)


def test_values_and_keys_below() -> None:
    """Wine's test3, test6 and test7."""
    first = (
        f"\r\n{KEY}\r\n    Test1    REG_SZ    Hello, World\r\n"
        "    Test2    REG_DWORD    0x123\r\n    Wine    REG_SZ    First instance\r\n\r\n"
    )
    second = (
        f"{KEY}\\subkey\r\n    Test3    REG_SZ    Some string data\r\n"
        "    Test4    REG_DWORD    0xabc\r\n    Wine    REG_SZ    Second instance\r\n\r\n"
    )
    assert query(wine(), "") == (f"{first}{KEY}\\subkey\r\n", 0)
    assert query(wine(), "/s") == (first + second, 0)
    assert query(wine(), "/v wine /s") == (
        f"\r\n{KEY}\r\n    Wine    REG_SZ    First instance\r\n\r\n"
        f"{KEY}\\subkey\r\n    Wine    REG_SZ    Second instance\r\n\r\n"
        "End of search: 2 match(es) found.\r\n",
        0,
    )


def test_search_that_finds_nothing() -> None:
    assert query(wine(), "/s /v Nothing") == ("\r\nEnd of search: 0 match(es) found.\r\n", 1)


@pytest.mark.parametrize("language", ["ja", "de"])
def test_default_value_is_translated(language: str) -> None:
    changed = document()
    changed["os"]["language"] = language
    machine = boot(changed | {"firewall": {"dump": "win11_written"}})
    result = programs.run(machine, f"{REG} {LOCAL} /ve")
    first, key, value, *rest = result.stdout.decode().split("\r\n")
    assert (first, key, rest, result.exit_code) == ("", FULL, ["", ""], 0)
    assert re.fullmatch(r" {4}\([^ )]+\) {4}REG_SZ {4}\([^)]+\)", value)
    assert "Default" not in value


def test_default_value() -> None:
    machine = wine()
    not_set = f"\r\n{KEY}\r\n    (Default)    REG_SZ    (value not set)\r\n\r\n"
    assert query(machine, "/ve") == (not_set, 0)
    assert machine.firewall is not None
    machine.firewall.set_value(KEY, "", "Empty")
    found = f"\r\n{KEY}\r\n    (Default)    REG_SZ    Empty\r\n\r\n"
    assert query(machine, "/ve") == (found, 0)
    assert query(machine, "/ve /s") == (f"{found}End of search: 1 match(es) found.\r\n", 0)


@each_row(
    "arguments",
    [
        "",
        "query",
        "query /s",
        "add HKLM\\x",
        "query HKLM\\x /z",
        "query HKLM\\x /v",
        "query HKLM\\x /s /s",
        "query HKLM\\x /v a /v b",
        "query HKLM\\x /v a /ve",
        "query HKLM\\x /reg:64 /reg:64",
    ],
)
def test_anything_else_is_a_syntax_error(arguments: str) -> None:
    result = programs.run(host(), f"reg {arguments}")
    assert (result.stdout, result.exit_code) == (b"", 1)
    assert b"ERROR: Invalid syntax." in result.stderr


def test_host_without_a_firewall_has_no_such_key() -> None:
    assert programs.run(boot(), f"{REG} {LOCAL} /s").exit_code == 1
