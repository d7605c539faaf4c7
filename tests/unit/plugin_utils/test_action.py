# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in an action ends as one clear error, whatever it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar

from ansible_collections.portkeeper.windows.plugins.action import port_firewall, port_process
from ansible_collections.portkeeper.windows.plugins.action.port_facts import ActionModule
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.version import COLLECTION
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    PhraseError,
    said,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils import action
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import UserError
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    transport_for,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller.setting_error import (
    SettingError,
)
from unit.rows import each_row

WHERE = "pc-01 (192.0.2.1 port 5985)"


class Breaking(ActionModule):
    """port_facts, whose work raises what it is told to."""

    error: BaseException

    def work(self, host: Host, wanted: Any) -> dict[str, Any]:
        del host, wanted
        raise self.error


class Saying(Breaking):
    """port_facts, which has changed something and says what it is told to."""

    def work(self, host: Host, wanted: Any) -> dict[str, Any]:
        del host, wanted
        return {"changed": True, "msg": said(self.error)}


class Warns(Breaking):
    """port_facts, which warns of what it is told to."""

    def work(self, host: Host, wanted: Any) -> dict[str, Any]:
        del host, wanted
        return {"changed": False, "warnings": [said(self.error)]}


class Refuses(Breaking):
    """port_facts, which fails with what it has read, or without."""

    data: Mapping[str, Any] = {"before": []}

    def work(self, host: Host, wanted: Any) -> dict[str, Any]:
        del host, wanted
        return {"changed": False, "failed": True, "msg": said(self.error), **self.data}


class RefusesAtOnce(Refuses):
    data: Mapping[str, Any] = {}


def run(
    kind: str,
    error: BaseException,
    action_class: type[Breaking] = Breaking,
    *,
    no_log: bool = False,
    variables: Mapping[str, Any] | None = None,
    **options: Any,
) -> dict[str, Any]:
    task = Task()
    task.no_log, task.vars = no_log, dict(variables or {})
    task.args, task.check_mode, task.action = options, False, "portkeeper.windows.port_facts"
    context = PlayContext()
    connection = connection_loader.get(kind, context, "/dev/null")
    connection.set_options(
        var_options={
            "ansible_host": "192.0.2.1", "ansible_port": 5985, "ansible_user": "admin",
            "ansible_password": "Passw0rd!", "ansible_psrp_auth": "ntlm", "_extras": {},
            "ansible_winrm_transport": "ntlm",
        }
    )  # fmt: skip
    made = action_class(task, connection, context, None, Templar(), None)
    made.error = error
    result: dict[str, Any] = made.run(task_vars={"inventory_hostname": "pc-01"})
    return result


