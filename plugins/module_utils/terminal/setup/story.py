# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role port_setup has done to PCs, and how their ports stand, as lines for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...asked.ports import PortError, parse_ports
from ...diagnosis.causes.model import CauseKind, Verdict
from ...words.phrases import Joined, Phrase, PhraseError, Single, Value, Verbatim, in_turn
from ..layout import Cell, Table
from ..table import columns, label, shown
from . import advice
from .registered import Done, Freed, PcResults, Port, Rule, read, without_check


@dataclass(frozen=True)
class Wanted:
    """`accepted` are the verdicts that are all right; `check_mode` says that nothing was done."""

    accepted: Collection[str]
    check_mode: bool = False

    def of(self, results: PcResults) -> Wanted:
        """The same for one PC, of which other verdicts may be all right."""
        if "accept" not in results:
            return self
        return replace(self, accepted=frozenset(results["accept"]))


_HOST, _STATES = columns("host"), columns("verdict_before", "verdict_now")
_PORT, _HELD = columns("protocol", "port", "name"), columns("pid", "process")
_NOT_READ = Phrase("table.unread")
#: What is so whatever the firewall does, and what no local rule changes. Whether a program will
#: listen nobody knows: in check mode an earlier task may not have installed it.
_WITHOUT_FIREWALL = frozenset({Verdict.LOOPBACK_ONLY, Verdict.RESERVED})
_NOT_BY_RULES = frozenset({Verdict.OVERRIDDEN_BY_POLICY, Verdict.THIRD_PARTY_FIREWALL})
#: What a check says where the firewall keeps a port shut, with the reason and the remedy.
_SHUT = _NOT_BY_RULES | {Verdict.BLOCKED, Verdict.HIDDEN_BY_PROFILE}
#: What became of a rule, and how that is said; in check mode what would become of it.
_RULES: Mapping[str, tuple[str, str]] = {
    "created": ("story.rule_created", "story.rule_would_be_created"),
    "changed": ("story.rule_changed", "story.rule_would_be_changed"),
    "deleted": ("story.rule_deleted", "story.rule_would_be_deleted"),
}


def of_pc(results: PcResults, wanted: Wanted) -> list[Value]:
    """What was done to one PC, and how each of its ports stands, those first that are not as
    wanted."""
    wanted = wanted.of(results)
    done = list(_done(results, wanted))
    ports = ports_of(results)
    told = [(each["verdict"], _said(each, results, wanted)) for each in ports]
    paths = results.get("paths", [])
    told += [(each["verdict"], _advised(each, results, wanted)) for each in paths]
    wrong: list[Value] = list(_idle(results, wanted))
    wrong += [msg for verdict, msg in told if verdict not in wanted.accepted]
    wrong += [
        Verbatim(each["drops"]["msg"])
        for each in ports
        if "drops" in each and _is_amiss(each, wanted)
    ]
    right = [msg for verdict, msg in told if verdict in wanted.accepted]
    if not done:
        key = "story.nothing_would_change" if wanted.check_mode else "story.nothing_changed"
        return [Phrase(key), *wrong, *right]
    stands = [*wrong, *right]
    if wanted.check_mode and stands:
        # So that nobody takes what the check says to do for what is left to do.
        done.append(Phrase("story.before_set_up"))
    return [*done, *stands]


def amiss(registered: object, wanted: Wanted) -> list[dict[str, Any]]:
    """The ports of PCs that are not as wanted, each as its module has returned it: those whose
    verdict is none of the accepted ones, and those whose firewall rule has no effect. In check mode
    these are the ports that would certainly be so after a run.

    Args:
        registered: as for `read`.

    Raises:
        PhraseError: see `read`.
    """
    return [
        {"host": name, **each}
        for name, results in read(registered).items()
        for each in amiss_on(results, wanted)
    ]


