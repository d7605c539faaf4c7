# SPDX-License-Identifier: GPL-3.0-or-later
"""What an injected fault does to an answer before it is sealed and sent."""

from __future__ import annotations

import re
from collections.abc import Callable

from winsim.faults import (
    FaultError,
    access_denied,
    busy,
    envelope_exceeded,
    pipe_ended,
    timed_out,
    too_many_commands,
    too_many_operations,
    too_many_shells,
)
from winsim.injection import Rule
from winsim.soap import new_id

#: Faults that stand in place of the answer.
FAULTS: dict[str, Callable[[], FaultError]] = {
    "quota": lambda: too_many_operations(1500),
    "command-quota": lambda: too_many_commands(15),
    "shell-quota": lambda: too_many_shells(30),
    "timed-out": timed_out,
    "access-denied": access_denied,
    "envelope": lambda: envelope_exceeded(512_316, 512_000),
    "busy": busy,
    "pipe-ended": pipe_ended,
}

WEB_PAGE = (
    "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>"
)
UNAVAILABLE = (
    "<!DOCTYPE HTML><html><head><title>Service Unavailable</title></head>"
    "<body><h2>Service Unavailable</h2><p>HTTP Error 503.</p></body></html>"
)

_DTD = (
    '<?xml version="1.0"?><!DOCTYPE s:Envelope [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
_EXTERNAL = '<?xml version="1.0"?><!DOCTYPE s:Envelope [<!ENTITY f SYSTEM "file:///etc/hostname">]>'


def change(rule: Rule, envelope: str) -> str:
    """The envelope as the rule leaves it; unchanged when the rule isn't about its text."""
    if rule.kind == "malformed":
        return envelope.replace("</s:Body>", "<unclosed></s:Body>", 1)
    if rule.kind == "dtd":
        return _DTD + envelope.replace("<a:To>", "<a:To>&i;", 1)
    if rule.kind == "external-entity":
        return _EXTERNAL + envelope.replace("<a:To>", "<a:To>&f;", 1)
    if rule.kind == "depth":
        levels = int(rule.value)
        nest = f"{'<p:L>' * levels}{'</p:L>' * levels}"
        nest = f"<p:Nest xmlns:p='urn:padding'>{nest}</p:Nest>"
        return envelope.replace("</s:Header>", f"{nest}</s:Header>", 1)
    if rule.kind == "oversize":
        padding = f"<p:Padding xmlns:p='urn:padding'>{'x' * int(rule.value)}</p:Padding>"
        return envelope.replace("</s:Header>", f"{padding}</s:Header>", 1)
    if rule.kind == "wrong-relates-to":
        other = f"<a:RelatesTo>uuid:{new_id()}</a:RelatesTo>"
        return re.sub(r"<a:RelatesTo>[^<]*</a:RelatesTo>", other, envelope, count=1)
    if rule.kind == "duplicate":
        return _element(rule.value).sub(lambda match: match[0] * 2, envelope, count=1)
    if rule.kind == "missing":
        return _element(rule.value).sub("", envelope, count=1)
    return envelope


def _element(name: str) -> re.Pattern[str]:
    tag = rf"(?:\w+:)?{re.escape(name)}"
    return re.compile(rf"<{tag}(?=[\s/>])[^>]*?(?:/>|>.*?</{tag}>)", re.DOTALL)
