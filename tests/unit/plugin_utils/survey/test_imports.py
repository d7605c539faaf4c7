# SPDX-License-Identifier: GPL-3.0-or-later
"""A survey waits at its start for what it needs, and for nothing else: Ansible compiles what a
collection imports each time."""

from __future__ import annotations

import sys

from ansible_collections.portkeeper.windows.plugins.action import port_facts, port_survey
from unit.imported_anew import imported_anew
from unit.rows import each_row

PLUGINS = "ansible_collections.portkeeper.windows.plugins"
#: What no survey of listeners needs: how a firewall judges, and why a port can't be reached.
UNNEEDED = (f"{PLUGINS}.module_utils.firewall", f"{PLUGINS}.module_utils.diagnosis.causes",
            f"{PLUGINS}.plugin_utils.readings.checks")  # fmt: skip


def unneeded() -> list[str]:
    return [each for each in sys.modules if each.startswith(UNNEEDED)]


def test_a_survey_begins_without_the_firewall_and_the_diagnosis() -> None:
    with imported_anew(port_survey, PLUGINS):
        assert unneeded() == []


@each_row("gather", ["firewall", "networks"])
def test_what_a_survey_needs_is_there_before_it_has_threads(gather: str) -> None:
    with imported_anew(port_survey, PLUGINS) as anew:
        given = {"ports": None, "protocols": ["tcp"], "states": ["listen"], "gather": [gather],
                 "command_lines": False, "date_format": None}  # fmt: skip
        anew.facts.options_of(given)
        assert f"{PLUGINS}.plugin_utils.readings.of_firewall" in sys.modules


def test_port_facts_has_the_firewall_before_it_is_forked() -> None:
    with imported_anew(port_facts, PLUGINS):
        assert f"{PLUGINS}.module_utils.firewall.reach.exposure" in unneeded()
