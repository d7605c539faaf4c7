# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent, and in which pieces, where an exchange is slow without end."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

import pytest

from unit.rows import each_row
from winsim.answer import Answer
from winsim.injection import CONNECTION_STAGES, SLOW_STAGES, Message, parse
from winsim.slow import stream

ANSWER = Answer(200, b"<body/>", "application/soap+xml")
OF_AN_ANSWER = [name for name in SLOW_STAGES if name not in {"connect", "tls"}]


def sent(stage: str, slowly: int, answer: Answer = ANSWER) -> tuple[bytes, bytes]:
    """What comes at once, and that many octets of what follows."""
    at_once, octets = stream(stage, answer)
    return at_once, b"".join(islice(octets, slowly))


@each_row("stage", OF_AN_ANSWER)
def test_every_stage_goes_on_without_end(stage: str) -> None:
    assert len(sent(stage, 20_000)[1]) == 20_000


@each_row("stage", OF_AN_ANSWER)
def test_an_answer_in_chunks_is_as_slow(stage: str) -> None:
    def undated(answer: Answer) -> bytes:
        return re.sub(rb"Date: [^\r]*", b"", b"|".join(sent(stage, 1000, answer)))

    assert undated(replace(ANSWER, chunks=3)) == undated(ANSWER)


def test_interim_answers_one_behind_the_other() -> None:
    at_once, slowly = sent("interim", 50)
    assert at_once == b""
    assert slowly == b"HTTP/1.1 100 Continue\r\n\r\n" * 2


def test_a_status_line_without_end() -> None:
    assert sent("status", 16) == (b"", b"HTTP/1.1 200 KKK")


@pytest.mark.parametrize("stage", ["headers", "authentication"])
def test_headers_without_end(stage: str) -> None:
    at_once, slowly = sent(stage, 1000)
    assert at_once == b"HTTP/1.1 200 OK\r\n"
    assert b"\r\nContent-Length: 7\r\n" in slowly
    assert b"\r\n\r\n" not in slowly


def test_a_body_that_is_never_complete() -> None:
    at_once, slowly = sent("body", 10)
    assert at_once.endswith(b"\r\n\r\n")
    assert b"Content-Length: 1000007\r\n" in at_once
    assert slowly == b"<body/>   "


def test_a_chunk_whose_size_never_ends() -> None:
    at_once, slowly = sent("chunks", 5)
    assert b"\r\nTransfer-Encoding: chunked\r\n" in at_once
    assert b"Content-Length" not in at_once
    assert at_once.endswith(b"\r\n\r\n")
    assert slowly == b"00000"


def test_trailers_behind_the_whole_body() -> None:
    at_once, slowly = sent("trailers", 19)
    assert at_once.endswith(b"\r\n\r\n7\r\n<body/>\r\n0\r\n")
    assert slowly == b"X-More: and so on\r\n"


def test_which_stages_strike_connections() -> None:
    assert {name for name in SLOW_STAGES if parse(f"slow={name}").stops_connections} == (
        CONNECTION_STAGES
    )


def test_when_a_connection_is_due() -> None:
    rule = parse("slow=connect:skip=1,host=win-1")
    assert not rule.due("win-1")
    assert not rule.strikes(Message("win-1"))
    assert rule.due("win-1")
    assert not rule.due("win-2")
