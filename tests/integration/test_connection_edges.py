# SPDX-License-Identifier: GPL-3.0-or-later
"""The edges of connections, over both of Ansible's: what answers is no WinRM, or is not reached in the
way that the inventory says. Every host of one play has its own, and each is told with its own next step.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import Output, ad_hoc
from unit.hostile_server import HostileServer, hostile_server
from winsim.tls import certificate_file

pytestmark = [pytest.mark.integration, pytest.mark.plain("speaks to servers of its own")]

FAILED, UNREACHABLE = "failed", "unreachable"
# What the host answers with (a path of the hostile server, or a place below), further variables with
# the words winrm and psrp in their names, how the task ends, what it says, and what to do.
EDGES: dict[str, tuple[str, dict[str, Any], str, str, str]] = {
    "unencrypted": (
        "empty_error", {}, UNREACHABLE, "closed the request without an answer (HTTP 500)",
        "The PC refuses unencrypted messages: use ntlm",
    ),
    "empty over https": (
        "tls:empty_error", {}, UNREACHABLE, "an HTTP error 500", "Check that the WinRM service",
    ),
    "stall": ("stall", {}, UNREACHABLE, "no answer came in time", "a firewall drops the packets"),
    "no WinRM": ("missing", {}, UNREACHABLE, "an HTTP error 404", "WinRM is not at this path"),
    "fault with 400": ("bad_fault", {}, FAILED, "does not know what was asked for", "Check that a"),
    "fault without detail": (
        "reason_alone", {}, FAILED, "no explanation here", "Windows says: nobody knows why.",
    ),
    "proxy refuses a tunnel": (
        "tls:missing", {"proxy": "closed"}, UNREACHABLE,
        "the connection through the proxy failed (between the controller and the proxy: the "
        "connection was refused)",
        "The PC was not asked",
    ),
    "proxy answers": (
        "missing", {"proxy": "denying"}, UNREACHABLE,
        "the proxy answered, and not as WinRM does (HTTP 403)", "the PC was not asked",
    ),
    "proxy has a page": (
        "missing", {"proxy": "portal"}, UNREACHABLE,
        "the proxy answered, and not as WinRM does (a web page)", "the PC was not asked",
    ),
    "http to https": (
        "tls:missing", {"scheme": "http"}, UNREACHABLE, "the connection broke off",
        "HTTPS (usually port 5986) may be what listens there",
    ),
    "https to http": (
        "missing", {"scheme": "https"}, UNREACHABLE, "does not speak TLS", "5985",
    ),
    "unknown authority": (
        "tls:missing", {"validation": "validate"}, UNREACHABLE,
        "the PC's certificate was not accepted (self-signed certificate)", "in a lab",
    ),
    "nobody over IPv6": (
        "nobody", {"host": "::1"}, UNREACHABLE, "the connection was refused", "winrm quickconfig",
    ),
    "nobody over IPv6 in brackets": (
        "nobody", {"host": "[::1]"}, UNREACHABLE, "the connection was refused", "winrm quickconfig",
    ),
    "no such zone": (
        "nobody", {"host": "fe80::1%nosuch"}, UNREACHABLE, "no network interface 'nosuch'",
        "Check ansible_host",
    ),
    "half a bracket": (
        "nobody", {"host": "::1]"}, FAILED, "ansible_host: '::1]' is neither", "set it to one",
    ),
    "two slashes": (
        "slashes", {}, FAILED, "two slashes in a row", "write ",
    ),
    "user in Basic": (
        "refusal", {"user": "müller"}, UNREACHABLE, "the credentials were rejected (HTTP 401)",
        "letters outside ASCII",
    ),
    "user with ssl": (
        "refusal", {"user": "ssl"}, UNREACHABLE, "the credentials were rejected (HTTP 401)",
        "Check ansible_user, ansible_password",
    ),
    "path with ssl": (
        "ssl_missing", {}, UNREACHABLE, "an HTTP error 404", "WinRM is not at this path",
    ),
    "authority of the environment": (
        "tls:missing", {"validation": "validate", "authority": "/gone/ssl.pem"}, FAILED,
        "'/gone/ssl.pem' can't be read", "",
    ),
    "no password": ("missing", {"password": None}, FAILED, "ansible_password is missing", "set it"),
}  # fmt: skip
CASES = [(name, kind) for name in EDGES for kind in ("winrm", "psrp")]
# These turn the check of certificates off, or name none.
AT_FAULT = {"unknown authority"}


@contextmanager
def listening(answer: bytes) -> Iterator[int]:
    """A proxy that has one answer to everything; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _address = server.accept()
                    with client, suppress(OSError):
                        client.recv(65536)
                        client.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])