def amiss_on(results: PcResults, wanted: Wanted) -> list[advice.Checked]:
    """Those of one PC, of which `read` has read the results."""
    wanted = wanted.of(results)
    rules = results.get("opened", [])
    if wanted.check_mode and results.get("network", Done()).get("changed"):
        rules = []  # In another network, they may have an effect.
    shut = [rule for rule in rules if _keeps_out(rule, results, wanted)]
    ports = [
        each
        for each in ports_of(results)
        if (_is_amiss(each, wanted) and (not wanted.check_mode or _stays(each, results)))
        or any(_is_for(rule, each) for rule in shut)
    ]
    return [*ports, *(each for each in results.get("paths", []) if _is_amiss(each, wanted))]


def _stays(port: Port, results: PcResults) -> bool:
    """Whether a check certainly says the same of a port after what a run would change."""
    freed = [each for each in results.get("freed", []) if each.get("changed")]
    network = results.get("network", Done()).get("changed", False)
    rules = any(each["outcome"] in _RULES for each in results.get("opened", []))
    if not (freed or network or rules):
        return True
    lasting = _WITHOUT_FIREWALL if network else _WITHOUT_FIREWALL | _NOT_BY_RULES
    return port["verdict"] in lasting and not _may_lose_listener(port, freed)


def _may_lose_listener(port: Port, freed: Collection[Freed]) -> bool:
    """Whether what would be stopped may be what listens at a port, too."""
    if any("stopped" not in each for each in freed):
        return True
    ended = {each["pid"] for one in freed for each in one["stopped"]}
    listeners = {each["pid"] for each in port["evidence"]["listeners"]}
    return bool(ended) and (None in listeners or not listeners.isdisjoint(ended))


def of_pcs(results: Mapping[str, PcResults], wanted: Wanted) -> tuple[Table, Value]:
    """How the ports of several PCs stand, as a table with the PCs first that could not be read or
    are not as wanted, and a sentence with their numbers. In check mode the numbers are those that
    would certainly be so after a run, as in `amiss`.

    Raises:
        PhraseError: of one of them there are results, and none of port_check.
    """
    for name, found in results.items():
        if not found.get("asked") and found.keys() - {"asked", "failed", "accept"}:
            raise PhraseError("misfit.of_pcs", problem=without_check(name))
    read_ones = {
        name: found for name, found in results.items() if "before" in found or "after" in found
    }
    unread = [name for name in results if name not in read_ones]
    wanted_of = {name: wanted.of(found) for name, found in read_ones.items()}
    wrong = [name for name, found in read_ones.items() if not _is_well(found, wanted_of[name])]
    rows: list[list[Cell]] = [
        [name, *[""] * len(_PORT), _NOT_READ, *[""] * (len(_STATES) + len(_HELD) - 1)]
        for name in unread
    ]
    for name in sorted(read_ones, key=lambda name: name not in wrong):
        rows += _rows(name, read_ones[name])
    counts: dict[str, Value] = {
        "all": len(results),
        "well": len(read_ones) - len(wrong),
        "wrong": len(wrong),
        "unread": len(unread),
    }
    later = "_later" if wanted.check_mode else ""
    key = f"story.pcs{later}{'_and_unread' if unread else ''}"
    pending = [
        _unreached(found, wanted_of[name]) for name, found in read_ones.items() if name not in wrong
    ]
    verdicts = tuple(dict.fromkeys(verdict for each in pending for verdict in each))
    accepted: dict[str, Value] = {
        "count": sum(map(bool, pending)),
        "verdicts": Joined(verdicts, "list.separator"),
    }
    # Those of which the table does not show why they are not as wanted.
    idle = tuple(
        name
        for name, found in read_ones.items()
        for rules in [found.get("opened", [])]
        if any(
            _keeps_out(each, found, wanted_of[name]) and not _is_told(each, found, wanted)
            for each in rules
        )
    )
    ended = tuple(name for name, found in read_ones.items() if found.get("failed"))
    told = in_turn(
        Phrase("story.as_they_are") if wanted.check_mode else None,
        Phrase(key, counts),
        Phrase("story.ended_early", {"hosts": Joined(ended, "list.separator")}) if ended else None,
        Phrase(f"story.idle_rules{later}", {"hosts": Joined(idle, "list.separator")})
        if idle
        else None,
        Phrase("story.accepted", accepted) if verdicts else None,
    )
    return Table((*_HOST, *_PORT, *_STATES, *_HELD), rows), told


