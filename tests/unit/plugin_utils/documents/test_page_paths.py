# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the page about clients and servers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    Hop,
    PathVerdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.naming import (
    NameSource,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Report,
    Rule,
    Way,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import page
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page_paths import (
    PATH_GROUPS,
    paths_view,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page_words import (
    PageWords,
)
from unit.report.pcs import MADE_BY, TODAY, asked, example
from unit.report.test_paths import entry, made

WORDS = PageWords("en")
BLOCKED = ("blocked_at_client", "client_firewall", "pc-2")


def view(report: Report) -> Any:
    assert report.paths is not None
    return paths_view(report.paths, WORDS)


def table(shown: Any) -> list[list[str]]:
    """The table's words, with what its rows and columns are about."""

    def name(head: Any) -> str:
        return f"{head.name} {head.port}" if head.port else str(head.name)

    rows = [[name(row.head), *(sign.word for sign in row.signs)] for row in shown.rows]
    return [[shown.corner, *map(name, shown.heads)], *rows]


def test_clients_are_rows_and_ports_of_servers_are_columns() -> None:
    shown = view(made(
        entry("pc-1"), entry("pc-2", *BLOCKED), entry("pc-2", "not_listening", "server_program",
                                                      "srv-1", port=443),
    ))  # fmt: skip
    assert table(shown) == [
        ["page.paths_client", "srv-1 TCP 80", "srv-1 TCP 443"],
        ["pc-1", "Reachable", "Not checked"],
        ["pc-2", "Blocked at client", "Not listening"],
    ]
    states = [sign.state for row in shown.rows for sign in row.signs]
    assert states == ["ready", "none", "blocked", "not_listening"]
    assert (shown.reachable, shown.count) == (1, 3)


def test_each_path_knows_its_place_in_the_page() -> None:
    """For the script, whose filters hide rows, columns and obstacles."""
    blocked = entry("pc-2", *BLOCKED)
    shown = view(made(entry("pc-1"), blocked, entry("pc-1", port=443), entry("pc-3", *BLOCKED)))
    assert shown.places == ((0, 0, None), (1, 0, 0), (0, 1, None), (2, 0, 1))
    turned = view(made(*(entry("pc-1", *BLOCKED, port=80 + number) for number in range(60))))
    assert turned.places[:2] == ((0, 0, 0), (1, 0, 1))
    # Of those that are left out, only the table says something.
    assert turned.places[49:51] == ((49, 0, 49), (50, 0, None))


def test_all_causes_and_remarks_are_told_and_the_address_that_is_used() -> None:
    causes = [{"kind": "x", "text": each, "host": "pc-2"} for each in ("One.", "<b>Two.</b>")]
    told = entry("pc-2", *BLOCKED, causes=causes, remarks=["No curl."])
    text = page.render(made(told))
    (part,) = re.findall(r'<section id="clients".*?</section>', text, re.DOTALL)
    said = re.findall(r'<p class="why"><bdi>(.*?)</bdi></p>', part)
    assert said == ["One.", "&lt;b&gt;Two.&lt;/b&gt;", "No curl."]
    assert "at <bdi>192.0.2.1</bdi>" in part


def test_the_evidence_of_both_ends_is_told() -> None:
    rule = Rule("Office", "private", "blocked", "No web", None, "blocked: 'No <web>'")
    way = Way(
        name="srv",
        name_source="hosts_file",
        name_addresses=("192.0.2.1", "2001:db8::1"),
        client_address="192.0.2.7",
        adapter="Ethernet",
        network=None,
        profile="domain",
        client_rules=(rule,),
        attempt="reset",
        seen_from="192.0.2.8",
        processes=("a.exe", "b.exe"),
    )
    report = made(entry("pc-2", *BLOCKED))
    assert report.paths is not None
    (bare,) = report.paths
    assert "Evidence" not in page.render(report)
    text = page.render(replace(report, paths=(replace(bare, way=way),)))
    (part,) = re.findall(r'<details class="evidence">(.*?)</details>', text, re.DOTALL)
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part)
    assert [(key, re.sub(r"</?(p|bdi)>", "|", told).strip("|")) for key, told in pairs] == [
        ("Name", "srv → 192.0.2.1, 2001:db8::1 (from the hosts file)"),
        ("Client&#39;s address", "192.0.2.7"),
        ("Network adapter", "Ethernet"),
        ("Network", "- (domain)"),
        ("Client&#39;s firewall", "Office (private) blocked: &#39;No &lt;web&gt;&#39;"),
        ("Attempt", "connected, and broken off at once; the server saw 192.0.2.8"),
        ("Who listens", "a.exe||||b.exe"),
    ]
    nothing = view(replace(report, paths=(replace(bare, way=Way()),)))
    assert nothing.obstacles[0].evidence == ()


def test_it_is_turned_where_clients_are_few() -> None:
    shown = view(made(*(entry("pc-1", port=80 + number) for number in range(3))))
    assert table(shown) == [
        ["page.paths_server", "pc-1"],
        *(["srv-1 TCP " + str(80 + number), "Reachable"] for number in range(3)),
    ]


def test_what_is_in_the_way_is_told_with_its_hop_and_remedies() -> None:
    before = made(entry("pc-1", "lost_on_the_way", "network"), entry("pc-2"))
    report = made(entry("pc-1"), entry("pc-2", *BLOCKED), previous=before)
    text = page.render(report)
    (part,) = re.findall(r'<section id="clients".*?</section>', text, re.DOTALL)
    assert "1 of 2 connections can be made" in part
    assert '<span class="v s-blocked">Blocked at client</span>' in part
    assert "<bdi>pc-2</bdi> → <bdi>srv-1</bdi>" in part
    assert "ends at: client firewall" in part
    assert "before: Reachable" in part
    assert '<p class="why"><bdi>Why blocked_at_client.</bdi></p>' in part
    assert "- name: Mend it" in part
    assert "before: No answer" not in part  # it is reachable now


def test_the_cause_is_that_of_the_path_not_of_the_servers_own_check() -> None:
    lost = entry("pc-1", "lost_on_the_way", "network", port=8443)
    text = page.render(made(lost, wanted=[8443]))
    (part,) = re.findall(r'<section id="clients".*?</section>', text, re.DOTALL)
    assert "Why lost_on_the_way." in part


def test_there_is_no_such_part_unless_it_was_asked() -> None:
    assert example().paths is None
    assert "paths-title" not in page.render(example())


def test_it_can_be_empty_or_hold_only_what_failed() -> None:
    assert "paths-title" in page.render(made())
    failed = {"failed": True, "changed": False, "msg": "srv-1 <b>can't</b> be asked."}
    check, facts = asked("server2022", [80])
    report = build(
        [Answers("srv-1", check, facts, failed)], collection=MADE_BY, language="en", created=TODAY
    )
    text = page.render(report)
    assert "srv-1 &lt;b&gt;can&#39;t&lt;/b&gt; be asked." in text
    assert '<span class="v s-unknown">Not checked</span>' in text


def test_of_many_obstacles_the_first_are_told() -> None:
    shown = view(made(*(entry(f"pc-{number}", *BLOCKED) for number in range(60))))
    assert (len(shown.obstacles), shown.more, len(shown.rows)) == (50, 10, 60)


HOSTILE = "</script></style><script>alert(1)</script>\x1b[2J\u202e\ud800\"'$title{{x}}"


def test_hostile_names_stay_text() -> None:
    report = made(entry(HOSTILE, "no_route", "route", HOSTILE, server=HOSTILE, msg=HOSTILE))
    text = page.render(report)
    assert "<script>alert" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.encode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_its_text(language: Any) -> None:
    words = PageWords(language)
    told = [words.word("path_verdict", each) for each in PathVerdict]
    assert not any(each in told for each in map(str, PathVerdict))
    assert not any(words.word("hop", each) == str(each) for each in Hop if language == "ja")
    assert set(PATH_GROUPS) == set(PathVerdict)
    for kind, values in (("name_source", NameSource), ("outcome", TryOutcome)):
        told = [words.word(kind, each) for each in values]
        assert not any("_" in each for each in told)
        assert len(set(told)) == len(told)
