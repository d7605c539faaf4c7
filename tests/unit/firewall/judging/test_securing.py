# SPDX-License-Identifier: GPL-3.0-or-later
"""Traffic that has to be authenticated by IPsec is neither allowed nor blocked with certainty."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    ProfileVerdict,
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.besides_rules import (
    security_rule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    UDP,
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall.small_firewalls import PUBLIC, stores, web

ALLOW = "Action=Allow|Protocol=6|LPort=8080|Name=web"
DEMAND = "Action=SecureServer|Name=Isolation"
HERE = Network(PUBLIC, addresses=("192.168.1.5",), interface_id="{A}")


def judged(
    *texts: str,
    rule: str = ALLOW,
    store: Store = Store.GROUP_POLICY,
    remote: str = "any",
    listener: Listener = web,
    **settings: Setting[object],
) -> ProfileVerdict:
    """The verdict with these connection security rules beside one firewall rule."""
    rules = tuple(
        security_rule(f"s{number}", f"v2.31|Active=TRUE|{text}|")
        for number, text in enumerate(texts)
    )
    host = replace(stores(rule, settings=dict(settings)), security={store: rules})
    return Firewall(host).verdict(listener, HERE, remote)


def test_a_demand_makes_allowed_traffic_conditional() -> None:
    found = judged(DEMAND)
    assert found.state is VerdictState.CONDITIONAL
    assert (found.lets_in_secured, found.allowed_from) == (True, ())
    assert render(found.phrase, "en") == (
        "conditional: the allow rule 'web' of this host; but blocked by the connection security "
        "rule 'Isolation' if the traffic is not authenticated by IPsec"
    )
    assert not judged(DEMAND, rule=f"{ALLOW}|RPort=7").lets_in_secured


def test_which_traffic_a_demand_is_for() -> None:
    ours = Setting(False, Origin.GROUP_POLICY)
    local = Store.LOCAL
    block = "Action=Block|Protocol=6|LPort=8080"
    cases = {
        "nothing demanded": (judged("Action=Boundary"), "allowed"),
        "another protocol": (judged(f"{DEMAND}|Protocol=17"), "allowed"),
        "its port": (judged(f"{DEMAND}|Protocol=6|EP1Port=8080"), "conditional"),
        "its port, written as that of the other end": (
            judged(f"{DEMAND}|Protocol=6|EP2Port=8080"),
            "conditional",
        ),
        "another port": (judged(f"{DEMAND}|Protocol=6|EP1Port=8081"), "allowed"),
        "another profile": (judged(f"{DEMAND}|Profile=Domain"), "allowed"),
        "its profile": (judged(f"{DEMAND}|Profile=Public"), "conditional"),
        "another client": (judged(f"{DEMAND}|EP2_4=10.0.0.0/8", remote="192.168.1.9"), "allowed"),
        "its client": (judged(f"{DEMAND}|EP2_4=10.0.0.0/8", remote="10.1.2.3"), "conditional"),
        "its client at the other end": (
            judged(f"{DEMAND}|EP1_4=10.0.0.0/8", remote="10.1.2.3"),
            "conditional",
        ),
        "an exempt client": (
            judged(DEMAND, "Action=DoNotSecure|EP2_4=10.0.0.0/8", remote="10.1.2.3"),
            "allowed",
        ),
        "a client that may be exempt": (
            judged(DEMAND, "Action=DoNotSecure|EP2_4=DNS", remote="10.1.2.3"),
            "conditional",
        ),
        "blocked anyway": (judged(DEMAND, rule=block), "blocked"),
        "local": (judged(DEMAND, store=local), "conditional"),
        "local, which a policy makes void": (
            judged(DEMAND, store=local, local_security_rules=ours),
            "allowed",
        ),
        "a policy's own": (judged(DEMAND, local_security_rules=ours), "conditional"),
        "a firewall that is off": (judged(DEMAND, enabled=ours), "allowed"),
        "firewall rules that are off on the adapter": (
            judged(DEMAND, disabled_interfaces=Setting(frozenset({"{A}"}))),
            "conditional",
        ),
        "of loopback": (
            judged(DEMAND, listener=replace(web, local_address="127.0.0.1")),
            "allowed",
        ),
    }
    assert {case: found.state.value for case, (found, _unused) in cases.items()} == {
        case: expected for case, (_unused, expected) in cases.items()
    }


def test_an_inactive_rule_demands_nothing() -> None:
    off = security_rule("s", f"v2.31|Active=FALSE|{DEMAND}|")
    host = replace(stores(ALLOW), security={Store.LOCAL: (off,)})
    assert Firewall(host).verdict(web, HERE).state is VerdictState.ALLOWED


RANK = (VerdictState.BLOCKED, VerdictState.CONDITIONAL, VerdictState.ALLOWED)
texts = st.builds(
    "|".join,
    st.tuples(
        st.sampled_from(["Action=SecureServer", "Action=Secure", "Action=Boundary", "Action=x"]),
        st.sampled_from(["Name=a", "Profile=Public", "Profile=Domain", "IFType=Wireless"]),
        st.sampled_from(["Protocol=6", "Protocol=6|EP1Port=8080", "Protocol=17", "KeyMod=x"]),
        st.sampled_from(["EP1_4=10.0.0.0/8", "EP2_4=DNS", "EP2_6=fe80::/64", "Authz=TRUE"]),
    ),
)
exempt = texts.map(lambda text: "Action=DoNotSecure|" + text.partition("|")[2])


@given(
    st.sampled_from([ALLOW, f"{ALLOW}|RPort=7", "Action=Block|Protocol=6|LPort=8080"]),
    st.lists(texts, max_size=3),
    st.lists(exempt, max_size=2),
    st.sampled_from(["any", "10.1.2.3", "192.168.1.9"]),
)
def test_demands_only_take_away_and_exemptions_only_give_back(
    rule: str, demands: list[str], exemptions: list[str], remote: str
) -> None:
    without = judged(rule=rule, remote=remote).state
    demanded = judged(*demands, rule=rule, remote=remote).state
    given_back = judged(*demands, *exemptions, rule=rule, remote=remote).state
    assert RANK.index(demanded) <= RANK.index(given_back) <= RANK.index(without)
    # Nobody can see that the other side speaks no IPsec.
    assert (demanded is VerdictState.BLOCKED) is (without is VerdictState.BLOCKED)
    assert judged(*exemptions, *demands, rule=rule, remote=remote).state is given_back


def test_a_rule_that_demands_ipsec_under_a_default_that_allows() -> None:
    secure = "Action=Allow|Protocol=6|LPort=8080|Security=Authenticate|Name=secure"
    default = {"default_inbound": Setting(Action.ALLOW, Origin.LOCAL)}
    found = Firewall(stores(secure, settings=dict(default))).verdict(web, Profile.PUBLIC)
    assert found.state is VerdictState.CONDITIONAL
    assert render(found.phrase, "en").endswith(
        "but blocked by the rule 'secure' if the traffic is not authenticated by IPsec"
    )
    other = Listener(UDP, 8080, program=web.program, services=())
    firewall = Firewall(stores(secure, ALLOW, settings=dict(default)))
    assert firewall.verdict(other, Profile.PUBLIC).state is VerdictState.ALLOWED
    # Another rule lets it in without.
    assert firewall.verdict(web, Profile.PUBLIC).state is VerdictState.ALLOWED
    # Where the default blocks, it may let traffic in.
    found = Firewall(stores(secure)).verdict(Listener(TCP, 8080), Profile.PUBLIC)
    assert (found.state, len(found.requires)) == (VerdictState.CONDITIONAL, 1)
