# SPDX-License-Identifier: GPL-3.0-or-later
"""Which language people are spoken to in, by Ansible's own settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible import constants
from ansible.config.manager import ConfigManager
from ansible.errors import AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader

from ansible_collections.portkeeper.windows.plugins.action.port_facts import ActionModule
from ansible_collections.portkeeper.windows.plugins.filter.port_services import port_services
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen, default

VARIABLE = "PORTKEEPER_LANGUAGE"


@pytest.fixture(autouse=True)
def configure(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[[str], ConfigManager]
) -> Callable[[str], None]:
    """Has Ansible read another ansible.cfg. At first no language is named anywhere."""

    def other(text: str) -> None:
        monkeypatch.setattr(constants, "config", settings(text))

    monkeypatch.delenv(VARIABLE, raising=False)
    other("[defaults]\n")
    return other


def message(**options: Any) -> str:
    """What a task says that asks for a port which there is none of."""
    task = Task()
    task.args, task.check_mode, task.action = {"ports": 0} | options, False, "port_facts"
    connection = connection_loader.get("local", PlayContext())
    action = ActionModule(task, connection, PlayContext(), None, None, None)
    return str(action.run(task_vars={"inventory_hostname": "pc-01"})["msg"])


ENGLISH, JAPANESE = "0 is not a port", "プログラムに接続できるポートではありません"


def test_english_where_nobody_says_otherwise() -> None:
    assert (default(), chosen(None)) == ("en", "en")
    assert ENGLISH in message()


def test_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "ja")
    assert (default(), chosen(None)) == ("ja", "ja")
    assert JAPANESE in message()


def test_a_variable_that_is_empty_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert (default(), chosen(None)) == ("en", "en")


def test_ansible_cfg_counts(
    monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], None]
) -> None:
    configure("[portkeeper]\nlanguage = ja\n")
    assert JAPANESE in message()
    monkeypatch.setenv(VARIABLE, "en")
    assert ENGLISH in message()


def test_the_option_of_the_task_goes_before_them(
    monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], None]
) -> None:
    configure("[portkeeper]\nlanguage = ja\n")
    assert ENGLISH in message(language="en")
    monkeypatch.setenv(VARIABLE, "en")
    assert JAPANESE in message(language="ja")


def test_what_the_controllers_filters_say_is_in_its_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(AnsibleError, match="is not a service"):
        port_services([80])
    monkeypatch.setenv(VARIABLE, "ja")
    with pytest.raises(AnsibleError, match="サービスではありません"):
        port_services([80])


def test_another_language_is_refused_with_those_that_are_there(
    monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], None]
) -> None:
    monkeypatch.setenv(VARIABLE, "de")
    with pytest.raises(AnsibleError) as caught:
        message()
    assert caught.value.message == (
        f"The language 'de' (env: {VARIABLE}) is unknown; set {VARIABLE}, or language in the "
        "section [portkeeper] of ansible.cfg, to en or ja."
    )
    monkeypatch.delenv(VARIABLE)
    configure("[portkeeper]\nlanguage = fr\n")
    with pytest.raises(AnsibleError, match=r"ansible\.cfg"):
        message()


def test_another_language_in_a_task_is_told_in_that_of_the_controller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert message(language="de") == (
        "The arguments of the task are wrong: value of language must be one of: en, ja, got: de."
    )
    monkeypatch.setenv(VARIABLE, "ja")
    assert message(language="de").startswith("タスクの引数が正しくありません")
