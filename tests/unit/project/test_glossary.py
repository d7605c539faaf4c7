# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read keeps to the words of docs/glossary.md, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import (
    TEXTS as CATALOGUE,
)
from unit.rows import each_row

CHECKOUT = Path(__file__).parents[3]
GLOSSARY = CHECKOUT / "docs" / "glossary.md"
JAPANESE_SIGN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
# A line of Japanese goes on in the next without a blank, but between two words in katakana.
BROKEN_LINE = re.compile(
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff])\n(?=[\u3040-\u309f\u4e00-\u9fff])"
    r"|(?<=[\u3040-\u309f\u4e00-\u9fff])\n(?=[\u30a0-\u30ff])"
)
# Whoever looks for these words of the English text finds these of the Japanese one beside it.
TERMS_OF_THE_FIREWALL = (
    ("firewall", "ファイアウォール"),
    ("inbound rule", "受信の規則"),
    ("outbound rule", "送信の規則"),
    ("block rule", "ブロックの規則"),
    ("local rule", "ローカルの規則"),
    ("local firewall rule", "ローカルのファイアウォール規則"),
    ("policy", "ポリシー"),
    ("router", "ルーター"),
    ("network adapter", "ネットワーク アダプター"),
    ("administrator", "管理者"),
)


@dataclass(frozen=True)
class Entry:
    """One row: a term in both languages, and the variants that are not to be used."""

    english: str
    japanese: tuple[str, ...]
    variants: tuple[str, ...]


def entries() -> list[Entry]:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in GLOSSARY.read_text("utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| English ")
    ]
    return [Entry(row[0], tuple(row[1].split("、")), _split(row[2])) for row in rows]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(variant for each in cell.split(",") if (variant := each.strip()))


ENTRIES = entries()
# Right words that have a variant in them: サーバー has サーバ.
LONGER_WORDS = [
    word
    for entry in ENTRIES
    for word in entry.japanese
    if any(variant in word for each in ENTRIES for variant in each.variants)
]
VARIANTS = [variant for entry in ENTRIES for variant in entry.variants]
JAPANESE = [variant for variant in VARIANTS if JAPANESE_SIGN.search(variant)]
# In an English text a word is looked for as a whole: "kill" is none of "skill".
ENGLISH = {
    variant: re.compile(rf"\b{re.escape(variant)}\b")
    for variant in VARIANTS
    if variant not in JAPANESE
}
# Most texts have none, which is to be seen at one look.
ANY_ENGLISH = re.compile("|".join(each.pattern for each in ENGLISH.values()))


def variants_in(text: str) -> list[str]:
    """The variants that a text uses. One that is part of a right word counts only outside it."""
    plain = BROKEN_LINE.sub("", re.sub(r"`[^`]*`", "`", text))
    for word in LONGER_WORDS:
        plain = plain.replace(word, " ")
    found = [variant for variant in JAPANESE if variant in plain]
    if ANY_ENGLISH.search(text):
        found += [variant for variant, pattern in ENGLISH.items() if pattern.search(text)]
    return found


def texts() -> Iterator[tuple[str, str]]:
    """What people read: where it stands, and the text."""
    for path in (
        *CHECKOUT.glob("*.md"),
        *CHECKOUT.glob("docs/*.ja.md"),
        *CHECKOUT.glob("docs/docsite/rst/*.rst"),
        *CHECKOUT.glob("roles/*/README*.md"),
        *CHECKOUT.glob("roles/*/meta/argument_specs.yml"),
        *CHECKOUT.glob("roles/*/tasks/*.yml"),
        *CHECKOUT.glob("playbooks/*.yml"),
        *CHECKOUT.glob("plugins/module_utils/report/**/*.*"),
        *CHECKOUT.glob("plugins/plugin_utils/documents/**/*.*"),
    ):
        if path.suffix in (".md", ".rst", ".yml", ".py", ".j2", ".js", ".json"):
            yield str(path.relative_to(CHECKOUT)), path.read_text("utf-8")
    for key, text in CATALOGUE.items():
        yield f"english {key}", text.en
        yield f"japanese {key}", text.ja


def test_the_glossary_is_read() -> None:
    by_english = {entry.english: entry for entry in ENTRIES}
    assert len(by_english) == len(ENTRIES), "a term stands twice"
    assert by_english["inbound rule"].japanese == ("受信の規則",)
    assert "受信規則" in by_english["inbound rule"].variants
    assert by_english["enable, disable a rule"].japanese == ("有効にする", "無効にする")
    assert {"README.md", "README.ja.md", "japanese cause.no_rule"} <= {
        place for place, _text in texts()
    }


def test_no_term_is_a_variant_of_another() -> None:
    words = [word for entry in ENTRIES for word in (entry.english, *entry.japanese)]
    assert {word: found for word in words if (found := variants_in(word))} == {}


@each_row(
    ("text", "found"),
    [
        ("受信規則を追加", ["受信規則"]),
        ("受信の規則を追加", []),
        ("受信\n規則を追加", ["受信規則"]),
        ("他社製の\nファイアウォール", []),
        ("インベントリのホスト", ["インベントリ"]),
        ("インベントリーのホスト", []),
        ("サーバとユーザ", ["サーバ", "ユーザ"]),
        ("サーバーとユーザー", []),
        ("an incoming rule", ["incoming rule"]),
        ("incoming rules", []),
        ("`サーバ`", []),
    ],
)
def test_variants_are_found(text: str, found: list[str]) -> None:
    assert variants_in(text) == found


def test_what_people_read_uses_the_words_of_the_glossary() -> None:
    assert {place: found for place, text in texts() if (found := variants_in(text))} == {}


@each_row(("term", "word"), TERMS_OF_THE_FIREWALL)
def test_where_english_says_a_term_japanese_says_its_word(term: str, word: str) -> None:
    with_term = [key for key, text in CATALOGUE.items() if re.search(rf"\b{term}s?\b", text.en)]
    assert with_term
    assert [key for key in with_term if word not in CATALOGUE[key].ja] == []
