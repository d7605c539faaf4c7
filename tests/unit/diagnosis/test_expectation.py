# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a port is as expected, and what is said of it then."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Diagnosis,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
    Outcome,
    answer,
    outcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    PortRange,
    Protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.diagnosis.cases import CONNECTED, NOTHING, TIMED_OUT, ask, firewall, situation
from unit.holder_cases import listener
from unit.rows import each_row

REACHABLE, FREE, IN_USE = Expectation.REACHABLE, Expectation.FREE, Expectation.IN_USE

FINE = ask(situation(attempt=CONNECTED))
SHUT = ask(situation(firewall=firewall(), attempt=TIMED_OUT))
LOOPBACK = ask(situation(listener(80, 4312, "127.0.0.1"), attempt=TIMED_OUT))
NOBODY = ask(situation(*NOTHING, attempt=TIMED_OUT))
NOBODY_WANTED = ask(situation(*NOTHING), free=True)
SOMEBODY = ask(situation(attempt=CONNECTED), free=True)
ANOTHER = ask(situation(attempt=CONNECTED), expected_process=("nginx",))
UNKNOWN = ask(situation(listener(80, 7777)), expected_process=("nginx",))
RESERVED = ask(situation(*NOTHING, reserved=[PortRange(Protocol.TCP, "ipv4", 1, 99)]), free=True)


@each_row(
    ("expectation", "met", "not_met", "unknown"),
    [
        (REACHABLE, [FINE], [SHUT, LOOPBACK, NOBODY, ANOTHER, RESERVED], [UNKNOWN]),
        (FREE, [NOBODY, NOBODY_WANTED], [FINE, SHUT, LOOPBACK, SOMEBODY, RESERVED, UNKNOWN], []),
        (IN_USE, [FINE, SHUT, LOOPBACK], [NOBODY, ANOTHER, RESERVED], [UNKNOWN]),
    ],
)
def test_what_meets_it(
    expectation: Expectation,
    met: list[Diagnosis],
    not_met: list[Diagnosis],
    unknown: list[Diagnosis],
) -> None:
    for diagnoses, expected in (
        (met, Outcome.MET),
        (not_met, Outcome.NOT_MET),
        (unknown, Outcome.UNKNOWN),
    ):
        for each in diagnoses:
            assert outcome(expectation, each) is expected


@each_row(
    ("expectation", "diagnosis", "language", "text"),
    [
        (
            FREE,
            NOBODY_WANTED,
            "en",
            "TCP 80 is free, as far as it shows on the PC: no process holds it, and Windows "
            "neither reserves nor forwards it",
        ),
        (
            FREE,
            NOBODY_WANTED,
            "ja",
            "PC の状態を見るかぎり TCP 80 は空いています。使用しているプログラムも、Windows による"
            "予約や転送もありません",
        ),
        (
            FREE,
            SOMEBODY,
            "en",
            "TCP 80 should be free and is not: TCP 80 is taken by httpd.exe (PID 4312, service "
            "Apache2.4); stop it with port_process or choose another port",
        ),
        (
            IN_USE,
            SHUT,
            "en",
            "TCP 80 is in use by httpd.exe (PID 4312, service Apache2.4)",
        ),
        (
            IN_USE,
            NOBODY,
            "ja",
            "TCP 80 は使用中のはずですが、そうなっていません。TCP 80 で待ち受けているプログラムが"
            "ありません。待ち受けるはずのプログラムを起動し、設定されているポートを確認してください",
        ),
    ],
)
def test_what_is_said(
    expectation: Expectation, diagnosis: Diagnosis, language: Language, text: str
) -> None:
    assert render(answer(expectation, diagnosis), language) == text


def test_what_nobody_knows_is_not_said_to_be_otherwise() -> None:
    for expectation, word in ((REACHABLE, "reachable"), (IN_USE, "in use")):
        told = render(answer(expectation, UNKNOWN), "en")
        assert told.startswith(f"TCP 80 should be {word}, and it is unknown whether it is: ")
    assert "判断できません" in render(answer(REACHABLE, UNKNOWN), "ja")
    # Whoever has it, it is not free.
    assert render(answer(FREE, UNKNOWN), "en").startswith("TCP 80 should be free and is not: ")


def test_without_an_expectation_the_summary_is_the_answer() -> None:
    assert answer(None, SHUT) == SHUT.summary
    assert answer(REACHABLE, FINE) == FINE.summary