def hostile() -> list[Exception]:
    """What Python itself raises over data that nobody expected."""
    return [
        KeyError("\x1b[31mname\u202e"),
        AttributeError("'NoneType' object has no attribute 'casefold'"),
        IndexError("list index out of range"),
        ValueError("year 10000 is out of range"),
        OverflowError("date value out of range"),
        RecursionError("maximum recursion depth exceeded"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
        ZeroDivisionError("division by zero"),
        AssertionError(),
        RuntimeError("http://admin:geheim@proxy/"),
        StopIteration(),
        OSError(28, "No space left on device"),
    ]


@pytest.mark.parametrize("kind", ["winrm", "psrp"])
@pytest.mark.parametrize("error", hostile(), ids=lambda each: type(each).__name__)
def test_what_nobody_expected_is_one_clear_error(kind: str, error: Exception) -> None:
    result = run(kind, error)
    assert result["failed"] is True
    assert result["msg"] == (
        f"{WHERE}: portkeeper.windows.port_facts met something that {COLLECTION} does not expect, "
        "and stopped. What it had changed until then stays changed; check the host, and run "
        f"the task again. Please report this at {action.ISSUES}, with what -vvv prints."
    )
    # Ansible shows it to who asks for tracebacks, and to nobody else.
    assert type(error).__name__ in result["exception"]
    assert "\x1b" not in result["exception"]
    assert "\u202e" not in result["exception"]
    assert "geheim" not in result["exception"]


def test_a_text_that_is_missing_is_one_clear_error_that_keeps_what_was_changed() -> None:
    result = run("winrm", PhraseError("no.such.text"), Saying)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "Please report this" in result["msg"]
    assert "no.such.text" in result["exception"]


def test_a_warning_names_its_host_and_is_not_told_where_the_result_is_hidden() -> None:
    error = PhraseError("ports.zero", allowed="-")
    result = run("winrm", error, Warns)
    assert result["warnings"] == ["pc-01: 0 is not a port that a program can be reached at. -"]
    assert "warnings" not in run("winrm", error, Warns, no_log=True)


def test_a_task_may_leave_it_to_a_later_one_to_fail_with_what_it_has_found() -> None:
    error, later = PhraseError("ports.zero", allowed="-"), {"portkeeper_fails_later": True}
    told = run("winrm", error, Refuses, variables=later)
    assert (told["failed"], told["fails_later"]) == (False, True)
    assert told["msg"] == run("winrm", error, Refuses)["msg"]
    for action_class, variables in ((RefusesAtOnce, later), (Refuses, {}), (Breaking, later)):
        result = run("winrm", error, action_class, variables=variables)
        assert result["failed"] is True
        assert "fails_later" not in result


def test_no_memory_is_no_mistake_of_ours() -> None:
    assert run("winrm", MemoryError())["msg"] == (
        f"{WHERE}: the controller has no memory left for what the host answered. Ask for fewer "
        "ports, or run with fewer forks."
    )


@each_row(
    ("error", "said"),
    [
        (UserError("argument.no_ports"), "ports: no port is given."),
        (
            HostError("host.could_not", what="read X", host="pc-01", url="u", why="no."),
            "Could not read X on pc-01 (u): no.",
        ),
        (
            LocalProtocolError("request.no_cim_name", name="a\x01"),
            f"{WHERE}: this can't be asked of a host: 'a' is not a CIM name. Change the task's "
            "options.",
        ),
    ],
)
def test_what_is_known_has_its_own_words(error: Exception, said: str) -> None:
    result = run("winrm", error)
    assert (result["failed"], result["msg"]) == (True, said)
    assert "exception" not in result


@each_row(("host", "ending"), [("pc-01", "unreachable"), ("pc-02", "failed")])
def test_only_the_tasks_own_host_is_unreachable(host: str, ending: str) -> None:
    """For Ansible, the play is over for a host that is."""
    result = run("winrm", HostError("host.could_not", host=host, what="x", url="u", why="y",
                                    unreachable=True))  # fmt: skip
    assert {"failed", "unreachable"} & result.keys() == {ending}
    assert f"on {host} (u)" in result["msg"]


def test_errors_of_ansible_are_left_to_ansible() -> None:
    with pytest.raises(AnsibleError, match="its own words"):
        run("winrm", AnsibleError("its own words"))


class TaskTimeout(BaseException):
    """As Ansible's own is, which ends a task whose time is up."""


@each_row("error", [KeyboardInterrupt(), TaskTimeout(), SystemExit(1)])
def test_who_ends_the_task_ends_it(error: BaseException) -> None:
    with pytest.raises(type(error)):
        run("winrm", error)


def test_ansibles_own_time_limit_is_no_exception_of_the_common_kind() -> None:
    from ansible._internal._errors._task_timeout import TaskTimeoutError

    assert not issubclass(TaskTimeoutError, Exception)


def of_firewall(arguments: Mapping[str, Any]) -> str:
    """What port_firewall says of wrong arguments."""
    task = Task()
    task.args, task.check_mode = dict(arguments), False
    task.action = "portkeeper.windows.port_firewall"
    connection = connection_loader.get("local", PlayContext())
    made = port_firewall.ActionModule(task, connection, PlayContext(), None, None, None)
    told = made.run(task_vars={"inventory_hostname": "pc-01"})
    assert told["failed"] is True
    said: str = told["msg"]
    return said


@each_row(
    ("rules", "said"),
    [
        ([{"localport": 70000}], "rules, entry 1: localport: "),
        ([{"ports": 80, "remoteip": "1.2"}], "rules, entry 1: remoteip: "),
        # Where entries differ, it has its usual name.
        ([{"ports": 80}, {"localport": 70000}], "rules, entry 2: ports: "),
    ],
)
def test_an_option_of_an_entry_has_the_name_that_the_entry_has_for_it(
    rules: list[dict[str, Any]], said: str
) -> None:
    named = [{"name": "Web", **each} for each in rules]
    assert of_firewall({"rules": named}).startswith(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Both option enabled and its alias enable are set."),
        ("ja", "オプション enabled とその別名 enable の両方が指定されています。"),
    ],
)
def test_an_option_and_its_alias_are_warned_of_in_the_language_of_the_task(
    language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    of_firewall({"rules": [], "enabled": True, "enable": True, "language": language})
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "error",
    [KeyError("x"), MemoryError(), LocalProtocolError("request.no_properties")],
    ids=lambda each: type(each).__name__,
)
def test_what_goes_wrong_is_told_in_the_language_of_the_task(error: Exception) -> None:
    message = run("winrm", error, language="ja")["msg"]
    assert message.startswith("pc-01 (192.0.2.1 ポート 5985): ")
    assert message.endswith("。")


