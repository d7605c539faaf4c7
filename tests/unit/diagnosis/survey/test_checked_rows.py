# SPDX-License-Identifier: GPL-3.0-or-later
"""A row of a port that was checked says whether it can be reached, why not, and who holds it."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import (
    checked_rows,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    HttpUrl,
)
from unit.diagnosis.cases import CONNECTED, ask, situation
from unit.holder_cases import listener

URL = HttpUrl("http://+:80/app/", "+", 80, (9000,))


def test_a_port_that_can_be_reached() -> None:
    known = situation(attempt=CONNECTED)
    assert checked_rows.of_check("pc", known, [ask(known)], Expectation.REACHABLE) == [
        {
            "host": "pc", "port": 80, "protocol": "tcp", "verdict": "reachable",
            "process": "httpd.exe", "pid": 4312, "service": "Apache2.4", "reach": "everybody",
            "as_expected": True,
        }
    ]  # fmt: skip


def test_a_port_that_can_not_be_reached_has_its_cause() -> None:
    known = situation()
    assert checked_rows.of_check("pc", known, [ask(known, 443)]) == [
        {
            "host": "pc", "port": 443, "protocol": "tcp", "verdict": "not_listening",
            "cause": "nothing_listens", "reach": "nobody",
        }
    ]  # fmt: skip


def test_a_port_has_the_name_that_it_was_asked_for_by() -> None:
    known = situation()
    named, plain = checked_rows.of_check("pc", known, [ask(known, name="www"), ask(known)])
    assert named == plain | {"name": "www"}


def test_a_port_that_should_be_free_says_nothing_of_who_reaches_it() -> None:
    known = situation()
    (row,) = checked_rows.of_check("pc", known, [ask(known, free=True)], Expectation.FREE)
    assert "reach" not in row
    assert (row["as_expected"], row["process"]) == (False, "httpd.exe")


def test_several_holders() -> None:
    known = situation(listener(80, 4312), listener(80, 5000, "192.0.2.10"))
    (row,) = checked_rows.of_check("pc", known, [ask(known)])
    assert (row["process"], row["pid"]) == ("nginx.exe, httpd.exe", 5000)
