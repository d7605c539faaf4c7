# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP as http.sys and WinRM answer it, looked at with a plain HTTP client and plain sockets; and
answers that injected faults spoil."""

from __future__ import annotations

import base64
import select
import socket
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, IncompleteRead

import pytest
import spnego
from pypsrp.wsman import WSMan

from integration.runs import own_address
from unit.winsim.wire import ENUMERATION, TRANSFER, enumerate_body, envelope, machine, pull_body
from winsim.config import Access
from winsim.injection import parse
from winsim.server import Host, Hosts

pytestmark = [pytest.mark.integration, pytest.mark.plain("looks at octets and messages")]

ADDRESS = own_address()
GET = envelope(f"{TRANSFER}Get", uri="http://schemas.microsoft.com/wbem/wsman/1/config")
PROCESSES = envelope(f"{ENUMERATION}Enumerate", enumerate_body("SELECT * FROM Win32_Process"))
BASIC = "Basic " + base64.b64encode(b"admin:Passw0rd!").decode()
CONTEXT = "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}EnumerationContext"


@contextmanager
def host(*faults: str, access: Access | None = None) -> Iterator[Host]:
    with Hosts([machine(address=ADDRESS)], faults=faults, access=access) as hosts:
        yield hosts[0]


class Client:
    """One connection to a host."""

    def __init__(self, target: Host) -> None:
        self.connection = HTTPConnection(target.address, target.port, timeout=10)

    def send(
        self,
        body: bytes = GET,
        *,
        method: str = "POST",
        path: str = "/wsman",
        authorization: str | None = BASIC,
        headers: dict[str, str] | None = None,
    ) -> tuple[HTTPResponse, bytes]:
        headers = {"Content-Type": "application/soap+xml;charset=UTF-8"} | (headers or {})
        if authorization is not None:
            headers["Authorization"] = authorization
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        return response, response.read()


def test_a_first_request_is_asked_to_authenticate() -> None:
    with host() as target:
        response, body = Client(target).send(authorization=None)
        assert response.status == 401
        assert body == b""
        offers = response.headers.get_all("WWW-Authenticate")
        assert offers == ["Negotiate", 'Basic realm="WSMAN"']
        assert response.headers["Server"] == "Microsoft-HTTPAPI/2.0"


def test_an_answer_and_its_headers() -> None:
    with host() as target:
        response, body = Client(target).send()
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/soap+xml;charset=UTF-8"
        assert response.headers["Content-Length"] == str(len(body))
        ET.fromstring(body)


def test_a_connection_is_kept() -> None:
    with host() as target:
        client = Client(target)
        client.send()
        before = client.connection.sock
        client.send(authorization=None)
        client.send()
        assert client.connection.sock is before


def test_elsewhere_is_nothing() -> None:
    with host() as target:
        assert Client(target).send(path="/")[0].status == 404
        assert Client(target).send(path="/wsman", method="GET")[0].status == 405
        assert Client(target).send(path="/WSMAN?PSVersion=5.1")[0].status == 200


def test_a_request_larger_than_the_service_takes() -> None:
    with host() as target:
        limit = target.machine.wsman.max_envelope_size
        assert Client(target).send(b" " * (limit + 1))[0].status == 413
        assert Client(target).send(GET + b" " * (limit - len(GET)))[0].status == 200


def test_identify_without_authentication_hides_the_version() -> None:
    identify = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>'
        b'<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/>'
        b"</s:Body></s:Envelope>"
    )
    with host() as target:
        header = {"WSMANIDENTIFY": "unauthenticated"}
        response, body = Client(target).send(identify, authorization=None, headers=header)
        assert response.status == 200
        assert b"OS: 0.0.0" in body
        assert b"SecurityProfile" not in body
        known = Client(target).send(identify)[1]
        assert b"OS: 10.0.22631" in known
        assert known.count(b"<wsmid:SecurityProfileName>") == 4
        # Nothing else is answered without authentication.
        assert Client(target).send(authorization=None, headers=header)[0].status == 401


def test_a_request_in_utf_16_is_answered_in_utf_16() -> None:
    wide = GET.decode().encode("utf-16-le")
    with host() as target:
        for spelling in ("UTF-16", '"utf-16"'):
            header = {"Content-Type": f"application/soap+xml;charset={spelling}"}
            response, body = Client(target).send(wide, headers=header)
            assert response.headers["Content-Type"] == "application/soap+xml;charset=UTF-16"
            assert ET.fromstring(body.decode("utf-16"))
        # What can't be read is told so, too.
        response, body = Client(target).send(wide[:-40], headers=header)
        assert "2150858817" in body.decode("utf-16")
        header = {"Content-Type": "application/soap+xml;charset=ISO-8859-1"}
        response, body = Client(target).send(headers=header)
        assert (response.status, b"2150858828" in body) == (500, True)


def seal(context: spnego.ContextProxy, plain: bytes, tab: str, charset: str) -> bytes:
    wrapped = context.wrap_winrm(plain)
    boundary = "--Encrypted Boundary\r\n"
    head = (
        f"{boundary}{tab}Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
        f"{tab}OriginalContent: type=application/soap+xml;charset={charset};Length={len(plain)}\r\n"
        f"{boundary}{tab}Content-Type: application/octet-stream\r\n"
    )
    length = len(wrapped.header).to_bytes(4, "little")
    return head.encode() + length + wrapped.header + wrapped.data + b"--Encrypted Boundary--\r\n"


@pytest.mark.parametrize("tab", ["\t", ""])
def test_sealed_messages_with_and_without_tabs_in_both_encodings(tab: str) -> None:
    kind = "application/HTTP-SPNEGO-session-encrypted"
    header = {
        "Content-Type": f'multipart/encrypted;protocol="{kind}";boundary="Encrypted Boundary"'
    }
    access = Access(basic=False, allow_unencrypted=False)
    with Hosts([machine(address=ADDRESS)], access=access) as hosts:
        client = Client(hosts[0])
        context = spnego.client(
            "admin", "Passw0rd!", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm
        )
        token = context.step()
        while token is not None:
            value = f"Negotiate {base64.b64encode(token).decode()}"
            response, _body = client.send(b"", authorization=value)
            answers = response.headers.get("WWW-Authenticate", "").partition(" ")[2]
            token = context.step(base64.b64decode(answers)) if answers else None
        assert response.status == 200
        for charset in ("UTF-8", "UTF-16", "UTF-8"):
            plain = GET.decode().encode(charset)
            data = seal(context, plain, tab, charset)
            response, body = client.send(data, authorization=None, headers=header)
            assert response.status == 200
            assert response.headers["Content-Type"].startswith("multipart/encrypted")
            assert (
                f"\tOriginalContent: type=application/soap+xml;charset={charset};".encode() in body
            )
            opening = b"octet-stream\r\n"
            sealed = body[body.index(opening) + len(opening) : -len(b"--Encrypted Boundary--\r\n")]
            length = int.from_bytes(sealed[:4], "little")
            answer = context.unwrap_winrm(sealed[4 : 4 + length], sealed[4 + length :])
            assert ET.fromstring(answer.decode(charset)).tag.endswith("}Envelope")


def test_a_shell_takes_nothing_in_chunks() -> None:
    """MS-WSMV 3.1.4.1.31.8. Other resources do."""
    shell = GET.replace(b"wsman/1/config", b"wsman/1/windows/shell")
    with host() as target:
        for data, status in ((GET, 200), (shell, 500)):
            headers = {
                "Content-Type": "application/soap+xml;charset=UTF-8",
                "Authorization": BASIC,
                "Transfer-Encoding": "chunked",
            }
            connection = HTTPConnection(target.address, target.port, timeout=10)
            parts = iter([data[:100], data[100:]])
            connection.request("POST", "/wsman", parts, headers, encode_chunked=True)
            response = connection.getresponse()
            assert response.status == status
            body = response.read()
        assert b'Code="50"' in body
        assert b"The request is not supported." in body


def test_a_sealed_message_without_a_security_context() -> None:
    with host() as target:
        header = {"Content-Type": 'multipart/encrypted;protocol="x";boundary="Encrypted Boundary"'}
        assert Client(target).send(b"--Encrypted Boundary\r\n", headers=header)[0].status == 400


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_another_status(status: int) -> None:
    with host(f"http={status}") as target:
        response, body = Client(target).send()
        assert response.status == status
        assert b"Envelope" not in body


def test_a_web_server_instead() -> None:
    with host("html") as target:
        response, body = Client(target).send()
        assert (response.status, response.headers["Content-Type"][:9]) == (200, "text/html")
        assert b"It works" in body


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("quota", b"2150859174"),
        ("command-quota", b"2150859174"),
        ("shell-quota", b"2150859173"),
        ("timed-out", b"2150858793"),
        ("access-denied", b'Code="5"'),
        ("envelope", b"2150858824"),
    ],
)
def test_faults_in_place_of_the_answer(fault: str, code: bytes) -> None:
    with host(f"{fault}:action=Get,count=1") as target:
        client = Client(target)
        assert client.send(PROCESSES)[0].status == 200
        response, body = client.send()
        assert response.status == 500
        assert code in body
        assert client.send()[0].status == 200


def test_a_connection_that_is_reset() -> None:
    with host("reset:after=100,message=2") as target:
        assert Client(target).send()[0].status == 200
        client = Client(target)
        with pytest.raises((ConnectionResetError, IncompleteRead)):
            client.send()
        assert Client(target).send()[0].status == 200


def test_a_connection_that_is_reset_at_once() -> None:
    with host("reset") as target, pytest.raises(ConnectionError):
        Client(target).send()


def test_a_connection_that_is_reset_before_anything_is_done() -> None:
    # One item, so that an enumeration stays open.
    query = enumerate_body("SELECT * FROM Win32_Process", max_elements=1)
    message = envelope(f"{ENUMERATION}Enumerate", query)
    with host("reset-before:count=1") as target:
        with pytest.raises(ConnectionError):
            Client(target).send(message)
        assert len(target.service.enumerations) == 0
        assert Client(target).send(message)[0].status == 200
        assert len(target.service.enumerations) == 1


def test_a_connection_that_is_closed_behind_the_answer() -> None:
    with host("close:count=1") as target:
        connection = HTTPConnection(target.address, target.port, timeout=10)
        headers = {"Authorization": BASIC, "Content-Type": "application/soap+xml;charset=UTF-8"}
        for closed in (True, False):
            connection.request("POST", "/wsman", GET, headers)
            sock = connection.sock
            response = connection.getresponse()
            assert response.status == 200
            ET.fromstring(response.read())
            readable, _unused, _unused = select.select([sock], [], [], 0.2)
            assert bool(readable) is closed  # the end of the connection is there to be read
            if closed:
                connection.close()
        connection.close()


def test_an_answer_that_is_cut() -> None:
    with host("truncate:after=100") as target:
        with pytest.raises(IncompleteRead) as error:
            Client(target).send()
        assert len(error.value.partial) == 100


def test_an_answer_that_drips() -> None:
    with host("slow-drip:bytes=500,every=0.01") as target:
        response, body = Client(target).send()
        assert response.status == 200
        ET.fromstring(body)


def test_an_answer_that_waits() -> None:
    with host("delay=0.2") as target:
        before = time.monotonic()
        assert Client(target).send()[0].status == 200
        assert time.monotonic() - before >= 0.2


def test_an_answer_that_never_comes_does_not_keep_the_host_from_stopping() -> None:
    rule = parse("delay=3600")
    with Hosts([machine(address=ADDRESS)], faults=[rule]) as hosts:
        sock = socket.create_connection((hosts[0].address, hosts[0].port), timeout=10)
        head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: {BASIC}\r\n"
        sock.sendall(f"{head}Content-Length: {len(GET)}\r\n\r\n".encode() + GET)
        while not rule.seen("win-1"):
            time.sleep(0.01)
    assert sock.recv(1) == b""
    sock.close()


def test_another_character_set() -> None:
    with host("charset=utf-16") as target:
        response, body = Client(target).send()
        assert response.headers["Content-Type"].endswith("charset=UTF-16")
        assert body.decode("utf-16").startswith("<s:Envelope")


def test_malformed_and_hostile_text() -> None:
    with host("malformed:message=1", "dtd:message=2", "oversize=50000:message=3") as target:
        client = Client(target)
        with pytest.raises(ET.ParseError):
            ET.fromstring(client.send()[1])
        assert b"<!DOCTYPE" in client.send()[1]
        assert len(client.send()[1]) > 50_000
        assert len(client.send()[1]) < 10_000


def test_an_enumeration_without_end() -> None:
    with host("endless:class=Win32_Process") as target:
        client = Client(target)
        body = client.send(PROCESSES)[1]
        for _unused in range(5):
            assert b"EndOfSequence" not in body
            context = ET.fromstring(body).find(f".//{CONTEXT}")
            assert context is not None
            body = client.send(envelope(f"{ENUMERATION}Pull", pull_body(context.text or "", 3)))[1]


def test_sealed_answers_can_be_spoiled_too() -> None:
    """Faults change the text before it is sealed, so a client unseals the spoiled text."""
    access = Access(basic=False, allow_unencrypted=False)
    with host("malformed", access=access) as target:
        wsman = WSMan(
            target.address,
            port=target.port,
            username="admin",
            password="Passw0rd!",
            ssl=False,
            auth="ntlm",
        )
        with wsman, pytest.raises(ET.ParseError):
            wsman.get("http://schemas.microsoft.com/wbem/wsman/1/config")


def test_a_hundred_hosts_in_one_process() -> None:
    machines = []
    for number in range(100):
        made = machine(address=own_address(number + 1))
        made.name = f"win-{number + 1}"
        machines.append(made)
    with Hosts(machines) as hosts:
        for target in hosts:
            assert Client(target).send(PROCESSES)[0].status == 200
        assert len({entry.host for entry in hosts.log.entries()}) == 100
        addresses = [(target.address, target.port) for target in hosts]
    for address in addresses:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5)


def test_an_address_that_is_taken() -> None:
    with host() as target:
        with pytest.raises(OSError, match="address already in use"):
            Hosts([machine(address=ADDRESS)], port=target.port).start()
        assert Client(target).send()[0].status == 200


@contextmanager
def sent_to(target: Host) -> Iterator[socket.socket]:
    """A connection on which a request was sent."""
    head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: {BASIC}\r\n"
    with socket.create_connection((target.address, target.port), timeout=10) as sock:
        sock.sendall(f"{head}Content-Length: {len(GET)}\r\n\r\n".encode() + GET)
        yield sock


def received(sock: socket.socket, number: int) -> bytes:
    """So many octets."""
    found = b""
    while len(found) < number:
        chunk = sock.recv(number - len(found))
        assert chunk, found
        found += chunk
    return found


@pytest.mark.parametrize(
    ("stage", "start"),
    [
        ("interim", b"HTTP/1.1 100 Continue\r\n\r\nHTTP"),
        ("status", b"HTTP/1.1 200 KKKKKKKK"),
        ("headers", b"HTTP/1.1 200 OK\r\nContent-Type"),
        ("body", b"HTTP/1.1 200 OK\r\n"),
        ("chunks", b"HTTP/1.1 200 OK\r\n"),
        ("trailers", b"HTTP/1.1 200 OK\r\n"),
    ],
)
def test_an_answer_that_never_comes_to_its_end(stage: str, start: bytes) -> None:
    """The host goes on until the client has had enough, and tells how much it has sent by then."""
    fault = f"slow={stage}:message=1,every=0.001"
    with Hosts([machine(address=ADDRESS)], faults=[fault]) as hosts:
        with sent_to(hosts[0]) as sock:
            assert received(sock, 4000).startswith(start)
            assert not hosts.log.entries()
        while not (entries := hosts.log.entries()):
            time.sleep(0.01)
        assert entries[0].bytes_out >= 4000
        assert entries[0].injected == ("slow",)
        # The next message is answered.
        assert Client(hosts[0]).send()[0].status == 200


def test_connections_that_are_taken_and_never_answered() -> None:
    with host("slow=connect:skip=1") as target:
        client = Client(target)
        assert client.send()[0].status == 200
        with pytest.raises(ConnectionError):
            client.send()
        with sent_to(target) as sock:
            assert not select.select([sock], [], [], 0.2)[0]


def test_a_handshake_that_never_comes_to_its_end() -> None:
    with (
        Hosts([machine(address=ADDRESS)], https=True, faults=["slow=tls:every=0.001"]) as hosts,
        socket.create_connection((hosts[0].address, hosts[0].port), timeout=10) as sock,
    ):
        # A record of the handshake, of which 16,384 octets are to come.
        assert received(sock, 1000).startswith(b"\x16\x03\x03\x40\x00\x02")


def test_an_authentication_that_never_comes_to_its_end() -> None:
    with host("slow=authentication:skip=1,every=0.001") as target:
        client = Client(target)
        assert client.send()[0].status == 200
        with pytest.raises(ConnectionError):
            client.send()
        head = b"POST /wsman HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        with socket.create_connection((target.address, target.port), timeout=10) as sock:
            sock.sendall(head)
            found = received(sock, 1000)
        assert found.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
        assert b"WWW-Authenticate: Negotiate\r\n" in found
        assert b"\r\n\r\n" not in found


def test_slow_hosts_stop_all_the_same() -> None:
    with (
        Hosts([machine(address=ADDRESS)], faults=["slow=body:message=1"]) as hosts,
        sent_to(hosts[0]) as sock,
    ):
        assert received(sock, 10)
