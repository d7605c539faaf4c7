# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host for its rules, and what happens if it does not tell."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_FIREWALL_INFO,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import (
    filters,
    reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    LOCAL_POLICY_KEY,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import Answer, ScriptedTransport, rows
from unit.firewall.host_answers import no_class, program

ADAPTER = "{5A1B2C3D-0000-0000-0000-00000000000A}"
RULES = {
    "web": "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Web|",
    "wire": f"v2.30|Action=Allow|Active=TRUE|Dir=In|IF={ADAPTER}|Name=Wire|",
    "own": "v2.30|Action=Allow|Dir=In|Name=@x.dll,-1|EmbedCtxt=@x.dll,-2|",
}
REGISTRY = f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n" + "".join(
    f"    {name}    REG_SZ    {text}\r\n" for name, text in RULES.items()
)
RUNNING: list[dict[str, object]] = [
    {"Name": name, "State": "Running", "StartMode": "Auto"} for name in ("BFE", "MpsSvc")
]
SHOWN: dict[str, object] = {
    "InstanceID": "own", "DisplayName": "Eigene", "DisplayGroup": "Gruppe", "RuleGroup": "@x.dll,-2"
}  # fmt: skip
DEFAULTS: dict[str, Any] = {
    name: options.get("default") for name, options in PORT_FIREWALL_INFO.items()
}


def read(*others: Answer, **asked: Any) -> tuple[FirewallReading, ScriptedTransport]:
    """What is read from a host with these answers behind those to the usual questions."""
    usual = (rows(*RUNNING), *program(REGISTRY), rows(), rows())
    transport = ScriptedTransport(*usual, *others, shell_id="S")
    host = Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None))
    found = reading.read(host, filters.wanted(DEFAULTS | asked))
    assert transport.finished
    return found, transport


def test_one_command_line_and_three_queries() -> None:
    found, transport = read(name=["Web"])
    assert sorted(set(transport.actions)) == ["Command", "Enumerate", "Receive", "Signal"]
    assert transport.actions.count("Enumerate") == 3
    assert found.notes == ()


def test_an_adapter_that_is_not_connected_has_its_name() -> None:
    found, _transport = read(rows({"InterfaceGuid": ADAPTER, "Name": "Wire 2"}), rule_id=["wire"])
    assert found.environment.alias(ADAPTER) == "Wire 2"


def test_names_and_groups_that_only_the_host_knows() -> None:
    found, transport = read(rows(SHOWN), name=["eigene"], group=["Gruppe"])
    assert transport.actions.count("Enumerate") == 4
    assert found.shown.rules == {"own": "Eigene"}
    assert found.shown.groups == {"x.dll,-2": "Gruppe"}


def test_wildcards_are_not_asked_for() -> None:
    _found, transport = read(name=["Eig*"])
    assert transport.actions.count("Enumerate") == 3


@pytest.mark.parametrize("asked", [{"name": ["Eigene"]}, {"rule_id": ["wire"]}])
def test_what_it_does_not_tell_is_noted(asked: dict[str, Any]) -> None:
    found, _transport = read(no_class(), **asked)
    (note,) = found.notes
    assert "did not tell the names" in render(note, "en")


@pytest.mark.parametrize("asked", [{"name": ["Eigene"]}, {"rule_id": ["wire"]}])
def test_a_host_that_answers_no_more(asked: dict[str, Any]) -> None:
    lost = TransportError(Failure.TIMEOUT)
    with pytest.raises(HostError):
        read(lost, **asked)
