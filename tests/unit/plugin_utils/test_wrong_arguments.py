# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's own check of arguments finds, in both languages."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_CHECK,
    PORT_FACTS,
    ArgumentSpec,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    PORT_FIREWALL,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.wrong_arguments import (
    in_usual_case,
    problem_of,
    stray,
    with_raw_arguments,
)
from unit.japanese import english_in
from unit.rows import each_row

ALIASED: ArgumentSpec = {"enabled": {"type": "bool", "aliases": ["enable"]}}


def told(given: dict[str, Any], spec: ArgumentSpec) -> tuple[str, str]:
    """What is wrong, in English and in Japanese, behind the words that it begins with."""
    problem = problem_of(ArgumentSpecValidator(spec).validate(given), spec, "port_check")
    english, japanese = render(problem, "en"), render(problem, "ja")
    return (
        english.removeprefix("The arguments of the task are wrong: "),
        japanese.removeprefix("タスクの引数が正しくありません。"),
    )


@each_row(
    ("given", "spec", "english", "japanese"),
    [
        (
            {"port": 80, "{0} %s {names}": 1},
            ALIASED,
            "Unsupported parameters for (port_check) module: port, {0} %s {names}. "
            "Supported parameters include: enabled, enable.",
            "port_check で使えないオプションがあります: port、{0} %s {names}。"
            "使えるオプション: enabled、enable。",
        ),
        (
            {"enabeld": True, "x": 1},
            ALIASED,
            "Unsupported parameters for (port_check) module: enabeld, x. "
            "Supported parameters include: enabled, enable. Did you mean enabled or enable?",
            "port_check で使えないオプションがあります: enabeld、x。"
            "使えるオプション: enabled、enable。enabled または enable ではありませんか。",
        ),
        (
            {"prots": 80, "protocol": "tcp", "process": "a"},
            {name: PORT_CHECK[name] for name in ("ports", "protocols", "expected_process")},
            "Unsupported parameters for (port_check) module: process, protocol, prots. Supported "
            "parameters include: expected_process, ports, protocols. "
            "Did you mean expected_process or protocols or ports?",
            "port_check で使えないオプションがあります: process、protocol、prots。"
            "使えるオプション: expected_process、ports、protocols。"
            "expected_process または protocols または ports ではありませんか。",
        ),
        (
            {},
            PORT_CHECK,
            "missing required arguments: ports.",
            "必須のオプションが指定されていません: ports。",
        ),
        (
            {"ports": 80, "expect": "{value}"},
            PORT_CHECK,
            "value of expect must be one of: reachable, free, in_use, got: {value}.",
            "expect に「{value}」は指定できません。指定できる値: reachable、free、in_use。",
        ),
        (
            {"ports": 80, "expect": None},
            PORT_CHECK,
            "expect has no value. It may be one of: reachable, free, in_use.",
            "expect に値がありません。指定できる値: reachable、free、in_use。",
        ),
        (
            {"protocols": None},
            PORT_FACTS,
            "protocols has no value. It may be one of: tcp, udp.",
            "protocols に値がありません。指定できる値: tcp、udp。",
        ),
        (
            {"command_lines": None},
            PORT_FACTS,
            "command_lines: 'None' is not true or false.",
            "command_lines: 「None」の形式が違います (必要な形式: 真偽値 (true または false))。",
        ),
        (
            {"protocols": ["tcp", "sctp"]},
            PORT_FACTS,
            "value of protocols must be one of: tcp, udp, got: sctp.",
            "protocols に「sctp」は指定できません。指定できる値: tcp、udp。",
        ),
        (
            {"ports": 80, "timeout": "{soon}"},
            PORT_CHECK,
            "timeout: '{soon}' is not a number.",
            "timeout: 「{soon}」の形式が違います (必要な形式: 数値)。",
        ),
        (
            {"command_lines": "perhaps"},
            PORT_FACTS,
            "command_lines: 'perhaps' is not true or false.",
            "command_lines: 「perhaps」の形式が違います (必要な形式: 真偽値 (true または false))。",
        ),
    ],
)
def test_each_common_mistake_is_told_in_both_languages(
    given: dict[str, Any], spec: ArgumentSpec, english: str, japanese: str
) -> None:
    assert told(given, spec) == (english, japanese)
    assert english_in(japanese) == ""


def test_what_else_is_wrong_is_told_in_the_words_of_ansible() -> None:
    english, japanese = told({"rules": ["{a}"]}, PORT_FIREWALL)
    assert "rules" in english
    assert japanese.startswith("タスクの引数が正しくありません (Ansible のメッセージ: ")
    assert english in japanese


def test_choices_are_taken_in_any_letter_case() -> None:
    spec: Any = {
        "category": {"type": "str", "choices": ["private", "public"], "aliases": ["kind"]},
        "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"]},
        "rules": {"type": "list", "options": {"action": {"type": "str", "choices": ["allow"]}}},
        "name": {"type": "str"},
        "either": {"type": "str", "choices": ["On", "on"]},
    }
    given = {
        "category": "Private",
        "kind": "PUBLIC",
        "protocols": "TCP, Udp",
        "rules": [{"action": "Allow", "other": "Kept"}],
        "name": "Office",
        "either": "ON",
        "unknown": "Kept",
    }
    assert in_usual_case(given, spec) == given | {
        "category": "private",
        "kind": "public",
        "protocols": ["tcp", "udp"],
        "rules": [{"action": "allow", "other": "Kept"}],
    }
    assert in_usual_case({"protocols": ["TCP", 6]}, spec) == {"protocols": ["tcp", 6]}


def test_what_stands_alone_is_told_with_what_to_write() -> None:
    told = render(stray("443, 8080", {"expect": "reachable", "ports": "80,"}), "en")
    assert told == (
        "'443, 8080' belongs to no option, because a space ends the value before it. Write "
        "ports=80,443,8080, or ports='80, 443, 8080'."
    )
    assert render(stray("443", {"ports": "80"}), "en").startswith(
        "'443' belongs to no option: write opt"
    )


def test_arguments_that_are_one_value_are_spread_out() -> None:
    assert with_raw_arguments({"_raw_params": {"ports": 80}}) == {"ports": 80}
    assert with_raw_arguments({"_raw_params": {"ports": 80}, "ports": 81}) == {"ports": 81}
    assert with_raw_arguments({"_raw_params": "443"}) == {"_raw_params": "443"}
