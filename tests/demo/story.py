# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demo prints of the results of the role port_setup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import (
    Column,
    Paint,
    Table,
    Tone,
    Toned,
    render,
    wrap_lines,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Verbatim

Ports = Sequence[Mapping[str, Any]]
Results = Mapping[str, Mapping[str, Any]]
INDENT = "  "


def ports_table(results: Results, when: str, paint: Paint) -> list[str]:
    """How the ports of all PCs stand, as port_check found them ``before`` or ``after``."""
    columns = (
        Column("PC"),
        Column("PORT", numbers=True),
        Column("VERDICT"),
        Column("WHO LISTENS"),
    )
    rows = []
    for name, found in results.items():
        for port in found[when]:
            verdict = str(port["verdict"])
            tone = Tone.GOOD if verdict == "reachable" else Tone.BAD
            shown = Toned(verdict.replace("_", " "), tone)
            rows.append((name, str(port["port"]), shown, _listener(port)))
    return render(Table(columns, rows), "en", paint=paint)


def _listener(port: Mapping[str, Any]) -> str:
    listeners = port["evidence"]["listeners"]
    if not listeners:
        return "nobody"
    first = listeners[0]
    return f"{first['process']} (PID {first['pid']})"


def done(results: Results, limit: int) -> Iterator[str]:
    """What the role has changed on each PC, in lines of at most `limit` columns."""
    for name, found in results.items():
        said = [freed["msg"] for freed in found["freed"] if freed.get("changed")]
        said += [
            f"The firewall rule '{rule['name']}' was {rule['outcome']}"
            + ("." if rule["effective"] else ", and has no effect here.")
            for rule in found["opened"]
            if rule["outcome"] != "unchanged"
        ]
        yield from _paragraphs(name, said or ["Nothing was to be changed."], limit)


def left(results: Results, limit: int) -> Iterator[str]:
    """What is left for a person to do, as port_check says it."""
    for name, found in results.items():
        said = [port["msg"] for port in found["after"] if port["verdict"] != "reachable"]
        yield from _paragraphs(name, said, limit)


def _paragraphs(name: str, said: Sequence[str], limit: int) -> Iterator[str]:
    if not said:
        return
    yield name
    for text in said:
        for line in wrap_lines(Verbatim(text), "en", limit - len(INDENT)):
            yield INDENT + line
