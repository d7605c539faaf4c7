# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as HTML, without a browser. What it does in one stands in tests/browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Admission,
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    Hop,
    PathVerdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import Who
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Cause,
    Change,
    ChangeKind,
    Check,
    Host,
    Listener,
    Remedy,
    Report,
    Reserved,
    Source,
    State,
    Summary,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import page, page_data
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.page_words import (
    LABELS,
    PageWords,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.task_yaml import to_yaml
from unit.report import made
from unit.report.pcs import EXAMPLE
from unit.rows import each_row
from unit.sweeps import fast

SMALL = 300 * 1024
WORDS = PageWords("en")
CUT = WORDS.cut
HOSTILE = "</script></style><script>alert(1)</script>\x1b[2J\u202e\ud800\u2028\"'$title{{x}}"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text in each that has no children."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._name = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._name = tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._name, []).append(data)

    def handle_endtag(self, tag: str) -> None:
        self._name = ""

    def names(self) -> set[str]:
        return {name for name, _attributes in self.found}


def drawn(data: dict[str, Any]) -> str:
    """The page of a report with these values, hostile ones included."""
    return page.render(made.report(data))


def report(language: Any, *hosts: Host) -> Report:
    """The least report."""
    return Report(
        format=1,
        collection="",
        title="",
        language=language,
        created="",
        compared_with=None,
        ports=(),
        summary=Summary.of(hosts),
        first=(),
        hosts=hosts,
    )


@pytest.fixture
def example() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return data


def fleet(like: dict[str, Any], hosts: int, listeners: int) -> dict[str, Any]:
    """The example's PCs again and again, each with so many listeners."""
    some = [each for each in like["hosts"] if each["listeners"]]
    found = []
    for number in range(hosts):
        one = some[number % len(some)]
        rows = [
            {**one["listeners"][place % len(one["listeners"])], "pid": 1000 + number * 60 + place}
            for place in range(listeners)
        ]
        found.append({**one, "name": f"pc-{number:04}.example.net", "listeners": rows})
    return {**like, "hosts": found}


def with_hostile_text(value: Any) -> Any:
    """A report in which each text is hostile but those that are words of the format."""
    if isinstance(value, dict):
        kept = ("protocol", "state", "language", "created")
        found = {key: each if key in kept else with_hostile_text(each)
                 for key, each in value.items()}  # fmt: skip
        if value.get("yaml"):  # of which all is seen, as it is made
            found["yaml"] = f"# {''.join(filter(str.isprintable, HOSTILE))}\n{value['yaml']}"
        return found
    if isinstance(value, list):
        return [with_hostile_text(each) for each in value]
    return f"{HOSTILE}{value}" if isinstance(value, str) else value


@pytest.mark.sweep
def test_fifty_pcs_with_sixty_listeners_are_small(example: dict[str, Any]) -> None:
    assert len(drawn(fleet(example, 50, 60)).encode()) < SMALL


def test_the_same_report_gives_the_same_page(example: dict[str, Any]) -> None:
    assert drawn(example) == drawn(json.loads(json.dumps(example)))


def test_the_policy_knows_script_and_style_by_their_hashes(example: dict[str, Any]) -> None:
    elements = Elements(drawn(example))
    (policy,) = (
        attributes["content"] or ""
        for name, attributes in elements.found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for text in (elements.texts["script"][-1], elements.texts["style"][0]):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    for name, attributes in elements.found:
        assert not any(each.startswith("on") or each == "style" for each in attributes), name
        assert "src" not in attributes


def test_what_is_in_a_report_changes_no_element(example: dict[str, Any]) -> None:
    """Hostile text everywhere: the same elements as without, but for those that isolate it."""
    text = drawn(with_hostile_text(example))
    elements, plain = Elements(text), Elements(drawn(example))
    assert elements.names() == plain.names()
    scripts = [attributes for name, attributes in elements.found if name == "script"]
    assert len(scripts) == 2
    assert text.encode("utf-8")
    assert [each for each in set(text) if not each.isprintable() and each != "\n"] == []
    assert "⟨U+202E⟩" in text
    assert json.loads(elements.texts["script"][0])["hosts"]


def test_without_a_script_the_matrix_says_all_verdicts(example: dict[str, Any]) -> None:
    elements = Elements(drawn(example))
    said = elements.texts["td"]
    for host in example["hosts"]:
        assert host["name"] in elements.texts["bdi"]
        assert TEXTS[f"pc_state.{host['state']}"].en in said
        for check in host["checks"]:
            assert TEXTS[f"port_verdict.{check['verdict']}"].en in said


@each_row(
    ("reach", "said"),
    [
        ("everybody", ["open to everybody", "どこからでも可"]),
        ("some", ["open to some addresses", "一部のアドレスのみ可"]),
        ("own_subnets", ["open to own subnets", "同じサブネットのみ可"]),
        ("perhaps", ["open to some under conditions", "条件により可"]),
        # The verdict says that.
        *[(each, None) for each in ("nobody", "unknown", None, HOSTILE)],
    ],
)
def test_without_a_script_the_matrix_says_who_can_reach_a_port(
    reach: str | None, said: list[str] | None
) -> None:
    check = Check(80, "tcp", "http", "reachable", "", reach=reach)
    host = Host("pc", None, State.READY, checks=(check,))
    for number, language in enumerate(("en", "ja")):
        whole = replace(report(language, host), ports=(WantedPort(80, "tcp", None),))
        cells = Elements(page.render(whole)).texts.get("small", [])
        assert cells == ([said[number]] if said else [])


def test_the_script_has_who_can_reach_what_and_what_is_said_of_other_places() -> None:
    source = Source(
        *("10.0.0.0/8", "partly", "Some."), ("10.1.0.0/16",), ("10.2.0.0/16",), (),
        (Cause("no_rule", "Why."),), (Remedy("Open it.", "- name: Open it\n"),), ("One.",),
    )  # fmt: skip
    check = Check(80, "tcp", None, "blocked", "", reach="some", sources=(source,))
    listener = Listener("tcp", ("::",), 80, None, 4, "System", reach="perhaps")
    host = Host("pc", None, State.BLOCKED, checks=(check,), listeners=(listener,))
    data = json.loads(Elements(page.render(report("en", host))).texts["script"][0])
    strings, (packed,) = data["strings"], data["hosts"]

    def told(value: Any) -> Any:
        return [told(each) for each in value] if isinstance(value, list) else strings[value]

    (found,), (heard,) = packed["checks"], packed["listeners"]
    assert (told(found[8]), told(heard[9])) == ("some", "perhaps")
    assert told(found[9]) == [
        ["10.0.0.0/8", "partly", "Some.", ["10.1.0.0/16", "10.2.0.0/16", ""],
         [["Open it.", "- name: Open it\n"]], ["One."]]
    ]  # fmt: skip


def test_the_least_report_is_drawn_too() -> None:
    text = page.render(report("ja", Host("pc", None, State.UNREACHABLE)))
    assert '<html lang="ja">' in text
    assert "1 台中" in re.sub(r"<[^>]*>", "", text)
    assert TEXTS["page.headline_none"].en in page.render(report("en"))
    assert TEXTS["page.headline_none"].en in page.render(report("de"))


@each_row(
    ("given", "shown"),
    [
        ("httpd.exe", "httpd.exe"),
        ("東京\u3000営業", "東京\u3000営業"),
        ("a\x1b[2Jb\x7f", "a⟨U+001B⟩[2Jb⟨U+007F⟩"),
        ("\u202egnp", "⟨U+202E⟩gnp"),
        ("svc\u200bhost\U000e0041\ufe0f", "svc⟨U+200B⟩host⟨U+E0041⟩⟨U+FE0F⟩"),
        ("渡辺\U000e0101 ☎\ufe0f", "渡辺\U000e0101 ☎\ufe0f"),
        ("half \ud83d pair", "half \N{REPLACEMENT CHARACTER} pair"),
        ("one\ntwo", "one⟨U+000A⟩two"),
        ("Z" + "\u0300" * 50, "Z" + "\u0300" * 4),
        ("A" * 10_003, "A" * 10_000 + "[3 more characters]"),
    ],
)
def test_text_is_seen_as_what_it_is(given: str, shown: str) -> None:
    assert page_data.visible(given, CUT) == shown


@pytest.mark.parametrize("created", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "x"])
def test_a_time_that_is_none_is_shown_as_it_is(example: dict[str, Any], created: str) -> None:
    earlier = {"created": created, "missing": []}
    text = drawn({**example, "created": created, "compared_with": earlier})
    assert text.count(f"<bdi>{created}</bdi>") == 3


def test_lines_stay_where_they_are_meant() -> None:
    assert page_data.visible("- a:\r\n    b\x00", CUT, keep_lines=True) == "- a:\n    b⟨U+0000⟩"


def test_what_is_copied_of_a_task_is_the_task(example: dict[str, Any]) -> None:
    """Where the page shows it without a script, and where the copy button takes it from."""
    hostile = "</script><b>#jinja2:x\n{{ 6*7 }} &lt; '\"\u202e\u200be\u0301 社内"
    yaml = to_yaml({"name": hostile, "portkeeper.windows.port_process": {"list": [hostile]}})
    assert yaml.count("!unsafe") == 2
    remedy = {"text": "Do it.", "yaml": yaml}
    check = next(each for host in example["hosts"] for each in host["checks"] if each["causes"])
    for host in example["hosts"]:
        for each in host["checks"]:
            each["remedies"] = []
    check["remedies"] = [remedy]
    elements = Elements(drawn(example))
    assert elements.texts["code"] == [yaml.rstrip("\n")]
    assert yaml in json.loads(elements.texts["script"][0])["strings"]


@pytest.mark.parametrize(
    "yaml",
    ["- name: 'a\u202eb'\n", "- name: a\n  x: 'e\u0301\u0301\u0301\u0301\u0301\u0301'\n",
     f"- name: '{'a' * 10_000}'\n  enabled: false\n"],
)  # fmt: skip
def test_a_task_that_cannot_be_shown_as_it_is_is_not_offered(
    example: dict[str, Any], yaml: str
) -> None:
    """What would be cut or altered on its way into the page would be another task when pasted."""
    remedy = {"text": "Do it.", "yaml": yaml}
    for host in example["hosts"]:
        for check in host["checks"]:
            check["remedies"] = [remedy]
    text = drawn(example)
    assert "Do it." in text
    assert "- name:" not in text


def test_each_text_stands_in_the_data_once() -> None:
    strings = page_data.Strings(CUT)
    assert [strings.number(text) for text in ("a", "b", "a", None, "")] == [1, 2, 1, 0, 0]
    assert strings.table == ["", "a", "b"]


def test_there_is_a_word_for_each_word_of_the_format() -> None:
    kinds = {
        "verdict": [*Verdict, "failed"],
        "state": State,
        "change": ChangeKind,
        "firewall": [*VerdictState, "mixed"],
        "profile": [profile.word.lower() for profile in Profile],
        "reach": Who,
        "source": Admission,
        "path_verdict": PathVerdict,
        "hop": Hop,
    }
    assert LABELS.keys() == {f"{kind}.{each}" for kind, words in kinds.items() for each in words}
    assert LABELS.keys() <= WORDS.for_script().keys()
    assert WORDS.word("verdict", "reachable") == "Reachable"
    assert WORDS.word("verdict", "taken") == "Port taken"
    assert WORDS.word("verdict", "\u202e" + "x" * 100) == "⟨U+202E⟩" + "x" * 39


def test_the_script_gets_its_words_with_their_placeholders() -> None:
    assert WORDS.for_script()["js.count"] == "{shown} of {all} PCs"
    assert PageWords("ja").for_script()["state.ready"] == "準備完了"
    assert not any(key.startswith(("page.", "report.")) for key in WORDS.for_script())


def test_each_text_is_used() -> None:
    """In a template, the script, or what fills the page; by its key or by the part behind js."""
    folder = page._ASSETS.parent
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in [*page._ASSETS.rglob("*.*"), *folder.glob("*.py")]
    )
    for key in TEXTS:
        kind, _dot, word = key.partition(".")
        if kind in ("page", "js"):
            spelled = (f'"{key}"', f'"{word}"', f"`js.${{{word}}}`")
            assert any(each in sources for each in spelled), key


