# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a survey asks the KDC: what it counts is what locks an account out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integration.runs import play
from loopback import Network
from realm.kdc import DOMAIN, NAME, SERVICES, Realm
from winsim.config import Access
from winsim.images import load
from winsim.inventory import Plugin, inventory, write_inventory
from winsim.server import Hosts

SURVEY = "portkeeper.windows.port_survey"
PASSWORDS = {"one": "correct-horse-battery", "two": "correct-mule-battery"}
#: Three hosts for each account.
HOSTS = [f"win-{number}" for number in range(1, 7)]
ACCOUNTS = {name: ("one", "two")[number % 2] for number, name in enumerate(HOSTS)}
_NETWORK = Network()


@pytest.fixture(scope="module")
def accounts(realm: Realm) -> Realm:
    for name, password in PASSWORDS.items():
        realm.add_user(name, password)
    realm.add_service(
        *(f"{service}/{host}.{DOMAIN}" for service in SERVICES.values() for host in HOSTS)
    )
    return realm


@pytest.fixture(scope="module")
def hosts(accounts: Realm) -> Iterator[Hosts]:
    machines = [load("server2022").boot(name, _NETWORK.next(), PASSWORDS) for name in HOSTS]
    access = Access(basic=False, negotiate=False, kerberos=True, allow_unencrypted=False)
    with Hosts(machines, access=access, realm=NAME) as running:
        yield running


@dataclass(frozen=True)
class Counted:
    """The result of a survey, and how many tickets, and refusals of a password, the KDC has noted
    meanwhile of each account."""

    result: dict[str, Any]
    tickets: dict[str, int]
    refusals: dict[str, int]


def survey(
    realm: Realm, hosts: Hosts, plugin: Plugin, folder: Path, passwords: Mapping[str, str]
) -> Counted:
    known = inventory(list(hosts), "kerberos", plugin, NAME)
    for name, each in known["windows"]["hosts"].items():
        account = ACCOUNTS[name]
        each |= {"ansible_user": f"{account}@{NAME}", "ansible_password": passwords[account]}
    write_inventory(folder / "inventory.yml", known)
    before = len(realm.noted())
    task = {SURVEY: {"hosts": "windows", "gather": []}}
    played = play([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}], folder)
    (result,) = (each["result"] for each in played.results)
    lines = [line for line in realm.noted()[before:] if "AS_REQ" in line]

    def count(word: str) -> dict[str, int]:
        return {
            account: sum(word in line and f"{account}@{NAME}" in line for line in lines)
            for account in PASSWORDS
        }

    return Counted(result, count(" ISSUE: "), count(" PREAUTH_FAILED: "))


@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_each_account_gets_the_tickets_that_the_notes_of_the_module_say(
    accounts: Realm, hosts: Hosts, tmp_path: Path, plugin: Plugin
) -> None:
    found = survey(accounts, hosts, plugin, tmp_path, PASSWORDS)
    assert found.result["unread"] == []
    assert found.tickets == dict.fromkeys(PASSWORDS, 1 if plugin == "winrm" else 3)
    assert found.refusals == dict.fromkeys(PASSWORDS, 0)


@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_a_wrong_password_is_tried_once_and_nobody_says_that_a_host_refused_it(
    accounts: Realm, hosts: Hosts, tmp_path: Path, plugin: Plugin
) -> None:
    wrong = dict.fromkeys(PASSWORDS, "wrong-horse-battery")
    found = survey(accounts, hosts, plugin, tmp_path, wrong)
    assert found.refusals == dict.fromkeys(PASSWORDS, 1)
    assert found.tickets == dict.fromkeys(PASSWORDS, 0)
    assert found.result["totals"]["unread"] == {"not_tried": 4, "kerberos": 2}
    tried = {
        ACCOUNTS[each["host"]]: each["host"]
        for each in found.result["unread"]
        if each["kind"] == "kerberos"
    }
    for each in found.result["unread"]:
        if each["kind"] == "not_tried":
            account = ACCOUNTS[each["host"]]
            assert each["msg"].startswith(
                f"{each['host']} was not tried, because Kerberos gave the account "
                f"{account}@{NAME} no ticket for {tried[account]}: "
            )
