# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way a rule goes to another one. What holds on every way: test_every_moment.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.steps import (
    PutFilter,
    PutRule,
    RuleStep,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.transition import (
    NoSafeWayError,
    stages,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    is_possible,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from unit.rows import each_row

START = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Name=n|"


def rule(text: str, start: str = START) -> FirewallRule:
    return parse("{1}", f"{start}{text}|")


def way(
    before: FirewallRule,
    after: FirewallRule,
    objects_to: Callable[[FirewallRule], bool] = lambda state: False,
) -> list[str]:
    """The steps of each stage as words."""
    found = stages(before, after, None, objects_to)
    return [" ".join(_word(move.step) for move in stage) for stage in found]


def _word(step: RuleStep) -> str:
    if isinstance(step, PutFilter):
        return step.class_name.removeprefix("MSFT_Net").removesuffix("Filter")
    if isinstance(step, PutRule) and step.values == {"Enabled": 1}:
        return "on"
    if isinstance(step, PutRule) and step.values == {"Enabled": 2}:
        return "off"
    return "Rule"


BLOCK = START.replace("Allow", "Block")
OUT = START.replace("In", "Out")
WAYS: list[tuple[FirewallRule, FirewallRule, list[str]]] = [
    # One part: at once, whatever it was.
    (rule("LPort=80"), rule("LPort=81"), ["ProtocolPort"]),
    # Common ground in all of them: narrowed, then widened.
    (rule("LPort=80"), rule("LPort=80|LPort=81|RA4=10.0.0.1"), ["Address", "ProtocolPort"]),
    (rule("LPort=80"), rule(r"App=C:\a.exe|RA4=10.0.0.1|LPort=80"), ["Address Application"]),
    # In one of them none.
    (rule("LPort=80|RA4=10.0.0.1"), rule("LPort=81"), ["ProtocolPort", "Address"]),
    (rule("LPort=80|RA4=10.0.0.1|RA4=10.0.0.2"),
     rule("LPort=81|RA4=10.0.0.2|RA4=10.0.0.3"), ["Address", "ProtocolPort", "Address"]),
    (rule("Svc=A|LPort=80"), rule("Svc=B"), ["Service", "ProtocolPort"]),
    # In several none.
    (rule("LPort=80|RA4=10.0.0.1"), rule("LPort=81|RA4=10.0.0.2"),
     ["off", "ProtocolPort Address", "on"]),
    # A rule that blocks is paused only where nothing is blocked by both.
    (rule("LPort=80|RA4=10.0.0.1", BLOCK), rule("LPort=81|RA4=10.0.0.2", BLOCK),
     ["off", "ProtocolPort Address", "on"]),
    (rule("Svc=A|RA4=LocalSubnet", BLOCK), rule("Svc=B|RA4=10.0.0.2", BLOCK),
     ["Address Service"]),
    # What shuts comes first, what opens last.
    (rule("LPort=80"), rule("LPort=81", BLOCK), ["Rule", "ProtocolPort"]),
    (rule("LPort=81", BLOCK), rule("LPort=80"), ["ProtocolPort", "Rule"]),
    # Off before or afterwards: changed while it is off.
    (rule("LPort=80", START.replace("TRUE", "FALSE")), rule("LPort=81|RA4=10.0.0.1"),
     ["ProtocolPort Address", "on"]),
    (rule("LPort=80"), rule("LPort=81", START.replace("TRUE", "FALSE")), ["off", "ProtocolPort"]),
    (rule("Profile=Domain"), rule("Profile=Public", START.replace("TRUE", "FALSE")), ["Rule"]),
    # On the way no rule is one that Windows refuses.
    (rule("IFType=Lan"), rule("LA4=10.0.0.1"), ["off", "InterfaceType Address", "on"]),
    (rule("LA4=10.0.0.1"), rule("IFType=Lan"), ["off", "Address InterfaceType", "on"]),
    (rule("IFType=Lan", BLOCK), rule("LA4=10.0.0.1", BLOCK), ["InterfaceType Address"]),
    (rule("LPort=80", OUT), rule("LPort=RPC"), ["off", "Rule ProtocolPort", "on"]),
    (rule("LPort=RPC"), rule("LPort=80", OUT), ["off", "ProtocolPort Rule", "on"]),
    (rule("LPort=80", OUT), rule("LPort=RPC", START.replace("TRUE", "FALSE")),
     ["off", "Rule ProtocolPort"]),
    # Nor one that it may refuse, unless the old or the new one is such.
    (rule("IFType=Lan"), rule("LA4=10.0.0.1|IFType=Lan|LPort=80"), ["ProtocolPort Address"]),
    # IPsec: to demand it first narrows, and to allow without it comes last.
    (rule("LPort=80"), rule("Security=Authenticate|LPort=80|LPort=81"),
     ["NetworkLayerSecurity", "ProtocolPort"]),
    (rule("Security=AuthenticateEncrypt|LPort=80"), rule("LPort=80|RA4=10.0.0.1"),
     ["Address", "NetworkLayerSecurity"]),
    (rule("Security=Authenticate|RUAuth=D:(A;;CC;;;BA)"), rule("LPort=80", BLOCK),
     ["off", "ProtocolPort NetworkLayerSecurity Rule", "on"]),
    (rule("AppPkgId=S-1-15-2-1|LPort=80"), rule("AppPkgId=S-1-15-2-2|LPort=80|LPort=81"),
     ["Application", "ProtocolPort"]),
    (rule("Platform=2:6:1|LPort=80"), rule("LPort=80|LPort=81"), ["ProtocolPort Rule"]),
    # A text is no traffic.
    (rule("LPort=80|RA4=10.0.0.1"), rule("LPort=80|Desc=d"), ["Address Rule"]),
]  # fmt: skip


@each_row(("before", "after", "expected"), WAYS)
def test_the_way_from_one_rule_to_another(
    before: FirewallRule, after: FirewallRule, expected: list[str]
) -> None:
    assert way(before, after) == expected
    assert way(before, before) == []
    states = [move.state for stage in stages(before, after) for move in stage if move.state]
    assert all(map(is_possible, states))


def test_what_both_mean_may_be_told_in_part_or_not_at_all() -> None:
    """Windows knows what LocalSubnet is. An allow rule may be narrower for a while, unless somebody
    needs what is left out."""
    before = rule("RA4=LocalSubnet|RA4=10.0.0.1|LPort=80")
    after = rule("RA4=10.0.0.1|RA4=10.0.0.2|LPort=80|LPort=81")
    assert way(before, after) == ["Address", "ProtocolPort Address"]

    def needs(state: FirewallRule) -> bool:
        return state.remote_addresses.texts() == ("10.0.0.1",)

    assert way(before, after, needs) == ["Address", "ProtocolPort"]


def test_no_way_is_gone_that_is_objected_to() -> None:
    before, after = rule("LPort=80|RA4=10.0.0.1"), rule("LPort=81|RA4=10.0.0.2")
    with pytest.raises(NoSafeWayError) as caught:
        way(before, after, lambda state: not state.enabled)
    assert caught.value.classes == ("MSFT_NetProtocolPortFilter", "MSFT_NetAddressFilter")
    assert way(before, after, lambda state: state == after), (
        "whether it may be the new one is not asked"
    )


def test_a_rule_that_would_block_too_much_on_the_way_takes_another_order() -> None:
    before, after = (
        rule("Svc=A|RA4=LocalSubnet", BLOCK),
        rule("Svc=B|RA4=10.0.0.2", BLOCK),
    )
    assert way(before, after, lambda state: state.service == "A") == ["Service Address"]


def test_a_way_that_windows_may_refuse_is_gone_where_there_is_no_other() -> None:
    """A rule that is put back may be one that Windows should never have taken."""
    odd = rule("RUAuth=O:LSD:(A;;CC;;;BA)|LPort=80")
    assert not is_possible(odd)
    assert way(rule("LPort=81"), odd) == ["NetworkLayerSecurity", "ProtocolPort"]
    assert way(odd, rule("LPort=81")) == ["ProtocolPort", "NetworkLayerSecurity"]
