# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the collection without what each has to be told: they say it, with a command."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import (
    CHECKOUT,
    own_address,
    play,
    results_in,
    results_to,
    run,
    simulated_hosts,
)

pytestmark = pytest.mark.integration

# The playbooks that need a variable, and those that don't.
NEEDED = {
    "check_ports": "check_ports_ports", "free_port": "free_port_ports",
    "report": "port_report_ports", "pc_setup": "port_setup_services",
    "check_path": "check_path_server",
}  # fmt: skip
NEEDS_NONE = {"verify_host"}
# What some playbooks take by the variables of their roles.
PREFIXES = {
    "port_setup_services": {"pc_setup": ""}, "port_report_ports": {"report": ""},
    "clients": {"pc_setup": "port_setup_clients", "report": "port_report_clients"},
}  # fmt: skip


def said_by(playbook: str, language: str, hosts: str = "all") -> str:
    """What it says without any variable but that for its hosts. No host is contacted."""
    code, text = run(
        "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,192.0.2.2",
        "-e", "x=y" if playbook == "check_path" else f"{playbook}_hosts={hosts}",
        environment={"PORTKEEPER_LANGUAGE": language},
    )  # fmt: skip
    assert code == 2, text
    assert "unreachable=0" in text
    return text


def test_what_is_missing_is_named_with_the_command() -> None:
    playbooks = {path.stem for path in (CHECKOUT / "playbooks").glob("*.yml")}
    assert playbooks == NEEDED.keys() | NEEDS_NONE
    for playbook, variable in NEEDED.items():
        for language in ("en", "ja"):
            text = said_by(playbook, language)
            # For all of its hosts once, whichever speaks for them.
            assert text.count("FAILED!") == 1, text
            assert "undefined" not in text, text
            command = f"ansible-playbook portkeeper.windows.{playbook} -i inventory.yml -e "
            assert re.search(rf"{re.escape(command)}.*{variable}", text), text
            assert ("指定してください" in text) is (language == "ja")


def test_the_language_of_ansible_cfg_is_that_of_what_a_playbook_needs(tmp_path: Path) -> None:
    settings = tmp_path / "ansible.cfg"
    settings.write_text(
        f"[defaults]\ncollections_path = {CHECKOUT / '.dev'}\n[portkeeper]\nlanguage = ja\n",
        "utf-8",
    )
    code, text = run(
        "ansible-playbook", "portkeeper.windows.check_ports", "-i", "192.0.2.1,",
        "-e", "check_ports_hosts=all", environment={"ANSIBLE_CONFIG": str(settings)},
    )  # fmt: skip
    assert code == 2, text
    assert "ポートを指定してください: ansible-playbook" in text


def test_where_no_host_is_meant_it_is_said_and_does_not_pass() -> None:
    for playbook in (NEEDED.keys() | NEEDS_NONE) - {"check_path"}:  # which names its server
        assert "has no host for 'pcs'. Name" in said_by(playbook, "en", "pcs")
        assert "has no host for ''. Name" in said_by(playbook, "en", "")
    assert "「pcs」に当てはまるホストがありません" in said_by("check_ports", "ja", "pcs")


LIMITED = """
windows:
  hosts: {192.0.2.1: , 192.0.2.2: }
linux:
  hosts: {192.0.2.3: }
"""


@pytest.mark.parametrize("playbook", sorted(NEEDED.keys() | NEEDS_NONE))
def test_where_a_limit_leaves_no_host_it_is_said_and_does_not_pass(
    playbook: str, tmp_path: Path
) -> None:
    inventory, retried = tmp_path / "inventory.yml", tmp_path / "retried"
    inventory.write_text(LIMITED, "utf-8")
    retried.write_text("192.0.2.3\n", "utf-8")
    of_path = {"check_path_server": "192.0.2.1", "check_path_clients": "192.0.2.2"}
    asked = of_path if playbook == "check_path" else {}
    nobody = {"check_path_server": "nope"} if playbook == "check_path" else {
        f"{playbook}_hosts": "nope"
    }  # fmt: skip
    beyond = (
        "leaves out the server '192.0.2.1', on"
        if playbook == "check_path"
        else "leaves out all hosts of 'windows'. Change --limit, or name other hosts with "
        f"{playbook}_hosts."
    )
    for limit, given, told in (
        ("192.0.2.3", asked, f"--limit 192.0.2.3 {beyond}"),
        (f"@{retried}", asked, f"--limit @{retried} {beyond}"),
        ("!192.0.2.1,!192.0.2.2", asked, f"--limit !192.0.2.1,!192.0.2.2 {beyond}"),
        # That there is no such host comes first.
        ("192.0.2.2", {**asked, **nobody}, " has no host "),
    ):
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", str(inventory),
            "-l", limit, "-e", json.dumps(given),
        )  # fmt: skip
        assert code == 2, text
        assert told in text
        assert "unreachable=0" in text


