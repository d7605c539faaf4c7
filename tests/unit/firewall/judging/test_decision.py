# SPDX-License-Identifier: GPL-3.0-or-later
"""What decides, in words: each kind of decision, condition and state, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    Decider,
    Decision,
    ProfileVerdict,
    Requirement,
    VerdictState,
    profile_phrase,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.matching import (
    Condition,
    ConditionKind,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    TEXTS,
    Verbatim,
    render,
)
from unit.rows import each_row

# Names of the host are Japanese here, so that every Latin word is one of ours.
NAME, VALUE, NOTE = "規則甲", "値", "内容"
# What is called the same in Japanese.
SAME_IN_JAPANESE = {"PC", "Windows", "ID", "ICMP", "IPsec"}


def decisions() -> Iterator[Decision]:
    """One decision for each way in which something can decide."""
    for kind, action, store in product(
        (Decider.RULE, Decider.SERVICE_RESTRICTION), Action, (*Store, None)
    ):
        yield Decision(kind, action, store, "1", NAME)
        yield Decision(kind, action, store, "1", NAME, outbound=True)
    settings = (
        Decider.FIREWALL_OFF,
        Decider.BLOCK_ALL_INBOUND,
        Decider.INTERFACE_OFF,
        Decider.DEFAULT_ACTION,
    )
    for kind, action, origin in product(settings, (Action.ALLOW, Action.BLOCK), (*Origin, None)):
        yield Decision(kind, action, origin=origin, path="k")
        yield Decision(kind, action, origin=origin, path="k", outbound=True)
    yield Decision(Decider.LOOPBACK)
    for kind in (Decider.THIRD_PARTY, Decider.UNREADABLE, Decider.IMPOSSIBLE):
        yield Decision(kind, text=NOTE)


DECISIONS = list(decisions())


def requirement(*kinds: ConditionKind, name: str = NAME) -> Requirement:
    conditions = tuple(Condition(kind, VALUE) for kind in kinds)
    return Requirement("1", name, Store.LOCAL, Action.ALLOW, conditions)


def verdicts() -> Iterator[ProfileVerdict]:
    one = requirement(ConditionKind.PROGRAM)
    for decision in DECISIONS:
        yield ProfileVerdict(Profile.PUBLIC, VerdictState.ALLOWED, decision)
    for state in VerdictState:
        for requires, restricted_to, unless in product(((), (one,), (one,) * 5), repeat=3):
            decision = DECISIONS[0]
            yield ProfileVerdict(Profile.PUBLIC, state, decision, requires, restricted_to, unless)
    for kind in ConditionKind:
        found = (requirement(kind), requirement(kind, ConditionKind.SERVICE, name=""))
        yield ProfileVerdict(Profile.PUBLIC, VerdictState.CONDITIONAL, DECISIONS[0], found)


def test_each_way_to_decide_is_among_them() -> None:
    assert {each.kind for each in DECISIONS} == set(Decider)


def test_no_english_word_is_among_japanese_ones() -> None:
    for found in verdicts():
        text = render(found.phrase, "ja")
        assert set(re.findall("[A-Za-z]+", text)) <= SAME_IN_JAPANESE, text
        assert "{" not in text
        # Between kana or kanji and Latin letters there is a blank, as in Windows.
        assert not re.search("[ぁ-んァ-ヶ一-龠][A-Za-z]|[A-Za-z][ぁ-んァ-ヶ一-龠]", text), text


def test_effects_and_notes_have_no_english_word_in_japanese_either() -> None:
    keys = [key for key in TEXTS if key.startswith(("effect.", "setter.", "rule.", "limit."))]
    assert len(keys) > 20
    for key in keys:
        words = re.findall("[A-Za-z]+", re.sub(r"\{\w+\}", "", TEXTS[key].ja))
        assert set(words) <= SAME_IN_JAPANESE, key


@each_row(
    ("decision", "english", "japanese"),
    [
        (
            Decision(Decider.RULE, Action.ALLOW, Store.LOCAL, "1", "Web"),
            "the allow rule 'Web' of this host",
            "この PC の許可の規則「Web」が適用されます",
        ),
        (
            Decision(Decider.RULE, Action.BLOCK, Store.GROUP_POLICY, "1", "No web"),
            "the block rule 'No web' of Group Policy",
            "グループ ポリシーのブロックの規則「No web」が適用されます",
        ),
        (
            Decision(Decider.RULE, Action.BLOCK, Store.GROUP_POLICY, "1", "No web", outbound=True),
            "the outbound block rule 'No web' of Group Policy",
            "グループ ポリシーの送信のブロックの規則「No web」が適用されます",
        ),
        (
            Decision(Decider.RULE, Action.ALLOW, Store.LOCAL, "1", "Web", outbound=True),
            "the outbound allow rule 'Web' of this host",
            "この PC の送信の許可の規則「Web」が適用されます",
        ),
        (
            Decision(
                Decider.DEFAULT_ACTION, Action.BLOCK, origin=Origin.GROUP_POLICY, outbound=True
            ),
            "no rule decides, and the default outbound action blocks it (set by Group Policy)",
            "一致する規則がないため、送信の既定の動作でブロックされます (グループ ポリシーで設定)",
        ),
        (
            Decision(Decider.RULE, Action.BYPASS, Store.MDM, "1", "Scan"),
            "the bypass rule 'Scan' of device management",
            "デバイス管理のバイパスの規則「Scan」が適用されます",
        ),
        (
            Decision(Decider.RULE, rule_name="Web"),
            "the block rule 'Web'",
            "ブロックの規則「Web」が適用されます",
        ),
        (
            Decision(Decider.SERVICE_RESTRICTION, Action.BLOCK, Store.STATIC_SERVICE, "1", "Log"),
            "the block rule 'Log' that restricts the service",
            "サービスを制限するブロックの規則「Log」が適用されます",
        ),
        (
            Decision(Decider.DEFAULT_ACTION, Action.BLOCK, origin=Origin.DEFAULT),
            "no rule decides, and the default action blocks it (the default of Windows)",
            "一致する規則がないため、既定の動作でブロックされます (Windows の既定値)",
        ),
        (
            Decision(Decider.FIREWALL_OFF, origin=Origin.GROUP_POLICY),
            "the firewall is off in this profile (set by Group Policy)",
            "このプロファイルではファイアウォールが無効です (グループ ポリシーで設定)",
        ),
        (
            Decision(Decider.THIRD_PARTY, text=Verbatim("Guard, Silent")),
            "another firewall is in charge: Guard, Silent",
            "他社製のファイアウォールが動作しています: Guard, Silent",
        ),
        (
            Decision.by_products([FirewallProduct("Old", 0x43000)]),
            "another firewall is registered, which says that it has expired, and may decide all "
            "the same: Old",
            "他社製のファイアウォールが登録されています。期限切れの状態ですが、まだ動作している可能"
            "性があります: Old",
        ),
        (
            Decision.by_products(
                [FirewallProduct("Old", 0x43000), FirewallProduct("Asleep", 0x42000)]
            ),
            "another firewall is registered, which says that it is suspended for a while, and may "
            "decide all the same: Asleep",
            "他社製のファイアウォールが登録されています。一時停止中の状態ですが、まだ動作している可能"
            "性があります: Asleep",
        ),
        (
            Decision(Decider.UNREADABLE, text=Verbatim("No store.")),
            "No store.",
            "判定できません。No store.",
        ),
    ],
)
def test_what_decides(decision: Decision, english: str, japanese: str) -> None:
    assert render(decision.phrase, "en") == english
    assert render(decision.phrase, "ja") == japanese


def test_a_verdict_under_conditions() -> None:
    inner = Requirement(
        "1", "inner", Store.LOCAL, Action.ALLOW,
        (Condition(ConditionKind.REMOTE_ADDRESS, "10.0.0.0/8"),
         Condition(ConditionKind.PROGRAM, r"C:\a.exe")),
    )  # fmt: skip
    some = requirement(name="b")
    found = ProfileVerdict(
        Profile.PUBLIC,
        VerdictState.CONDITIONAL,
        Decision(Decider.DEFAULT_ACTION, Action.BLOCK, origin=Origin.DEFAULT),
        requires=(inner, *(requirement(name=name) for name in "abcd")),
        restricted_to=(some,),
        unless=(some, some),
    )
    assert render(found.phrase, "en") == (
        r"conditional: allowed by the rule 'inner' if the remote address is 10.0.0.0/8 and the "
        r"program is C:\a.exe, or by the rule 'a', or by the rule 'b', or by 2 others; otherwise "
        "no rule decides, and the default action blocks it (the default of Windows); the service "
        "may only do the rule 'b'; but blocked by the rule 'b', or by the rule 'b'"
    )
    assert render(found.phrase, "ja") == (
        r"条件付き: リモート アドレスが 10.0.0.0/8、かつプログラムが C:\a.exe の場合は規則「inner」"
        "、または規則「a」、または規則「b」、またはほか 2 件の規則により許可されます。それ以外は、"
        "一致する規則がないため、既定の動作でブロックされます (Windows の既定値)。"
        "サービスの通信は、規則「b」の範囲に限られます。"
        "ただし、規則「b」、または規則「b」によりブロックされます"
    )


@each_row(
    ("names", "english"),
    [
        ("abc", "the rule 'a', or by the rule 'b', or by the rule 'c'"),
        ("abcd", "the rule 'a', or by the rule 'b', or by the rule 'c', or by the rule 'd'"),
        ("abcde", "the rule 'a', or by the rule 'b', or by the rule 'c', or by 2 others"),
    ],
)
def test_one_rule_alone_is_named_instead_of_counted(names: str, english: str) -> None:
    found = ProfileVerdict(
        Profile.PUBLIC,
        VerdictState.CONDITIONAL,
        Decision(Decider.DEFAULT_ACTION, Action.BLOCK, origin=Origin.DEFAULT),
        requires=tuple(requirement(name=name) for name in names),
    )
    assert render(found.phrase, "en") == (
        f"conditional: allowed by {english}; otherwise no rule decides, and the default action "
        "blocks it (the default of Windows)"
    )


def test_an_adapter_without_a_firewall() -> None:
    phrase = requirement(ConditionKind.INTERFACE, name="").phrase
    assert render(phrase, "en") == f"the firewall's settings if the network adapter is {VALUE}"
    assert render(phrase, "ja") == f"ネットワーク アダプターが{VALUE}の場合はファイアウォールの設定"


def test_texts_of_the_host_are_harmless_and_short() -> None:
    evil = "a\x1b[2J\u202eb{rule}" + "x" * 5000
    condition = Condition(ConditionKind.USER, evil)
    rule = Requirement("1", evil, Store.LOCAL, Action.ALLOW, (condition,))
    decision = Decision(Decider.RULE, Action.ALLOW, Store.LOCAL, "1", evil)
    found = ProfileVerdict(Profile.PUBLIC, VerdictState.CONDITIONAL, decision, (rule,) * 20)
    for text in (render(found.phrase, "en"), render(found.phrase, "ja")):
        assert text.isprintable()
        assert "a[2J\\u202eb{rule}xxx" in text
        assert len(text) < 1000


@each_row("profile", Profile)
def test_each_profile_has_a_name(profile: Profile) -> None:
    assert render(profile_phrase(profile), "en") == profile.word.casefold()
    assert render(profile_phrase(profile), "ja") in ("ドメイン", "プライベート", "パブリック")
