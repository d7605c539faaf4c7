# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of ports as flat rows."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.filter.port_rows import (
    port_rows as port_rows_filter,
)
from ansible_collections.portkeeper.windows.plugins.filter.port_services import port_services
from ansible_collections.portkeeper.windows.plugins.filter.port_table import (
    port_table as port_table_filter,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.rows import port_rows
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.table import port_table
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import PhraseError
from unit.returned import (
    checked_port,
    endpoint,
    evidence,
    exposed,
    from_source,
    on_network,
    url,
)
from unit.rows import each_row

english_table = partial(port_table, language="en")


def test_a_row_for_each_endpoint() -> None:
    judged = exposed(domain="allowed", public="blocked")
    facts = {"endpoints": [endpoint(firewall=judged, http_urls=[url()]), endpoint(pid=None)]}
    first, second = port_rows(facts, host="pc-1")
    assert first == {
        "host": "pc-1",
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "name": "http",
        "scope": "all",
        "state": "listen",
        "remote_address": "",
        "remote_port": "",
        "pid": 4312,
        "process": "httpd.exe",
        "service": "Apache2.4",
        "urls": "HTTP://+:80/",
        "firewall_domain": "allowed",
        "firewall_private": "",
        "firewall_public": "blocked",
        **dict.fromkeys(("reach_domain", "reach_private", "reach_public"), ""),
        **dict.fromkeys(("reach_from_domain", "reach_from_private", "reach_from_public"), ""),
    }
    assert (second["pid"], second["urls"], second["firewall_public"]) == ("", "", "")
    assert list(second) == list(first)


def test_who_can_reach_an_endpoint() -> None:
    some = {"reach": "some", "reach_from": ["10.0.0.0/8", "fe80::/64"], "reach_more": 3}
    exposure = exposed(domain="blocked", public="blocked")
    exposure["domain"] |= {"reach": "nobody"}
    exposure["public"] |= some
    (row,) = port_rows({"endpoints": [endpoint(firewall=exposure)]})
    assert (row["reach_domain"], row["reach_private"], row["reach_public"]) == (
        "nobody",
        "",
        "some",
    )
    assert (row["reach_from_domain"], row["reach_from_private"]) == ("", "")
    assert row["reach_from_public"] == "10.0.0.0/8, fe80::/64, +3"


def test_who_can_reach_a_port_by_the_network_of_the_controller() -> None:
    local = {"reach": "own_subnets", "reach_from": ["10.0.0.0/24"]}
    networks = [
        on_network(decides=False, **local | {"reach_from": ["192.168.0.0/24"]}),
        on_network(decides=True, **local),
        on_network(decides=True, reach="nobody"),
    ]
    port = checked_port(reach="own_subnets", evidence=evidence(firewall=networks))
    rows = port_rows({"ports": [port, checked_port()]})
    assert [(row["reach"], row["reach_from"]) for row in rows[::2]] == [
        ("own_subnets", "10.0.0.0/24"),
        ("", ""),
    ]


def test_what_was_asked_about_other_places_has_rows_of_its_own() -> None:
    source = from_source(
        source="10.0.0.0/8",
        state="partly",
        allowed=["10.0.0.0/24"],
        uncertain=["10.9.0.0/16"],
        causes=[{"kind": "x", "verdict": "y", "text": "Why.", "rule": None, "setting": None}],
        remarks=["一つ。", "Two.", "Three."],
    )
    rows = port_rows({"ports": [checked_port(sources=[source])]}, host="pc-1")
    assert [(row["host"], row["from"], row["verdict"], row["process"]) for row in rows] == [
        ("pc-1", "", "blocked", "httpd.exe"),
        ("pc-1", "", "blocked", "httpd.exe"),
        ("pc-1", "10.0.0.0/8", "partly", ""),
    ]
    last = rows[-1]
    assert (last["allowed"], last["blocked"], last["uncertain"]) == (
        *("10.0.0.0/24", "10.0.0.0/24", "10.9.0.0/16"),
    )
    assert (last["causes"], last["remedies"], last["remarks"]) == (
        "Why.",
        "Open it",
        "一つ。Two. Three.",
    )
    assert (last["message"], last["firewall"]) == ("From 10.0.0.0/24: no.", "public: blocked")
    assert (last["port"], last["attempt"], last["reach"]) == (80, "", "")
    assert len({tuple(row) for row in rows}) == 1


def test_a_row_for_each_listener_at_a_checked_port() -> None:
    nobody = checked_port(port=81, name=None, evidence=evidence(listeners=[]))
    rows = port_rows({"ports": [checked_port(), nobody]})
    assert [(row["port"], row["address"], row["service"]) for row in rows] == [
        (80, "::", "A, B"),
        (80, "0.0.0.0", "A, B"),
        (81, "", ""),
    ]
    assert rows[0]["firewall"] == "public: blocked"
    assert rows[0]["remedies"] == "Open it; or ask"
    assert len({tuple(row) for row in rows}) == 1


@each_row(
    "wrong",
    [
        {},
        {"endpoints": [1]},
        {"endpoints": [endpoint(protocol="x")]},
        {"ports": [{}]},
        "text",
        None,
    ],
)
def test_something_else_is_refused(wrong: Any) -> None:
    with pytest.raises(PhraseError, match="port_facts"):
        port_rows(wrong)


@each_row(
    ("wrong", "said"),
    [
        ({"ports": [{}]}, "'ports[0].port' is missing"),
        ({"endpoints": [{"protocol": "tcp"}]}, "'endpoints[0].address' is missing"),
        ({"endpoints": [endpoint(protocol="sctp")]}, "'endpoints[0].protocol' is not one of tcp"),
        ({"endpoints": [3]}, "'endpoints[0]' is not a dictionary"),
        ([], "it is not a dictionary"),
    ],
)
def test_what_is_wrong_with_it_is_said_without_names_of_code(wrong: Any, said: str) -> None:
    for read in (port_rows, english_table):
        with pytest.raises(PhraseError, match="wants ansible_facts") as caught:
            read(wrong)
        assert not re.search(r"Error|\(\)|NoneType", str(caught.value))
    with pytest.raises(PhraseError, match=re.escape(said)):
        port_rows(wrong)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["endpoints", "ports", "protocol", "port", "pid", "holders", "causes"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(_JSON)
def test_data_of_any_form_is_read_or_refused(data: Any) -> None:
    for read in (port_rows, english_table):
        with contextlib.suppress(PhraseError):
            read(data)


@each_row(
    ("filter_", "wrong"),
    [
        (port_rows_filter, 5),
        (port_rows_filter, {"a": 1}),
        (port_rows_filter, {"results": [1, {"verdict": {}}]}),
        (port_table_filter, 5),
        (port_services, [{"port": "https://"}]),
    ],
)
def test_an_error_of_a_filter_says_nothing_of_what_led_to_it(
    filter_: Callable[[Any], Any], wrong: object
) -> None:
    """Ansible would show that behind it, in words of Python."""
    with pytest.raises(AnsibleFilterError) as caught:
        filter_(wrong)
    assert (caught.value.__suppress_context__, caught.value.__cause__) == (True, None)