def test_what_is_filled_in_is_no_placeholder_and_no_markup() -> None:
    said = WORDS.say("page.missing", hosts="<b>{hosts}</b> {0}")
    assert said == "No longer in the report: &lt;b&gt;{hosts}&lt;/b&gt; {0}"
    with pytest.raises(KeyError):
        WORDS.say("page.missing")
    with pytest.raises(KeyError):
        WORDS.say("page.unheard_of")


@pytest.mark.parametrize(
    "text", fast(["{{ 6*7 }}", "{% raw %}", "{# x #}", "{{ say('page.skip') }}"], "{{ 6*7 }}")
)
def test_text_of_a_report_is_never_a_template(example: dict[str, Any], text: str) -> None:
    for key in ("title", "collection", "created"):
        assert text.replace("'", "&#39;") in drawn({**example, key: text})


def test_how_many_rows_are_printed_stands_in_one_place(example: dict[str, Any]) -> None:
    text = drawn(example)
    assert f":root{{--printed-rows:{page.PRINTED_ROWS}}}" in text
    assert f".matrix tbody tr:nth-child(n + {page.PRINTED_ROWS + 1}){{display:none}}" in text
    assert "PRINTED_ROWS = Number(getComputedStyle(document.documentElement)" in text


def test_a_title_in_the_style_ends_nothing() -> None:
    found = page._css_string('"</style>\\ ;}')
    assert re.fullmatch(r'"(\\[0-9a-f]{6}|[A-Za-z0-9])*"', found)


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "10000-01-01", "soon", ""]
)
def test_a_time_that_is_none_is_shown_as_it_stands(time: str) -> None:
    text = drawn(json.loads(EXAMPLE.read_text("utf-8")) | {"created": time})
    assert time in text


