# SPDX-License-Identifier: GPL-3.0-or-later
"""Someone between controller and host, who answers encrypted messages without the keys."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from integration.runs import ad_hoc, own_address
from winsim.config import Access
from winsim.images import load
from winsim.inventory import Plugin, inventory, write_inventory
from winsim.server import Hosts

pytestmark = [
    pytest.mark.integration,
    pytest.mark.plain("stands between with answers of its own"),
]
FORGED = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code>'
    b"<s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>Forged</s:Text></s:Reason></s:Fault>"
    b"</s:Body></s:Envelope>"
)


def answer_between(client: socket.socket, there: tuple[str, int], status: bytes) -> None:
    """Let the authentication through, and answer what is encrypted."""
    head = b"HTTP/1.1 %b\r\nContent-Type: application/soap+xml\r\n" % status
    with client, socket.create_connection(there) as host, suppress(OSError):
        while data := client.recv(65536):
            if b"multipart/encrypted" in data:
                client.sendall(head + b"Content-Length: %d\r\n\r\n" % len(FORGED) + FORGED)
            else:
                host.sendall(data)
                client.sendall(host.recv(65536))


@contextmanager
def between(there: tuple[str, int], status: bytes) -> Iterator[int]:
    with socket.create_server((there[0], 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _address = server.accept()
                    threading.Thread(
                        target=answer_between, args=(client, there, status), daemon=True
                    ).start()

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("plugin", "status"),
    [("winrm", b"200 OK"), ("psrp", b"200 OK"), ("winrm", b"500 Error"), ("psrp", b"500 Error")],
)
def test_an_answer_without_the_keys_is_refused(
    plugin: Plugin, status: bytes, tmp_path: Path
) -> None:
    """Neither a result nor a fault: a forged refusal would be told as the host's own."""
    machine = load("win11-ja").boot("win-1", own_address(1))
    access = Access(basic=False, negotiate=True, allow_unencrypted=False)
    with Hosts([machine], access=access) as hosts:
        content = inventory(list(hosts), "ntlm", plugin)
        known = content["windows"]["hosts"]["win-1"]
        with between((known["ansible_host"], known["ansible_port"]), status) as port:
            known["ansible_port"] = port
            write_inventory(tmp_path / "inventory.yml", content)
            output = ad_hoc(tmp_path / "inventory.yml", "port_facts", {}, tmp_path)
    message = output.results["win-1"]["msg"]
    assert "the answer to an encrypted message is not encrypted" in message
    assert "Forged" not in message
