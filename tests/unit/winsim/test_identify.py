# SPDX-License-Identifier: GPL-3.0-or-later
"""Identify, before and after authentication."""

from __future__ import annotations

import re

import pytest

from unit.rows import each_row
from unit.winsim.wire import ask, machine
from winsim.config import Access
from winsim.identify import identify
from winsim.wsman import Service

IDENTIFY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    b"<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)
BASIC, NEGOTIATE = (
    [f"{transport}/{scheme}" for transport in ("http", "https")]
    for scheme in ("basic", "spnego-kerberos")
)


def profiles(text: str) -> list[str]:
    return re.findall(r"SecurityProfileName>[^<]*/secprofile/([^<]+)<", text)


def test_identify_needs_no_headers() -> None:
    reply = ask(Service(machine("10.0.22631")), IDENTIFY)
    assert reply.status == 200
    assert "OS: 10.0.22631 SP: 0.0 Stack: 3.0" in reply.text


@each_row(
    ("access", "expected"),
    [
        (Access(), [*BASIC, *NEGOTIATE]),
        (Access(basic=False), NEGOTIATE),
        (Access(negotiate=False), BASIC),
    ],
)
def test_the_security_profiles_are_those_that_are_enabled(
    access: Access, expected: list[str]
) -> None:
    assert profiles(ask(Service(machine(), access), IDENTIFY).text) == expected


@pytest.mark.parametrize(
    ("version", "stack", "tells"), [("6.1.7601", "2.0", False), ("6.2.9200", "3.0", True)]
)
def test_what_an_older_windows_says(version: str, stack: str, tells: bool) -> None:
    told = identify(machine(version), "en-US", Access(), authenticated=True)
    pack = "1.0" if version.endswith("7601") else "0.0"
    assert f"OS: {version} SP: {pack} Stack: {stack}" in told
    assert ("SecurityProfiles" in told) is tells
    stranger = identify(machine(version), "en-US", Access(), authenticated=False)
    assert f"OS: 0.0.0 SP: 0.0 Stack: {stack}" in stranger
    assert "SecurityProfiles" not in stranger
