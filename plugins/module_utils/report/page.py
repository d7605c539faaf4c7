# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report as one HTML file that needs nothing else: no network, no server, no build.

What people look at first (how many PCs are ready, what to mend first, the matrix of PCs and ports)
is plain HTML and there without JavaScript too. Filters, sorting and the details of each PC are
made by the script from the data that stand in the page, when they are asked for.

The page's policy (CSP Level 3) lets it load nothing and run nothing but its own script and style,
known by their hashes, and lets no text become markup in the script (Trusted Types).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from ..words.languages import language_of
from .page_data import MAX_CHARACTERS, packed, to_copy, visible
from .page_text import TEXTS, fill
from .states import STATES, severity

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("data.js", "elements.js", "filter.js", "matrix.js", "hosts.js", "page.js")

# In the order of the summary.
_STATES = ("ready", "blocked", "taken", "not_listening", "unreachable", "unknown")
# The state whose sign and colour a verdict has, the mildest first.
_GROUPS = {
    verdict.value: state.value
    for verdict, state in sorted(STATES.items(), key=lambda item: -severity(item[1]))
}

_FIRST = 10  # of what to mend first; the matrix has them all
_NAMED = 5  # PCs that are named where the same is to be mended on many
_SHOWN = 300  # characters of one text in the part that is plain HTML


def render(report: Mapping[str, Any]) -> str:
    """The page of a report.

    Args:
        report: as `model` gives it for JSON. `language` is that of the page.

    Returns:
        HTML, to be written as UTF-8. It is the same for the same report.
    """
    language = language_of(report.get("language"))
    texts = TEXTS[language]
    page = _Page(report, texts)
    style = _asset("page.css") + page.own_style()
    script = "\n".join(map(_asset, _SCRIPTS))
    return Template(_asset("page.html")).substitute(
        language=language,
        policy=_policy(script, style),
        style=style,
        script=script,
        data=packed({**report, "language": language}, texts, _GROUPS),
        title=page.text(report.get("title")),
        title_plain=escape(visible(str(report.get("title") or ""), texts["text.cut"])[:_SHOWN]),
        facts=page.facts(),
        headline=page.headline(),
        proportions=page.proportions(),
        states=page.states(),
        first=page.first(),
        ports=page.port_headings(),
        rows=page.rows(),
        **{key.replace(".", "_"): escape(text) for key, text in texts.items()},
        made_by=fill(escape(texts["page.made_by"]), collection=page.text(report.get("collection"))),
    )


def _asset(name: str) -> str:
    """An asset without the comment at its beginning, which is for those who read the sources."""
    text = (_ASSETS / name).read_text("utf-8")
    return text.partition("-->" if name.endswith(".html") else "*/")[2].lstrip()