def test_hosts_within_a_limit_are_those_that_are_asked(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(LIMITED, "utf-8")
    for playbook in NEEDED.keys() | NEEDS_NONE:
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", str(inventory),
            "-e", "check_path_server=192.0.2.2", "-l", "192.0.2.2,192.0.2.3", "--list-hosts",
        )  # fmt: skip
        assert code == 0, text
        assert text.split("hosts (1):")[1].split() == ["192.0.2.2"]


def test_hosts_may_be_a_list_as_in_a_file_of_variables() -> None:
    for playbook in NEEDED.keys() | NEEDS_NONE:
        name = "check_path_server" if playbook == "check_path" else f"{playbook}_hosts"
        hosts = ["192.0.2.1"] if playbook == "check_path" else ["192.0.2.1", "192.0.2.2"]
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,192.0.2.2,192.0.2.3,",
            "-e", json.dumps({name: hosts}), "--list-hosts",
        )  # fmt: skip
        assert code == 0, text
        # Ansible lists them in any order.
        assert sorted(text.split(f"hosts ({len(hosts)}):")[1].split()) == hosts


def test_check_path_tells_which_part_is_wrong() -> None:
    """Before anything is done, and all parts at once."""
    hosts = ("-i", "192.0.2.1,192.0.2.2,")
    right = {"server": "192.0.2.1", "clients": "192.0.2.2", "ports": "443"}
    for wrong, told in (
        ({"server": "srv-9"}, "check_path_server: the inventory has no host 'srv-9'."),
        (
            {"clients": "192.0.2.2,pc-9"},
            "check_path_clients: the inventory has no host or group pc-9.",
        ),
        (
            {"clients": ["192.0.2.2", "pc-9"]},
            "check_path_clients: the inventory has no host or group pc-9.",
        ),
        ({"clients": "192.0.2.2:!all"}, "check_path_clients: '192.0.2.2:!all' means no host."),
        (
            {"clients": "192.0.2.1"},
            "check_path_clients: '192.0.2.1' is only the server itself. Name other hosts",
        ),
        (
            {"clients": ""},
            "check_path_clients: name the clients, hosts or groups of the inventory.",
        ),
        ({"clients": None}, "check_path_clients: name the clients, hosts or groups"),
        ({"server": ""}, "check_path_server: name the server, one host of the inventory."),
        ({"server": None}, "check_path_server: name the server, one host"),
        ({"server": "srv-9", "ports": None}, "check_path_ports: name the ports. For example: ansi"),
    ):
        given = {
            f"check_path_{name}": value
            for name, value in (right | wrong).items()
            if value is not None
        }
        code, text = run(
            "ansible-playbook", "portkeeper.windows.check_path", *hosts, "-e", json.dumps(given)
        )
        assert code == 2, text
        assert "unreachable=0" in text
        assert told in text
        right_ones = right.keys() - wrong.keys()
        assert not any(f"check_path_{name}: " in text for name in right_ones), text


def test_a_mistyped_variable_is_told_before_anything_is_done() -> None:
    """No host is contacted, and nothing but the sentence is printed of the failure."""
    mistyped = {
        "check_ports": ("check_ports_prots", "check_ports_ports"),
        "free_port": ("free_port_expected_proces", "free_port_expected_process"),
        "check_path": ("check_path_servr", "check_path_server"),
        "verify_host": ("verify_host_recording", "verify_host_recordings"),
        "pc_setup": ("port_setup_service", "port_setup_services"),
        "report": ("port_report_prots", "port_report_ports"),
    }
    assert mistyped.keys() == NEEDED.keys() | NEEDS_NONE
    for playbook, (wrong, right) in mistyped.items():
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,",
            "-e", f"{playbook}_hosts=all" if playbook != "check_path" else "x=y", "-e", f"{wrong}=80",
        )  # fmt: skip
        assert code == 2, text
        told = f"The playbook portkeeper.windows.{playbook} has no variable {wrong}. Did you mean"
        assert re.search(rf"FAILED! =>\s*\n{re.escape(told)} {right}\b", text), text
        assert "unreachable=0" in text
        assert "{" not in text, text


