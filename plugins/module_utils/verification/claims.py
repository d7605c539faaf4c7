# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The claims of docs/fidelity.md that a host can confirm by itself, and what this one says of each.

A claim is raised to ``recorded`` only if everything that it names shows it: facts that were read in
two ways and agree, steps of a trial that work, something that was observed. A fact on which there
is nothing to compare raises nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypedDict

from ..ground.model import Endpoint, Scope, TcpState
from ..terminal.layout import Column, Table, render
from ..words import phrases
from ..words.languages import Language
from ..words.phrases import Phrase, Value, Words
from .comparison import Agreement, Comparison
from .endpoint_checks import BOTH_FAMILIES, OWN_RESERVATION
from .reading import ENDPOINTS, HostReadings
from .trial.run import TrialOutcome, TrialResult
from .trial.steps import StepName


class Grade(StrEnum):
    """How well a claim is known, the best first."""

    RECORDED = "recorded"
    SEEN_ELSEWHERE = "seen_elsewhere"
    DOCUMENTED = "documented"
    INFERRED = "inferred"
    CONTESTED = "contested"


class Standing(StrEnum):
    """What a host does to the grade of a claim."""

    RAISED = "raised"
    STAYS = "stays"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class Evidence:
    """What is known of one host."""

    readings: HostReadings
    comparisons: Sequence[Comparison]
    trial: TrialResult | None = None


@dataclass(frozen=True)
class Claim:
    """One claim; its text is that of ``claim.NAME``.

    Attributes:
        facts: the ends of the keys of facts that have to agree.
        steps: the steps of a trial that have to work.
        observed: whether the host shows it; None if there is nothing to observe.
    """

    name: str
    grade: Grade
    facts: tuple[str, ...] = ()
    steps: tuple[StepName, ...] = ()
    observed: Callable[[Evidence], bool] | None = None


class ClaimEntry(TypedDict, Generic[Words]):
    """A claim in a result."""

    claim: str
    title: Words
    grade: str
    standing: str


def standing(claim: Claim, evidence: Evidence) -> Standing:
    """What a host does to the grade of a claim."""
    facts = [each for each in evidence.comparisons if _fact(each) in claim.facts]
    steps = [
        each
        for each in (evidence.trial.steps if evidence.trial else ())
        if each.name in claim.steps
    ]
    against = (TrialOutcome.IGNORED, TrialOutcome.DISAGREE, TrialOutcome.REFUSED)
    if any(each.outcome is Agreement.DISAGREE for each in facts) or any(
        each.outcome in against for each in steps
    ):
        return Standing.CONTRADICTED
    shown = (
        len(facts) == len(claim.facts)
        and all(each.problem is None and each.agreed for each in facts)
        and len(steps) == len(claim.steps)
        and all(each.outcome is TrialOutcome.WORKS and each.by_cim for each in steps)
        and (claim.observed is None or claim.observed(evidence))
    )
    return Standing.RAISED if shown else Standing.STAYS


def entries(evidence: Evidence) -> list[ClaimEntry[Value]]:
    """All claims that a host can confirm, as plain JSON types and phrases."""
    return [
        {
            "claim": each.name,
            "title": _title(each),
            "grade": each.grade.value,
            "standing": standing(each, evidence).value,
        }
        for each in CLAIMS
    ]


def counts(found: Iterable[ClaimEntry[Value]]) -> dict[str, int]:
    """The number of claims with each standing."""
    number = Counter(each["standing"] for each in found)
    return {each.value: number[each.value] for each in Standing}


def text(found: Sequence[ClaimEntry[Value]], language: Language) -> list[str]:
    """The table, and below it a summary."""
    heads = ("claim", "grade", "here")
    columns = tuple(Column(Phrase(f"claim_table.{each}")) for each in heads)
    rows = [
        (
            each["title"],
            Phrase(f"claim_grade.{each['grade']}"),
            Phrase(f"claim_standing.{each['standing']}"),
        )
        for each in found
    ]
    summary = Phrase("claim_table.summary", {**counts(found)})
    return [*render(Table(columns, rows), language), phrases.render(summary, language)]


def _title(claim: Claim) -> Phrase:
    return Phrase(f"claim.{claim.name}")


def _fact(comparison: Comparison) -> str:
    key = comparison.fact.key if isinstance(comparison.fact, Phrase) else ""
    return key.removeprefix("check.")


# -- what can be observed ------------------------------------------------------------------------


def _bound(evidence: Evidence) -> Iterator[Endpoint]:
    yield from (each for each in evidence.readings.before or () if each.state is TcpState.BOUND)


def _is_bound(evidence: Evidence) -> bool:
    return any(True for _each in _bound(evidence))


def _is_bound_beside_a_connection(evidence: Evidence) -> bool:
    connections = {
        (each.port, each.pid)
        for each in evidence.readings.before or ()
        if each.state is TcpState.ESTABLISHED
    }
    return any(
        each.local.scope is Scope.ALL and (each.port, each.pid) in connections
        for each in _bound(evidence)
    )