def _policy(script: str, style: str) -> str:
    def known(text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    return (
        f"default-src 'none'; script-src {known(script)}; style-src {known(style)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types"
    )


def _tag(name: str, content: str, **attributes: str) -> str:
    """An element; its content is HTML already, its attributes are texts."""
    given = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{content}</{name}>"


class _Page:
    """The parts that are plain HTML."""

    def __init__(self, report: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        self._report = report
        self._texts = texts
        self._hosts: list[Mapping[str, Any]] = list(report.get("hosts") or ())
        self._ports: list[Mapping[str, Any]] = list(report.get("ports") or ())
        self._checks = {host.get("name"): host.get("checks") or () for host in self._hosts}
        counts = report.get("summary") or {}
        self._counts = {state: int(counts.get(state) or 0) for state in _STATES}

    def text(self, value: object, limit: int = _SHOWN) -> str:
        """Text from outside as HTML: seen as what it is, kept apart in its direction, cut."""
        whole = visible("" if value is None else str(value), self._texts["text.cut"])
        if len(whole) <= limit:
            return _tag("bdi", escape(whole))
        return _tag("bdi", escape(whole[:limit]) + "…", title=whole[: limit * 4])

    def own_style(self) -> str:
        """Style that depends on the report: how wide the parts of the bar are, and what stands in
        the margins of each printed page."""
        widths = "".join(f".bar .s-{state}{{flex-grow:{n}}}" for state, n in self._counts.items())
        margins = {
            "top-left": self._plain("title"),
            "top-right": self._plain("created")[:10],
            "bottom-left": self._plain("collection"),
        }
        boxes = "".join(f"@{at}{{content:{_css_string(text)}}}" for at, text in margins.items())
        return f"{widths}\n@page{{{boxes}}}\n"

    def _plain(self, key: str) -> str:
        """A text of the report in short, without markup."""
        text = str(self._report.get(key) or "")[:MAX_CHARACTERS]
        return visible(text, self._texts["text.cut"])[:60]

    def facts(self) -> str:
        texts, report = self._texts, self._report
        facts = [fill(texts["page.facts"], hosts=len(self._hosts), ports=len(self._ports))]
        found = [escape(each) for each in facts]
        found.append(f"{escape(texts['page.created'])} {self._time(report.get('created'))}")
        compared = (report.get("compared_with") or {}).get("created")
        if compared:
            found.append(f"{escape(texts['page.compared'])} {self._time(compared)}")
        missing = list((report.get("compared_with") or {}).get("missing") or ())
        if missing:
            names = [self.text(name, 80) for name in missing[:_NAMED]]
            if len(missing) > _NAMED:
                names.append(escape(fill(texts["first.and_more"], count=len(missing) - _NAMED)))
            listed = escape(texts["js.separator"]).join(names)
            found.append(fill(escape(texts["page.missing"]), hosts=listed))
        return "".join(_tag("li", each) for each in found)

    def headline(self) -> str:
        hosts, ready = len(self._hosts), self._counts["ready"]
        kind = "headline"
        if not hosts:
            kind = "headline_none"
        elif ready == hosts:
            kind = "headline_one" if hosts == 1 else "headline_all"
        numbers = {"ready": _tag("strong", str(ready)), "hosts": _tag("strong", str(hosts))}
        return fill(escape(self._texts[f"page.{kind}"]), **numbers)

    def proportions(self) -> str:
        return "".join(
            _tag("span", "", class_=f"s-{state}") for state, n in self._counts.items() if n
        )

    def states(self) -> str:
        return "".join(
            _tag(
                "li",
                _tag("span", escape(self._texts[f"state.{state}"]), class_=f"v s-{state}")
                + _tag("b", str(count)),
                data_state=state,
                **({} if count else {"class_": "zero"}),
            )
            for state, count in self._counts.items()
        )

    def first(self) -> str:
        items = list(self._report.get("first") or ())
        if not items:
            return _tag("p", escape(self._texts["first.none"]), class_="quiet")
        html = _tag("ol", "".join(map(self._to_mend, items[:_FIRST])), class_="first")
        if len(items) > _FIRST:
            more = fill(self._texts["first.more"], count=len(items) - _FIRST)
            html += _tag("p", escape(more), class_="quiet")
        return html

    def _to_mend(self, item: Mapping[str, Any]) -> str:
        verdict = self._verdict("span", item.get("verdict"))
        names = list(item.get("hosts") or ())
        pcs = [_tag("span", self.text(name, 80), class_="pc") for name in names[:_NAMED]]
        if len(names) > _NAMED:
            more = fill(self._texts["first.and_more"], count=len(names) - _NAMED)
            pcs.append(_tag("span", escape(more), class_="quiet"))
        port = _tag("span", _port(item), class_="port") if item.get("port") else ""
        remedies = "".join(map(self._remedy, item.get("remedies") or ()))
        return _tag(
            "li",
            _tag("p", verdict + port + "".join(pcs), class_="where")
            + _tag("p", self.text(self._why(item), 600), class_="why")
            + (_tag("ul", remedies, class_="remedies") if remedies else ""),
        )

    def _why(self, item: Mapping[str, Any]) -> object:
        """The cause alone, where it is known: the remedies stand below."""
        key = (item.get("protocol"), item.get("port"))
        name = next(iter(item.get("hosts") or ()), None)
        for check in self._checks.get(name, ()):
            if (check.get("protocol"), check.get("port")) == key and check.get("causes"):
                return check["causes"][0].get("text")
        return item.get("text")

    def _remedy(self, remedy: Mapping[str, Any]) -> str:
        html = _tag("p", self.text(remedy.get("text"), 600))
        yaml = to_copy(remedy.get("yaml"))
        if yaml:
            task = _tag("summary", escape(self._texts["remedy.task"]))
            code = _tag("pre", _tag("code", escape(yaml.rstrip("\n"))), tabindex="0")
            html += _tag("details", task + code, class_="task")
        return _tag("li", html)

    def port_headings(self) -> str:
        return "".join(
            _tag(
                "th",
                _port(port)
                + (_tag("small", self.text(port["name"], 40)) if port.get("name") else ""),
                scope="col",
            )
            for port in self._ports
        )

    def rows(self) -> str:
        return "\n".join(map(self._row, self._hosts))

    def _row(self, host: Mapping[str, Any]) -> str:
        verdicts = {
            (check.get("protocol"), check.get("port")): check.get("verdict")
            for check in host.get("checks") or ()
        }
        state = str(host.get("state"))
        cells = [
            _tag("th", self.text(host.get("name"), 80), scope="row"),
            _tag("td", escape(self._word("state", state)), class_=f"v s-{_known(state)}"),
            *(
                self._verdict("td", verdicts.get((port.get("protocol"), port.get("port"))))
                for port in self._ports
            ),
        ]
        return _tag("tr", "".join(cells))

    def _verdict(self, tag: str, verdict: object) -> str:
        if verdict is None:
            return _tag(tag, escape(self._texts["matrix.not_checked"]), class_="v s-none")
        group = _GROUPS.get(str(verdict)) or _known(str(verdict))
        return _tag(tag, escape(self._word("verdict", str(verdict))), class_=f"v s-{group}")

    def _word(self, kind: str, value: str) -> str:
        found = self._texts.get(f"{kind}.{value}") or self._texts.get(f"state.{value}")
        return found or visible(value[:40], self._texts["text.cut"])

    def _time(self, value: object) -> str:
        """A time as ISO 8601 says it, in UTC; the script shows it in the reader's time zone."""
        try:
            moment = datetime.fromisoformat(str(value)).astimezone(UTC)
        except (ValueError, OverflowError):
            return self.text(value, 40)
        return _tag("time", f"{moment:%Y-%m-%d %H:%M} UTC", datetime=f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def _known(state: str) -> str:
    return state if state in _STATES else "unknown"


def _port(item: Mapping[str, Any]) -> str:
    return escape(f"{str(item.get('protocol') or '').upper()} {item.get('port')}")


def _css_string(text: str) -> str:
    """A text as a string of CSS. Whatever isn't a plain letter or digit becomes an escape, so that
    nothing can end the string or the style element (CSS Syntax Module Level 3, 4.3.7). A blank
    after an escape belongs to it, so blanks become escapes too."""
    characters = (
        each if each.isascii() and each.isalnum() else f"\\{ord(each):06x}" for each in text
    )
    return f'"{"".join(characters)}"'
