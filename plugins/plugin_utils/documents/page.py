# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the report as one self-contained HTML file: it needs no network, no server, no build.

What people look at first (how many PCs are ready, which are not and what to do, who listens where)
is plain HTML and works without JavaScript. The script adds filters, sorting and the details of each
PC on request, from the data in the page.

The template escapes everything that is inserted, and no text of a report is ever a template itself.
The page's policy (CSP Level 3) lets it load nothing and run nothing but its own script and style,
known by their hashes, and lets no text become markup in the script (Trusted Types).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ...module_utils.report.model import Report
from ...module_utils.report.overview.problems import worst_first
from ...module_utils.words.languages import Language, language_of
from .page_data import MAX_CHARACTERS, packed, to_copy, visible
from .page_overview import runs
from .page_view import GROUPS, View, moment, view
from .page_words import PageWords

_ASSETS: Final = Path(__file__).parent / "assets"
_TEMPLATE: Final = "page.html.j2"
_STYLE: Final = "of_report.css.j2"
_SCRIPTS: Final = (
    *("data.js", "elements.js", "filter.js", "matrix.js", "paths.js", "hosts.js", "found.js"),
    *("names.js", "overview.js", "print.js", "page.js"),
)

#: Of more PCs than these, the page holds by itself the details only of those that are not ready: it
#: stays small enough to be opened and sent.
MOST_WITH_DETAILS: Final = 300

#: How many PCs are printed, with a script and without one.
PRINTED_ROWS: Final = 22

_FIRST_PORT = 5  # its column in the list
_IN_MARGIN = 60  # characters of a text in the margin of a printed page


class Details(StrEnum):
    """Of which PCs the page holds the details: listeners, evidence, and the long texts of checks.
    By itself (``auto``) of all, unless there are more than `MOST_WITH_DETAILS`."""

    AUTO = "auto"
    ALL = "all"
    UNREADY = "unready"


def render(report: Report, details: Details = Details.AUTO) -> str:
    """The page as one text; see `parts`."""
    return "".join(parts(report, details))


def parts(report: Report, details: Details = Details.AUTO) -> Iterator[str]:
    """The page of a report, in the report's language, in parts to be written one after the other.

    Args:
        details: of which PCs the page holds the details.

    Returns:
        HTML, to be written as UTF-8. Equal reports give equal pages.
    """
    language = language_of(report.language)
    report = replace(report, hosts=worst_first(report.hosts))
    words = PageWords(language)
    shown = view(report, words)
    places = () if shown.paths is None else shown.paths.places
    style = _asset("page.css") + _style_of(shown, words, language)
    script = "\n".join(_asset(f"script/{each}") for each in _SCRIPTS)
    brief = is_brief(report, details)
    return _template(language, _TEMPLATE).generate(
        view=shown,
        report=report,
        language=language,
        policy=_policy(script, style),
        style=style,
        script=script,
        data=packed(
            report,
            language,
            words.for_script(),
            words.cut,
            {
                "groups": GROUPS,
                "fixes": [[each.key, each.title, runs(each.hosts)] for each in shown.mend],
                "listening": [
                    [each.key, runs(each.hosts)]
                    for each in (*shown.who.processes, *shown.who.ports)
                ],
            },
            places,
            brief,
        ),
    )


def is_brief(report: Report, details: Details) -> bool:
    """Whether the page leaves out the details of PCs that are ready."""
    if details is Details.AUTO:
        return len(report.hosts) > MOST_WITH_DETAILS
    return details is Details.UNREADY


@cache
def _template(language: Language, name: str) -> Template:
    words = PageWords(language)
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(_ASSETS),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["say"] = words.say
    environment.filters["visible"] = partial(visible, cut=words.cut)
    environment.filters["moment"] = moment
    environment.filters["to_copy"] = to_copy
    environment.filters["css_string"] = _css_string
    return environment.get_template(name)


def _asset(name: str) -> str:
    """A script or style without the comment at its beginning, which is for readers of the
    source."""
    text = (_ASSETS / name).read_text("utf-8")
    return text.partition("*/")[2].lstrip()


def _policy(script: str, style: str) -> str:
    def known(text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    return (
        f"default-src 'none'; script-src {known(script)}; style-src {known(style)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types"
    )


def _style_of(shown: View, words: PageWords, language: Language) -> str:
    """The style that depends on the report."""
    report = shown.report
    return _template(language, _STYLE).render(
        view=shown,
        first_port=_FIRST_PORT,
        printed_rows=PRINTED_ROWS,
        margins={
            "top-left": _plain(report.title, words),
            "top-right": _plain(report.created, words)[:10],
            "bottom-left": _plain(report.collection, words),
        },
    )


def _plain(text: str, words: PageWords) -> str:
    """A text of the report, shortened and without markup."""
    return visible(text[:MAX_CHARACTERS], words.cut)[:_IN_MARGIN]


def _css_string(text: str) -> str:
    """A text as a string of CSS. Everything but plain letters and digits becomes an escape, so that
    nothing can end the string or the style element (CSS Syntax Module Level 3, 4.3.7). A blank
    after an escape belongs to it, so blanks become escapes too."""
    characters = (
        each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in text
    )
    return f'"{"".join(characters)}"'