def ports_of(results: PcResults) -> list[Port]:
    """The ports of a PC as the latest check has found them."""
    return results.get("after", results.get("before", []))


def _done(results: PcResults, wanted: Wanted) -> Iterator[Value]:
    for each in (*results.get("freed", []), results.get("network", Done())):
        if each.get("changed") and "msg" in each:
            yield Verbatim(each["msg"])
    for rule in results.get("opened", []):
        keys = _RULES.get(rule["outcome"])
        if keys is None:
            continue
        said = Phrase(keys[wanted.check_mode], {"rule": Verbatim(rule["name"])})
        if _is_idle(rule) and not _is_explained(rule, results, wanted):
            key = "story.would_be_without_effect" if wanted.check_mode else "story.without_effect"
            said = Phrase(key, {"done": said, "reason": Verbatim(rule["reason"])})
            yield in_turn(said, _advice(rule, results))
        else:
            yield said


def _said(port: Port, results: PcResults, wanted: Wanted) -> Value:
    """What a check says of a port; in check mode without the advice to do what the run itself would
    do."""
    causes = port.get("causes", [])
    if not wanted.check_mode or not causes:
        return _advised(port, results, wanted)
    first = causes[0]["kind"]
    advised = {
        module
        for each in port.get("remedies", [])
        if each["cause"] == first and each["task"]
        for module in each["task"]
    }
    if advised.isdisjoint(_modules_for(port, results)):
        return _advised(port, results, wanted)
    return advice.without_advice(port)


def _advised(found: advice.Checked, results: PcResults, wanted: Wanted) -> Value:
    """What a check says of a port or a path, with advice that the role does not undo."""
    if _lacks_rule(found) and any(
        _is_idle(rule) and _is_for(rule, found) for rule in results.get("opened", [])
    ):
        return advice.without_advice(found)
    active, accepted = results.get("active_profiles", []), not _is_amiss(found, wanted)
    told = advice.of_service(found, results.get("services", []), active, accepted=accepted)
    return Verbatim(found["msg"]) if told is None else told


def _lacks_rule(found: advice.Checked) -> bool:
    """Whether a check says that there is no rule for a port, since no single change of one would
    let the traffic in."""
    return advice.of_first(found)[0] == CauseKind.NO_RULE


def _modules_for(port: Port, results: PcResults) -> Iterator[str]:
    """The modules that would change something for a port."""
    name = f"{port['port']}/{port['protocol']}"
    if any(each.get("changed") and each.get("item") == name for each in results.get("freed", [])):
        yield "portkeeper.windows.port_process"
    moves = results.get("network", Done()).get("changed", False)
    rules = (each for each in results.get("opened", []) if each["outcome"] in _RULES)
    if any((moves or each["effective"] is not False) and _is_for(each, port) for each in rules):
        yield "portkeeper.windows.port_firewall"
    if moves:
        yield "portkeeper.windows.network_category"


def _idle(results: PcResults, wanted: Wanted) -> Iterator[Value]:
    """Of rules that were there already, those without an effect that nothing else tells of."""
    for rule in results.get("opened", []):
        told = rule["outcome"] in _RULES or _is_explained(rule, results, wanted)
        if _is_idle(rule) and not told:
            values = {"rule": Verbatim(rule["name"]), "reason": Verbatim(rule["reason"])}
            yield in_turn(Phrase("effect.none_now", values), _advice(rule, results))


def _is_idle(rule: Rule) -> bool:
    """Whether a rule that opens ports of a service has no effect."""
    named = not rule.get("unspecified") and rule["rule"] is not None
    return named and rule["effective"] is False