def test_a_first_pc_that_ansible_cannot_reach_ends_no_run(tmp_path: Path) -> None:
    """What is done once for all is done on the controller: Ansible works out the connection of the
    host on which a task runs, before the task says anything."""
    wrong: dict[str, dict[str, Any]] = {
        "check_ports": {"ansible_host": "{{ nobody }}"},
        "free_port": {"ansible_connection": "nosuch"},
        "report": {"ansible_password": "{{ nobody }}"},
        "pc_setup": {"ansible_user": "{{ nobody }}"},
        "verify_host": {"ansible_port": "five"},
    }
    given = {"check_ports_ports": 9, "free_port_ports": 9, "port_report_ports": 9}
    given |= {"port_setup_services": ["https"], "port_report_folder": str(tmp_path / "reports")}
    assert wrong.keys() == (NEEDED.keys() | NEEDS_NONE) - {"check_path"}  # which is of one host
    path = tmp_path / "inventory.yml"
    with simulated_hosts(path, "--image", "server2022", "--address", own_address(31)):
        known = yaml.safe_load(path.read_text("utf-8"))
        ((name, sound),) = known["windows"]["hosts"].items()
        for playbook, variables in wrong.items():
            known["windows"]["hosts"] = {"broken": sound | variables, name: sound}
            path.write_text(yaml.safe_dump(known, sort_keys=False), "utf-8")
            code, text = run(
                "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", str(path),
                "-e", json.dumps(given), folder=tmp_path,
                environment={"ANSIBLE_COLLECTIONS_PATH": str(CHECKOUT / ".dev")},
            )  # fmt: skip
            if playbook == "report":
                # What it asks is asked by one task, which tells of each PC.
                (told,) = (tmp_path / "reports").glob("*.json")
                pcs = {each["name"]: each for each in json.loads(told.read_text("utf-8"))["hosts"]}
                assert code == 0, text
                assert "'nobody' is undefined" in pcs["broken"]["message"]
                assert pcs[name]["state"] == "not_listening"
                continue
            recap = {line.split()[0]: line for line in text.splitlines() if " failed=" in line}
            assert code == 2, text
            assert "failed=1 " in recap["broken"], text
            # It is not there if it was never asked.
            assert "failed=0 " in recap[name], text


def test_a_mistyped_prefix_on_the_command_line_is_told(tmp_path: Path) -> None:
    """Where it is given in a file too; what an inventory has is for other things."""
    given, inventory = tmp_path / "given.yml", tmp_path / "inventory.yml"
    given.write_text("check_port_ports: 80\nmine: 1\n", "utf-8")
    inventory.write_text("windows: {hosts: {192.0.2.1: {checkports_ports: 80}}}", "utf-8")
    playbook = ("ansible-playbook", "portkeeper.windows.check_ports", "-i", str(inventory))
    for option in ("check_port_ports=80", f"@{given}"):
        code, text = run(*playbook, "-e", option)
        assert code == 2, text
        assert "has no variable check_port_ports. Did you mean check_ports_ports" in text
        assert "checkports_ports" not in text


def test_a_wrong_value_of_a_role_is_told_without_its_documentation() -> None:
    for playbook, variables, told in (
        (
            "pc_setup",
            {"port_setup_services": ["https"], "port_setup_conflict": "kill"},
            "got: kill",
        ),
        (
            "report",
            {"port_report_ports": [80], "port_report_parallel": "many"},
            "port_report_parallel",
        ),
        (
            "pc_setup",
            {"port_setup_services": [{"name": "web", "port": 80, "proces": "a.exe"}]},
            "port_setup_services: The service 'web' has the key 'proces'. Did you mean process?",
        ),
    ):
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,",
            "-e", f"{playbook}_hosts=all", "-e", json.dumps(variables),
        )  # fmt: skip
        assert code == 2, text
        assert told in text
        assert "{" not in text, text