@each_row("character", ["\x00", "\x1b", "\ud800", "\uffff"])
def test_characters_that_cannot_be_sent_are_refused_before_anything_is(character: str) -> None:
    result = run("winrm", AssertionError(), ports=[80, f"a{character}"])
    assert result["msg"] == (
        f"ports: the character U+{ord(character):04X} is not allowed: it can't be sent to a host, "
        "and no name there has it. Leave it out."
    )


@each_row(("character", "letter"), [("\a", "a"), ("\b", "b"), ("\v", "v"), ("\f", "f")])
def test_a_character_that_a_backslash_makes_is_told_with_what_to_write(
    character: str, letter: str
) -> None:
    told = run("winrm", AssertionError(), ports=f"C:{character}")["msg"]
    assert f"U+{ord(character):04X} is not allowed" in told
    assert f"Leave it out. If \\{letter} was meant: key=value arguments " in told
    assert told.endswith("write each backslash twice there.")
    told = run("winrm", AssertionError(), ports=f"C:{character}", language="ja")["msg"]
    assert f"取り除いてください。\\{letter} と書いた場合、" in told


def test_a_connection_that_goes_to_no_address_is_refused_with_the_hosts_name() -> None:
    task = Task()
    task.args, task.check_mode, task.action = {}, False, "portkeeper.windows.port_facts"
    context = PlayContext()
    connection = connection_loader.get("local", context)
    variables: Mapping[str, Any] = {"inventory_hostname": "pc-01"}
    result = ActionModule(task, connection, context, None, None, None).run(task_vars=variables)
    assert result["msg"].startswith("Could not connect to WinRM on pc-01")
    assert "ansible_connection: winrm" in result["msg"]


def test_of_a_delegated_task_the_host_that_is_worked_on_is_named() -> None:
    task = Task()
    task.args, task.check_mode, task.action = {}, False, "portkeeper.windows.port_facts"
    task.delegate_to = "jump"
    context = PlayContext()
    connection = connection_loader.get("local", context)
    variables: Mapping[str, Any] = {"inventory_hostname": "pc-01"}
    result = ActionModule(task, connection, context, None, None, None).run(task_vars=variables)
    assert result["msg"].startswith("Could not connect to WinRM on jump")


def test_wrong_settings_are_told_without_a_connection() -> None:
    connection = connection_loader.get("psrp", PlayContext(), "/dev/null")
    connection.set_options(var_options={"ansible_psrp_auth": "basic", "ansible_port": 5985})
    with pytest.raises(SettingError) as caught:
        transport_for(connection)
    assert not re.search(r"Error|Exception|0x", str(caught.value))
    assert "set ansible_psrp_auth: ntlm" in str(caught.value)


def test_what_a_task_is_told_to_wait_is_not_taken_from_its_host() -> None:
    def waits(**options: Any) -> float:
        task = Task()
        given = {"ports": [8080], "timeout": 60, "stay_free": 2, "reboot_timeout": 600} | options
        task.args, task.check_mode, task.action = given, False, "portkeeper.windows.port_process"
        context = PlayContext()
        connection = connection_loader.get("local", context)
        made = port_process.ActionModule(task, connection, context, None, None, None)
        arguments, _secrets, problem = made._arguments()
        assert not problem
        return float(made.waits(made.prepare(arguments)))

    assert waits() == 62
    assert waits(reboot="if_needed") == 62 + 60 + 600


@each_row(
    ("options", "said"),
    [
        ({"states": ["Lissen"]}, "states: "),
        ({"tcp_filter": ["Lissen"]}, "tcp_filter: "),
        ({"date_uformat": ["%Y"], "ports": "none"}, "ports: "),
    ],
)
def test_an_option_has_the_name_that_the_task_has_for_it(
    options: dict[str, Any], said: str
) -> None:
    for language in ("en", "ja"):
        told = run("winrm", RuntimeError(), **options, language=language)
        assert told["msg"].startswith(said)


def test_an_empty_list_of_states_is_refused_before_anything_is_sent() -> None:
    assert run("winrm", AssertionError(), states=[])["msg"] == (
        "states: the list is empty; write all for every state."
    )
