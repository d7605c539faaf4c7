# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in both languages: the same keys, the same placeholders, and how phrases become words."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    CauseKind,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.matching import (
    ConditionKind,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import (
    SUBJECTS,
    TEXTS,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    LANGUAGES,
    Text,
    language_of,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Joined,
    Phrase,
    Value,
    Verbatim,
    one_after_another,
    render,
    sentence,
)
from unit.japanese import english_in
from unit.rows import each_row

# Kana, with their signs for long vowels and repeats, and ideographs.
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def placeholders(text: str) -> set[str]:
    return {name for _text, name, *_rest in string.Formatter().parse(text) if name is not None}


def test_no_key_is_given_twice() -> None:
    assert len(TEXTS) == sum(len(subject.TEXTS) for subject in SUBJECTS)


def test_a_text_is_there_in_each_language() -> None:
    assert Text._fields == LANGUAGES
    assert all(all(text) for text in TEXTS.values())


def test_both_languages_have_the_same_placeholders() -> None:
    different = [k for k, each in TEXTS.items() if placeholders(each.en) != placeholders(each.ja)]
    assert different == []


def test_english_is_ascii_and_japanese_is_not() -> None:
    assert [key for key, text in TEXTS.items() if not text.en.isascii()] == []
    # What usually listens at a port may be a name that each language has.
    words = {
        key: re.sub(r"\{\w+\}", "", text.ja)
        for key, text in TEXTS.items()
        if not key.startswith("port.")
    }
    latin = {key: text for key, text in words.items() if re.search("[a-z]", text)}
    assert {key: text for key, text in latin.items() if not JAPANESE.search(text)} == {}


def test_a_clause_can_become_a_sentence() -> None:
    clauses = {key: text for key, text in TEXTS.items() if key.startswith(("cause.", "remedy."))}
    # A capital is put at its beginning, which must not be the name of a program; its end is put on.
    begins = [k for k, t in clauses.items() if not (t.en[0].islower() or t.en[:6] == "{port}")]
    ends = [k for k, t in clauses.items() if t.en[-1] in ".;" or t.ja[-1] in "。.;"]
    assert (begins, ends) == ([], [])


@each_row("kind", CauseKind)
def test_each_cause_has_words_for_it_and_for_a_remedy(kind: CauseKind) -> None:
    causes = {"in_use_by_other": "in_use"}.get(kind, kind.value)
    assert f"cause.{causes}" in TEXTS
    remedies = {
        "in_use_by_other": "stop_holder",
        "answered_by_other": "check_address",
        "behind_nat": "try_behind_nat",
        "holder_unknown": "look_at_holder",
        "nothing_listens": "start_program",
    }
    assert f"remedy.{remedies.get(kind, kind.value)}" in TEXTS


@each_row("kind", ConditionKind)
def test_each_condition_of_a_rule_is_a_clause(kind: ConditionKind) -> None:
    text = TEXTS[f"condition.{kind}"]
    subject, _verb, rest = text.en.partition(" is ")
    assert rest
    assert subject.startswith(("the ", "IPsec "))
    assert text.ja.endswith("が {value}")


def test_conditions_have_one_vocabulary() -> None:
    about = {key.partition(".")[2] for key in TEXTS if key.startswith("condition.")}
    assert about == set(ConditionKind)
    groups = Counter(key.partition(".")[0] for key in TEXTS if key.partition(".")[2] in about)
    assert [group for group, count in groups.items() if count > len(about) / 2] == ["condition"]


def test_phrases_are_rendered_within_phrases() -> None:
    holder = Phrase("holder.process", {"name": "httpd.exe", "pid": 4312})
    phrase = Phrase("cause.in_use", {"port": "TCP 80", "holder": holder})
    assert render(phrase, "en") == "TCP 80 is taken by httpd.exe (PID 4312)"
    assert render(phrase, "ja") == "TCP 80 は httpd.exe (PID 4312) が使用しています"


def quoted(text: str) -> Phrase:
    return Phrase("ports.quoted", {"text": text})