def test_a_wrong_value_is_told_in_the_language_of_the_task_before_anything_is_done() -> None:
    """Without the callback of this collection too: Ansible's own check of a role says what is wrong
    in English only, and all that is documented besides."""
    without_callback = {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
    for playbook, name, value, english, japanese in (
        (
            "pc_setup",
            "port_setup_conflict",
            "kill",
            "value of port_setup_conflict must be one of: fail, stop, report, got: kill.",
            "port_setup_conflict に「kill」は指定できません。指定できる値: fail、stop、report。",
        ),
        (
            "report",
            "port_report_parallel",
            "many",
            "port_report_parallel: 'many' is not a whole number.",
            "port_report_parallel: 「many」の形式が違います (必要な形式: 整数)。",
        ),
        (
            "check_ports",
            "check_ports_expect",
            "open",
            "value of check_ports_expect must be one of: reachable, free, in_use, got: open.",
            "check_ports_expect に「open」は指定できません。",
        ),
        (
            "free_port",
            "free_port_protocols",
            "sctp",
            "value of free_port_protocols must be one of: tcp, udp, got: sctp.",
            "free_port_protocols に「sctp」は指定できません。",
        ),
        (
            "check_path",
            "check_path_language",
            "de",
            "value of check_path_language must be one of: en, ja, got: de.",
            "check_path_language に「de」は指定できません。",
        ),
        (
            "verify_host",
            "verify_host_write_trial",
            "maybe",
            "verify_host_write_trial: 'maybe' is not true or false.",
            "verify_host_write_trial: 「maybe」の形式が違います",
        ),
        (
            "verify_host",
            "verify_host_strict",
            "perhaps",
            "verify_host_strict: 'perhaps' is not true or false.",
            "verify_host_strict: 「perhaps」の形式が違います",
        ),
    ):
        given = {"port_setup_services": ["https"], "port_report_ports": 80, name: value}
        for language, told in (("en", english), ("ja", japanese)):
            code, text = run(
                "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,",
                "-e", f"{playbook}_hosts=all" if playbook != "check_path" else "x=y",
                "-e", json.dumps({
                    each: of for each, of in given.items() if each == name
                    or each.startswith({"pc_setup": "port_setup", "report": "port_report"}
                                       .get(playbook, "none"))
                }),
                environment=without_callback | {"PORTKEEPER_LANGUAGE": language},
            )  # fmt: skip
            assert code == 2, text
            assert told in text
            assert "unreachable=0" in text
            assert "argument_spec" not in text, text


def test_a_value_of_a_wrong_kind_is_told_before_anything_is_done(tmp_path: Path) -> None:
    """Each by a host of its own, in one run. Ansible takes some of them, and says of the others what
    went wrong inside."""
    wrong: list[tuple[str, object, str]] = [
        ("services", 5, "port_setup_services: 「5」の形式が違います (必要な形式: リスト)。"),
        ("clients", 5, "port_setup_clients: 「5」の形式が違います (必要な形式: リスト)。"),
        ("clients", True, "port_setup_clients: 「True」の形式が違います (必要な形式: リスト)。"),
        ("clients", [5], "port_setup_clients: 「5」の形式が違います (必要な形式: 文字列)。"),
        ("clients", [{}], "port_setup_clients: 「{}」の形式が違います (必要な形式: 文字列)。"),
        ("clients", None, "port_setup_clients に値がありません。"),
        ("accept", None, "port_setup_accept に値がありません。"),
        ("conflict", None, "port_setup_conflict に値がありません。"),
        ("record_drops", None, "port_setup_record_drops に値がありません。"),
        ("network_category", None, "port_setup_network_category に値がありません。"),
        ("network_category", 5, "「5」の形式が違います (必要な形式: 辞書)。"),
        ("rule_prefix", ["x"], "「['x']」の形式が違います (必要な形式: 文字列)。"),
        ("group", {"a": 1}, "「{'a': 1}」の形式が違います (必要な形式: 文字列)。"),
        ("language", ["ja"], "port_setup_language に「['ja']」は指定できません。"),
    ]
    hosts = {
        f"pc-{number}": {"port_setup_services": ["https"], f"port_setup_{name}": value}
        for number, (name, value, _told) in enumerate(wrong)
    }
    inventory, results = tmp_path / "inventory.json", tmp_path / "results.jsonl"
    inventory.write_text(json.dumps({"windows": {"hosts": hosts}}))
    code, text = run(
        "ansible-playbook", "portkeeper.windows.pc_setup", "-i", str(inventory),
        environment=results_to(results) | {"PORTKEEPER_LANGUAGE": "ja"},
    )  # fmt: skip
    assert code == 2, text
    assert "unreachable=1" not in text
    told = {each["host"]: each["result"]["msg"] for each in results_in(results)
            if each["result"]["status"] == "failed"}  # fmt: skip
    for number, (name, value, words) in enumerate(wrong):
        assert words in told[f"pc-{number}"], (name, value)


def test_a_group_or_host_that_the_inventory_lacks_is_named_with_its_variable() -> None:
    """Where a value asks for it, and where it is a name itself; all at once, as whole sentences."""
    nobody = "{{ groups['nobody'] }}"
    of_role = {"port_setup_services": ["https"], "port_report_ports": 80}
    cases = [
        *((name, f"{name}_hosts", nobody) for name in (NEEDED.keys() | NEEDS_NONE)),
        ("check_path", "check_path_server", nobody),
        ("check_path", "check_path_clients", [nobody]),
        ("pc_setup", "port_setup_clients", nobody),
        ("report", "port_report_clients", nobody),
    ]
    for playbook, variable, value in cases:
        if variable == "check_path_hosts":
            continue  # it names its server
        given = {
            f"{playbook}_hosts": "all",
            **{each: of for each, of in of_role.items() if playbook in PREFIXES.get(each, ())},
            variable: value,
        }
        if playbook == "check_path":
            del given["check_path_hosts"]
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,",
            "-e", json.dumps(given), environment={"PORTKEEPER_LANGUAGE": "ja"},
        )  # fmt: skip
        assert code == 2, text
        assert f"{variable}: インベントリーにグループ nobody がありません。名前を修正" in text
        assert "unreachable=0" in text
    for playbook, clients in PREFIXES["clients"].items():
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,",
            "-e", json.dumps({
                f"{playbook}_hosts": "all", clients: ["ungrouped", "pc-9"],
                **{each: of for each, of in of_role.items() if playbook in PREFIXES[each]},
            }),
            environment={"PORTKEEPER_LANGUAGE": "ja"},
        )  # fmt: skip
        assert code == 2, text
        assert "unreachable=0" in text
        told = (
            f"{clients}: pc-9 という名前のホストはインベントリーにありません。インベントリーのとおり"
            f"にホスト名を指定してください。{clients}: 「ungrouped」はインベントリーのグループです。"
        )
        assert told in text, text


