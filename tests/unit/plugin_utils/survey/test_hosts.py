# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a host before anything is sent to it: whose account it is tried with, and where
it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.plugin_utils.settings import Settings
from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.hosts import (
    account_of,
    target,
)
from unit.real_connections import psrp_connection, winrm_connection
from unit.rows import each_row

NTLM = Settings("winrm", "pc", 5985, ("ntlm",), user="admin", password="x")


@each_row(
    ("user", "account"),
    [
        ("admin", None),
        (".\\admin", None),
        ("\\admin", None),
        ("CORP\\Admin", "corp\\admin"),
        ("corp\\ADMIN", "corp\\admin"),
        ("admin@corp.example.com", "corp\\admin"),
        ("Admin@CORP", "corp\\admin"),
        ("a@b@corp", "corp\\a@b"),
        ("CORP\\a@b", "corp\\a@b"),
        ("", None),
        (None, None),
    ],
)
def test_all_spellings_of_an_account_are_one(user: str | None, account: str | None) -> None:
    assert account_of(replace(NTLM, user=user)) == account


@each_row("way", ["basic", "plaintext", "ssl", "certificate"])
def test_some_ways_take_only_accounts_of_the_host(way: str) -> None:
    known = replace(NTLM, user="CORP\\admin", ways=(way,))
    assert account_of(known) is None
    assert account_of(replace(known, ways=(way, "ntlm"))) == "corp\\admin"


@each_row(
    ("ways", "account"),
    [(("kerberos",), "\\admin"), (("kerberos", "ntlm"), "\\admin"), (("negotiate",), None)],
)
def test_kerberos_knows_no_accounts_of_the_host(ways: tuple[str, ...], account: str | None) -> None:
    known = replace(NTLM, user="Admin", ways=ways)
    assert account_of(known) == account
    assert account_of(replace(known, password=None)) is None


def test_an_account_of_a_host_is_one_by_all_names_of_the_host() -> None:
    def found(address: str, port: int, user: str, **options: Any) -> str | None:
        made = winrm_connection(address, port, **options)
        made.set_option("remote_user", user)
        return target("pc", made, proxies=False).account

    one = found("pc.example", 5985, "admin")
    assert one is not None
    assert found("PC.example", 5985, ".\\Admin") == one
    assert found("pc.example", 5985, "\\admin") == one
    others = {
        found("pc.example", 5986, "admin"),  # behind a router, it is another PC
        found("other.example", 5985, "admin"),
        found("pc.example", 5985, "other"),
    }
    assert len(others) == 3
    assert not others & {one, None}


@each_row(
    ("kind", "variables", "account", "turn"),
    [
        ("winrm", {"transport": ["ntlm"], "ansible_user": "C\\u"}, "c\\u", None),
        ("winrm", {"transport": ["kerberos"], "ansible_user": "u@C"}, "c\\u", "c\\u"),
        ("winrm", {"transport": ["kerberos", "ntlm"], "ansible_user": "u@C"}, "c\\u", "c\\u"),
        ("winrm", {"transport": ["kerberos"], "ansible_password": None}, None, ""),
        ("psrp", {"auth": "kerberos", "ansible_user": "u@C"}, "c\\u", None),
        ("psrp", {"auth": "negotiate", "ansible_user": "u@C"}, "c\\u", None),
        ("psrp", {"auth": "kerberos", "ansible_user": "u@C", "ansible_password": None}, "c\\u", ""),
        ("psrp", {"auth": "ntlm", "ansible_user": "u@C"}, "c\\u", None),
    ],
)
def test_who_needs_a_ticket_takes_turns(
    kind: str, variables: dict[str, Any], account: str | None, turn: str | None
) -> None:
    found = target("pc", connection(kind, variables), proxies=False)
    assert (found.account, found.turn) == (account, turn)


def connection(kind: str, variables: dict[str, Any]) -> Any:
    options = {name: value for name, value in variables.items() if not name.startswith("ansible_")}
    made = (winrm_connection if kind == "winrm" else psrp_connection)("192.0.2.1", 5985, **options)
    for name, option in (("ansible_user", "remote_user"), ("ansible_password", "remote_password")):
        if name in variables:
            made.set_option(option, variables[name])
    return made


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("http", "https", "all", "no"):
        for name in (f"{each}_proxy", f"{each}_PROXY".upper()):
            monkeypatch.delenv(name, raising=False)


def test_a_host_behind_a_proxy_is_not_connected_to_directly(
    no_proxy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = winrm_connection("192.0.2.1", 5985)
    assert target("pc", plain, proxies=True).direct
    own = winrm_connection("192.0.2.1", 5985, proxy="http://192.0.2.9:3128")
    assert not target("pc", own, proxies=False).direct
    monkeypatch.setenv("http_proxy", "http://192.0.2.9:3128")
    assert not target("pc", plain, proxies=True).direct
    assert not target("pc", psrp_connection("fe80::1", 5985), proxies=True).direct
    monkeypatch.setenv("no_proxy", "192.0.2.1")
    assert target("pc", plain, proxies=True).direct


@each_row(
    ("kind", "given", "where"),
    [
        ("winrm", "192.0.2.1", ("192.0.2.1", 5985)),
        ("winrm", "[fe80::1%2]", ("fe80::1%2", 5985)),
        ("psrp", "pc.example", ("pc.example", 5985)),
    ],
)
def test_where_a_host_is(kind: str, given: str, where: tuple[str, int]) -> None:
    made = connection(kind, {})
    made.set_option("remote_addr", given)
    found = target("pc", made, proxies=False)
    assert (found.address, found.port) == where


def test_psrp_has_a_port_by_default() -> None:
    made = connection("psrp", {})
    made.set_option("port", None)
    assert target("pc", made, proxies=False).port == 5986
    made.set_option("protocol", "http")
    assert target("pc", made, proxies=False).port == 5985
