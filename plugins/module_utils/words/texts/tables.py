# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables on a terminal, and the comparisons of verify_host."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_MISFITS = {
    "misfit.missing": Text("'{place}' is missing", "「{place}」がありません"),
    "misfit.whole": Text("it is not {kind}", "形式が違います (必要な形式: {kind})"),
    "misfit.kind": Text(
        "'{place}' is not {kind}", "「{place}」の形式が違います (必要な形式: {kind})"
    ),
    "misfit.port_rows": Text(
        "port_rows wants ansible_facts.port_facts, as the module port_facts returns it, or a "
        "result of port_check: {problem}",
        "port_rows には、モジュール port_facts が返した ansible_facts.port_facts か、"
        "port_check の結果を渡してください。{problem}",
    ),
    "misfit.port_table": Text(
        "port_table wants ansible_facts.port_facts, as the module port_facts returns it: {problem}",
        "port_table には、モジュール port_facts が返した ansible_facts.port_facts を"
        "渡してください。{problem}",
    ),
    "misfit.kind.text": Text("a text", "文字列"),
    "misfit.kind.whole_number": Text("a whole number", "整数"),
    "misfit.kind.truth": Text("true or false", "真偽値 (true または false)"),
    "misfit.kind.list": Text("a list", "リスト"),
    "misfit.kind.mapping": Text("a dictionary", "辞書"),
    "misfit.kind.one_of": Text("one of {words}", "{words} のどれか"),
}

TEXTS: Mapping[str, Text] = {**_MISFITS}
