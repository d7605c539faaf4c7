# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall's rules say about traffic from addresses and networks that a task names."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_WRONG = {
    "source.own": Text(
        "'{text}' is how a PC calls itself, and no address of another one",
        "「{text}」は PC 自身を指すアドレスで、ほかの PC のアドレスではありません",
    ),
    "source.multicast": Text(
        "'{text}' is for traffic to many PCs at once, and none comes from it",
        "「{text}」は多数の PC 宛てのアドレス (マルチキャスト) で、送信元にはなりません",
    ),
    "source.no_host": Text(
        "'{text}' is no address of a single PC",
        "「{text}」は 1 台の PC のアドレスではありません",
    ),
    "source.too_many": Text(
        "at most {most} addresses and networks", "アドレスとネットワークは {most} 個までです"
    ),
    "source.too_many_parts": Text(
        "The rules divide these addresses into too many parts.",
        "規則がこれらのアドレスを細かく分けすぎているため判定できません。",
    ),
}

# Each begins with the source, and may stand alone.
_SUMMARIES = {
    "source.because": Text("from {source}: {cause}; {remedy}", "{source} から: {cause}。{remedy}"),
    "source.partly_because": Text(
        "from {source}, of which the firewall lets in {allowed} only: {cause}; {remedy}",
        "{source} から (ファイアウォールが許可するのは {allowed} だけです): {cause}。{remedy}",
    ),
    "source.perhaps_because": Text(
        "from {source}, of which the firewall is certain to let in {allowed} only: {cause}; "
        "{remedy}",
        "{source} から (ファイアウォールが確実に許可するのは {allowed} だけです): {cause}。"
        "{remedy}",
    ),
    "source.allowed": Text(
        "from {source}: the firewall's rules let traffic in at {port}; nothing was tried from "
        "there",
        "{source} から: ファイアウォールの規則は {port} への通信を許可しています。そこからの接続は"
        "試していません",
    ),
    "source.partly": Text(
        "from {source}, of which only {allowed} can be answered: the firewall's rules let traffic "
        "in at {port}; nothing was tried from there",
        "{source} から (応答できるのは {allowed} だけです): ファイアウォールの規則は {port} への通"
        "信を許可しています。そこからの接続は試していません",
    ),
    "source.blocked": Text(
        "from {source}: the firewall's rules let nothing in at {port}",
        "{source} から: ファイアウォールの規則は {port} への通信を許可していません",
    ),
    "source.overruled": Text(
        "from {source}: another firewall is in charge, so that the rules don't decide about {port}",
        "{source} から: 他社製のファイアウォールが動作しているため、規則からは {port} について判"
        "断できません",
    ),
    # Nothing listens yet, and rules for single programs can't be judged without one.
    "source.conditional": Text(
        "from {source}: whether the firewall's rules let traffic in at {port} depends on the "
        "program or service that listens there",
        "{source} から: ファイアウォールの規則が {port} への通信を許可するかどうかは、待ち受ける"
        "プログラムやサービスによります",
    ),
    "source.name_program": Text(
        "from {source}: whether the firewall's rules let traffic in at {port} depends on the "
        "program that is to listen there; name its full path in expected_process to be told",
        "{source} から: ファイアウォールの規則が {port} への通信を許可するかどうかは、待ち受ける"
        "プログラムによります。expected_process にそのフル パスを指定すると判定できます",
    ),
    "source.unknown": Text(
        "from {source}: Windows lists no network for the adapter by which traffic comes, so that "
        "it is uncertain what the firewall does with {port}",
        "{source} から: 通信が届くアダプターのネットワークが Windows の一覧にないため、ファイア"
        "ウォールが {port} をどう扱うか確定できません",
    ),
    "source.own_address": Text(
        "from {source}: that is an address of the PC itself, and its firewall does not filter "
        "what it sends to itself",
        "{source} から: これは PC 自身のアドレスです。PC 自身との通信はファイアウォールの対象外"
        "です",
    ),
    "source.no_address": Text(
        "from {source}: the PC has no {family} address on its networks that can be reached from "
        "there, so {port} can't be either",
        "{source} から: PC のネットワークには、そこから届く {family} アドレスがないため、{port} に"
        "も接続できません",
    ),
    "source.no_route": Text(
        "from {source}: the PC has no route back to it, so it can't answer at {port}",
        "{source} から: PC にはそこへ戻る経路がないため、{port} で応答できません",
    ),
}

_OTHERS = {
    "cause.network_of_source": Text(
        "whether the firewall lets {peer} in at {port} depends on the network by which the traffic "
        "comes, that is on the PC's address that it is sent to; allowed: {allowed}; not allowed: "
        "{others}",
        "ファイアウォールが {peer} からの {port} への通信を許可するかどうかは、通信が届くネット"
        "ワーク、つまり接続先となる PC のアドレスによります。許可: {allowed}。許可されない: "
        "{others}",
    ),
    "remedy.network_of_source": Text(
        "connect to an address that the PC has on a network where it is allowed, or open it on the "
        "others too",
        "許可されているネットワークの PC のアドレスに接続するか、ほかのネットワークでも許可してくだ"
        "さい",
    ),
    "remark.source_cut": Text(
        "of the parts that are allowed, blocked or uncertain, only {count} are listed",
        "許可、ブロック、不確実の各部分は {count} 個までしか表示していません",
    ),
    "remark.source_unanswered": Text(
        "the PC has no address or route by which it could answer {addresses}",
        "PC には {addresses} に応答できるアドレスや経路がありません",
    ),
}

_STATES = {
    "source_state.allowed": Text("Allowed", "許可"),
    "source_state.partly": Text("Partly allowed", "一部許可"),
    "source_state.conditional": Text("Conditional", "条件付き"),
    "source_state.blocked": Text("Blocked", "ブロック"),
    "source_state.overruled": Text("Other firewall", "他社製ファイアウォール"),
    "source_state.unknown": Text("Unknown", "不明"),
    "source_state.own_address": Text("Own address", "自身のアドレス"),
    "source_state.no_address": Text("No address", "アドレスなし"),
    "source_state.no_route": Text("No route", "経路なし"),
}

TEXTS: Mapping[str, Text] = {**_WRONG, **_SUMMARIES, **_OTHERS, **_STATES}
