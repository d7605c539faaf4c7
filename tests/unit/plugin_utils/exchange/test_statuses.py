# SPDX-License-Identifier: GPL-3.0-or-later
"""What an HTTP error means, in each of the circumstances in which one can come."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.statuses import (
    Circumstances,
    not_empty,
    soap_or_failure,
)

PLAIN = Circumstances()
SEALED = Circumstances(keys=True, sealed=True)
FORGED = Circumstances(keys=True)
FAULT = '<s:Envelope xmlns:s="urn:s"></s:Envelope>'
PAGE = "<!DOCTYPE HTML><HTML><BODY>Envelope</BODY></HTML>"


def made_of(status: int, text: str, known: Circumstances = PLAIN) -> str:
    """Whether it is taken as an answer, or the kind of failure."""
    try:
        answer = soap_or_failure(status, text, known)
    except TransportError as error:
        return str(error.failure)
    assert answer == text.encode("utf-8", "surrogateescape")
    return "answer"


def test_who_refuses_is_told_by_the_circumstances() -> None:
    tls, proxy = Circumstances(tls=True), Circumstances(proxy=True)
    assert {
        "empty, first and plain": made_of(500, ""),
        "blank, first and plain": made_of(500, " \r\n"),
        "empty, over HTTPS": made_of(500, "", tls),
        "empty, to an encrypted message": made_of(500, "", FORGED),
        "empty, after an answer": made_of(500, "", Circumstances(answered=True)),
        "empty, by a proxy": made_of(500, "", proxy),
        "refused by a proxy": made_of(403, "denied", proxy),
        "unavailable by a proxy": made_of(503, PAGE, proxy),
        "refused": made_of(403, "denied"),
        "without credentials for a proxy": made_of(407, "", proxy),
        "no such path": made_of(404, ""),
        "text": made_of(500, "Internal error"),
        "unavailable": made_of(503, "<html/>"),
        "HTTP to nginx with TLS": made_of(
            400, "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>"
        ),
        "HTTP to Go with TLS": made_of(400, "Client sent an HTTP request to an HTTPS server.\n"),
        "HTTP to Apache with TLS": made_of(
            400, "<p>You're speaking plain HTTP to an SSL-enabled server port.<br />"
        ),
        "the same over HTTPS": made_of(400, "HTTPS server", tls),
    } == {
        "empty, first and plain": "unencrypted",
        "blank, first and plain": "unencrypted",
        "empty, over HTTPS": "http_status",
        "empty, to an encrypted message": "http_status",
        "empty, after an answer": "http_status",
        "empty, by a proxy": "proxy_answer",
        "refused by a proxy": "proxy_answer",
        "unavailable by a proxy": "proxy_answer",
        "refused": "http_status",
        "without credentials for a proxy": "proxy",
        "no such path": "http_status",
        "text": "http_status",
        "unavailable": "http_status",
        "HTTP to nginx with TLS": "tls_expected",
        "HTTP to Go with TLS": "tls_expected",
        "HTTP to Apache with TLS": "tls_expected",
        "the same over HTTPS": "http_status",
    }


def test_a_soap_fault_is_an_answer_with_each_status() -> None:
    starts = ["", " \r\n", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>\n']
    tags = ["s:Envelope", "Envelope", "SOAP-ENV:Envelope"]
    faults = [f'{start}<{tag} xmlns="urn:x"></{tag}>' for start in starts for tag in tags]
    encodings = ["utf-8", "utf-8-sig", "utf-16", "shift_jis"]
    faults += [
        "<s:Envelope>道具</s:Envelope>".encode(each).decode("utf-8", "surrogateescape")
        for each in encodings
    ]
    taken = {
        made_of(status, each, known)
        for status in (400, 403, 500, 503)
        for each in faults
        for known in (PLAIN, SEALED, Circumstances(tls=True), Circumstances(proxy=True))
    }
    assert taken == {"answer"}


def test_a_page_is_none() -> None:
    pages = [PAGE, "<html>Envelope</html>", "no", "<HTML lang='en'>", "\ufeff<html>"]
    assert {made_of(status, each) for status in (400, 500) for each in pages} == {"http_status"}


def test_only_who_has_the_keys_answers_an_encrypted_message() -> None:
    """A fault in plain text may be of anyone on the way. With 400, a host says that it could not
    decrypt, and then nothing was done."""
    assert {
        (status, sealed): made_of(status, FAULT, Circumstances(keys=True, sealed=sealed))
        for status in (400, 500, 503)
        for sealed in (True, False)
    } == {
        (400, True): "answer", (500, True): "answer", (503, True): "answer",
        (400, False): "keys", (500, False): "not_winrm", (503, False): "not_winrm",
    }  # fmt: skip


def test_what_a_host_could_not_decrypt_may_be_sent_again() -> None:
    repeated = {}
    for known in (FORGED, PLAIN):
        try:
            soap_or_failure(400, "", known)
        except TransportError as error:
            repeated[known] = (str(error.failure), error.may_repeat)
    assert repeated == {FORGED: ("keys", True), PLAIN: ("http_status", False)}


def test_an_answer_without_content_is_of_something_else_or_of_a_service_that_is_not_well() -> None:
    told = {}
    circumstances = {
        "first": PLAIN,
        "later": Circumstances(answered=True),
        "by a proxy": Circumstances(proxy=True, answered=True),
    }
    for name, known in circumstances.items():
        for answer in (b"", b" \r\n", b"\xef\xbb\xbf"):
            with pytest.raises(TransportError) as caught:
                not_empty(answer, known)
            told[name] = str(caught.value).partition(" Check")[0].partition(" Something")[0]
            assert not caught.value.may_repeat
    assert told == {
        "first": "what answers is not WS-Management (an answer without content).",
        "later": "what answers is not WS-Management (an answer without content).",
        "by a proxy": "the proxy answered, and not as WinRM does (an answer without content). If "
        "that is the proxy's own answer, the PC was not asked.",
    }
    with pytest.raises(TransportError, match="Check that the WinRM service is healthy there"):
        not_empty(b"", Circumstances(answered=True))
    assert not_empty(b" <a/>", PLAIN) == b" <a/>"
