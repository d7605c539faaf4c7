# SPDX-License-Identifier: GPL-3.0-or-later
"""Private values in text: found by their form, by their place, or because they are known."""

from __future__ import annotations

import ipaddress
import re
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.pseudonyms import (
    stays,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.redaction import (
    Redactor,
)
from fuzz.steps import lines_run
from unit.rows import each_row
from unit.sweeps import fast


def known(*names: tuple[str, str]) -> Redactor:
    redactor = Redactor()
    for kind, name in names:
        redactor.learn(kind, name)
    return redactor


@each_row(
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


def test_what_is_learned_later_counts_in_a_text_that_was_seen_before() -> None:
    redactor = known(("user", "tanaka"))
    text = "tanaka and watanabe at 0a010203"
    assert redactor.text(text) == "user1 and watanabe at 0a010203"
    redactor.learn("user", "watanabe")
    assert redactor.text(text) == "user1 and user2 at 0a010203"
    redactor.learn_from("10.1.2.3")
    assert "0a010203" not in redactor.text(text)


def test_an_account_of_a_known_domain_is_one_wherever_it_stands() -> None:
    redactor = known(("domain", "CORP"), ("host", "PC-7"))
    text = r"by CORP\suzuki, pc-7\sato; CORP\Apps\x.exe D:\CORP\suzuki HKLM\suzuki"
    assert redactor.text(text) == (
        r"by domain1\user1, host1\user2; domain1\Apps\x.exe D:\domain1\suzuki HKLM\suzuki"
    )


def test_a_word_with_a_meaning_is_no_name() -> None:
    redactor = Redactor(keep=["MpsSvc"])
    for word in ("TCP", "mpssvc", "System", "Administrator", "ab", "8080", "10.1.2.3"):
        redactor.learn("user", word)
    text = "TCP MpsSvc System Administrator ab 8080"
    assert redactor.text(text) == text
    # By its place it is known to be one all the same.
    assert redactor.text(r"C:\Users\tcp\x") == r"C:\Users\user1\x"


@each_row(
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


@each_row(
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


@each_row(
    ("text", "expected"),
    [
        # Hardware addresses, as each maker writes them.
        ("aa-bb-cc-00-11-22", "02-00-00-00-00-01"),
        ("aa:bb:cc:00:11:22", "02:00:00:00:00:01"),
        ("aabb.cc00.1122", "0200.0000.0001"),
        ("aabb-cc00-1122", "0200-0000-0001"),
        ("aabbcc-001122", "020000-000001"),
        ("aa bb cc 00 11 22", "02 00 00 00 00 01"),
        ("aa-bb-cc-ff-fe-00-11-22", "02-00-00-00-00-00-00-01"),
        ("Ethernet aabbcc001122 up", "Ethernet 020000000001 up"),
        ("aa_bb_cc_00_11_22", "02_00_00_00_00_01"),
        ("aa.bb.cc.00.11.22", "02.00.00.00.00.01"),
        ("aa\u2011bb\u2011cc\u201100\u201111\u201122", "02-00-00-00-00-01"),
        ("MAC:aa-bb-cc-00-11-22: up", "MAC:02-00-00-00-00-01: up"),
        ("node-aa-bb-cc-00-11-22-eth", "node-02-00-00-00-00-01-eth"),
        ("00-01-00-01-2a-3b-4c-5d-aa-bb-cc-00-11-22", "02-00" + "-00" * 11 + "-01"),
        ("aa-bb-cc-dd-ee-ff, PC_AABBCCDDEEFF, aabbccddeeff",
         "02-00-00-00-00-01, PC_hardware1, hardware1"),
        # IPv4 in names of hosts, with zeros before its numbers, in full width; as one number, where
        # it is known.
        ("ip-10-0-0-5.ec2.example", "ip-198-18-0-1.ec2.example"),
        ("pc_10_0_0_5", "pc_198_18_0_1"),
        ("srv1-10-0-0-5", "srv0-198-18-0-1"),
        ("010.000.000.005", "198.18.0.1"),
        ("１０．０．０．５", "198.18.0.1"),
        ("10.0.0.5 is 0x0A000005 and 167772165", "198.18.0.1 is 0x_address1 and address2"),
        # IPv6 with a zone, mixed, written out, and as a name.
        ("fe80::5c1e:9a3b%eth0", "fe80::1%eth0"),
        ("v6_2a01:4f8::9_x", "v6_2001:db8:0:1::1_x"),
        ("::ffff:10.0.0.5", "::ffff:198.18.0.1"),
        ("2a01:04f8:0000:0000:0000:0000:0000:0009", "2001:db8:0:1::1"),
        ("2a01-4f8--9.ipv6-literal.net", "2001-db8-0-1--1.ipv6-literal.net"),
        ("5.0.0.0.8.f.4.0.1.0.a.2.ip6.arpa", "[redacted].ip6.arpa"),
        # Tokens, passwords and keys.
        ("https://app.example/x?sig=aB3%2F&se=2026 end", "https://host1/x?[redacted] end"),
        ("see srv9.sales.corp, or Srv9", "see host1, or host2"),
        ("yamada@srv9 of Yamada", "user1@domain1.example of user1"),
        ("https://yamada:pw1@git.example/x", "https://[redacted]@host1/x"),
        ("net.tcp://git.example:808/", "net.tcp://host1:808/"),
        ("Authorization: Bearer abcdef123456.x", "Authorization: Bearer [redacted]"),
        ("SharedAccessKey=aB3+/x==;EntityPath=q", "SharedAccessKey=[redacted];EntityPath=q"),
        ("access_token: abc, x", "access_token: [redacted], x"),
        ("password=hunter2 x", "password=[redacted] x"),
        ('password="hunter 2" x', "password=[redacted] x"),
        ("secret: 'a b' x", "secret: [redacted] x"),
        ('{"token": "a b", "n": 1}', '{"token": [redacted], "n": 1}'),
        ("パスワード：ひみつ 次", "パスワード:[redacted] 次"),
        ("https://h/x;jsessionid=A1 y", "https://host1/x;jsessionid=[redacted] y"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted]"),
        ("Cookie: a=b; c=d", "Cookie: [redacted]"),
        ("AIza" + "Sy1" * 12, "[redacted]"),
        ("sk-" + "a1" * 12, "[redacted]"),
        ("https://h/?sig=ab%22secret", "https://host1/?[redacted]"),
        ("https://u%40d:p%3A%2F@h/", "https://[redacted]@host1/"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2ln", "[redacted]"),
        ("key ABCDE-12345-FGHIJ-67890-KLMNO.", "key 00000-00000-00000-00000-00001."),
        ("key:ABCDE-12345-FGHIJ-67890-KLMNO-", "key:00000-00000-00000-00000-00001-"),
        ("ABCDE_12345_FGHIJ_67890_KLMNO", "00000_00000_00000_00000_00001"),
        ("ABCDE 12345 FGHIJ 67890 KLMNO", "00000 00000 00000 00000 00001"),
        ("ABCDE\u201012345\u2010FGHIJ\u201067890\u2010KLMNO", "00000-00000-00000-00000-00001"),
        ("00330-80000-00000-AAOEM", "00000-00000-00000-00001"),
        ("Serial Number: 5CG1234XYZ", "Serial Number: [redacted]"),
        # Certificates.
        ("CN=pc7.corp.example, OU=Sales, O=Contoso, C=JP",
         "CN=subject1, OU=subject2, O=subject3, C=JP"),
        ("CN=Microsoft Windows, O=Contoso", "CN=Microsoft Windows, O=subject1"),
        ("A9" * 20, "0" * 39 + "1"),
        (" ".join(["a9"] * 20), " ".join(["00"] * 19 + ["01"])),
        ("4F8A2C1E7B3D4E599A601C2D3E4F5A6B", "0" * 31 + "1"),
    ],
)  # fmt: skip
def test_other_spellings_of_what_shows_by_its_form(text: str, expected: str) -> None:
    redactor = Redactor()
    redactor.learn_from(text)
    assert redactor.text(text) == expected


@each_row(
    "text",
    [
        "TCP    0.0.0.0:80    0.0.0.0:0    LISTENING    4",
        "Authentication: Basic authentication is on",
        "%SystemRoot%\\System32\\svchost.exe -k netsvcs -p",
        "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5000-5020|LPort=80|Name=Web|",
        "2026-11-28T10:11:12.000000+540",
        "Windows 10.0.22631, version 23H2",
        "REG_SZ    v2.10|Security=Authenticate|",
        "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service?Name=x",
        "%ProgramFiles%\\a%20b", "50000 50059 50160 50259 50360", "about_local_admin_group",
        "http://+:80/app/?x", "S-1-5-32-544", "0x80070005", "50000 50059 *",
    ],
)  # fmt: skip
def test_what_makes_a_recording_useful_stays(text: str) -> None:
    redactor = Redactor()
    redactor.learn_from(text)
    if "Win32_Service" not in text:
        assert redactor.text(text) == text


# -- names in every spelling -----------------------------------------------------------------------


@each_row(
    ("name", "spelt"),
    [
        ("Weiß", ["weiß", "WEISS", "Weiss", "WEIẞ", "ＷＥＩＳＳ"]),
        ("Groß", ["GROSS", "gross", "groß"]),
        ("İsmail", ["ismail", "i\u0307smail", "ISMAIL", "İSMAİL", "ısmaıl"]),
        ("Müller", ["MU\u0308LLER", "Muller", "mueller", "Mu\u0308ller"]),
        ("Kelvin", ["\u212aelvin", "ｋｅｌｖｉｎ", "KELVIN"]),
        ("José", ["JOSE\u0301", "Jose", "jo\u00adse", "Jo\u200bsé"]),
        ("ガイジ", ["ｶﾞｲｼﾞ", "カ\u3099イシ\u3099"]),
        ("yamada", ["svc_yamada", "yamada_backup", "yamada2", "2yamada", "svcYamada",
                    "YamadaBackup", "SQLYamada", "yamada's", "a/yamada:b", "今yamadaです"]),
        ("PC-YAMADA", ["PC-YAMADA_backup", "pc_yamada", "PcYamada", "pc.yamada", "PCYAMADA"]),
        ("PC YAMADA", ["ＰＣ＿ＹＡＭＡＤＡ", "pc－yamada_x", "P\u200bC\u200b-\u200bYamada"]),
        ("田中", ["田中さん", "今日田中は", "svc_田中"]),
        ("Tanaka Jun", ["tanaka_jun", "Tanaka", "jun.tanaka", "TanakaJun"]),
        ("tanaka.CORP", ["tanaka", "svc-tanaka"]),
        ("Weiß", ["Wei%C3%9F", "http://x/wei%c3%9f/"]),
        ("Łukasz", ["LUKASZ", "lukasz", "svc_łukasz"]),
        ("Søren", ["Soren", "soeren", "SØREN"]),
        ("Đặng", ["dang", "DANG"]),
        ("Þórður", ["Thordur", "Tordur"]),
        ("yamada", ["a%2Fyamada", "C%3A%5Cyamada", "a%252Fyamada", "%79amada", "社%5Cyamada"]),
        ("O'Brien", ["O''Brien", "o%27brien", "OBrien"]),
        ("PC-YAMADA", ["PC - Yamada", "PC--YAMADA"]),
        ("1234567", ["emp_1234567", "D:\\data\\1234567\\x", "e1234567"]),
        ("TANAKA~1", ["tanaka"]),
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_spelling(name: str, spelt: list[str]) -> None:
    redactor = known(("user", name))
    first = redactor.name("user", name)
    for each in [name, *spelt]:
        made = redactor.text(f"[{each}]")
        left = _letters(made)
        assert _letters(name.partition("~")[0]) not in left
        for part in re.split("[ .~]", name):
            assert len(part) < 2 or _letters(part) not in left
        assert redactor.text(f"[{each}]") == made
    # The same spelling of the whole is the same pseudonym everywhere.
    assert redactor.text(f"[{spelt[0]}]".replace("_", " ")) != f"[{spelt[0]}]"
    assert redactor.account(name) == first or "." in name


def _letters(text: str) -> str:
    """A text with nothing left in which spellings differ, by other means than the product's."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().upper())
    kept = (each for each in folded if unicodedata.category(each)[0] in "LN" or each == "\u3099")
    return "".join(kept).casefold().replace("ı", "i")


def test_a_long_name_of_a_computer_is_known_as_netbios_cuts_it_off() -> None:
    redactor = known(("host", "accounting-department-7.corp.example"))
    assert "ACCOUNTING" not in redactor.text("ACCOUNTING-DEPA and accounting-department-7").upper()


def test_all_spellings_of_a_name_get_one_pseudonym() -> None:
    redactor = known(("host", "PC-YAMADA"), ("user", "Weiß"))
    assert redactor.text("PC-YAMADA_backup") == "host1_backup"
    assert redactor.text("pc_yamada2 PcYamada") == "host1_2 host1"
    assert redactor.text("svc_weiss WEISS Weiß") == "svc_user1 user1 user1"
    assert redactor.name("user", "WEISS") == "user1"


@each_row("text", ["tanakas", "xtanaka", "tanakaapp", "TANAKAS"])
def test_a_name_inside_another_word_is_no_name(text: str) -> None:
    assert known(("user", "tanaka")).text(text) == text


PLANTED = st.sampled_from(
    ["yamada", "Weiß", "İsmail", "Groß", "Kowalski", "Œuvre", "Łukasz", "Åström", "山田太郎",
     "ヤマダ", "Яковлев", "PC-YAMADA", "Suzuki Ichiro", "o'brien", "x7-lab.eins"]
)  # fmt: skip
SPELT = st.sampled_from(
    [
        str, str.upper, str.lower, str.title, str.casefold, str.swapcase,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: unicodedata.normalize("NFKC", text),
        lambda text: text.translate({each: each + 0xFEE0 for each in range(0x21, 0x7F)}),
        lambda text: text.replace("-", "_").replace(" ", "_"),
        lambda text: text.replace("k", "\u212a"),
        "\u200b".join,
        lambda text: text.replace("s", "ſ"),
    ]
)  # fmt: skip
PLACES = st.sampled_from(
    ["{}", " {} ", "svc_{}", "{}_backup", "{}7", "7{}", r"\\{}\share", r"C:\Users\{}\x.exe", "http://{}/",
     "|Name={}|", "{}@x", "社内の{}です", "({})", "{}'s", "{}-{}"]
)  # fmt: skip


@given(st.lists(st.tuples(PLANTED, SPELT, SPELT, PLACES), min_size=1, max_size=4))
def test_no_planted_name_is_left_in_any_spelling_or_place(
    planted: list[tuple[str, Callable[[str], str], Callable[[str], str], str]],
) -> None:
    redactor = Redactor()
    for name, learnt, _spelt, _place in planted:
        redactor.learn("user", learnt(name))
    for name, _learnt, spelt, place in planted:
        made = redactor.text(place.replace("{}", spelt(name)))
        assert _letters(name) not in _letters(made)


@pytest.mark.sweep
def test_the_work_depends_on_the_text_and_not_on_how_many_names_are_known() -> None:
    def steps(names: int, texts: int) -> int:
        redactor = known(*(("user", f"service{number}x") for number in range(names)))
        work = [f"C:\\app\\service{number}x.exe" for number in range(texts)]
        return lines_run(lambda: [redactor.text(each) for each in work])

    few, many = steps(250, 50), steps(4_000, 50)
    assert many < 1.1 * few
    assert steps(160, 160) < 2.2 * steps(80, 80)


@pytest.mark.parametrize("sign", fast(["a1", "aA", "a_", "a-b.", "日", "aaa"], "a-b."))
def test_nor_does_any_text_take_more_than_linear_work(sign: str) -> None:
    names = [("user", sign * number) for number in range(2, 40)]

    def steps(count: int) -> int:
        redactor = known(*names)
        return lines_run(lambda: redactor.text(sign * count))

    assert steps(800) < 2.2 * steps(400)


@pytest.mark.sweep
@pytest.mark.parametrize("sign", ["1.", "a:", "\\", "S-1-", "x@", "    a    ", "http://", "|NNm="])
def test_no_text_takes_more_than_linear_time(sign: str) -> None:
    def seconds(count: int) -> float:
        text = sign * count
        start = time.process_time()
        Redactor().text(text)
        return time.process_time() - start

    small = min(seconds(4_000) for _attempt in range(3))
    assert min(seconds(32_000) for _attempt in range(2)) < 60 * small + 0.2


@each_row("most", [0, 1, 3])
def test_what_is_kept_of_lines_has_a_most_and_makes_no_difference(most: int) -> None:
    lines = [rf"C:\Users\tanaka\{number}.exe of 10.0.0.{number}" for number in range(1, 6)]
    redactor = Redactor()
    redactor._room = most
    redactor.learn_from("\n".join(lines))
    found = [redactor.text(line) for line in lines]
    assert found == [rf"C:\Users\user1\{n}.exe of 198.18.0.{n}" for n in range(1, 6)]
    assert sum(map(len, redactor._matches.values())) <= most
