# SPDX-License-Identifier: GPL-3.0-or-later
"""Envelopes with pseudonyms: the form stays, what is private goes, wherever it stands."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.envelopes import (
    Known,
    redact,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.recording import (
    Message,
)
from fuzz.steps import lines_run
from unit.rows import each_row
from unit.sweeps import fast

REQUEST = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>'
    "<a:To>http://pc7.corp.example:5985/wsman</a:To></s:Header><s:Body><w:Filter>"
    "SELECT Name FROM {}</w:Filter></s:Body></s:Envelope>"
)


WRAP = '<s xmlns:p="p" xmlns:f="f" xmlns:n="n" xmlns:rsp="rsp" xmlns:xsi="xsi">{}</s>'


def redacted(*answers: str, known: Known | None = None, cim_class: str = "Win32_Any") -> list[str]:
    request = REQUEST.format(cim_class).encode()
    messages = [Message(request, WRAP.format(answer).encode()) for answer in answers]
    found, _redactor = redact(messages, known or Known())
    start, end = WRAP.split("{}")
    return [
        (message.answer or b"").decode().removeprefix(start).removesuffix(end) for message in found
    ]


@each_row(
    ("answer", "expected"),
    [
        ("<p:CSName>PC7</p:CSName>", "<p:CSName>host2</p:CSName>"),
        ("<StartName>CORP\\svc</StartName>", "<StartName>domain1\\user1</StartName>"),
        ("<Owner>pc7\\tanaka</Owner>", "<Owner>host2\\user1</Owner>"),
        ("<x>pc7.corp.example</x>", "<x>host1</x>"),
        ("<x>10.1.2.3</x>", "<x>198.18.0.1</x>"),
        ('<f:WSManFault Machine="elsewhere"/>', '<f:WSManFault Machine="host2"/>'),
        ('<f:WSManFault Machine="10.1.2.3"/>', '<f:WSManFault Machine="198.18.0.1"/>'),
        ('<x Id="{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}"/>',
         '<x Id="{00000000-0000-4000-8000-000000000001}"/>'),
        ('<x xsi:type="p:Win32_Any_Type" xsi:nil="true"/>',
         '<x xsi:type="p:Win32_Any_Type" xsi:nil="true"/>'),
        ("<x>C:\\Users\\a&amp;b\\x</x>", "<x>C:\\Users\\user1\\x</x>"),
        ("<x>a &lt; b &amp; c</x>", "<x>a &lt; b &amp; c</x>"),
        ("<x>C:\\Users\\t&#x61;ro\\&lt;1&gt;</x>", "<x>C:\\Users\\user1\\&lt;1&gt;</x>"),
        ("<x>10.1.2.3 &#38;lt; 5</x>", "<x>198.18.0.1 &amp;lt; 5</x>"),
        ("<!-- 10.1.2.3 --><x>1</x>", "<x>1</x>"),
        ("<x><![CDATA[10.1.2.3]]></x>", "<x>198.18.0.1</x>"),
        ("<x>10.1.<![CDATA[2.3]]></x>", "<x>198.18.0.1</x>"),
        ("<x><![CDATA[> 10.1.2.3 <a b='10.9.9.9'> ]]>1</x>",
         "<x>&gt; 198.18.0.1 &lt;a b=&apos;198.18.1.1&apos;&gt; 1</x>"),
        ("<!-- <![CDATA[ 10.1.2.3 --><x>1</x>", "<x>1</x>"),
        ("<?hint 10.1.2.3 ?><x>1</x>", "<x>1</x>"),
        ("<x a='> 10.1.2.3 >'>1</x>", '<x a="&gt; 198.18.0.1 &gt;">1</x>'),
        ("<PathName>C:\\d.exe -p secret</PathName>",
         "<PathName>C:\\d.exe [arguments redacted]</PathName>"),
        ("<CommandLine>x.exe --token=abc</CommandLine>",
         "<CommandLine>x.exe [arguments redacted]</CommandLine>"),
        ("<SerialNumber>5CG1234XYZ</SerialNumber>", "<SerialNumber>serial1</SerialNumber>"),
        ("<Thumbprint>A1</Thumbprint><x>a1</x>", "<Thumbprint>serial1</Thumbprint><x>a1</x>"),
        ("<User>Weiß</User><x>svc_WEISS</x>", "<User>user1</User><x>svc_user1</x>"),
        ("<Name>svc_yamada</Name><User>CORP\\yamada</User>",
         "<Name>svc_user1</Name><User>domain1\\user1</User>"),
        ("<x>PC-7_backup</x><CSName>PC-7</CSName>", "<x>host2_backup</x><CSName>host2</CSName>"),
        ("<x>https://x.example/a?sig=s3cret%2F</x>", "<x>https://host2/a?[redacted]</x>"),
    ],
)  # fmt: skip
def test_one_answer(answer: str, expected: str) -> None:
    assert redacted(answer) == [expected]


def test_a_name_that_is_known_later_is_replaced_earlier() -> None:
    first, second = redacted("<x>of tanaka</x>", "<y>C:\\Users\\Tanaka\\x</y>")
    assert (first, second) == ("<x>of user1</x>", "<y>C:\\Users\\user1\\x</y>")


def test_the_host_that_requests_go_to_is_nowhere() -> None:
    messages = [Message(REQUEST.format("A").encode(), None, "timeout")]
    (found,), _redactor = redact(messages, Known())
    assert b"pc7" not in found.request
    assert b"corp" not in found.request
    assert (found.answer, found.failure) == (None, "timeout")


def test_names_that_the_controller_knows() -> None:
    known = Known(hosts=("db-primary", "192.0.2.7"), users=("svc-ansible",))
    answer = "<x>db-primary as SVC-Ansible</x>"
    assert redacted(answer, known=known) == ["<x>host2 as user1</x>"]


@each_row("context", ["c1", "&#99;1", "\n   c1 ", "<![CDATA[c1]]>"])
def test_names_of_networks_by_their_class_and_context(context: str) -> None:
    first = f"<n:EnumerationContext>{context}</n:EnumerationContext><Name>LAN</Name>"
    request = REQUEST.format("MSFT_NetConnectionProfile").encode()
    pull = b"<n:Pull><n:EnumerationContext>c1</n:EnumerationContext></n:Pull>"
    other = REQUEST.format("Win32_Service").encode()
    messages = [
        Message(request, WRAP.format(first).encode()),
        Message(pull, b"<s><Name>Cafe Sato</Name></s>"),
        Message(other, b"<s><Name>Dns</Name></s>"),
    ]
    found, _redactor = redact(messages, Known())
    names = [re.findall("<Name>(.*?)</Name>", (each.answer or b"").decode()) for each in found]
    # A short name is replaced where it is certain to be one.
    assert names == [["network1"], ["network2"], ["Dns"]]


def stream(data: bytes, name: str = "stdout", command: str = "C1") -> str:
    text = base64.b64encode(data).decode()
    return f'<rsp:Stream Name="{name}" CommandId="{command}">{text}</rsp:Stream>'


def test_output_is_redacted_as_a_whole_wherever_it_was_cut() -> None:
    text = "  TCP  10.1.2.3:80  ä\r\n".encode()
    for cut in range(len(text)):
        first, second = redacted(stream(text[:cut]), stream(text[cut:]))
        assert first == stream("  TCP  198.18.0.1:80  ä\r\n".encode())
        assert second == stream(b"")


def test_parts_of_a_stream_may_be_written_in_other_quotes_and_letters() -> None:
    first, second = redacted(
        stream(b"  TCP  10.1."), stream(b"2.3:80", command="c1").replace('"', "'")
    )
    assert first == stream(b"  TCP  198.18.0.1:80")
    assert second == "<rsp:Stream Name='stdout' CommandId='c1'></rsp:Stream>"


QUOTES = st.sampled_from("\"'")


@st.composite
def part(draw: st.DrawFn, data: bytes, name: str, command: str) -> str:
    """A part of a stream, in one of the forms that mean the same."""
    quote = draw(QUOTES)
    attributes = draw(
        st.permutations(
            [
                f"Name={quote}{name}{quote}",
                f"CommandId={quote}{draw(st.sampled_from([command, command.lower()]))}{quote}",
                draw(st.sampled_from([f"xmlns:b={quote}a>b{quote}", f"c={quote}&#67;{quote}"])),
            ]
        )
    )
    text = base64.b64encode(data).decode()
    begin = draw(st.sampled_from(["rsp:Stream", "Stream"]))
    if not text and draw(st.booleans()):
        return f"<{begin} {' '.join(attributes)} End={quote}true{quote}/>"
    text = draw(
        st.sampled_from(
            [
                text,
                f"<![CDATA[{text}]]>",
                text[:3] + "<!-- a > b -->" + text[3:],
                text[:2] + "\r\n" + text[2:],
                f"&#{ord(text[0])};{text[1:]}" if text else "",
            ]
        )
    )
    return f"<{begin} {' '.join(attributes)}>{text}</{begin}>"


def printed(answers: list[str]) -> dict[tuple[str, str], bytes]:
    """The output in each stream, as a parser of XML finds it."""
    found: dict[tuple[str, str], bytes] = {}
    for answer in answers:
        for element in ElementTree.fromstring(WRAP.format(answer)):
            key = (element.attrib["Name"], element.attrib["CommandId"].upper())
            found[key] = found.get(key, b"") + base64.b64decode(element.text or "")
    return found


PRINTED = st.lists(
    st.sampled_from(["  TCP  10.1.2.3:80  ä\r\n", "山田\r\n", "\r\n", "😀", "x"]), max_size=6
).map("".join)


@given(st.data())
def test_output_stays_whole_in_whatever_parts_and_forms_it_comes(data: st.DataObject) -> None:
    """Parts may be empty, and end within a character or a line end."""
    streams = {
        (name, command): data.draw(PRINTED)
        for command in ("C1", "C2")
        for name in ("stdout", "stderr")
    }
    parts = {}
    for key, text in streams.items():
        octets = text.encode()
        places = data.draw(st.lists(st.integers(0, len(octets)), max_size=3).map(sorted))
        parts[key] = [octets[start:end] for start, end in pairwise([0, *places, len(octets)])]
    order = data.draw(st.permutations([key for key, found in parts.items() for _part in found]))
    answers = [""]
    for key in order:
        answers[-1] += data.draw(part(parts[key].pop(0), *key))
        if data.draw(st.booleans()):
            answers.append("")
    found = printed(redacted(*answers))
    assert {key: octets.decode() for key, octets in found.items()} == {
        key: text.replace("10.1.2.3", "198.18.0.1") for key, text in streams.items()
    }


def test_output_whose_base64_has_character_references_is_kept() -> None:
    written = stream(b"10.1.2.3 ok").replace(">M", ">&#77;")
    assert "&#77;" in written
    assert redacted(written) == [stream(b"198.18.0.1 ok")]


def test_streams_of_commands_stay_apart() -> None:
    found = redacted(
        stream(b"a 10.1.") + stream(b"2.3 b", name="stderr"), stream(b"10.1.2.3", command="C2")
    )
    assert found == [
        stream(b"a 10.1.") + stream(b"2.3 b", name="stderr"),
        stream(b"198.18.0.1", command="C2"),
    ]


def test_output_that_is_no_base64_is_dropped() -> None:
    (found,) = redacted('<rsp:Stream Name="stdout" CommandId="C1">10.1.2.3</rsp:Stream>')
    assert "10.1.2.3" not in found


@each_row("encoding", ["cp932", "cp936", "cp1252"])
def test_a_name_in_another_code_page_is_gone_and_that_there_was_one_is_seen(encoding: str) -> None:
    name = "山田" if encoding != "cp1252" else "Müller"
    (_user, found) = redacted(f"<User>{name}</User>", stream(f"x {name} ok".encode(encoding)))
    output = base64.b64decode(found.partition(">")[2].partition("<")[0])
    assert name.encode(encoding) not in output
    assert b"\xff" in output
    assert output.endswith(b" ok")


@each_row(
    "answer",
    [b"", b"<html>10.1.2.3", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'tanaka'>]><a>&b;</a>",
     '<?xml version="1.0" encoding="utf-16"?><a>ä</a>'.encode("utf-16")],
)  # fmt: skip
def test_what_is_no_xml_is_not_kept(answer: bytes) -> None:
    (found,), _redactor = redact([Message(REQUEST.format("A").encode(), answer)], Known())
    assert (found.answer, found.failure) == (None, "unreadable")


@pytest.mark.parametrize(
    "sign", fast(["<Stream ", "<!-- ", "<", "a='", "<![CDATA[", "<?x ", "&#1;"], "<Stream ")
)
def test_hostile_text_takes_no_more_than_linear_work(sign: str) -> None:
    def steps(count: int) -> int:
        answer = f"<a><![CDATA[{sign * count}]]></a>".encode()
        message = Message(REQUEST.format("A").encode(), answer)
        return lines_run(lambda: redact([message], Known()))

    assert steps(400) < 2.2 * steps(200)


SPELT = st.sampled_from(
    [
        str, str.upper, str.lower, str.swapcase, str.casefold,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.translate({each: each + 0xFEE0 for each in range(0x21, 0x7F)}),
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    ["Yamada", "Weiß", "İsmail", "Groß", "Łukasz", "山田太郎", "ヤマダ", "Яковлев"]
)
TOLD = st.sampled_from(
    [
        "<User>{}</User>",
        r"<User>CORP\{}</User>",
        "<Owner>{}@corp.example</Owner>",
        "<CSName>{}</CSName>",
        r"<x>C:\Users\{}\a.exe</x>",
        r"<x>\\{}\share</x>",
        "<x>http://{}:80/</x>",
    ]
)
MENTIONED = st.sampled_from(
    [
        "<Name>svc_{}</Name>",
        "<x>PC-{}_backup</x>",
        "<x>{}7</x>",
        "<x>for {}, here</x>",
        "<x a='{}'/>",
        r"<PathName>D:\{}\a.exe</PathName>",
        "<x>v2.30|Name={}|Desc=x|</x>",
        "<x>社内{}です</x>",
    ]
)


@given(NAMES, SPELT, SPELT, TOLD, MENTIONED)
def test_no_planted_name_is_left_wherever_it_is_told_and_however_it_is_spelt(
    name: str,
    told: Callable[[str], str],
    spelt: Callable[[str], str],
    place: str,
    mention: str,
) -> None:
    """Not even in an answer before the one that tells it."""
    texts = redacted(mention.replace("{}", spelt(name)), place.replace("{}", told(name)))
    folded = unicodedata.normalize("NFKD", "".join(texts)).casefold().upper()
    assert unicodedata.normalize("NFKD", name).casefold().upper() not in folded
    bare = "".join(each for each in folded if unicodedata.category(each) != "Mn")
    assert re.sub("[^\\w]|İ", "", name).casefold().upper() not in bare


@pytest.mark.sweep
def test_work_grows_with_the_services_and_no_faster() -> None:
    def steps(count: int) -> int:
        answer = "".join(
            f"<Name>svc_{number}yama</Name><StartName>CORP\\{number}yama</StartName>"
            for number in range(count)
        )
        return lines_run(lambda: redacted(answer))

    assert steps(160) < 2.2 * steps(80)
