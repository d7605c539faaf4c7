# SPDX-License-Identifier: GPL-3.0-or-later
"""What users get wrong in an inventory, over both connections, through Ansible itself: one clear
error a host, with the host, its port and the next step, and nothing of Python in it.

All mistakes are made in one run, each by a host of its own; none of them keeps the others from
being read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import Output, ad_hoc, own_addresses, simulated_hosts

pytestmark = [pytest.mark.integration, pytest.mark.every_core]

NOT_AN_ERROR_FOR_PEOPLE = re.compile(
    r"Traceback|\b\w+(Error|Exception)\b|object at 0x|NoneType|codec can't|\[Errno"
)
SECRET = "geheim密"

# Variables that are wrong, and what the message has to say, whichever the connection is.
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "name-with-port": ({"ansible_host": "127.0.0.1:5985"}, "alone, without port or URL"),
    "name-too-long": ({"ansible_host": "a" * 64 + ".example"}, "neither a name that DNS can have"),
    "unresolved": ({"ansible_host": "ssl-web01.invalid"}, "Check ansible_host"),
    "port-0": ({"ansible_port": 0}, "ansible_port"),
    "port-70000": ({"ansible_port": 70000}, "set it to 5985 for HTTP or 5986 for HTTPS"),
    "port-closed": ({"ansible_port": 9}, "Check that WinRM is set up there"),
    "password-no-text": (
        {"ansible_password": "{{ lookup('ansible.builtin.env', 'ODD_PASSWORD') }}"},
        "ansible_password holds a character that is not text",
    ),
}
# The same for variables that each connection has of its own, in two spellings.
OF_CONNECTION: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "way-unknown": ({"ansible_winrm_transport": "ntml"}, {}, "is unknown; set it to"),
    "kerberos-missing": (
        {"ansible_winrm_transport": "kerberos"}, {"ansible_psrp_auth": "kerberos"}, "pip install",
    ),
    "credssp-missing": (
        {"ansible_winrm_transport": "credssp"}, {"ansible_psrp_auth": "credssp"}, "pip install",
    ),
    "basic-in-japanese": (
        {"ansible_winrm_transport": "basic", "ansible_user": "たなか"},
        {"ansible_psrp_auth": "basic", "ansible_psrp_message_encryption": "never",
         "ansible_user": "たなか"},
        "ansible_user holds characters that Basic authentication can't carry",
    ),
    "basic-password": (
        {"ansible_winrm_transport": "basic", "ansible_password": SECRET},
        {"ansible_psrp_auth": "basic", "ansible_psrp_message_encryption": "never",
         "ansible_password": SECRET},
        "ansible_password holds characters that Basic authentication can't carry",
    ),
    "user-missing": (
        {"ansible_winrm_transport": "ntlm", "ansible_user": None},
        {"ansible_psrp_auth": "ntlm", "ansible_user": None},
        "ansible_user is missing",
    ),
    "proxy-nonsense": (
        {"ansible_winrm_proxy": f"u:{SECRET}@proxy"}, {"ansible_psrp_proxy": f"u:{SECRET}@proxy"},
        "is not the URL of a proxy",
    ),
    "proxy-refuses": (
        {"ansible_winrm_proxy": "http://127.0.0.1:9"}, {"ansible_psrp_proxy": "http://127.0.0.1:9"},
        "The PC was not asked",
    ),
    "time-0": (
        {"ansible_winrm_operation_timeout_sec": 0}, {"ansible_psrp_operation_timeout": 0},
        "is not a time",
    ),
    "time-negative": (
        {"ansible_winrm_read_timeout_sec": -1}, {"ansible_psrp_read_timeout": -1}, "is not a time",
    ),
    "time-text": ({"ansible_winrm_read_timeout_sec": "soon"}, {}, "'soon' is not a time"),
    "http-spoken-to-in-tls": (
        {"ansible_winrm_scheme": "https", "ansible_winrm_server_cert_validation": "ignore"},
        {"ansible_psrp_protocol": "https", "ansible_psrp_cert_validation": "ignore"},
        "what answers does not speak TLS. HTTP uses port 5985",
    ),
    "authority-missing": (
        {"ansible_winrm_scheme": "https", "ansible_winrm_ca_trust_path": "/gone/ca.pem"},
        {"ansible_psrp_protocol": "https", "ansible_psrp_ca_cert": "/gone/ca.pem"},
        "'/gone/ca.pem' can't be read",
    ),
    "certificate-missing": (
        {"ansible_winrm_scheme": "https", "ansible_winrm_transport": "certificate",
         "ansible_winrm_cert_pem": "/gone/c.pem", "ansible_winrm_cert_key_pem": "/gone/k.pem"},
        {"ansible_psrp_protocol": "https", "ansible_psrp_auth": "certificate",
         "ansible_psrp_certificate_pem": "/gone/c.pem",
         "ansible_psrp_certificate_key_pem": "/gone/k.pem"},
        "'/gone/c.pem' can't be read",
    ),
    "certificate-over-http": (
        {"ansible_winrm_scheme": "http", "ansible_winrm_transport": "certificate"},
        {"ansible_psrp_protocol": "http", "ansible_psrp_auth": "certificate"},
        "needs HTTPS",
    ),
    "basic-without-encryption": (
        {"ansible_winrm_message_encryption": "sometimes"},
        {"ansible_psrp_auth": "basic", "ansible_psrp_message_encryption": "auto"},
        "message_encryption",
    ),
}  # fmt: skip
CASES = [
    *((name, kind) for name in MISTAKES for kind in ("winrm", "psrp")),
    *(
        (name, kind)
        for name, (winrm, psrp, _words) in OF_CONNECTION.items()
        for kind, variables in (("winrm", winrm), ("psrp", psrp))
        if variables
    ),
]


def wrong(name: str, kind: str) -> dict[str, Any]:
    if name in MISTAKES:
        return MISTAKES[name][0]
    return OF_CONNECTION[name][0 if kind == "winrm" else 1]


def words(name: str) -> str:
    return MISTAKES[name][1] if name in MISTAKES else OF_CONNECTION[name][2]


RIGHT = {
    "ansible_winrm_transport": "ntlm", "ansible_psrp_auth": "ntlm", "ansible_psrp_protocol": "http",
    "ansible_winrm_scheme": "http",
}  # fmt: skip


def inventory_of(simulated: Path) -> dict[str, Any]:
    hosts = yaml.safe_load(simulated.read_text())
    found: dict[str, Any] = hosts.get("windows") or hosts["all"]["children"]["windows"]
    return found


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Output]:
    folder = tmp_path_factory.mktemp("mistakes")
    simulated, inventory, tree = folder / "simulated.yml", folder / "hosts.yml", folder / "tree"
    tree.mkdir()
    with simulated_hosts(simulated, "--image", "win11-ja", "--count", "1", *own_addresses()):
        group = inventory_of(simulated)
        (common,) = (host or {} for host in group["hosts"].values())
        common = group.get("vars", {}) | common | RIGHT
        hosts = {
            f"{name}-{kind}": common | {"ansible_connection": kind} | wrong(name, kind)
            for name, kind in CASES
        }
        for kind in ("winrm", "psrp"):
            hosts[f"right-{kind}"] = common | {"ansible_connection": kind}
        inventory.write_text(yaml.safe_dump({"windows": {"hosts": hosts}}))
        yield ad_hoc(
            inventory, "port_facts", {"ports": 135, "gather": ["process"]}, tree,
            "-f", "10", "-vvvv",
            environment={"ODD_PASSWORD": "p\udcff"},  # bytes that are no UTF-8
        )  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), CASES, ids=["-".join(case) for case in CASES])
def test_a_mistake_is_one_clear_error(output: Output, name: str, kind: str) -> None:
    host = f"{name}-{kind}"
    result = output.results[host]
    assert result["status"] in ("failed", "unreachable")
    message = result["msg"]
    assert words(name) in message, message
    assert host in message
    assert not NOT_AN_ERROR_FOR_PEOPLE.search(message), message
    assert message.isprintable()
    port = wrong(name, kind).get("ansible_port", 5985)
    assert re.search(rf"(:| port |ansible_port: ){port}\b", message), message


@pytest.mark.parametrize("kind", ["winrm", "psrp"])
def test_the_others_are_read(output: Output, kind: str) -> None:
    assert output.results[f"right-{kind}"]["status"] == "ok"


def test_no_password_stands_anywhere(output: Output) -> None:
    assert SECRET not in output.text
    assert "密" not in output.text
