# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time for connecting may be set, and what holds if it is set in several places."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from ansible import constants
from ansible.config.manager import ConfigManager
from ansible.plugins import AnsiblePlugin
from ansible.template import Templar, trust_as_template

from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections import (
    connect_timeout,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    transport_for,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.connecting import (
    BY_DEFAULT,
    ConnectTime,
)
from unit import real_connections as real

VARIABLE, ENVIRONMENT = "portkeeper_connect_timeout", "PORTKEEPER_CONNECT_TIMEOUT"
IN_FILE = "[portkeeper]\nconnect_timeout = 3\n"


@pytest.fixture(autouse=True)
def configured(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[[str], ConfigManager]
) -> Callable[[str], None]:
    """Has Ansible read another ansible.cfg. At first the time is set nowhere."""

    def other(text: str) -> None:
        monkeypatch.setattr(constants, "config", settings(text))

    monkeypatch.delenv(ENVIRONMENT, raising=False)
    other("[defaults]\n")
    return other


def winrm(**variables: Any) -> Any:
    return real.winrm_connection("192.0.2.1", 5985, transport=["ntlm"], **variables)


def psrp(**variables: Any) -> Any:
    return real.psrp_connection("192.0.2.1", 5985, **variables)


def settled(connection: Any, **variables: Any) -> ConnectTime:
    """What holds for a connection, with variables of its host."""
    templar = Templar(loader=None, variables=variables)
    time = connect_timeout.settle(connection, variables, templar.template)
    assert connect_timeout.of(connection) is time
    return time


def test_what_is_relied_on() -> None:
    parameters = inspect.signature(AnsiblePlugin.get_option_and_origin).parameters
    assert list(parameters)[:2] == ["self", "option"]
    assert psrp().get_option_and_origin("connection_timeout") == (30, "default")


@pytest.mark.parametrize("made", [winrm, psrp])
def test_it_is_ten_seconds_unless_somebody_sets_it(made: Callable[..., Any]) -> None:
    assert settled(made()) == BY_DEFAULT == ConnectTime(10, chosen=False)
    assert transport_for(made())._guard.connect == BY_DEFAULT  # type: ignore[attr-defined]


@pytest.mark.parametrize("made", [winrm, psrp])
def test_the_nearest_place_counts(
    made: Callable[..., Any],
    configured: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configured(IN_FILE)
    assert settled(made()) == ConnectTime(3, chosen=True)
    monkeypatch.setenv(ENVIRONMENT, "4")
    assert settled(made()) == ConnectTime(4, chosen=True)
    assert settled(made(), portkeeper_connect_timeout=5) == ConnectTime(5, chosen=True)
    monkeypatch.setenv(ENVIRONMENT, "")
    configured("[defaults]\n")
    assert settled(made()) == BY_DEFAULT


def test_variables_are_resolved() -> None:
    doubled = trust_as_template("{{ n * 2 }}")
    assert settled(winrm(), portkeeper_connect_timeout=doubled, n=6).seconds == 12
    omitted = trust_as_template("{{ nothing | default(omit) }}")
    assert settled(winrm(), portkeeper_connect_timeout=omitted) == BY_DEFAULT


def test_the_variable_of_psrp_wins_where_it_is_set() -> None:
    assert settled(psrp(connection_timeout=7), portkeeper_connect_timeout=5).seconds == 7
    assert settled(psrp(connection_timeout=30), portkeeper_connect_timeout=5).seconds == 30
    assert connect_timeout.of(psrp(connection_timeout=7)).seconds == 7


def test_those_of_winrm_are_about_answers() -> None:
    slow = winrm(connection_timeout=60)
    assert settled(slow) == BY_DEFAULT
    assert settled(slow, portkeeper_connect_timeout=20).seconds == 20
    assert transport_for(slow)._guard.seconds == 20 + 70  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["soon", "0", -1, "1.5", "9999999"])
def test_what_is_no_time_is_told_with_its_place(
    value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingError) as caught:
        settled(winrm(), portkeeper_connect_timeout=value)
    assert str(caught.value) == (
        f"{VARIABLE}: '{value}' is not a time; set it to whole seconds, at least 1."
    )
    monkeypatch.setenv(ENVIRONMENT, str(value))
    with pytest.raises(SettingError, match=rf"connect_timeout \(env: {ENVIRONMENT}\): '{value}'"):
        settled(psrp())
