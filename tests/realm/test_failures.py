# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read if Kerberos gives no ticket, or a PC refuses the one that it gave: each failure
is a real one, of a KDC and a service that are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.words.texts import (
    connection as connection_texts,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.texts import (
    kerberos as kerberos_texts,
)
from integration.runs import Output, ad_hoc, own_addresses, simulated_hosts
from realm.kdc import DOMAIN, NAME, SERVICES, Realm
from winsim.inventory import Plugin

TEXTS = {**connection_texts.TEXTS, **kerberos_texts.TEXTS}
NO_TICKET, REFUSED = "failure.kerberos", "failure.authentication"
LANGUAGES = ("en", "ja")

#: Not those of the machines: one that a message quotes is easily found.
RIGHT, WRONG = "correct-horse-battery", "wrong-horse-battery"
#: In this order: a PC as it should be; one whose key is not that of its domain; two whose clock and
#: key are wrong, as they themselves say.
GOOD, OLD_KEY, WRONG_CLOCK, WRONG_KEY = "win-1", "win-2", "win-3", "win-4"


@dataclass(frozen=True)
class Case:
    """A mistake, and what is said of it: the remedy, and the library's last words if there are any.
    `{host}` in them is the name of the PC in the domain, `{service}` what it is asked for."""

    remedy: str
    words: str = ""
    user: str | None = f"admin@{NAME}"
    password: str | None = RIGHT
    host: str = GOOD
    variables: Mapping[str, Any] = field(default_factory=dict)
    failure: str = NO_TICKET


#: Those of both connections. A variable without a prefix is one of the connection.
BOTH = {
    "unknown-user": Case(
        "user", f"Client 'nobody@{NAME}' not found in Kerberos database", f"nobody@{NAME}"
    ),
    "domain-user": Case(
        "domain_user", f"Client 'CORPadmin@{NAME}' not found in Kerberos database", "CORP\\admin"
    ),
    "small-realm": Case(
        "small_realm", f'Cannot find KDC for realm "{DOMAIN}"', f"admin@{DOMAIN}"
    ),
    "other-realm": Case("realm", 'Cannot find KDC for realm "ELSE.TEST"', "admin@ELSE.TEST"),
    "locked": Case("locked", "Client's credentials have been revoked", f"locked@{NAME}"),
    "expired-account": Case("account", "Client's entry in database has expired", f"gone@{NAME}"),
    "no-ticket": Case(
        "none", f"Can't find client principal admin@{NAME} in cache collection", password=None
    ),
    "no-ticket-at-all": Case(
        "none", "No Kerberos credentials available (default cache: FILE:/nonexistent/ticket)",
        user=None, password=None,
    ),
    "service": Case(
        "service", f"Server LDAP/{{host}}@{NAME} not found in Kerberos database",
        variables={"service": "LDAP"},
    ),
    "alias": Case(
        "service", f"Server {{service}}/alias.{DOMAIN}@{NAME} not found in Kerberos database",
        variables={"override": f"alias.{DOMAIN}"},
    ),
    "address": Case(
        "service", f"Server {{service}}/{{address}}@{NAME} not found in Kerberos database",
        variables={"override": None},
    ),
    "stranger-to-the-pc": Case("refused", user=f"stranger@{NAME}", failure=REFUSED),
    "old-key": Case("refused", host=OLD_KEY, failure=REFUSED),
}  # fmt: skip
OF_WINRM = {
    "wrong-password": Case("password", "Password incorrect", password=WRONG),
    "ssl-in-the-name": Case("password", "Password incorrect", f"hassler@{NAME}", WRONG),
    "expired-password": Case("password_expired", "Cannot read password", f"expired@{NAME}"),
    "settings-kept-back": Case(
        "kept_back", f'Cannot find KDC for realm "{NAME}"', variables={"kinit_env_vars": []}
    ),
    "no-kinit": Case(
        "program", "No such file or directory: '/nonexistent/kinit'",
        variables={"kinit_cmd": "/nonexistent/kinit"},
    ),
    "clock": Case("refused", host=WRONG_CLOCK, failure=REFUSED),
    "key": Case("refused", host=WRONG_KEY, failure=REFUSED),
}  # fmt: skip
OF_PSRP = {
    "wrong-password": Case("password", "Preauthentication failed", password=WRONG),
    "ssl-in-the-name": Case("password", "Preauthentication failed", f"hassler@{NAME}", WRONG),
    "expired-password": Case("password_expired", "Password has expired", f"expired@{NAME}"),
    "clock": Case("clock", "Clock skew too great", host=WRONG_CLOCK),
    "key": Case("refused", "Message stream modified", host=WRONG_KEY, failure=REFUSED),
}
CASES: dict[Plugin, dict[str, Case]] = {
    "winrm": {**BOTH, **OF_WINRM},
    "psrp": {**BOTH, **OF_PSRP},
}
OFF = Case("unreachable", f"Cannot contact any KDC for realm '{NAME}'")

NAMES = {
    "winrm": {
        "override": "ansible_winrm_kerberos_hostname_override",
        "service": "ansible_winrm_service",
    },
    "psrp": {
        "override": "ansible_psrp_negotiate_hostname_override",
        "service": "ansible_psrp_negotiate_service",
    },
}


@pytest.fixture(scope="module")
def accounts(realm: Realm) -> Realm:
    users: dict[str, tuple[str, ...]] = {
        "admin": (),
        "hassler": (),
        "stranger": (),
        "locked": ("-allow_tix",),
        "gone": ("-expire", "yesterday"),
        "expired": ("+needchange",),
    }
    for name, options in users.items():
        realm.add_user(name, RIGHT, *options)
    for service in SERVICES.values():
        realm.add_service(
            *(f"{service}/{name}.{DOMAIN}" for name in (GOOD, WRONG_CLOCK, WRONG_KEY))
        )
        realm.add_service(f"{service}/{OLD_KEY}.{DOMAIN}", key_known=False)
    return realm


@pytest.fixture(scope="module")
def hosts(accounts: Realm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The variables of simulated hosts, by their names."""
    path = tmp_path_factory.mktemp("hosts") / "inventory.yml"
    options = ["--transport", "kerberos", "--realm", NAME, "--image", "win11-ja", "--count", "4"]
    options += ["--fault", f"ticket=37:host={WRONG_CLOCK}"]
    options += ["--fault", f"ticket=41:host={WRONG_KEY}"]
    with simulated_hosts(path, *options, *own_addresses()):
        yield yaml.safe_load(path.read_text("utf-8"))["windows"]["hosts"]


def inventory(
    path: Path, hosts: Mapping[str, Any], connection: Plugin, cases: Mapping[str, Case]
) -> Path:
    """An inventory with a host for each mistake."""
    prefix = f"ansible_{connection}_"
    entries = {}
    for name, case in cases.items():
        known = hosts[case.host]
        given = {NAMES[connection].get(each, each): value for each, value in case.variables.items()}
        entry = {
            "ansible_host": known["ansible_host"],
            "ansible_port": known["ansible_port"],
            "ansible_user": case.user,
            "ansible_password": case.password,
            NAMES[connection]["override"]: f"{case.host}.{DOMAIN}",
            **{each if each.startswith(prefix) else prefix + each: given[each] for each in given},
        }
        entries[name] = {each: value for each, value in entry.items() if value is not None}
    ways: dict[Plugin, dict[str, Any]] = {
        "winrm": {"transport": "kerberos", "scheme": "http", "kinit_env_vars": ["KRB5_CONFIG"]},
        "psrp": {"auth": "kerberos", "protocol": "http"},
    }
    common = {prefix + each: value for each, value in ways[connection].items()}
    group = {"hosts": entries, "vars": {"ansible_connection": connection, **common}}
    path.write_text(yaml.safe_dump({"windows": group}), "utf-8")
    return path


def asked(path: Path, language: str) -> Output:
    output = ad_hoc(
        path,
        "port_facts",
        {"gather": [], "language": language},
        path.parent,
        "--forks=4",
        environment={"KRB5CCNAME": "FILE:/nonexistent/ticket"},
    )
    # Not for the eyes of whoever looks at a screen, whatever went wrong.
    assert RIGHT not in output.text
    assert WRONG not in output.text
    return output


def check(
    output: Output,
    cases: Mapping[str, Case],
    hosts: Mapping[str, Any],
    connection: str,
    language: str,
) -> None:
    def said(key: str) -> str:
        text = TEXTS[key]
        return text.ja if language == "ja" else text.en

    assert output.results.keys() == cases.keys(), output.text
    for name, case in cases.items():
        result = output.results[name]
        known = {
            "host": f"{case.host}.{DOMAIN}",
            "address": hosts[case.host]["ansible_host"],
            "service": SERVICES[connection],
        }
        words = f" ({case.words.format(**known)})" if case.words else ""
        end = said("failure.with_remedy").format(
            cause=said(case.failure) + words, remedy=said(f"failure_remedy.kerberos_{case.remedy}")
        )
        assert (result["status"], result["msg"][-len(end) :]) == ("unreachable", end), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_each_mistake_has_its_words_and_its_remedy(
    hosts: dict[str, Any], tmp_path: Path, connection: Plugin, language: str
) -> None:
    cases = CASES[connection]
    path = inventory(tmp_path / "inventory.yml", hosts, connection, cases)
    check(asked(path, language), cases, hosts, connection, language)


@pytest.mark.parametrize("connection", ["winrm", "psrp"])
def test_no_kdc(accounts: Realm, hosts: dict[str, Any], tmp_path: Path, connection: Plugin) -> None:
    cases = {"off": OFF}
    path = inventory(tmp_path / "inventory.yml", hosts, connection, cases)
    accounts.stop()
    try:
        output = asked(path, "en")
    finally:
        accounts.start()
    check(output, cases, hosts, connection, "en")