def test_a_wrong_port_is_told_with_the_variable_of_the_playbook(inventory: Path) -> None:
    for playbook, variable, more in (
        ("check_ports", "check_ports_ports", {}),
        ("free_port", "free_port_ports", {}),
        ("check_path", "check_path_ports", {"server": "win-1", "clients": "win-2"}),
        ("report", "port_report_ports", {}),
        ("report", "port_report_from", {}),
        ("report", "port_report_connect_timeout", {}),
    ):
        given = {f"{playbook}_{name}": value for name, value in more.items()}
        if playbook == "report":
            given |= {"port_report_ports": "80"}
        for language, words in (("en", "[:h]"), ("ja", "[: ]")):
            code, text = run(
                "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", str(inventory),
                "-e", json.dumps({**given, variable: 99_999}),
                environment={"PORTKEEPER_LANGUAGE": language},
            )  # fmt: skip
            assert code == 2, text
            assert re.search(rf"FAILED! =>\s*\n{variable} ?{words}", text), text


def test_a_rule_in_another_group_is_told_with_what_the_role_has(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", "--address", own_address(9)):
        rule = {"name": "port_setup: https", "ports": 443, "group": "Office"}
        wanted = {"port_setup_services": ["https"], "port_setup_unspecified": "disable"}
        played = play(
            [
                {"hosts": "all", "gather_facts": False, "tasks": [
                    {"portkeeper.windows.port_firewall": rule},
                ]},
                {"hosts": "all", "gather_facts": False, "vars": wanted, "roles": [
                    {"role": "portkeeper.windows.port_setup"},
                ]},
            ],
            tmp_path,
        )  # fmt: skip
    assert "With port_setup_unspecified, the role changes only rules of" in played.text
    assert "rule_id" not in played.text, played.text


def test_what_a_pc_accepts_counts_for_it_alone(tmp_path: Path) -> None:
    inventory, own = tmp_path / "inventory.yml", tmp_path / "own.yml"
    own.write_text("windows: {hosts: {win-1: {port_setup_accept: [reachable]}}}\n", "utf-8")
    images = ("--image", "win11-ja", "--image", "server2022", "--address", own_address(20))
    with simulated_hosts(inventory, *images):
        code, text = run(
            "ansible-playbook", "portkeeper.windows.pc_setup", "-i", str(inventory),
            "-i", str(own), "-e", '{"port_setup_services": ["https"]}',
        )  # fmt: skip
    assert code == 2, text
    # Whichever PC speaks for all of them.
    assert "PCs as wanted: 1 of 2; not as wanted: 1." in text
    assert re.search(r"win-1 .* failed=1 ", text), text
    assert re.search(r"win-2 .* failed=0 ", text), text


# By the settings of a checkout, in which playbooks show no tables; and without the callback.
CALLBACKS: dict[str, dict[str, str]] = {
    "table": {},
    "default": {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"},
}


@pytest.mark.parametrize("callback", CALLBACKS)
def test_a_refusal_is_printed_once_and_without_its_data(inventory: Path, callback: str) -> None:
    for playbook, given, all_told, end in (
        ("free_port", {"ports": 135}, ["Nothing was stopped."], "Not every port could be freed;"),
        (
            "check_ports",
            {"ports": 8080, "expect": "free"},
            ["java.exe (PID 7192)"],
            "Not every port is as check_ports_expect says;",
        ),
        (
            "check_ports",
            {"ports": "443,5432,8080", "expect": "reachable"},
            # Of the port that is as expected, too.
            ["postgres.exe (PID 3212)", "TCP 8080 can be reached: java.exe (PID 7192)"],
            "Not every port is as check_ports_expect says;",
        ),
    ):
        variables = {f"{playbook}_{name}": value for name, value in given.items()}
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", str(inventory),
            "-l", "win-1", "-e", json.dumps(variables), environment=CALLBACKS[callback],
        )  # fmt: skip
        assert code == 2, text
        for told in all_told:
            assert text.count(told) == 1, text
        # What Ansible says of each task that fails has its message twice.
        assert text.count(end) == (1 if callback == "table" else 2), text
        assert "\\n" not in text, text
        assert not re.search('"(before|ports|evidence)"', text), text
        if callback == "table":
            assert "{" not in text, text


@pytest.mark.parametrize("callback", CALLBACKS)
def test_the_role_tells_a_refusal_without_its_data(inventory: Path, callback: str) -> None:
    wanted = [{"name": "x", "port": 135, "process": "nginx.exe"}]
    given = {"port_setup_services": wanted, "port_setup_conflict": "stop"}
    code, text = run(
        "ansible-playbook", "portkeeper.windows.pc_setup", "-i", str(inventory), "--check",
        "-l", "win-1", "-e", json.dumps(given), environment=CALLBACKS[callback],
    )  # fmt: skip
    assert code == 2, text
    assert text.count("Nothing was stopped.") == (1 if callback == "table" else 2), text
    assert "would be created" not in text, text
    assert '"before"' not in text, text
    if callback == "table":
        assert "{" not in text, text


def test_a_failure_without_data_is_told_by_its_own_task(inventory: Path) -> None:
    code, text = run(
        "ansible-playbook", "portkeeper.windows.check_ports", "-i", str(inventory),
        "-l", "win-1", "-e", "check_ports_ports=99999", environment=CALLBACKS["default"],
    )  # fmt: skip
    assert code == 2, text
    assert "Say what was found" not in text, text
    assert "the reasons are above" not in text, text


def test_a_pc_that_cannot_be_reached_stays_one(inventory: Path, tmp_path: Path) -> None:
    off = tmp_path / "inventory.yml"
    off.write_text(re.sub("ansible_port: .*", "ansible_port: 9", inventory.read_text("utf-8")))
    for playbook in ("check_ports", "free_port"):
        code, text = run(
            "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", str(off),
            "-l", "win-1", "-e", f"{playbook}_ports=80",
        )  # fmt: skip
        assert code == 4, text
        assert "unreachable=1    failed=0" in text, text


def test_the_names_that_variables_had_are_taken_and_said_to_be_old(inventory: Path) -> None:
    playbook = ("ansible-playbook", "portkeeper.windows.check_ports", "-i", str(inventory))
    code, text = run(*playbook, "-e", "ports=8080/tcp", "-e", "language=ja")
    assert code == 0, text
    told = "名前の変わった変数: ports (現在は check_ports_ports)、language (現在は check_ports_language)。"
    assert "".join(text.split()).count(told.replace(" ", "")) == 1, text
    assert "TCP 8080 に接続できます" in text
    code, text = run(*playbook, "-e", "check_ports_ports=8080", "-e", "check_ports_language=ja")
    assert code == 0, text
    assert "名前の変わった変数" not in text
    assert "skip" not in text.replace("skipped=0", ""), text
    assert "TCP 8080 に接続できます" in text
