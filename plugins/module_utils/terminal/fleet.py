# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What port_survey returns, as one table for all hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..asked import well_known
from ..diagnosis.survey.result import SurveyResult, SurveyRow
from ..ground.model import Protocol
from ..pc import schema
from ..words.phrases import Phrase, Value, Verbatim
from . import table
from .layout import Cell, Table, Tone, Toned
from .table import columns, label

#: The most rows of a table on a terminal that has rows of ports that are all right.
MOST_ROWS = 200

_VERDICT, _HOST = columns("verdict"), columns("host")
_PORT = columns("protocol", "port", "name", "pid", "process", "services")
_REACH, _EXPECTED = columns("reach"), columns("as_expected")
_TONES = {"reachable": Tone.GOOD, "unknown": Tone.NOTICE}
_UNREAD = Toned(Phrase("table.unread"), Tone.BAD)


def of_survey(result: Mapping[str, Any], *, whole: bool) -> tuple[Table | None, list[Value]]:
    """The table of a survey, and the texts below it. Hosts that could not be read come first; the
    rows are in the order in which the module returns them, with what to mend first at the top.

    Args:
        result: as the module returns it.
        whole: whether all rows are shown, however many they are. If not, a long table has only
            those that something is to be done about.

    Raises:
        MisfitError: it is not what the module returns.
    """
    survey = schema.read(SurveyResult[str], result)
    rows = survey["rows"]
    texts: list[Value] = []
    if not whole and len(rows) + len(survey["unread"]) > MOST_ROWS:
        rows = [each for each in rows if not _is_well(each)]
        hidden = len(survey["rows"]) - len(rows)
        if hidden:
            texts.append(Phrase("table.not_listed", {"count": hidden}))
    judged = bool(survey["unread"]) or any("verdict" in each for each in survey["rows"])
    reached = any("reach" in each for each in survey["rows"])
    expecting = any("as_expected" in each for each in survey["rows"])
    blank: list[Cell] = [""] * (len(_PORT) + reached + expecting)
    cells: list[list[Cell]] = [[_UNREAD, each["host"], *blank] for each in survey["unread"]]
    cells += [
        [
            *([_verdict(row)] if judged else ()),
            *_port(row),
            *([_reach(row)] if reached else ()),
            *([table.yes_or_no(row.get("as_expected"))] if expecting else ()),
        ]
        for row in rows
    ]
    heads = (
        *(*(_VERDICT if judged else ()), *_HOST, *_PORT),
        *(*(_REACH if reached else ()), *(_EXPECTED if expecting else ())),
    )
    texts.append(Verbatim(survey["msg"]))
    return Table(heads, cells) if cells else None, texts


def _is_well(row: SurveyRow) -> bool:
    """Whether nothing is to be done about a port: it is as expected or, if nothing is expected,
    reachable. A row without a verdict is not about that."""
    if "verdict" not in row:
        return False
    return row.get("as_expected", row["verdict"] == "reachable")


def _verdict(row: SurveyRow) -> Cell:
    verdict = row.get("verdict")
    if verdict is None:
        return ""
    return Toned(label(f"port_verdict.{verdict}"), _TONES.get(verdict, Tone.BAD))


def _port(row: SurveyRow) -> list[Cell]:
    return [
        row["host"],
        row["protocol"].upper(),
        str(row["port"]),
        row.get("name") or well_known.name(row["port"], Protocol(row["protocol"])) or "",
        table.shown(row.get("pid")),
        row.get("process", ""),
        row.get("service", ""),
    ]


def _reach(row: SurveyRow) -> Cell:
    return label(f"reach.{row['reach']}") if "reach" in row else ""
