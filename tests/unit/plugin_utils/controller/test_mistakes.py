# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables of roles and playbooks."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.filter.variable_mistakes import (
    variable_mistakes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes
from unit.rows import each_row


@each_row(
    ("services", "words"),
    [
        ("https", "'https' is not a list. Write a list of names and dictionaries"),
        (["htps"], "The service 'htps': \"htps\" is not a port or a well-known name. Did you mean"),
        (
            [{"name": "web", "port": 80, "proces": "a.exe"}],
            "the key 'proces'. Did you mean process?",
        ),
        ([{"name": "web", "port": 80, "zzz": 1}], "the key 'zzz'. It may have description,"),
        (
            [{"name": "web", "port": 80, "profiles": ["privat"]}],
            "The service 'web': profiles: 'privat' is not one of domain, private, public.",
        ),
        (
            [{"name": "web", "port": 80, "remote_addresses": ["10.0.0.300"]}],
            "The service 'web': remote_addresses: ",
        ),
    ],
)
def test_a_wrong_service_is_told_with_its_name_and_what_to_write(
    services: object, words: str
) -> None:
    problem = mistakes.of_services(services, "port_setup_services")
    assert problem is not None
    told = render(problem, "en")
    assert told.startswith("port_setup_services: ")
    assert words in told


def test_a_text_from_the_command_line_is_told_how_to_write_a_list_there() -> None:
    problem = mistakes.of_services("https", "my_services")
    assert problem is not None
    told = "my_services: 'https' is not a list. Write a list of names and dictionaries, such as "
    in_yaml, in_json = "[https, {name: web, port: 8080}].", """-e '{"my_services": ["https"]}'"""
    assert render(problem, "en") == (
        f"{told}{in_yaml} On the command line, write the list in JSON: {in_json}."
    )
    assert f"JSON で指定してください: {in_json}。" in render(problem, "ja")
    # A number comes from a file.
    problem = mistakes.of_services(443, "my_services")
    assert problem is not None
    assert render(problem, "en").endswith(in_yaml)


def test_right_services_have_no_mistakes() -> None:
    services = ["https", {"name": "web", "port": "8000-8010", "process": "a.exe"}]
    assert mistakes.of_services(services, "port_setup_services") is None


def test_an_unknown_variable_is_told_with_the_right_name() -> None:
    known = ("check_ports_ports", "check_ports_hosts")
    names = ["check_ports_ports", "check_ports_prots", "check_ports_result", "check_ports_zzzzzz"]
    near, far = mistakes.of_variables(names, known, ["check_ports_result"], "check_ports")
    assert render(near, "en").startswith(
        "The playbook check_ports has no variable check_ports_prots. Did you mean check_ports_ports"
    )
    assert "check_ports_prots という変数はありません" in render(near, "ja")
    assert "check_ports_zzzzzz" in render(far, "en")


def known_in(playbook: Path) -> list[str]:
    (play,) = yaml.safe_load(playbook.read_text("utf-8"))
    known: list[str] = [*play.get("pre_tasks", ()), *play.get("tasks", ())][0]["vars"]["known"]
    return known


PLAYBOOKS = {
    each.stem: known_in(each) for each in (Path(__file__).parents[4] / "playbooks").glob("*.yml")
}


@each_row(
    ("playbook", "name", "right"),
    [
        ("check_ports", "check_port_ports", "check_ports_ports"),
        ("check_ports", "checkports_ports", "check_ports_ports"),
        ("check_ports", "chekc_ports_ports", "check_ports_ports"),
        ("check_path", "checkpath_server", "check_path_server"),
        ("free_port", "free_ports_ports", "free_port_ports"),
        ("free_port", "free_prot_ports", "free_port_ports"),
        ("pc_setup", "pc_set_up_hosts", "pc_setup_hosts"),
        ("pc_setup", "port_set_up_services", "port_setup_services"),
        ("report", "ports_report_ports", "port_report_ports"),
        ("report", "reports_hosts", "report_hosts"),
        ("verify_host", "verify_hosts_strict", "verify_host_strict"),
    ],
)
def test_a_mistyped_prefix_is_found(playbook: str, name: str, right: str) -> None:
    known = PLAYBOOKS[playbook]
    assert mistakes.mistyped(["x", name, right], known) == [name]
    (told,) = mistakes.of_variables([name], known, (), playbook)
    assert f"no variable {name}. Did you mean {right}" in render(told, "en")


def test_what_others_call_their_variables_is_not_mistyped() -> None:
    others = ["ports", "hosts", "export_hosts", "check_ports", "free_ports", "report_folder"]
    others += ["language", "verify_host", "host_verify", "port_list", "setup_services", "x" * 5000]
    for playbook, known in PLAYBOOKS.items():
        of_others = {each for other in PLAYBOOKS.values() for each in other} - set(known)
        assert mistakes.mistyped([*others, *of_others, *known], known) == [], playbook