def _is_for(rule: Rule, port: advice.Checked) -> bool:
    traffic = rule["rule"]
    if traffic is None or traffic["protocol"] not in (port["protocol"], "any"):
        return False
    try:
        return port["port"] in parse_ports(traffic["ports"])
    except PortError:
        return True  # a word for ports, such as any


def _verdicts(rule: Rule, results: PcResults) -> set[str]:
    """What a check says of the ports that a rule is for."""
    return {each["verdict"] for each in ports_of(results) if _is_for(rule, each)}


def _is_told(rule: Rule, results: PcResults, wanted: Wanted) -> bool:
    """Whether what a check says of each port of a rule is why the rule has no effect. In check mode
    it has looked at the PC without the rule."""
    if wanted.check_mode:
        # In the network as it would be, the rule may have an effect.
        return results.get("network", Done()).get("changed", False)
    verdicts = _verdicts(rule, results)
    return bool(verdicts) and verdicts <= _SHUT


def _is_explained(rule: Rule, results: PcResults, wanted: Wanted) -> bool:
    """Whether what a check says of its ports also says what is wrong with the rule."""
    ports = [each for each in ports_of(results) if _is_for(rule, each)]
    lacking = not wanted.check_mode and any(map(_lacks_rule, ports))
    return not lacking and _is_told(rule, results, wanted)


def _advice(rule: Rule, results: PcResults) -> Value | None:
    """What to do about a rule without effect; None if it is not for other networks."""
    profiles = rule["rule"]["profiles"] if rule["rule"] else []
    active = results.get("active_profiles", [])
    if not active or not profiles or {"any", *active} & set(profiles):
        return None
    return advice.of_profiles(active, trusting="private" in profiles and "public" in active)


def _keeps_out(rule: Rule, results: PcResults, wanted: Wanted) -> bool:
    """Whether a PC is not as wanted because a rule has no effect. That is so although nothing
    listens at its port yet, or a check could not tell; not where the port can be reached anyway, or
    a verdict on the firewall is accepted."""
    if not _is_idle(rule) or _SHUT & set(wanted.accepted):
        return False
    verdicts = _verdicts(rule, results)
    return verdicts != {Verdict.REACHABLE}


def _is_amiss(each: advice.Checked, wanted: Wanted) -> bool:
    return each["verdict"] not in wanted.accepted


def _is_well(results: PcResults, wanted: Wanted) -> bool:
    return not results.get("failed") and not amiss_on(results, wanted)


def _unreached(results: PcResults, wanted: Wanted) -> list[Single]:
    """The verdicts of the ports of a PC that can't be reached and are accepted, in words."""
    found = [
        f"port_verdict.{each['verdict']}"
        for each in ports_of(results)
        if not _is_amiss(each, wanted)
    ]
    common = {"not_listening", "loopback_only", "in_use_by_other", "reserved", "unknown"}
    found += [
        f"{'port' if each['verdict'] in common else 'path'}_verdict.{each['verdict']}"
        for each in results.get("paths", [])
        if not _is_amiss(each, wanted)
    ]
    return [label(each) for each in found if not each.endswith(f".{Verdict.REACHABLE}")]


def _rows(name: str, results: PcResults) -> Iterator[list[Cell]]:
    before, after = results.get("before", []), results.get("after", [])
    earlier = {(each["port"], each["protocol"]): each for each in before}
    now = {(each["port"], each["protocol"]): each for each in after}
    # Where only the last check is given, nobody knows how they stood before.
    for each in before or after:
        key = each["port"], each["protocol"]
        first, later = earlier.get(key), now.get(key)
        listeners = (later or each)["evidence"]["listeners"]
        yield [
            name,
            each["protocol"].upper(),
            str(each["port"]),
            shown(each["name"]),
            label(f"port_verdict.{first['verdict']}") if first else "",
            label(f"port_verdict.{later['verdict']}") if later else "",
            shown(listeners[0]["pid"] if listeners else None),
            shown(listeners[0]["process"] if listeners else None),
        ]