def packed_of(text: str) -> dict[str, Any]:
    """The data in a page."""
    found: dict[str, Any] = json.loads(Elements(text).texts["script"][0])
    return found


READY_TEXT = "Only the ready PC says that."


def ready_and_blocked(ready: int) -> Report:
    """PCs that are ready, and one that is not; each has all details."""
    remedy = Remedy("Do that.", None)
    details: dict[str, Any] = {
        "listeners": (Listener("tcp", ("::",), 47001, None, 4, "System"),),
        "reserved": (Reserved("tcp", 5357, 5357, False),),
        "changes": (
            Change(ChangeKind.VERDICT, 80, "tcp", "blocked", "reachable"),
            Change(ChangeKind.LISTENER, 81, "tcp", None, "W3SVC"),
        ),
    }
    reachable = Check(80, "tcp", "http", "reachable", READY_TEXT, reach="everybody")
    blocked = Check(80, "tcp", "http", "blocked", "It is not.", (), (remedy,), reach="nobody")
    return report(
        "en",
        *[
            Host(f"pc-{number}", "192.0.2.1", State.READY, checks=(reachable,), **details)
            for number in range(ready)
        ],
        Host("other", "192.0.2.2", State.BLOCKED, checks=(blocked,), **details),
    )


def test_without_details_a_ready_pc_keeps_what_its_row_and_the_filters_need() -> None:
    text = page.render(ready_and_blocked(1), page.Details.UNREADY)
    data = packed_of(text)
    strings = data["strings"]
    other, ready = data["hosts"]
    assert READY_TEXT not in text
    assert ready["brief"] == 1
    assert set(ready) == {
        *("name", "state", "address", "networks", "checks", "changes", "trend", "brief"),
    }
    (check,) = ready["checks"]
    assert strings[check[3]] == "reachable"
    assert strings[check[8]] == "everybody"
    assert [strings[change[0]] for change in ready["changes"]] == ["verdict"]
    assert "brief" not in other
    assert len(other["listeners"]) == len(other["reserved"]) == 1
    assert len(other["changes"]) == 2
    assert [strings[number] for number, _yaml in other["checks"][0][6]] == ["Do that."]


