# SPDX-License-Identifier: GPL-3.0-or-later
"""The parsers of what Windows records of dropped packets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.drops import turning_on
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import (
    profile_settings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops import (
    firewall_log,
    model,
    net_events,
    security_events,
)
from fuzz.parser import Parser
from fuzz.texts import mutated

_SAMPLES = Path(__file__).parents[1] / "samples" / "firewall_logs"
_NET_EVENTS = (_SAMPLES / "netevent_quarantine_2020.xml").read_text()
_EVENTS = (_SAMPLES / "events_5152v0_5157v1.xml").read_text()
_LOG = (_SAMPLES / "pfirewall_2021_17_columns.log").read_text()
_AUDIT = (
    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting\r\n"
    "PC,System,x,{0CCE9225-69AE-11D9-BED3-505054503030},Failure,\r\n"
)
_MODEL = "module_utils/pc/drops/model"
_ITEM = _NET_EVENTS[_NET_EVENTS.index("<netEvent>") : _NET_EVENTS.rindex("</netEvents>")]


def _check(parsed: model.Parsed, most: int) -> None:
    assert len(parsed.drops) <= most
    for each in parsed.drops:
        assert 0 <= each.local.port <= 65_535
        assert 0 <= each.remote.port <= 65_535
        assert len(each.origin) + len(each.program) <= 600
        assert each.time is None or each.time.tzinfo is not None


def _read_net_events(value: str) -> None:
    parsed = net_events.parse(value)
    if parsed is not None:
        _check(parsed, net_events.MAX_EVENTS)


def _read_events(value: str) -> None:
    _check(security_events.parse(value), security_events.MAX_EVENTS)
    security_events.audited(value)


def _read_log(value: str) -> None:
    named = firewall_log.columns(value)
    for offset in (None, timedelta(minutes=540)):
        _check(firewall_log.parse(value, named, offset), firewall_log.MAX_LINES)
    setting = profile_settings.BesideTraffic(
        log_file=profile_settings.Setting(value), log_blocked=profile_settings.Setting(True)
    )
    assert turning_on.other_logs({Profile.PUBLIC: setting}) in ((), (value,))


DROPS: tuple[Parser, ...] = (
    Parser(
        "net events",
        ("module_utils/pc/drops/net_events", _MODEL),
        _read_net_events,
        mutated(st.just(_NET_EVENTS), ("<item>", "<header>", "</netEvents>", "<!DOCTYPE x>", "\0")),
        grows={
            "events": lambda size: f"<netEvents>{_ITEM * (size // 10)}</netEvents>",
            "events that were cut": lambda size: f"<netEvents>{_ITEM * (size // 10)}<netEvent>",
            "depth": lambda size: f"<netEvents>{'<item>' * size}",
            "openings": lambda size: "<netEvents " * size,
            "hexadecimal": lambda size: _NET_EVENTS.replace("5c00", "5c00" * size),
        },
    ),
    Parser(
        "events of dropped packets",
        ("module_utils/pc/drops/security_events", _MODEL),
        _read_events,
        mutated(st.just(_EVENTS + _AUDIT), ("</Event>", "<Event ", "<!DOCTYPE x>", "%%14592", '"')),
        grows={
            "events": lambda size: _EVENTS * (size // 10),
            "openings": lambda size: "<Event " * size,
            "ends": lambda size: "</Event>" * size,
            "settings": lambda size: _AUDIT * size,
            "quotes": lambda size: '"' * size,
        },
    ),
    Parser(
        "log of the firewall",
        ("module_utils/pc/drops/firewall_log", "module_utils/diagnosis/drops/turning_on", _MODEL),
        _read_log,
        mutated(st.just(_LOG), ("DROP", "INFO-EVENTS-LOST", "#Fields:", "RECEIVE", "pid", "\0")),
        grows={
            "lines": lambda size: _LOG * (size // 10),
            "columns": lambda size: "#Fields: " + "date " * size,
            "words": lambda size: "2021-06-22 12:19:41 DROP " * size,
            "folders": lambda size: "\\" * size,
        },
    ),
)
