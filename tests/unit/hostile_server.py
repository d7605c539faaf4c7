# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on a loopback address that answers what no WinRM service does."""

from __future__ import annotations

import gzip
import itertools
import os
import select
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FAULT = '<?xml version="1.0" encoding="shift_jis"?><a>道具</a>'.encode("shift_jis")

# How many bytes of an answer are more than a service is asked for, by far.
LARGE = 5_000_000

# Longer in all than any test lets it take, and than it takes on the busiest machine.
DRIPS, DRIP_SECONDS = 1_500, 0.02


class HostileServer(ThreadingHTTPServer):
    """What it answers to a POST, the last part of the path says.

    `hits` are the requests, `visits` the connections, `clients` the other ends of those.
    `elsewhere` is where a redirect leads. `left` is set once a client has gone, and not where it has waited for the end of an answer byte
    by byte. With `mute` it speaks so from the first byte on.
    """

    mute = b""

    def __init__(self, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hits: list[str] = []
        self.clients: list[tuple[str, int]] = []
        self.visits = 0
        self.left = threading.Event()
        self.elsewhere = "/elsewhere"
        self.scheme = "http" if certificate is None else "https"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def verify_request(self, request: Any, client_address: Any) -> bool:
        self.visits += 1
        self.clients.append(client_address)
        return super().verify_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is what these tests are about."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str) -> str:
        """Where a thing is answered."""
        return f"{self.scheme}://127.0.0.1:{self.port}/{path}"


@contextmanager
def hostile_server(certificate: Path | None = None) -> Iterator[HostileServer]:
    """A server that runs while the block does; with a certificate one of HTTPS."""
    server = HostileServer(certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def off(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """The port of a PC that is off: a listener whose queue is full, so that Linux drops what asks for
    more."""
    with (
        socket.create_server((address, port), backlog=0) as full,
        socket.create_connection(full.getsockname()),  # there is room for one
    ):
        yield int(full.getsockname()[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileServer

    def handle(self) -> None:
        self.waited_for = False
        try:
            if self.server.mute:
                self.drip(self.server.mute)
            else:
                super().handle()
        finally:
            if not self.waited_for:
                self.server.left.set()

    def drip(self, again: bytes, first: bytes = b"") -> None:
        """Send something byte by byte, over and over, until the client has had enough. What never
        has gets an end that no test passes with."""
        self.close_connection = True
        try:
            self.wfile.write(first)
            for byte in itertools.islice(itertools.cycle(again), DRIPS):
                self.wfile.write(bytes([byte]))
                time.sleep(DRIP_SECONDS)
        except OSError:
            return
        self.waited_for = True

    def answer_silent(self) -> None:
        self.close_connection = True
        self.rfile.read(1)

    def answer_slow_status(self) -> None:
        self.drip(b"0", b"HTTP/1.1 2")

    def answer_slow_headers(self) -> None:
        self.drip(b"x", b"HTTP/1.1 200 OK\r\nX: ")

    def answer_slow_body(self) -> None:
        self.drip(b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")

    def answer_slow_chunks(self) -> None:
        self.drip(b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    def answer_slow_trailers(self) -> None:
        start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
        self.drip(b"x: y\r\n", start)

    def answer_slow_interim(self) -> None:
        self.drip(b"HTTP/1.1 100 Continue\r\n\r\n")

    def answer_slow_step(self) -> None:
        """As a host that goes on with NTLM, byte by byte."""
        if "Authorization" in self.headers:
            self.drip(b"x", b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM ")
        else:
            self.answer_refusal()

    def do_POST(self) -> None:
        # A client that takes this for a proxy sends the whole URL.
        path = urlsplit(self.path).path
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.hits.append(path)
        getattr(self, f"answer_{path[1:]}")()

    def do_CONNECT(self) -> None:
        """As a proxy of HTTPS does it."""
        self.server.hits.append(f"CONNECT {self.path}")
        if self.path.startswith("slow."):
            self.answer_slow_headers()
            return
        address, _colon, port = self.path.partition(":")
        with socket.create_connection((address, int(port)), timeout=10) as there:
            self.send_response(200)
            self.end_headers()
            ends = [self.connection, there]
            while True:
                for here in select.select(ends, [], [])[0]:
                    data = here.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    ends[ends[0] is here].sendall(data)

    def do_GET(self) -> None:
        self.server.hits.append(f"GET {self.path}")

    def answer_small(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def answer_large(self) -> None:
        """As no healthy service answers, whether it is compressed or not."""
        content = b" " * LARGE
        self.send_response(200)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer_large_and_slow(self) -> None:
        self.drip(b" ", b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n" + b" " * LARGE)

    def answer_last(self) -> None:
        """The connection ends with it, as its header says."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 5\r\n\r\nhello")

    def answer_last_of_http_1_0(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")

    def answer_last_without_length(self) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\nhello")

    def answer_endless(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        except OSError:
            self.close_connection = True

    def answer_page(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"<html>")

    def answer_fault(self) -> None:
        self.send_response(500)
        self.send_header("Content-Length", str(len(FAULT)))
        self.end_headers()
        self.wfile.write(FAULT)

    def answer_empty_error(self) -> None:
        """As WinRM refuses messages that are not encrypted."""
        self.send_error_of(500)

    def answer_no_content(self) -> None:
        self.send_response(204)
        self.end_headers()

    def answer_missing(self) -> None:
        self.send_error_of(404)

    answer_ssl_missing = answer_missing

    def send_error_of(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_stall(self) -> None:
        """The beginning of an answer, whose rest never comes."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
        self.answer_silent()

    def answer_bad_fault(self) -> None:
        """As openwsman refuses a class that it does not know."""
        self.send_soap_fault(
            400,
            "s:Sender",
            "<s:Subcode><s:Value>a:DestinationUnreachable</s:Value></s:Subcode>",
            "<s:Detail><w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
            "InvalidResourceURI</w:FaultDetail></s:Detail>",
        )

    def answer_reason_alone(self) -> None:
        self.send_soap_fault(500, "s:Receiver", "", "")

    def send_soap_fault(self, status: int, code: str, subcode: str, detail: str) -> None:
        content = (
            '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
            ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
            ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Body><s:Fault>'
            f"<s:Code><s:Value>{code}</s:Value>{subcode}</s:Code>"
            f"<s:Reason><s:Text>nobody knows why.</s:Text></s:Reason>{detail}"
            "</s:Fault></s:Body></s:Envelope>"
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer_nothing(self) -> None:
        self.close_connection = True

    def answer_empty(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_challenge(self) -> None:
        """As a host that goes on with NTLM, without an end."""
        if "Authorization" in self.headers:
            self.answer_endless()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_refusal(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer_detour(self) -> None:
        """A redirect only once the client has begun to authenticate."""
        if "Authorization" in self.headers:
            self.answer_redirect()
        else:
            self.answer_refusal()

    def answer_grudging(self) -> None:
        """Only the first client is refused."""
        if len(self.server.hits) == 1:
            self.answer_refusal()
        else:
            self.answer_fault()

    def answer_codec(self) -> None:
        """A fault whose header names another encoding than it is in."""
        self.send_fault("application/soap+xml;charset=utf-16", b"<a>text</a>")

    def answer_unnamed(self) -> None:
        self.send_fault("application/soap+xml", FAULT)

    def answer_pattern(self) -> None:
        """A boundary with a sign that means something in a regular expression."""
        kind = 'multipart/encrypted;protocol="x";boundary="Encrypted.Boundary"'
        self.send_fault(kind, b"--Encrypted.Boundary\r\nLength=5\r\n" * 2)

    def answer_parts(self) -> None:
        kind = 'multipart/encrypted;protocol="x";boundary="Encrypted Boundary"'
        self.send_fault(kind, b"--Encrypted Boundary\r\nLength=5\r\n" * 2_000)

    def send_fault(self, kind: str, content: bytes) -> None:
        self.send_response(500)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def answer_garbled(self) -> None:
        """Of HTTPS: what no end of TLS can read."""
        os.write(self.connection.fileno(), b"x" * 100)
        self.close_connection = True

    def answer_once(self) -> None:
        """Only the first client is let in."""
        if len(self.server.hits) == 1:
            self.answer_fault()
        else:
            self.answer_refusal()

    def answer_cookie(self) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def answer_redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


# The stages of an answer at which a host can be slow.
_ANSWERS = [name.removeprefix("answer_") for name in sorted(vars(_Handler)) if "answer_" in name]
STAGES = ["silent", *(name for name in _ANSWERS if name.startswith("slow_"))]