@pytest.mark.parametrize(
    ("details", "count", "brief"),
    [
        (page.Details.AUTO, page.MOST_WITH_DETAILS, False),
        (page.Details.AUTO, page.MOST_WITH_DETAILS + 1, True),
        (page.Details.ALL, page.MOST_WITH_DETAILS + 1, False),
        (page.Details.UNREADY, 2, True),
    ],
)
def test_details_are_left_out_where_there_are_too_many_pcs_or_somebody_says_so(
    details: page.Details, count: int, brief: bool
) -> None:
    text = page.render(ready_and_blocked(count - 1), details)
    assert (READY_TEXT in text) is not brief
    hosts = packed_of(text)["hosts"]
    assert sum("brief" in each for each in hosts) == (count - 1 if brief else 0)


def test_of_many_pcs_the_first_rows_are_drawn_until_more_are_asked_for() -> None:
    rows = [each for name, each in Elements(page.render(ready_and_blocked(300))).found
            if name == "tr"]  # fmt: skip
    later = ["class" in each for each in rows[1:302]]
    assert later == [False] * 200 + [True] * 101


def test_no_part_of_the_page_holds_more_than_one_pc() -> None:
    """As those that are written one after the other never are in memory together."""
    parts = list(page.parts(ready_and_blocked(50), page.Details.ALL))
    assert max(each.count(READY_TEXT) for each in parts) == 1
    assert max(each.count('"listeners":') for each in parts) == 1