@each_row(
    ("key", "values", "said"),
    [
        (
            "ports.no_port",
            {"given": quoted("a b"), "allowed": ""},
            "「a b」はポートではありません。",
        ),
        ("ports.no_port", {"given": 0, "allowed": ""}, "0 はポートではありません。"),
        (
            "ports.no_port",
            {"given": quoted("」 は"), "allowed": "(」 は)"},
            "「」 は」はポートではありません。(」 は)",
        ),
        (
            "ports.reversed",
            {"given": quoted("9-8"), "right": quoted("8-9")},
            "範囲「9-8」は順序が逆です。「8-9」と書いてください。",
        ),
        (
            "refused.port_held_by",
            {"port": 445, "owner": Phrase("owner.http_sys", {"urls": "{0}"})},
            "ポート 445 を使用しているのは http.sys ({0} を待ち受け) です。",
        ),
        (
            "refused.port_held_by",
            {"port": 1, "owner": Phrase("owner.driver")},
            "ポート 1 を使用しているのは http.sys またはほかのドライバーです。",
        ),
        (
            "cause.in_use",
            {"port": "TCP 80", "holder": Phrase("holder.unknown")},
            "TCP 80 はホストが名前を返さないプロセスが使用しています",
        ),
        ("failure.with_detail", {"cause": "x)", "detail": "y)"}, "x) (y))"),
    ],
)
def test_blanks_around_a_value_are_those_of_japanese(
    key: str, values: dict[str, Value], said: str
) -> None:
    assert render(Phrase(key, values), "ja") == said


def test_several_things_are_listed() -> None:
    assert render(("a", "b", "c"), "en") == "a, b and c"
    assert render(("a", "b", "c"), "ja") == "a、b、c"
    assert render(("a",), "en") == "a"
    assert render((), "en") == ""
    assert render(tuple("abcdefgh"), "en") == "a, b, c, d, e and 3 more"


def test_several_things_with_a_text_between_them() -> None:
    parts = tuple(Phrase("requirement.rule", {"rule": name}) for name in "abcdefg")
    assert render(Joined(parts[:2], "requirement.or"), "en") == "the rule 'a', or by the rule 'b'"
    assert render(Joined(parts[:2], "requirement.or"), "ja") == "規則「a」、または規則「b」"
    assert render(Joined(parts[:1], "requirement.or"), "en") == "the rule 'a'"
    assert render(Joined(parts, "requirement.and"), "en").count(" and ") == 6


def test_words_of_an_error_stay_as_they_are_in_every_language() -> None:
    note = "{braces}" + "x" * 300
    assert [render(Verbatim(note), language) for language in LANGUAGES] == [note, note]


def test_an_option_names_a_language() -> None:
    assert [language_of(each) for each in (*LANGUAGES, "de", None)] == ["en", "ja", "en", "en"]


def test_text_of_a_target_is_never_read_as_a_placeholder() -> None:
    phrase = Phrase("cause.block_rule", {"rule": "{port} {0}", "port": "TCP 80", "network": "n"})
    assert "{port} {0}" in render(phrase, "en")


def test_text_of_a_target_is_made_harmless_and_short() -> None:
    shown = render("evil\x1b[2J\u202ename" + "x" * 5000, "en")
    assert shown.startswith("evil[2J\\u202ename")
    assert len(shown) <= 200


def test_sentences_begin_and_end_as_the_language_wants() -> None:
    assert sentence("nothing listens", "en") == "Nothing listens."
    assert sentence("待ち受けていません", "ja") == "待ち受けていません。"
    assert sentence("待ち受けていません。", "ja") == "待ち受けていません。"


def test_an_unknown_key_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        render(Phrase("cause.unheard_of"), "en")


@each_row(
    ("text", "found"),
    [
        ("it could not be read", "it could not"),
        ("一部を it could not be 読み取り", "it could not"),
        ("「it could not be read」を確認", ""),
        ("netsh int ipv4 show excludedportrange を実行", ""),
        ("ansible_host と ansible_port を確認", ""),
    ],
)
def test_english_words_in_a_text_are_seen(text: str, found: str) -> None:
    assert english_in(text) == found


def test_no_japanese_text_has_an_english_sentence() -> None:
    assert {key: found for key, text in TEXTS.items() if (found := english_in(text.ja))} == {}


def test_a_colon_has_a_blank_between_it_and_a_quotation() -> None:
    assert [key for key, text in TEXTS.items() if ":「" in text.ja] == []


def test_what_ends_a_sentence_in_english_ends_one_in_japanese() -> None:
    """The next is put behind it at once, and a command that is to be typed needs no full stop."""
    ends = ("。", ")", "'{package}'", "hosts=windows")
    assert [
        key
        for key, text in TEXTS.items()
        if text.en.endswith(".") and "\n" not in text.en and not text.ja.endswith(ends)
    ] == ["report.is_in"]


@each_row(
    ("texts", "said"),
    [
        ([], ""),
        (["One.", "Two."], "One. Two."),
        (["一つ。", "二つ。"], "一つ。二つ。"),
        (["(一つ)", "Two.", "", "三つ。"], "(一つ) Two. 三つ。"),
    ],
)
def test_a_japanese_full_stop_has_no_blank_behind_it(texts: list[str], said: str) -> None:
    assert one_after_another(texts) == said
