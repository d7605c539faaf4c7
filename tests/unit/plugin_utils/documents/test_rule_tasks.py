# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules as tasks at the edge: what is offered as data, as YAML and as one file."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing import (
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.export import (
    exported,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.rule_tasks import (
    write_tasks,
)
from unit.plugin_utils.documents.test_task_yaml import read
from unit.words.english import all_english


def tasks(*texts: str) -> tuple[list[dict[str, Any]], str | None]:
    rules = [
        (Store.LOCAL, parse(f"rule-{number}", f"v2.30|Action=Allow|Active=TRUE|Dir=In|{text}|"))
        for number, text in enumerate(texts)
    ]
    found = result.of_tasks(exported(rules, Environment()))
    whole = write_tasks(found, "en")
    return all_english(found), whole


def test_text_that_could_be_a_template_is_in_the_yaml_alone() -> None:
    (plain, hostile), whole = tasks("Protocol=6|LPort=80|Name=Web", "Protocol=6|Name={{ 7 * 7 }}")
    assert plain["task"] == read(plain["yaml"])[0]
    assert hostile["task"] is None
    assert "name: !unsafe '{{ 7 * 7 }}'" in hostile["yaml"]
    assert whole == plain["yaml"] + "\n" + hostile["yaml"]


def test_windows_own_rules_are_not_in_the_file() -> None:
    (own, web), whole = tasks("Protocol=6|Name=@FirewallAPI.dll,-28775", "Protocol=6|Name=Web")
    assert own["yaml"]
    assert not own["creates"]
    assert whole == web["yaml"]


@pytest.mark.sweep
def test_no_text_is_cut() -> None:
    addresses = "|".join(f"RA6=2001:db8:1234:{number + 1:x}::77" for number in range(1_000))
    long = f"Protocol=6|LPort=80|{addresses}|Desc={'d' * 9_000}|EmbedCtxt={'g' * 9_000}"
    (one,), whole = tasks(f"{long}|Name=Long")
    assert one["yaml"] is None
    assert one["notes"] == ["The task is too long to be shown whole."]
    assert whole == ""
    many, whole = tasks(*(f"Protocol=6|Desc={'d' * 9_000}|Name={each}" for each in range(110)))
    assert all(each["yaml"] for each in many)
    assert whole is None