def test_names_that_variables_had_are_told_with_those_that_they_have() -> None:
    known = ("check_ports_ports", "check_ports_hosts", "check_ports_language")
    told = mistakes.renamed(["language", "x", "ports"], ["ports", "language"], known)
    assert told is not None
    assert render(told, "en") == (
        "Deprecated variables: ports (now check_ports_ports), language (now check_ports_language)."
    )
    assert render(told, "ja") == (
        "名前の変わった変数: ports (現在は check_ports_ports)、language (現在は "
        "check_ports_language)。"
    )
    assert mistakes.renamed(known, ["ports", "language"], known) is None


def test_variables_without_a_like_one_are_told_with_all_that_there_are() -> None:
    (told,) = mistakes.of_variables(["free_port_x"], ("wanted_hosts",), (), "free_port")
    assert render(told, "en").endswith("no variable free_port_x. Its variables are wanted_hosts.")


@pytest.mark.parametrize("role", ["port_setup", "port_report"])
def test_the_own_names_of_a_role_are_known(role: str) -> None:
    names = mistakes.names_in_role(role)
    assert {"port_setup": "port_setup_before", "port_report": "port_report_survey"}[role] in names
    assert all(each.startswith(f"{role}_") for each in names)


@each_row(
    ("allowed", "value", "words"),
    [
        ({"choices": ["fail", "stop"]}, "stpo", "value of a must be one of: fail, stop, got: stpo."),
        ({"choices": ["fail", "stop"]}, "Stop", "value of a must be one of: fail, stop, got: Stop."),
        ({"type": "list", "choices": ["b", "c"]}, ["b", "d"], "must be one of: b, c, got: d."),
        ({"type": "list", "choices": ["b", "c"]}, "b,d", "must be one of: b, c, got: d."),
        ({"type": "bool"}, "maybe", "a: 'maybe' is not true or false."),
        ({"type": "int"}, "many", "a: 'many' is not a whole number."),
        ({"type": "float"}, "soon", "a: 'soon' is not a number."),
        ({"type": "list"}, {"b": 1}, "is not a list."),
        ({"type": "dict", "options": {"b": {}}}, "b=c", "a: 'b=c' is not a dictionary."),
        ({"type": "dict", "options": {"b": {}, "c": {}}}, {"d": 1},
         "a has no key 'd'. Its keys are b, c."),
        ({"type": "dict", "options": {"b": {"type": "int"}}}, {"b": "x"}, "a: "),
        ({"required": True, "type": "raw"}, None, "a is not set, but has to be."),
        ({"type": "list", "elements": "str"}, 5, "a: '5' is not a list."),
        ({"type": "list", "elements": "str"}, ["x", 5], "a: '5' is not a text."),
        ({"type": "list", "elements": "path"}, [{"b": 1}], "a: '{'b': 1}' is not a text."),
        ({"type": "list", "elements": "str"}, [None], "a: 'None' is not a text."),
        ({}, ["x"], "a: '['x']' is not a text."),
        ({"type": "path"}, {"b": 1}, "is not a text."),
        ({"type": "list", "default": []}, None, "a has no value. Give it one, or remove it."),
        ({"choices": ["fail"]}, None, "a has no value."),
        ("port_check.expect", None, "a has no value."),
        ("port_path.name", ["x"], "a: '['x']' is not a text."),
        ("port_check.expect", "open", "must be one of: reachable, free, in_use, got: open."),
        ("verify_host.write_trial", "maybe", "a: 'maybe' is not true or false."),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_variable_and_what_is_allowed(
    allowed: object, value: object, words: str
) -> None:
    (told,) = mistakes.of_values({"a": value}, {"a": allowed})
    assert words in render(told, "en")
    assert "a" in render(told, "ja")


@each_row(
    ("allowed", "value"),
    [
        ({"choices": ["fail", "stop"]}, "stop"),
        ({"type": "list", "choices": ["b", "c"]}, "b,c"),
        ({"type": "bool"}, "yes"),
        ({"type": "int"}, "12"),
        ({"type": "raw"}, ["x", {"y": 1}]),
        ({}, 5),
        ({}, None),
        ({"type": "list", "elements": "raw"}, [{"b": 1}, 5]),
        ("verify_host.write_trial", None),
        ({"type": "dict", "default": {}, "options": {"b": {}}}, {}),
        # As modules take it.
        ("port_check.expect", "Reachable"),
    ],
)
def test_a_right_value_is_none_of_them(allowed: object, value: object) -> None:
    assert mistakes.of_values({"a": value}, {"a": allowed}) == []


def test_an_option_that_no_module_has_is_no_measure() -> None:
    with pytest.raises((KeyError, AttributeError)):
        mistakes.of_values({"a": 1}, {"a": "port_check.nonsense"})


def test_an_old_name_without_a_present_one_is_a_mistake_like_others() -> None:
    known = ("check_ports_ports", "check_ports_hosts")
    assert mistakes.present_names(["ports", "speed"], known) == {"ports": "check_ports_ports"}
    assert mistakes.renamed(["speed"], ["ports", "speed"], known) is None
    (told,) = variable_mistakes(["speed", "ports"], known, "check_ports", old=["ports", "speed"])
    assert told.startswith("The playbook check_ports has no variable speed.")
