# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables of roles and playbooks."""

from __future__ import annotations

import pytest

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


def test_variables_without_a_like_one_are_told_with_all_that_there_are() -> None:
    (told,) = mistakes.of_variables(["free_port_x"], ("wanted_hosts",), (), "free_port")
    assert render(told, "en").endswith("no variable free_port_x. Its variables are wanted_hosts.")


@pytest.mark.parametrize("role", ["port_setup", "port_report"])
def test_the_own_names_of_a_role_are_known(role: str) -> None:
    names = mistakes.names_in_role(role)
    assert {"port_setup": "port_setup_before", "port_report": "port_report_survey"}[role] in names
    assert all(each.startswith(f"{role}_") for each in names)
