# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the names that Windows shows for its own rules and groups (`make rule-names`).

Windows stores these names as references to texts in its files (``@FirewallAPI.dll,-28511``). Which
rule has which reference is recorded (`tests/samples/firewall_registry`); which name it is shown by is
in public sources, beside its id (`tests/samples/rule_names/published.txt`). The table joins the two.
A reference that no source names is missing in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .layout import ROOT

SAMPLES = ROOT / "tests" / "samples"
PUBLISHED = SAMPLES / "rule_names" / "published.txt"
FOLDER = ROOT / "plugins" / "module_utils" / "firewall" / "naming"
TABLES = {"rules": FOLDER / "rules.py", "groups": FOLDER / "groups.py"}

#: Names of this section are those of earlier versions of Windows.
_EARLIER = "E"
_SECTION = re.compile(r"\[(rules|groups) (en|ja) ([A-Z])\]")
_STORED = re.compile(r"^    (\S.*?)    REG_SZ    v\d+\.\d+\|(.*)$", re.MULTILINE)
_VERSION = re.compile(r"_v(\d+)\.(\d+)\.txt$")
_REFERENCE = re.compile(r"@(?:.*\\)?([^\\,]+),(-\d+)\s*$")

_HEAD = '''\
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# ruff: noqa: E501
"""The names that Windows shows for its own {what}, by the reference that it stores.

Made by `make rule-names` from recorded stores and public sources. A line has the file and number of
the text, its name in English, in Japanese (if a source shows it), and in English on earlier versions
of Windows (if it differed), and the letters of its sources, which tests/samples/SOURCES.md explains.
"""

from __future__ import annotations

TABLE = """
'''
_FOOT = '"""\n'


class ConflictError(Exception):
    """Two sources give one text different names."""


@dataclass
class Names:
    """The names of one text."""

    english: str = ""
    japanese: str = ""
    earlier: str = ""
    sources: set[str] = field(default_factory=set)


def canonical(reference: str) -> str:
    """A reference without its folder, in lower case."""
    found = _REFERENCE.match(reference)
    if found is None:
        raise ValueError(f"no reference: {reference}")
    return f"{found[1].lower()},{found[2]}"


def recorded(folder: Path = SAMPLES / "firewall_registry") -> dict[str, str]:
    """The references of names by rule id in lower case, in the newest of the recorded stores that
    has the rule."""
    found: dict[str, str] = {}
    dated = []
    for path in sorted(folder.glob("*.txt")):
        version = _VERSION.search(path.name)
        if version is not None:
            dated.append(((int(version[1]), int(version[2])), path))
    for _version, path in sorted(dated):
        for identifier, text in _STORED.findall(path.read_text("utf-8")):
            fields = dict(each.partition("=")[::2] for each in text.strip().split("|"))
            name = {key.lower(): value for key, value in fields.items()}.get("name", "")
            if _REFERENCE.match(name):
                found[identifier.lower()] = canonical(name)
    return found


def published(text: str) -> Iterator[tuple[str, str, str, str, str]]:
    """What the sources say: the kind of section, its language and source, the key, the name."""
    section: tuple[str, str, str] | None = None
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        header = _SECTION.fullmatch(line)
        if header is not None:
            section = header[1], header[2], header[3]
            continue
        key, equals, name = line.partition(" = ")
        if section is None or not equals:
            raise ValueError(f"not an entry: {line}")
        yield (*section, key, name)


def joined(text: str, stores: dict[str, str]) -> dict[str, dict[str, Names]]:
    """The names of rules and of groups by their references."""
    found: dict[str, dict[str, Names]] = {"rules": defaultdict(Names), "groups": defaultdict(Names)}
    for kind, language, source, key, name in published(text):
        reference = canonical(key) if key.startswith("@") else stores[key.lower()]
        entry = found[kind][reference]
        attribute = "japanese" if language == "ja" else "english"
        if source == _EARLIER:
            attribute = "earlier"
        old = getattr(entry, attribute)
        if old and old != name:
            raise ConflictError(f"{reference}: {old} / {name}")
        setattr(entry, attribute, name)
        entry.sources.add(source)
    return found


def _number(reference: str) -> tuple[str, int]:
    name, _comma, number = reference.partition(",")
    return name, -int(number)


def tables() -> dict[Path, str]:
    """The text of each module of the table."""
    found = joined(PUBLISHED.read_text("utf-8"), recorded())
    return {
        path: _HEAD.format(what=kind)
        + "".join(
            f"{reference} | {names.english} | {names.japanese} | {names.earlier} | "
            f"{' '.join(sorted(names.sources))}\n"
            for reference, names in sorted(found[kind].items(), key=lambda item: _number(item[0]))
        )
        + _FOOT
        for kind, path in TABLES.items()
    }


def write() -> None:
    """Make the table anew."""
    for path, text in tables().items():
        path.write_text(text, "utf-8")
