# SPDX-License-Identifier: GPL-3.0-or-later
"""Every return value has a meaning, and every failure something to do about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.host.return_codes import (
    Method,
    MethodOutcome,
    explain,
)
from unit.rows import each_row
from unit.words.english import english

SERVICE_METHODS = (Method.STOP_SERVICE, Method.START_SERVICE, Method.CHANGE_START_MODE)

# Documented values: Win32_Process.Terminate, and Win32_Service.StopService with its siblings.
DOCUMENTED = [(Method.TERMINATE, value) for value in (0, 2, 3, 8, 9, 21)] + [
    (method, value) for method in SERVICE_METHODS for value in range(25)
]


@each_row(("method", "value"), DOCUMENTED)
def test_documented_values_have_a_meaning(method: Method, value: int) -> None:
    code = explain(method, value)
    assert code.value == value
    assert "no meaning of its own" not in english(code.meaning)
    assert english(code.meaning).endswith(".")
    if code.outcome is MethodOutcome.FAILED:
        assert english(code.remedy).endswith(".")


@each_row("method", Method)
def test_0_is_accepted(method: Method) -> None:
    assert explain(method, 0).outcome is MethodOutcome.ACCEPTED


@each_row(
    ("method", "value"),
    [
        (Method.TERMINATE, 2),
        *((method, 2) for method in SERVICE_METHODS),
        (Method.SHUT_DOWN, 5),
        (Method.SHUT_DOWN, 0x80041003),
    ],
)
def test_access_denied_names_the_group_to_be_in(method: Method, value: int) -> None:
    denied = explain(method, value)
    assert denied.outcome is MethodOutcome.FAILED
    assert english(denied.meaning) == "Access was denied."
    assert "Administrators" in english(denied.remedy)


def test_what_is_no_failure_depends_on_the_method() -> None:
    assert explain(Method.STOP_SERVICE, 6).outcome is MethodOutcome.ALREADY
    assert explain(Method.START_SERVICE, 6).outcome is MethodOutcome.FAILED
    assert explain(Method.START_SERVICE, 10).outcome is MethodOutcome.ALREADY
    assert explain(Method.STOP_SERVICE, 10).outcome is MethodOutcome.FAILED
    # Neither says in which state the service is: that has to be read.
    assert explain(Method.STOP_SERVICE, 5).outcome is MethodOutcome.NOT_NOW
    assert explain(Method.STOP_SERVICE, 7).outcome is MethodOutcome.PENDING


@each_row("value", [1191, 1314, 0x80041062])
def test_a_restart_that_is_refused_says_what_to_do(value: int) -> None:
    code = explain(Method.SHUT_DOWN, value)
    assert code.outcome is MethodOutcome.FAILED
    assert "no meaning of its own" not in english(code.meaning)
    assert english(code.remedy).endswith(".")


@pytest.mark.parametrize("value", [1115, 1190])
def test_windows_that_restarts_already_is_no_failure(value: int) -> None:
    assert explain(Method.SHUT_DOWN, value).outcome is MethodOutcome.ALREADY


def test_a_restart_helps_against_what_can_not_be_stopped_not_against_a_lack_of_rights() -> None:
    helped = {
        (method, value)
        for method in Method
        for value in range(25)
        if explain(method, value).restart_helps
    }
    assert helped == {
        (Method.TERMINATE, 8),
        (Method.STOP_SERVICE, 1),
        (Method.STOP_SERVICE, 4),
        (Method.STOP_SERVICE, 16),
    }
    assert all(explain(*each).outcome is MethodOutcome.FAILED for each in helped)


def test_dependent_services_are_a_failure_that_names_force() -> None:
    code = explain(Method.STOP_SERVICE, 3)
    assert code.outcome is MethodOutcome.FAILED
    assert "depend" in english(code.meaning)
    assert "force" in english(code.remedy)


def test_values_of_the_service_list_mean_nothing_for_a_process() -> None:
    assert "5, which has no meaning of its own for Terminate" in english(
        explain(Method.TERMINATE, 5).meaning
    )


def test_an_hresult_is_shown_as_one() -> None:
    code = explain(Method.STOP_SERVICE, 0x80041003)
    assert code.outcome is MethodOutcome.FAILED
    assert "0x80041003" in english(code.meaning)
    assert "0x80041003" in english(code.remedy)


@given(st.sampled_from(list(Method)), st.integers(1, 0xFFFF_FFFF))
def test_only_0_is_success(method: Method, value: int) -> None:
    code = explain(method, value)
    assert code.outcome is not MethodOutcome.ACCEPTED
    assert english(code.meaning)
    assert english(code.remedy) or code.outcome is not MethodOutcome.FAILED
