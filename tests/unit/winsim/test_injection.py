# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: how they are written, which messages they strike, what they do."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from unit.rows import each_row
from winsim.injection import KINDS, SELECTORS, SLOW_STAGES, Message, Rule, help_text, parse
from winsim.injection_effects import FAULTS, change

PULL = Message("win-1", "Pull", "Win32_Process")
ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="urn:a"><s:Header>'
    "<a:To>somebody</a:To><a:RelatesTo>uuid:1</a:RelatesTo></s:Header>"
    '<s:Body><a:Item Name="x"><a:Sub/></a:Item><a:Item/></s:Body></s:Envelope>'
)


@each_row(
    ("text", "expected"),
    [
        ("quota", Rule("quota")),
        ("delay=0.5", Rule("delay", "0.5")),
        ("http=503", Rule("http", "503")),
        ("oversize", Rule("oversize", "2000000")),
        ("charset", Rule("charset", "utf-16")),
        ("missing=Body", Rule("missing", "Body")),
        ("reset:after=1000,message=3", Rule("reset", settings={"after": 1000}, skip=2, count=1)),
        ("reset,after=1000", Rule("reset", settings={"after": 1000})),
        ("reset-before:count=1", Rule("reset-before", count=1)),
        ("depth", Rule("depth", "100000")),
        ("truncate", Rule("truncate", settings={"after": 0})),
        ("slow=body", Rule("slow", "body", {"every": 0.25})),
        ("slow=tls:every=1,skip=2", Rule("slow", "tls", {"every": 1}, skip=2)),
        ("only=Protocol:message=1", Rule("only", "Protocol", skip=0, count=1)),
        ("unfiltered", Rule("unfiltered", "0")),
        ("slow-drip:every=0", Rule("slow-drip", settings={"bytes": 256, "every": 0})),
        (
            "delay=5:action=Pull,class=Win32_Process,host=win-2,skip=1,count=2",
            Rule("delay", "5", {}, "win-2", "Pull", "Win32_Process", 1, 2),
        ),
    ],
)
def test_what_can_be_written(text: str, expected: Rule) -> None:
    assert parse(text) == expected


@each_row(
    ("text", "reason"),
    [
        ("", "no fault is called"),
        ("quotas", "no fault is called 'quotas'"),
        ("quota=1", "takes no value"),
        ("delay", "a value is wanted: SECONDS"),
        ("delay=soon", "wants a number"),
        ("delay=-1", "wants a number"),
        ("http=200", "from 400 to 599"),
        ("http=none", "whole number"),
        ("missing", "a value is wanted: ELEMENT"),
        ("slow", "a value is wanted: STAGE"),
        ("slow=lunch", "'lunch' is no stage: connect, tls"),
        ("ignored=Put", "takes no value"),
        ("without", "a value is wanted: PROPERTY"),
        ("unfiltered=-1", "whole number"),
        ("depth=very", "whole number"),
        ("charset=klingon", "no character set"),
        ("quota:after=3", "'after' isn't known here"),
        ("quota:often", "isn't NAME=VALUE"),
        ("quota:count=", "isn't NAME=VALUE"),
        ("quota:count=few", "whole number"),
        ("reset:message=0", "counted from 1"),
    ],
)
def test_what_cannot_be_written_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(text)


def strikes(text: str, *messages: Message) -> list[bool]:
    rule = parse(text)
    return [rule.strikes(message) for message in messages]


def test_counting() -> None:
    assert strikes("quota", PULL, PULL) == [True, True]
    assert strikes("quota:message=2", PULL, PULL, PULL) == [False, True, False]
    assert strikes("quota:skip=1", PULL, PULL, PULL) == [False, True, True]
    assert strikes("quota:count=2", PULL, PULL, PULL) == [True, True, False]
    assert strikes("quota:skip=1,count=1", PULL, PULL, PULL) == [False, True, False]


def test_only_matching_messages_count() -> None:
    get = Message("win-1", "Get", "Win32_Process")
    service = Message("win-1", "Pull", "Win32_Service")
    assert strikes("quota:action=pull,message=2", PULL, get, PULL) == [False, False, True]
    assert strikes("quota:class=win32_process", service, PULL) == [False, True]
    assert strikes("quota:host=win-2", PULL) == [False]


def test_each_host_counts_for_itself() -> None:
    other = Message("win-2", "Pull", "Win32_Process")
    assert strikes("quota:message=2", PULL, other, PULL, other) == [False, False, True, True]


def test_a_status_without_an_action_needs_no_soap() -> None:
    assert parse("http=503").before_authentication
    assert not parse("http=503:action=Pull").before_authentication
    assert not parse("http=503:message=2").before_authentication
    assert not parse("quota").before_authentication


def test_the_help_names_every_kind_and_selector() -> None:
    text = help_text()
    assert all(name in text for name in (*KINDS, *SELECTORS, *SLOW_STAGES))


def changed(text: str) -> str:
    return change(parse(text), ENVELOPE)


def test_what_is_not_about_the_text_leaves_it_alone() -> None:
    assert all(change(Rule(kind), ENVELOPE) == ENVELOPE for kind in ("delay", "reset", *FAULTS))


def test_malformed() -> None:
    with pytest.raises(ET.ParseError):
        ET.fromstring(changed("malformed"))


def test_dtd() -> None:
    text = changed("dtd")
    assert "<!DOCTYPE" in text
    # Its entities grow: that's what makes it hostile. A few levels of it are harmless here.
    small = text.replace("&i;", "&b;")
    assert "a" * 100 in "".join(ET.fromstring(small).itertext())


def test_a_declaration_that_names_a_file() -> None:
    assert 'SYSTEM "file:///' in changed("external-entity")
    assert "&f;" in changed("external-entity")


def test_depth() -> None:
    levels, element = 0, ET.fromstring(changed("depth=500")).find(".//{urn:padding}L")
    while element is not None:
        levels, element = levels + 1, next(iter(element), None)
    assert levels == 500


def test_oversize() -> None:
    text = changed("oversize=5000")
    assert 5000 < len(text) - len(ENVELOPE) < 5200
    ET.fromstring(text)


def test_wrong_relates_to() -> None:
    (relates_to,) = ET.fromstring(changed("wrong-relates-to")).iter("{urn:a}RelatesTo")
    assert relates_to.text != "uuid:1"
    assert (relates_to.text or "").startswith("uuid:")


@each_row(
    ("text", "count"),
    [("duplicate=Item", 3), ("missing=Item", 1), ("missing=Body", 0), ("duplicate=Nothing", 2)],
)
def test_elements_too_many_or_too_few(text: str, count: int) -> None:
    assert len(list(ET.fromstring(changed(text)).iter("{urn:a}Item"))) == count