def _expected(fact: str, reason: Phrase) -> Callable[[Evidence], bool]:
    def observed(evidence: Evidence) -> bool:
        return any(
            each.reason == reason
            for comparison in evidence.comparisons
            if _fact(comparison) == fact
            for each in comparison.differences
        )

    return observed


def _is_old(evidence: Evidence) -> bool:
    system = evidence.readings.system
    version = str(system.values.get("Version") or "") if system else ""
    missing = evidence.readings.problems.get(ENDPOINTS)
    return version.startswith("6.1.") and missing == Phrase("check.no_endpoint_classes")


def _has_package_family(evidence: Evidence) -> bool:
    firewall = evidence.readings.firewall
    return firewall is not None and any(
        rule.package_family and not rule.unknown and not rule.malformed
        for store in firewall.stores.rules.values()
        for rule in store
    )


def _has_icmp_code(evidence: Evidence) -> bool:
    firewall = evidence.readings.firewall
    return firewall is not None and any(
        code is not None for rule in firewall.local_rules for _type, code in rule.icmp_types
    )


def _returns_nothing(evidence: Evidence) -> bool:
    return evidence.trial is not None and not any(each.returned for each in evidence.trial.steps)


_E, _D, _I, _C = Grade.SEEN_ELSEWHERE, Grade.DOCUMENTED, Grade.INFERRED, Grade.CONTESTED
_S = StepName

#: In the order of docs/fidelity.md.
CLAIMS: tuple[Claim, ...] = (
    Claim("tcp_rows", _D, ("tcp_listeners",)),
    Claim("state_bound", _C, observed=_is_bound),
    Claim("udp_owner", _E, ("udp_endpoints",)),
    Claim("dual_stack_row", _E, observed=_expected("tcp_listeners", BOTH_FAMILIES)),
    Claim("bound_row", _E, observed=_is_bound_beside_a_connection),
    Claim("old_windows", _D, observed=_is_old),
    Claim("http_sys_pid", _E, ("http_sys",)),
    Claim("netstat_table", _D, ("tcp_listeners", "udp_endpoints")),
    Claim("netsh_ranges", _E, ("dynamic_ranges", "excluded_ranges")),
    Claim("reg_layout", _E, ("rule_action",)),
    Claim("package_family", _E, observed=_has_package_family),
    Claim("shown_names", _E, ("rule_names",)),
    Claim("names_of_references", _E, ("rule_names",)),
    Claim("create_rule", _E, steps=(_S.CREATE, _S.FILTERS)),
    Claim("rule_keys", _E, steps=(_S.PUT_RULE, _S.DELETE)),
    Claim("filters_query", _E, steps=(_S.FILTERS,)),
    Claim("put_ports_and_addresses", _E, steps=(_S.PUT_PORTS, _S.PUT_ADDRESSES)),
    Claim("put_other_filters", _I, steps=(_S.PUT_PROGRAM, _S.PUT_SERVICE, _S.PUT_INTERFACE_TYPES)),
    Claim("put_rule", _I, steps=(_S.PUT_RULE,)),
    Claim("create_disabled", _E, steps=(_S.CREATE,)),
    Claim("filter_keys", _E, steps=(_S.FILTERS, _S.PUT_PORTS)),
    Claim("create_with_options", _I, steps=(_S.CREATE_WITH_OPTIONS,)),
    Claim("no_return_value", _E, steps=(_S.DISABLE,), observed=_returns_nothing),
    Claim("program_property", _D, ("rule_programs",), (_S.PUT_PROGRAM,)),
    Claim("rule_numbers", _D, ("rule_action", "rule_profiles", "rule_edge")),
    Claim("interface_types", _D, ("rule_adapters",), (_S.PUT_INTERFACE_TYPES,)),
    Claim("security_filter", _I, ("rule_security",), (_S.PUT_SECURITY,)),
    Claim("account_lists", _C, ("rule_accounts",)),
    Claim("package_sid", _I, ("rule_packages",)),
    Claim("platforms", _I, ("rule_platforms",)),
    Claim("addresses_and_adapters", _C, steps=(_S.PUT_INTERFACE_TYPES, _S.PUT_INTERFACES)),
    Claim("adapter_guids", _I, ("rule_interfaces",), (_S.PUT_INTERFACES,)),
    Claim("icmp_types", _C, ("rule_icmp",), observed=_has_icmp_code),
    Claim("change_is_stored", _I, steps=(_S.CREATE, _S.PUT_PORTS, _S.DELETE)),
    Claim("connection_profiles", _E, ("networks",)),
    Claim("own_addresses", _E, ("addresses",)),
    Claim("interface_index", _E, ("addresses", "routers")),
    Claim("own_routes", _E, ("routers",)),
    Claim("port_settings", _D, ("dynamic_ranges",)),
    Claim("tasklist_table", _D, ("programs", "services")),
    Claim("network_list", _E, ("networks",)),
    Claim("profile_settings", _E, ("profiles",)),
    Claim("enumerated_filters", _E, ("rule_ports", "rule_programs")),
    Claim("own_reservation", _I, observed=_expected("excluded_ranges", OWN_RESERVATION)),
)
