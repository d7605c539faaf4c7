# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules say to users of our roles and playbooks."""

from __future__ import annotations

import re
import string

from ansible_collections.portkeeper.windows.plugins.module_utils.words import rewording
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Joined,
    Phrase,
    Sentence,
    Verbatim,
    in_turn,
    render,
)
from unit.rows import each_row


def of_option(option: str) -> Phrase:
    return Phrase("argument.of", {"option": option, "problem": Verbatim("wrong")})


def test_variables_stand_in_the_place_of_options_wherever_these_are_named() -> None:
    inner = Phrase("wish.of_rule", {"rule": "a", "problem": of_option("ports")})
    result = {
        "msg": in_turn(inner, Sentence(of_option("rules"))),
        "warnings": [Joined((of_option("ports"),), "list.separator")],
        "changed": False,
    }
    found = rewording.reworded(result, variables={"ports": "my_ports"})
    assert render(found["msg"], "en") == "a: my_ports: wrong Rules: wrong."
    assert render(found["warnings"][0], "ja") == "my_ports: wrong"
    assert found["changed"] is False


def test_the_words_for_users_of_the_role_advise_only_what_it_has() -> None:
    options = re.compile(r"\b(rule_id|direction|protocol|all_of_a_name|entry of)\b")
    for told, there in rewording.OF_SETUP.items():
        for text, other in zip(TEXTS[told], TEXTS[there], strict=True):
            assert not options.search(other), other
            assert "port_setup" in other or "サービス" in other, other
            # It has all that it needs.
            wanted = {name for _text, name, *_rest in string.Formatter().parse(other) if name}
            assert wanted <= {name for _text, name, *_rest in string.Formatter().parse(text)}
    values = {"rule": "web", "other": "Office", "group": "port_setup", "rule_id": "{1}"}
    told_there = rewording.reworded(Phrase("wish.of_other_group", values), rewording.OF_SETUP)
    assert render(told_there, "en").startswith("The rule 'web' is in another group, 'Office'.")
    assert "set another port_setup_rule_prefix" in render(told_there, "en")
    assert "port_setup_rule_prefix を別の値にして" in render(told_there, "ja")


@each_row(
    ("message", "english", "japanese"),
    [
        ("All is well.", "All is well.", "All is well."),
        (
            "Name it in expected_service, or wait (timeout).",
            "Name it in expected_service, or wait (timeout). (The role port_setup has no variables "
            "for expected_service and timeout: run port_process with them, in a task before the "
            "role or with the command ansible, and then the role again.)",
            "Name it in expected_service, or wait (timeout). (ロール port_setup には "
            "expected_service と timeout に当たる変数はありません。",
        ),
        (
            "Restart it (reboot: if_needed).",
            "Restart it (reboot: if_needed). (In the role port_setup, reboot is "
            "port_setup_reboot.)",
            "Restart it (reboot: if_needed). (ロール port_setup では、reboot に当たる変数は "
            "port_setup_reboot です。)",
        ),
    ],
)
def test_options_that_the_role_lacks_are_explained(
    message: str, english: str, japanese: str
) -> None:
    lacks = ("force", "expected_service", "timeout")
    for language, words in (("en", english), ("ja", japanese)):
        told = rewording.explained(Verbatim(message), "port_process", lacks, language)
        assert render(told, language).startswith(words)


def test_words_of_a_host_are_no_options() -> None:
    """Nobody is told to set an option because a process has its name."""
    message = in_turn(Phrase("left.said", {"said": "force (reboot).exe"}), Verbatim("It runs."))
    for language in LANGUAGES:
        told = rewording.explained(message, "port_process", ["force"], language)
        assert render(told, language) == render(message, language)
    of_option = Phrase("argument.wrong_kind", {"option": "force", "value": "1", "kind": "a list"})
    told = rewording.explained(of_option, "port_process", ["force"], "en")
    assert render(told, "en").startswith(render(of_option, "en") + " (The role port_setup")