def variables(
    kind: str, edge: tuple[str, dict[str, Any], str, str, str], ports: dict[str, int]
) -> dict[str, Any]:
    """Those of a host, in the spelling of a connection."""
    answer, more = edge[:2]
    tls, _colon, path = answer.rpartition(":")
    scheme = more.get("scheme", "https" if tls else "http")
    port = ports["nobody"] if path == "nobody" else ports["https" if tls else "http"]
    path = "/missing" if path == "slashes" else path
    proxy = f"http://127.0.0.1:{ports[more['proxy']]}" if "proxy" in more else None
    validation = more.get("validation", "ignore")
    common = {
        "ansible_connection": kind, "ansible_host": more.get("host", "127.0.0.1"),
        "ansible_port": port, "ansible_user": more.get("user", "admin"),
        "ansible_password": more.get("password", "Passw0rd!") if "password" in more else "Passw0rd!",
    }  # fmt: skip
    if kind == "winrm":
        own = {
            "transport": "basic", "scheme": scheme, "path": f"/{path}", "proxy": proxy,
            "server_cert_validation": validation, "operation_timeout_sec": 1,
            "read_timeout_sec": 2, "ca_trust_path": more.get("authority"),
        }  # fmt: skip
    else:
        own = {
            "auth": "basic", "protocol": scheme, "path": path, "proxy": proxy,
            "cert_validation": validation, "message_encryption": "never", "read_timeout": 2,
            "operation_timeout": 1, "ca_cert": more.get("authority"),
        }  # fmt: skip
    return common | {
        f"ansible_{kind}_{name}": value for name, value in own.items() if value is not None
    }


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Output]:
    folder = tmp_path_factory.mktemp("edges")
    tree = folder / "tree"
    tree.mkdir()
    certificate = certificate_file(folder, ["localhost"], ["127.0.0.1"])
    denied = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\nConnection: close\r\n\r\ndenied"
    portal = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n"
        b"Connection: close\r\n\r\n<html>"
    )
    with ExitStack() as stack:
        http: HostileServer = stack.enter_context(hostile_server())
        https: HostileServer = stack.enter_context(hostile_server(certificate))
        ports = {
            "http": http.port, "https": https.port, "closed": 9, "nobody": 9,
            "denying": stack.enter_context(listening(denied)),
            "portal": stack.enter_context(listening(portal)),
        }  # fmt: skip
        hosts = {
            f"{name} by {kind}".replace(" ", "-"): variables(kind, EDGES[name], ports)
            for name, kind in CASES
        }
        (folder / "hosts.yml").write_text(yaml.safe_dump({"windows": {"hosts": hosts}}))
        yield ad_hoc(
            folder / "hosts.yml", "port_facts", {"ports": 135, "gather": ["process"]}, tree,
            "-f", "12",
        )  # fmt: skip


def test_each_edge_is_told_with_its_next_step(output: Output) -> None:
    wrong = {}
    for name, kind in CASES:
        _answer, _more, status, said, step = EDGES[name]
        result = output.results[f"{name} by {kind}".replace(" ", "-")]
        message = result["msg"]
        right = result["status"] == status and said in message and step in message
        advised = "validation: ignore" in message
        if not right or advised is not (name in AT_FAULT) or not message.isprintable():
            wrong[name, kind] = (result["status"], message)
    assert wrong == {}


def test_none_is_told_in_the_words_of_python(output: Output) -> None:
    assert not re.search(r"Traceback|\b\w+Error\b|\[Errno|_ssl\.c|object at", output.text)
    assert Path("/gone/ssl.pem").exists() is False
