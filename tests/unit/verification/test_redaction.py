# SPDX-License-Identifier: GPL-3.0-or-later
"""Private values in text: found by their form, by their place, or because they are known."""

from __future__ import annotations

import ipaddress
import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.verification.pseudonyms import (
    stays,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.redaction import (
    Redactor,
)


def known(*names: tuple[str, str]) -> Redactor:
    redactor = Redactor()
    for kind, name in names:
        redactor.learn(kind, name)
    return redactor


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"C:\Users\tanaka\app.exe", r"C:\Users\user1\app.exe"),
        (r"C:\\Users\\tanaka\\app.exe", r"C:\\Users\\user1\\app.exe"),
        (r"c:\documents and settings\Tanaka Jun\x", r"c:\documents and settings\user1\x"),
        (r"C:\Users\Public\x.exe", r"C:\Users\Public\x.exe"),
        (r"\\files01\share\x", r"\\host1\share\x"),
        ("TCP    192.168.11.23:139    0.0.0.0:0    LISTENING    4",
         "TCP    198.18.0.1:139    0.0.0.0:0    LISTENING    4"),
        ("UDP    [fe80::5c1e:9a3b%12]:546    *:*    1", "UDP    [fe80::1%12]:546    *:*    1"),
        ("[2a01:4f8::9]:50100", "[2001:db8:0:1::1]:50100"),
        ("It is 10.1.2.3.", "It is 198.18.0.1."),
        ("at fe80::9: down", "at fe80::1: down"),
        ("RA4=10.1.2.3-10.1.2.9|", "RA4=198.18.0.1-198.18.0.2|"),
        ("RA4=10.1.2.9-10.1.2.3|", "RA4=198.18.0.1-198.18.0.2|"),
        ("RA4=10.1.0.0/255.255.0.0|", "RA4=198.18.0.0/255.255.0.0|"),
        ("RA4=10.1.2.3/255.255.255.255|", "RA4=198.18.0.1/255.255.255.255|"),
        ("RA6=fe80::/64|RA4=LocalSubnet|", "RA6=fe80::/64|RA4=LocalSubnet|"),
        ("{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}", "{00000000-0000-4000-8000-000000000001}"),
        ("http://pc7.corp.example:80/app/", "http://host1:80/app/"),
        ("HTTP://+:5985/WSMAN/", "HTTP://+:5985/WSMAN/"),
        ("http://10.1.2.3:80:10.1.2.3/", "http://198.18.0.1:80:198.18.0.1/"),
        ("http://schemas.microsoft.com/wbem/", "http://schemas.microsoft.com/wbem/"),
        ("https://fabrikam.onmicrosoft.com/x", "https://host1/x"),
        ("所有者S-1-5-21-1-2-3-1001は", "所有者S-1-5-21-0-0-1-1は"),
        ("mail to tanaka@corp.example now", "mail to user1@domain1.example now"),
        ("@FirewallAPI.dll,-28753", "@FirewallAPI.dll,-28753"),
        ("2026-04-13T08:41:07.500000+09:00", "2026-04-13T08:41:07.500000+09:00"),
        ("10.0.22631 and 1.2.3.456", "10.0.22631 and 1.2.3.456"),
        ("    ProfileName    REG_SZ    Cafe Sato\r\n", "    ProfileName    REG_SZ    network1\r\n"),
        ("    DateCreated    REG_BINARY    E907\r\n", "    DateCreated    REG_BINARY    0000\r\n"),
        ("v2.30|Dir=In|NNm=Cafe,Home|", "v2.30|Dir=In|NNm=network1,network2|"),
        ("00-15-5D-01-02-03", "02-00-00-00-00-01"),
    ],
)  # fmt: skip
def test_what_shows_by_its_form_or_place(text: str, expected: str) -> None:
    assert Redactor().text(text) == expected


def test_known_names_are_replaced_where_they_are_words() -> None:
    redactor = known(("user", "tanaka"), ("host", "PC-7"), ("network", "社内網"))
    assert redactor.text("Tanaka's app on pc-7, tanakas") == "user1's app on host1, tanakas"
    assert redactor.text("今の社内網です") == "今のnetwork1です"


def test_a_word_with_a_meaning_is_no_name() -> None:
    redactor = Redactor(keep=["MpsSvc"])
    for word in ("TCP", "mpssvc", "System", "Administrator", "ab", "8080", "10.1.2.3"):
        redactor.learn("user", word)
    text = "TCP MpsSvc System Administrator ab 8080"
    assert redactor.text(text) == text
    # By its place it is known to be one all the same.
    assert redactor.text(r"C:\Users\tcp\x") == r"C:\Users\user1\x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"CORP\svc-web", r"domain1\user1"),
        (r".\svc-web", r".\user1"),
        ("svc-web@corp.example", "user1@domain1.example"),
        (r"NT AUTHORITY\NetworkService", r"NT AUTHORITY\NetworkService"),
        ("LocalSystem", "LocalSystem"),
        ("", ""),
    ],
)
def test_accounts(text: str, expected: str) -> None:
    assert Redactor().account(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"C:\A B\d.exe" -password=x', r'"C:\A B\d.exe" [arguments redacted]'),
        (r"C:\D\d.exe /key secret", r"C:\D\d.exe [arguments redacted]"),
        (r"C:\D\d.exe", r"C:\D\d.exe"),
        (r"C:\Windows\svchost.exe -k netsvcs -p", r"C:\Windows\svchost.exe -k netsvcs -p"),
        ("", ""),
    ],
)  # fmt: skip
def test_command_lines_lose_their_arguments(text: str, expected: str) -> None:
    assert Redactor().command_line(text) == expected


SIGNS = st.sampled_from(
    [":", ".", "-", "\\", "/", "@", "|", "1", "f", "a", " ", "\n", "日", "S-1-5-21"]
)


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=80) | st.lists(SIGNS).map("".join)
)
def test_any_text_is_taken(text: str) -> None:
    redactor = Redactor()
    redactor.learn_from(text)
    made = redactor.text(text)
    assert redactor.text(text) == made
    if not set(":.-\\/@|").intersection(text):
        assert made == text


AROUND = st.sampled_from(
    ["{}", " {} ", "[{}]", "({})", "RA4={}|", "{}, {}", "{}.", "{}:", "'{}'", "http://{}/x", "<{}>",
     "日{}本", "{}%12", "{}/32", "\\\\{}\\share", "a {}-{} b", "x={};"]
)  # fmt: skip


PSEUDONYMS = [ipaddress.ip_network(each) for each in ("198.18.0.0/15", "2001:db8::/32")]


@given(st.ip_addresses(), AROUND)
def test_no_address_is_left_whatever_stands_around_it(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, around: str
) -> None:
    # Those that stay, and those that are pseudonyms themselves.
    assume(not stays(address) and not address.is_link_local)
    assume(
        not any(address in network for network in PSEUDONYMS if network.version == address.version)
    )
    made = Redactor().text(around.replace("{}", str(address)))
    words = re.findall("[0-9a-f:.]{2,}", made)
    assert str(address) not in words


@pytest.mark.parametrize("sign", ["1.", "a:", "\\", "S-1-", "x@", "    a    ", "http://", "|NNm="])
def test_no_text_takes_more_than_linear_time(sign: str) -> None:
    def seconds(count: int) -> float:
        text = sign * count
        start = time.process_time()
        Redactor().text(text)
        return time.process_time() - start

    small = min(seconds(4_000) for _attempt in range(3))
    assert min(seconds(32_000) for _attempt in range(2)) < 60 * small + 0.2
