# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes that are answered as if they had been carried out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from unit.rows import each_row
from unit.winsim.test_transfer import URI, Host, instance, properties
from unit.winsim.wire import TRANSFER, ask, envelope, selectors, text
from winsim.cim import Value, Values
from winsim.faults import FaultError
from winsim.pretences import carried_out, changes_something, obeyed, output
from winsim.wsman import Reply

RULE = "<p:Name>web</p:Name><p:Enabled>TRUE</p:Enabled><p:Level>7</p:Level>"


def told(
    host: Host, injected: Mapping[str, str], action: str, body: str = "", name: str = ""
) -> Reply:
    """A write of a rule, where the host is told what to make of it."""
    header = selectors(Name=name) if name else ""
    action = action if "/" in action else f"{TRANSFER}{action}"
    return ask(host.service, envelope(action, body, uri=URI, header=header), injected)


def stored(host: Host) -> dict[str, tuple[object, object]]:
    return {name: (row["Enabled"], row["Level"]) for name, row in host.rule.rows.items()}


def made() -> Host:
    host = Host()
    host.create(RULE)
    return host


def test_a_put_that_is_ignored() -> None:
    host = made()
    values = "<p:Enabled>FALSE</p:Enabled><p:Level>8</p:Level>"
    reply = told(host, {"ignored": ""}, "Put", instance(values), "web")
    assert reply.status == 200
    assert properties(reply)[:2] == [("Enabled", "false"), ("Level", "8")]
    assert stored(host) == {"web": (True, 7)}


@each_row(
    ("fault", "expected"),
    [({"only": "level"}, (True, 8)), ({"without": "level"}, (False, 7)), ({}, (False, 8))],
)
def test_a_put_that_is_carried_out_in_part(
    fault: Mapping[str, str], expected: tuple[bool, int]
) -> None:
    host = made()
    values = "<p:Enabled>FALSE</p:Enabled><p:Level>8</p:Level>"
    reply = told(host, fault, "Put", instance(values), "web")
    assert properties(reply)[:2] == [("Enabled", "false"), ("Level", "8")]
    assert stored(host) == {"web": expected}


def test_a_create_that_is_ignored() -> None:
    host = Host()
    reply = told(host, {"ignored": ""}, "Create", instance(RULE))
    assert text(reply, ".//x:ResourceCreated//w:Selector") == "web"
    assert stored(host) == {}


def test_a_create_that_is_carried_out_in_part() -> None:
    host = Host()
    told(host, {"only": "Enabled"}, "Create", instance(RULE))
    assert stored(host) == {"web": (True, None)}


def test_a_delete_that_is_ignored() -> None:
    host = made()
    assert told(host, {"ignored": ""}, "Delete", name="web").status == 200
    assert stored(host) == {"web": (True, 7)}


def test_a_method_that_is_ignored() -> None:
    host = made()
    body = f'<p:Stop_INPUT xmlns:p="{URI}"/>'
    assert text(told(host, {"ignored": ""}, f"{URI}/Stop", body, "web"), ".//{*}ReturnValue") == "0"
    assert host.rule.calls == []
    told(host, {}, f"{URI}/Stop", body, "web")
    # One that only tells something does so all the same.
    told(host, {"ignored": ""}, f"{URI}/GetOwner", body.replace("Stop", "GetOwner"), "web")
    assert [method for method, _name, _arguments in host.rule.calls] == ["Stop", "GetOwner"]


def test_what_names_an_instance_is_always_written() -> None:
    values: Values = {"Name": "web", "InstanceID": "x", "Level": 1}
    found = carried_out({"only": "Ports", "without": "Name"}, Host().rule, values)
    assert found == {"Name": "web", "InstanceID": "x"}


def test_methods_and_what_they_return() -> None:
    assert changes_something("Terminate")
    assert not changes_something("GetOwner")
    rule = Host().rule
    assert output(rule) == {"ReturnValue": 0}
    rule.namespace = "root/StandardCimv2"
    assert output(rule) == {}


def test_options_of_a_create_that_are_ignored_or_refused() -> None:
    options: Mapping[str, Value] = {"Protocol": "TCP", "LocalPort": ["80", "81"]}
    assert obeyed({}, options) == options
    assert obeyed({"options-ignored": ""}, options) == {}
    with pytest.raises(FaultError) as refused:
        obeyed({"options-refused": ""}, options)
    assert refused.value.subcode == "w:InvalidOptions"
    # Without options there is nothing to refuse.
    assert obeyed({"options-refused": ""}, {}) == {}
