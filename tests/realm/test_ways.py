# SPDX-License-Identifier: GPL-3.0-or-later
"""winrm and psrp with tickets, over HTTP with sealed messages and over HTTPS: with a password, for
which a ticket is fetched, and with a ticket that is there already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import ad_hoc, own_addresses, requests, simulated_hosts
from realm.kdc import DOMAIN, NAME, SERVICES, Realm
from winsim.images import load

IMAGE = "win11-ja"
MANAGED, MANUAL = "win-1", "win-2"


@pytest.fixture(scope="module")
def ticket(realm: Realm, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The account of the simulated hosts, and the services on them; returns where a ticket is."""
    ((user, password),) = load(IMAGE).boot(name=MANAGED, address="127.0.0.1").users.items()
    realm.add_user(user, password)
    for service in SERVICES.values():
        realm.add_service(*(f"{service}/{host}.{DOMAIN}" for host in (MANAGED, MANUAL)))
    return realm.ticket(user, password, tmp_path_factory.mktemp("ticket") / "ticket")


def hosts_of(inventory: Path) -> dict[str, Any]:
    """The variables of the host without a password, in an inventory that has one for each."""
    content: dict[str, Any] = yaml.safe_load(inventory.read_text("utf-8"))
    del content["windows"]["hosts"][MANUAL]["ansible_password"]
    return content


def user_of(inventory: Path) -> str:
    """The account of the hosts of an inventory, without its realm."""
    content = yaml.safe_load(inventory.read_text("utf-8"))
    user: str = content["windows"]["hosts"][MANAGED]["ansible_user"]
    return user.removesuffix(f"@{NAME}")


@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_every_way_to_a_host(ticket: str, tmp_path: Path, connection: str, https: bool) -> None:
    path, log = tmp_path / "inventory.yml", tmp_path / "requests.log"
    options = ["--transport", "kerberos", "--realm", NAME, "--connection", connection]
    options += ["--image", IMAGE, "--count", "2", "--log-requests", str(log), *own_addresses()]
    with simulated_hosts(path, *options, *(["--https"] if https else [])):
        path.write_text(yaml.safe_dump(hosts_of(path)), "utf-8")
        output = ad_hoc(
            path, "port_facts", {"gather": []}, tmp_path, environment={"KRB5CCNAME": ticket}
        )
    assert {host: found["status"] for host, found in output.results.items()} == {
        MANAGED: "ok",
        MANUAL: "ok",
    }, output.text
    assert all(found["ansible_facts"]["tcp_listen"] for found in output.results.values())
    asked = requests(log)
    assert {each["user"] for each in asked if each["status"] == 200} == {user_of(path)}
    # psrp asks first what it may send, and gets a 401; winrm sends its ticket at once. Where messages
    # are sealed, that is an empty one. Two are for the answer.
    statuses = [*([401] if connection == "psrp" else []), *([] if https else [200]), 200, 200]
    assert {
        host: [each["status"] for each in asked if each["host"] == host]
        for host in (MANAGED, MANUAL)
    } == {MANAGED: statuses, MANUAL: statuses}


def test_ntlm_takes_two_requests_more(tmp_path: Path) -> None:
    path, log = tmp_path / "inventory.yml", tmp_path / "requests.log"
    options = ["--transport", "ntlm", "--image", IMAGE, "--log-requests", str(log)]
    with simulated_hosts(path, *options, *own_addresses()):
        output = ad_hoc(path, "port_facts", {"gather": []}, tmp_path)
    assert output.results[MANAGED]["status"] == "ok", output.text
    assert [each["status"] for each in requests(log)] == [401, 401, 200, 200, 200]
