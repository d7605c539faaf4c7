# SPDX-License-Identifier: GPL-3.0-or-later
"""Which recorded drops were for a port, and what dropped them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.drops.judge import (
    MAX_HITS,
    MAX_REMOTES,
    Hit,
    PortDrops,
    find,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import (
    Direction,
    Drop,
    End,
    Layer,
    Record,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.reading import Records
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row

NOW = datetime(2026, 4, 13, 9, 0, tzinfo=UTC)
OWN, OTHER = "10.0.0.5", "10.0.0.7"
WEB, RDP = WantedPort(Protocol.TCP, 80), WantedPort(Protocol.TCP, 3389)
RULES = stores.FirewallStores(
    rules={
        Store.GROUP_POLICY: (FirewallRule("NO-WEB", name="No web"),),
        Store.LOCAL: (FirewallRule("{7B1F2C33-0D0A-4D43-8A70-9B1C9E4C1D01}", name="No shop"),),
    }
)


def drop(
    local: tuple[str, int] = (OWN, 80),
    remote: tuple[str, int] = (OTHER, 50_000),
    *,
    ago: float = 10,
    record: Record = Record.NET_EVENTS,
    protocol: int = 6,
    direction: Direction | None = Direction.INBOUND,
    layer: Layer | None = Layer.ACCEPTING,
    filter_id: int | None = 66241,
    origin: str = "",
) -> Drop:
    return Drop(
        record,
        NOW - timedelta(seconds=ago),
        protocol,
        End(*local),
        End(*remote),
        certain=record is not Record.SECURITY_LOG,
        direction=direction,
        layer=layer,
        filter_id=filter_id,
        origin=origin,
    )


def found(*drops: Drop, own: Sequence[str] = (OWN,), wanted: WantedPort = WEB) -> PortDrops:
    (each,) = find(Records(drops), [wanted], own, RULES)
    return each


def hits(*drops: Drop, own: Sequence[str] = (OWN,), wanted: WantedPort = WEB) -> tuple[Hit, ...]:
    return found(*drops, own=own, wanted=wanted).hits


def said(*drops: Drop) -> list[str]:
    return [render(each, "en") for each in found(*drops).told]


def test_a_hit_says_dropped() -> None:
    (text,) = said(drop(), drop(ago=30, remote=("10.0.0.9", 1)))
    assert text == (
        "Windows dropped 2 packets to TCP 80 in the last 15 minutes, by filter 66241, whose origin "
        "is not recorded; they came from 10.0.0.7 and 10.0.0.9, the last one at "
        "2026-04-13T08:59:50Z (net events of the Windows Filtering Platform)"
    )


def test_a_miss_never_says_that_nothing_was_dropped() -> None:
    (text,) = said()
    assert text == (
        "no record says that Windows dropped a packet to TCP 80 in the last 15 minutes; it may "
        "have dropped some all the same"
    )


@each_row(
    "other",
    [
        drop((OWN, 8080)),
        drop((OWN, 50_000), (OTHER, 80)),
        drop(protocol=17),
        drop(protocol=1),
        drop(record=Record.FIREWALL_LOG, local=(OWN, 81)),
        # Out of a port of its own, to port 80 of another PC.
        drop((OWN, 50_000), (OTHER, 80), record=Record.SECURITY_LOG, direction=Direction.OUTBOUND),
        # Of two other machines, whose traffic the host forwards.
        drop(("10.0.0.8", 80), direction=Direction.FORWARDED, layer=Layer.FORWARDING),
    ],
)
def test_drops_of_other_ports_are_no_hits(other: Drop) -> None:
    assert hits(other) == ()


SOURCE_IS_LOCAL = drop(record=Record.SECURITY_LOG)
SOURCE_IS_REMOTE = drop((OTHER, 50_000), (OWN, 80), record=Record.SECURITY_LOG)


@each_row("event", [SOURCE_IS_LOCAL, SOURCE_IS_REMOTE])
def test_the_hosts_own_addresses_decide_whatever_the_layout(event: Drop) -> None:
    (hit,) = hits(event)
    assert hit.remotes == (OTHER,)
    assert hits(event, wanted=WantedPort(Protocol.TCP, 50_000)) == ()


@each_row("own", [(), (OWN, OTHER), ("192.0.2.1",)])
def test_without_them_the_layout_decides(own: Sequence[str]) -> None:
    assert len(hits(SOURCE_IS_LOCAL, own=own)) == 1
    assert hits(SOURCE_IS_REMOTE, own=own) == ()


def test_without_a_layout_the_asked_port_decides() -> None:
    for event in (SOURCE_IS_LOCAL, SOURCE_IS_REMOTE):
        unclear = Drop(
            event.record, event.time, 6, event.local, event.remote, certain=False, direction=None
        )
        (hit,) = hits(unclear, own=())
        assert hit.remotes == (OTHER,)


@each_row(
    "origin, words",
    [
        ("NO-WEB", "the rule 'No web'"),
        ("no-web", "the rule 'No web'"),
        ("{7b1f2c33-0d0a-4d43-8a70-9b1c9e4c1d01}", "the rule 'No shop'"),
        (
            "{00000000-0000-0000-0000-000000000000}",
            "a filter of '{00000000-0000-0000-0000-000000000000}'",
        ),
        ("Stealth", "stealth mode, as nothing listened there"),
        ("Query User Default", "the default for a program that no rule allows"),
        ("Default Inbound", "the default action for inbound traffic"),
        ("\x1b[31mX", "a filter of '[31mX'"),
        ("Unknown", "filter 66241, whose origin is not recorded"),
        ("", "filter 66241, whose origin is not recorded"),
    ],
)
def test_what_dropped_it(origin: str, words: str) -> None:
    (hit,) = hits(drop(origin=origin))
    assert render(hit.by, "en") == words


def test_of_rules_with_one_id_the_one_that_blocks_is_named() -> None:
    allows = FirewallRule("X", action=Action.ALLOW, active=True, name="Lets in")
    blocks = replace(allows, action=Action.BLOCK, name="Keeps out")
    idle = replace(blocks, active=False, name="Idle")
    for local, policy in ((allows, blocks), (blocks, allows), (idle, blocks), (blocks, idle)):
        rules = {Store.LOCAL: (local,), Store.GROUP_POLICY: (policy,)}
        (each,) = find(
            Records((drop(origin="x"),)), [WEB], [OWN], stores.FirewallStores(rules=rules)
        )
        assert each.hits[0].rule is blocks


def test_an_event_without_origin_has_that_of_its_filter_in_another_record() -> None:
    old = drop(record=Record.SECURITY_LOG)
    assert [each.origin for each in hits(drop(origin="Stealth"), old)] == ["Stealth", "Stealth"]
    # The number has been given to another filter since.
    both = (drop(origin="Stealth"), drop(origin="NO-WEB", ago=700), old)
    assert [each.origin for each in hits(*both)] == ["Stealth", "NO-WEB", ""]


def test_the_numbers_of_filters_begin_anew_when_windows_starts() -> None:
    drops = (
        drop(origin="NO-WEB", ago=60),
        drop(record=Record.SECURITY_LOG, ago=60),
        drop(record=Record.SECURITY_LOG, ago=600),
    )
    for ago, origins in ((300, ["NO-WEB", "NO-WEB", ""]), (800, ["NO-WEB", "NO-WEB"])):
        (each,) = find(Records(drops, booted=NOW - timedelta(seconds=ago)), [WEB], [OWN], RULES)
        assert [hit.origin for hit in each.hits] == origins


def test_a_log_names_no_filter() -> None:
    (hit,) = hits(drop(record=Record.FIREWALL_LOG, filter_id=None, layer=None))
    assert render(hit.by, "en") == "a filter that the record doesn't name"


def test_the_best_record_is_told_and_all_are_returned() -> None:
    drops = [
        drop(record=Record.FIREWALL_LOG, filter_id=None, layer=None),
        drop(record=Record.SECURITY_LOG),
        drop(ago=60, origin="NO-WEB", filter_id=7),
        drop(),
    ]
    assert [each.record for each in hits(*drops)] == [
        *(Record.NET_EVENTS, Record.NET_EVENTS, Record.SECURITY_LOG, Record.FIREWALL_LOG)
    ]
    texts = said(*drops)
    assert len(texts) == 2
    assert all(text.endswith("(net events of the Windows Filtering Platform)") for text in texts)


def test_ports_have_their_own() -> None:
    web, rdp = find(Records((drop(), drop((OWN, 3389)))), [WEB, RDP], [OWN], None)
    assert [web.wanted, rdp.wanted] == [WEB, RDP]
    assert len(web.hits) == len(rdp.hits) == 1


def test_what_went_out_is_said_to_have_gone_out() -> None:
    (text,) = said(drop(direction=Direction.OUTBOUND, layer=Layer.CONNECTING))
    assert text.startswith("Windows dropped a packet from TCP 80 to 10.0.0.7 at ")


def test_a_flood_is_bounded() -> None:
    drops = [
        drop(remote=(f"10.1.{n // 250}.{n % 250}", 5), filter_id=n % 50, ago=n / 10)
        for n in range(5_000)
    ]
    many = hits(*drops)
    assert len(many) == MAX_HITS
    assert all(len(each.remotes) == MAX_REMOTES and each.count == 100 for each in many)


ADDRESSES = st.sampled_from([OWN, OTHER, "10.0.0.9", "224.0.0.251", "::1"])
ENDS = st.tuples(ADDRESSES, st.sampled_from([80, 81, 3389, 50_000]))
DROPS = st.builds(
    drop,
    ENDS,
    ENDS,
    ago=st.floats(0, 900),
    record=st.sampled_from(Record),
    protocol=st.sampled_from([6, 17, 1]),
    direction=st.sampled_from([None, *Direction]),
    layer=st.sampled_from([None, *Layer]),
    filter_id=st.sampled_from([None, 1, 2]),
    origin=st.sampled_from(["", "Stealth", "NO-WEB"]),
)


@pytest.mark.hypothesis
@given(st.lists(DROPS, max_size=12), st.sets(ADDRESSES))
def test_every_hit_is_a_drop_of_the_port_and_none_is_lost(drops: list[Drop], own: set[str]) -> None:
    each = found(*drops, own=sorted(own))
    touching = [
        one for one in drops if one.protocol == 6 and 80 in (one.local.port, one.remote.port)
    ]
    surely = [
        one
        for one in touching
        if one.certain
        and one.local.port == 80
        and (one.direction is not Direction.FORWARDED or one.local.address in own)
    ]
    assert len(surely) <= sum(hit.count for hit in each.hits) <= len(touching)
    assert each.told
    for hit in each.hits:
        assert hit.first is not None
        assert hit.last is not None
        assert hit.first <= hit.last
        render(hit.by, "ja")
