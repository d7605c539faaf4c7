# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a port can't be reached: clauses that may come before a semicolon; and the names of the tasks
that mend it."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_CAUSES = {
    "cause.answered_by_other": Text(
        "something has answered at {address} for {port}, although nothing on this PC listens "
        "there for other machines",
        "この PC ではほかのマシン向けに {port} を待ち受けているプログラムがないのに、{address} "
        "から応答がありました",
    ),
    "cause.in_use": Text("{port} is taken by {holder}", "{port} は {holder} が使用しています"),
    "cause.not_expected": Text(
        "{port} is taken by {holder}, and not by {expected}",
        "{port} は {expected} ではなく {holder} が使用しています",
    ),
    "cause.holder_unknown": Text(
        "{port} is taken by a process that could not be identified",
        "{port} を使用しているプロセスを特定できませんでした",
    ),
    "cause.reserved": Text(
        "{port} is in a range that Windows has reserved ({range}), so that no program can "
        "listen there",
        "{port} は Windows が予約している範囲 ({range}) "
        "にあるため、どのプログラムも待ち受けに使えません",
    ),
    "cause.nothing_listens": Text(
        "nothing listens at {port}",
        "{port} で待ち受けているプログラムがありません",
    ),
    "cause.portproxy_stopped": Text(
        "nothing listens at {port}, although 'netsh interface portproxy' should forward it to "
        "{target}",
        "netsh interface portproxy で {target} に転送されるはずの {port} で待ち受けているものがあ"
        "りません",
    ),
    "cause.bound": Text(
        "{port} is taken by {holder}, which does not listen there, but uses it for a connection of "
        "its own or has bound it, so that another program can't listen on all addresses",
        "{port} は {holder} が待ち受け以外 (自身の接続またはバインド) に使用しているため、ほかのプ"
        "ログラムはすべてのアドレスでの待ち受けに使えません",
    ),
    "cause.taken_by_nat": Text(
        "{port} is taken by Windows' NAT, which forwards it to {targets}, a container or a virtual "
        "machine",
        "{port} は Windows の NAT がコンテナーまたは仮想マシン {targets} に転送しています",
    ),
    "cause.behind_nat": Text(
        "nothing on the PC itself listens at {port}, because Windows' NAT forwards it to "
        "{targets}, a container or a virtual machine, and what answers there is not known",
        "{port} は Windows の NAT がコンテナーまたは仮想マシン {targets} に転送しており、PC 自体"
        "には待ち受けるものがないため、その先で何が応答するかは分かりません",
    ),
    "cause.behind_nat_silent": Text(
        "{port} is forwarded by Windows' NAT to {targets}, a container or a virtual machine, and "
        "{peer} gets no connection there",
        "{port} は Windows の NAT がコンテナーまたは仮想マシン {targets} に転送していますが、"
        "{peer} から接続できません",
    ),
    "cause.destination_silent": Text(
        "{port} is forwarded by {holder}, and nothing listens there on the PC itself",
        "{port} は {holder} により転送されていますが、PC 自体の転送先で待ち受けているものがありま"
        "せん",
    ),
    "cause.local_url": Text(
        "{port} is served for requests from the PC itself only ({urls}): http.sys answers all "
        "others with 'Bad Request - Invalid Hostname' (400)",
        "{port} は PC 自体からの要求 ({urls}) だけに応答します。ほかからの要求には http.sys が "
        "Bad Request - Invalid Hostname (400) を返します",
    ),
    "cause.loopback_only": Text(
        "{port} is served by {holder} on {addresses} only, which no other machine can reach",
        "{port} は {holder} が {addresses} "
        "だけで待ち受けているため、ほかのマシンからは接続できません",
    ),
    "cause.other_address_only": Text(
        "{port} is served by {holder} on {addresses} only, not at the address that {peer} "
        "connects to",
        "{port} は {holder} が {addresses} だけで待ち受けており、{peer} の接続先アドレス"
        "では待ち受けていません",
    ),
    "cause.other_address_translated": Text(
        "{port} is served by {holder} on {addresses} only, not at {own}, the address of the PC to "
        "which {peer}'s connections are led",
        "{port} は {holder} が {addresses} だけで待ち受けており、{peer} からの接続が届く PC のアド"
        "レス {own} では待ち受けていません",
    ),
    "cause.ipv6_only": Text(
        "{port} is served by {holder} for IPv6 only ({addresses}), and {peer} connects by IPv4",
        "{port} は {holder} が IPv6 ({addresses}) だけで待ち受けていますが、{peer} は "
        "IPv4 で接続します",
    ),
    "cause.ipv4_only": Text(
        "{port} is served by {holder} for IPv4 only ({addresses}), and {peer} connects by IPv6",
        "{port} は {holder} が IPv4 ({addresses}) だけで待ち受けていますが、{peer} は "
        "IPv6 で接続します",
    ),
    "cause.policy_blocks_all": Text(
        "a policy blocks all inbound traffic on the {network}, {port} too",
        "ポリシーにより、{port} を含む{network}のすべての受信がブロックされています",
    ),
    "cause.policy_block_rule": Text(
        "the block rule '{rule}' of a policy closes {port} on the {network}",
        "ポリシーによるブロックの規則「{rule}」が{network}の {port} をブロックしています",
    ),
    "cause.policy_voids_rule": Text(
        "the firewall rule '{rule}' is for {port}, but a policy makes local rules void on the "
        "{network}",
        "{port} 用のファイアウォール規則「{rule}」はありますが、{network}のローカルの規則は"
        "ポリシーにより無効です",
    ),
    "cause.policy_voids_local_rules": Text(
        "{port} is not opened by any policy, and a policy makes local firewall rules void on "
        "the {network}",
        "{port} を許可するポリシーがなく、{network}のローカルのファイアウォール規則もポリシー"
        "により無効です",
    ),
    "cause.blocks_all": Text(
        "the firewall is set to block all inbound traffic on the {network}",
        "ファイアウォールは{network}のすべての受信をブロックする設定になっています",
    ),
    "cause.service_restricted": Text(
        "the rule '{rule}' of Windows restricts the service at {port}, whatever other rules say",
        "Windows の規則「{rule}」が {port} のサービスを制限しており、ほかの規則では解除できません",
    ),
    "cause.block_rule": Text(
        "the block rule '{rule}' closes {port} on the {network}",
        "ブロックの規則「{rule}」が{network}の {port} をブロックしています",
    ),
    "cause.rule_for_other_profile": Text(
        "the firewall rule '{rule}' opens {port} for {rule_profiles} networks only, and the PC "
        "is on the {network}",
        "ファイアウォール規則「{rule}」は {port} を{rule_profiles} "
        "プロファイルでしか許可していませんが、PC は{network}に接続されています",
    ),
    "cause.rule_disabled": Text(
        "the firewall rule '{rule}' would open {port}, but it is disabled",
        "{port} を許可するファイアウォール規則「{rule}」が無効になっています",
    ),
    "cause.rule_for_other_program": Text(
        "the firewall rule '{rule}' opens {port} for {rule_program}, but the program that "
        "listens is {program}",
        "ファイアウォール規則「{rule}」は {port} を {rule_program} "
        "に許可していますが、実際に待ち受けているのは {program} です",
    ),
    "cause.wrong_path": Text(
        "the firewall rule '{rule}' is for the program {rule_program}, but a path in a rule can't "
        "have {characters}, so it does not open {port} for the program that listens, {program}",
        "ファイアウォール規則「{rule}」はプログラム {rule_program} 用ですが、規則のパスに "
        "{characters} は使えないため、実際に待ち受けている {program} に {port} を許可していません",
    ),
    "cause.odd_path_open": Text(
        "the firewall rule '{rule}' opens {port} for {rule_program}, and whether Windows takes "
        "that path for {program}, the program that listens, can't be judged from here",
        "ファイアウォール規則「{rule}」は {port} を {rule_program} に許可していますが、Windows がこ"
        "のパスを実際に待ち受けている {program} とみなすかどうかを、ここから判断できません",
    ),
    "cause.odd_path_likely": Text(
        "the firewall rule '{rule}' opens {port} for {rule_program}, and Windows does not seem to "
        "take that path for {program}, the program that listens",
        "ファイアウォール規則「{rule}」は {port} を {rule_program} に許可していますが、Windows はこ"
        "のパスを実際に待ち受けている {program} とはみなしていないようです",
    ),
    "cause.rule_for_other_service": Text(
        "the firewall rule '{rule}' opens {port} for the service {rule_service} only, which is "
        "not what listens",
        "ファイアウォール規則「{rule}」は {port} をサービス {rule_service} "
        "にだけ許可していますが、待ち受けているのは別のプログラムです",
    ),
    "cause.rule_for_other_remote": Text(
        "the firewall rule '{rule}' opens {port} for {addresses} only, and {peer} has "
        "the address {controller}",
        "ファイアウォール規則「{rule}」は {port} を {addresses} "
        "からしか許可していませんが、{peer} のアドレスは {controller} です",
    ),
    "cause.rule_for_other_source": Text(
        "the firewall rule '{rule}' opens {port} for {addresses} only, and that does not include "
        "{peer}",
        "ファイアウォール規則「{rule}」は {port} を {addresses} "
        "からしか許可しておらず、{peer} は含まれません",
    ),
    "cause.rule_for_other_sources": Text(
        "the firewall rule '{rule}' opens {port} for {addresses} only, and that does not include "
        "all of {peer}",
        "ファイアウォール規則「{rule}」は {port} を {addresses} "
        "からしか許可しておらず、これに {peer} のすべては含まれません",
    ),
    "cause.rule_for_other_family": Text(
        "the firewall rule '{rule}' opens {port} for {addresses} only, and none of that is "
        "{family}",
        "ファイアウォール規則「{rule}」は {port} を {addresses} "
        "からしか許可しておらず、{family} のアドレスを含んでいません",
    ),
    "cause.rule_for_other_protocol": Text(
        "the firewall rule '{rule}' names the number of {port}, but is for another protocol",
        "ファイアウォール規則「{rule}」は {port} と同じ番号ですが、別のプロトコル用です",
    ),
    "cause.rule_outbound": Text(
        "the firewall rule '{rule}' for {port} is an outbound rule, and an inbound rule is needed",
        "{port} 用のファイアウォール規則「{rule}」は送信の規則ですが、必要なのは受信の規則です",
    ),
    "cause.rule_for_other_address": Text(
        "the firewall rule '{rule}' opens {port} at other addresses of the PC only ({addresses})",
        "ファイアウォール規則「{rule}」は PC の別のアドレス ({addresses}) でしか {port} "
        "を許可していません",
    ),
    "cause.rule_for_other_interface": Text(
        "the firewall rule '{rule}' opens {port} on other network adapters only",
        "ファイアウォール規則「{rule}」は別のネットワーク アダプターでしか {port} "
        "を許可していません",
    ),
    "cause.no_rule": Text(
        "{port} is blocked on the {network}: no firewall rule opens it",
        "{network}には {port} を許可するファイアウォール規則がないため、ブロックされています",
    ),
    "cause.no_rule_nearest": Text(
        "{port} is blocked on the {network}: no firewall rule opens it (the nearest is '{rule}', "
        "but {lacks})",
        "{network}には {port} を許可するファイアウォール規則がないため、ブロックされています (最も"
        "近い規則は「{rule}」ですが、次の点が異なります: {lacks})",
    ),
    # What is in the way of a rule.
    "lacks.rule_for_other_profile": Text(
        "it is for {rule_profiles} networks only", "{rule_profiles} プロファイル専用"
    ),
    "lacks.rule_disabled": Text("it is disabled", "無効になっている"),
    "lacks.rule_for_other_program": Text(
        "it is for the program {rule_program}", "プログラム {rule_program} 専用"
    ),
    "lacks.rule_for_other_service": Text(
        "it is for the service {rule_service}", "サービス {rule_service} 専用"
    ),
    "lacks.rule_for_other_remote": Text(
        "it lets in {addresses} only", "許可する相手は {addresses} のみ"
    ),
    "lacks.rule_for_other_address": Text(
        "it is for other addresses of the PC ({addresses})", "PC の別のアドレス ({addresses}) 専用"
    ),
    "lacks.rule_for_other_interface": Text(
        "it is for other network adapters", "別のネットワーク アダプター専用"
    ),
    "cause.condition_not_met": Text(
        "{port} is open under conditions on the {network}, which do not seem to be met: "
        "{conditions}",
        "{network}の {port} は条件付きで許可されていますが、その条件は満たされていないようです: "
        "{conditions}",
    ),
    "cause.condition_open": Text(
        "{port} is open under conditions on the {network} that can't be judged from here: "
        "{conditions}",
        "{network}の {port} は条件付きで許可されていますが、その条件をここから判断できません: "
        "{conditions}",
    ),
    "cause.block_open": Text(
        "{port} is open on the {network} unless this blocks it, which can't be judged from here: "
        "{conditions}",
        "{network}の {port} は許可されていますが、次によりブロックされるかどうかをここから判断でき"
        "ません: {conditions}",
    ),
    "cause.block_likely": Text(
        "{port} is open on the {network} unless this blocks it, which seems to be the case: "
        "{conditions}",
        "{network}の {port} は許可されていますが、次によりブロックされているようです: {conditions}",
    ),
    "cause.ipsec_open": Text(
        "{port} is open on the {network} only for traffic that IPsec authenticates (connection "
        "security rule: {rules}), and whether {peer}'s is can't be seen from here",
        "{network}の {port} には IPsec の認証が必要です (接続セキュリティの規則: {rules})。"
        "{peer} が認証されるかどうかは、ここから判断できません",
    ),
    "cause.ipsec_likely": Text(
        "{port} is open on the {network} only for traffic that IPsec authenticates (connection "
        "security rule: {rules}), and {peer}'s does not seem to be",
        "{network}の {port} には IPsec の認証が必要です (接続セキュリティの規則: {rules})。"
        "{peer} は認証されていないようです",
    ),
    "cause.firewall_stopped": Text(
        "what happens to {port} is uncertain, because the firewall's service {services} is stopped",
        "ファイアウォールのサービス {services} が停止しているため、{port} "
        "がどう扱われるか分かりません",
    ),
    "cause.network_unidentified": Text(
        "whether the firewall lets in {port} is uncertain, because Windows lists no network for "
        "{adapter}; allowed: {allowed}; not allowed: {others}",
        "{adapter}のネットワークが Windows の一覧にないため、ファイアウォールが {port} "
        "を許可するかどうか確定できません。許可: {allowed}。許可されない: {others}",
    ),
    "cause.network_unknown": Text(
        "whether the firewall lets in {port} depends on the network by which {peer} "
        "comes, and that could not be found out; allowed: {allowed}; not allowed: {others}",
        "ファイアウォールが {port} "
        "を許可するかどうかは、{peer} がどのネットワークから接続しているかによりますが、確認"
        "できませんでした。許可: {allowed}。許可されない: {others}",
    ),
    "cause.firewall_unknown": Text(
        "what the firewall does with {port} could not be found out",
        "ファイアウォールが {port} をどう扱うかを確認できませんでした",
    ),
    "cause.through_proxy": Text(
        "the controller has not tried to connect to {port}, because it reaches the PC through a "
        "proxy, and never goes around one",
        "PC への接続がプロキシを経由しており、プロキシは迂回しないため、コントローラーから {port} "
        "への接続は試していません",
    ),
    "cause.forwarded": Text(
        "the controller has not tried to connect to {port}, because WinRM is or may be "
        "reached over a forwarded port, and what answers there may not be the PC itself",
        "WinRM への接続が転送されたポートを経由している可能性があり、そこで応答するのは PC 自体では"
        "ないおそれがあるため、コントローラーから {port} への接続は試していません",
    ),
    "cause.address_changed": Text(
        "the controller has not tried to connect to {port}, because the address that answers as "
        "the PC has changed while it was read",
        "読み取りの途中で、PC として応答するアドレスが変わったため、コントローラーから {port} "
        "への接続は試していません",
    ),
    "cause.no_answer": Text(
        "all is well on the PC, but {peer} gets no answer at {port} from {address}",
        "PC 側に問題は見つかりませんが、{peer} から {address} の {port} に接続しても応答があ"
        "りません",
    ),
    "cause.no_answer_translated": Text(
        "all is well on the PC, but {peer} gets no answer at {port} from {address}, which is not "
        "the PC's own address ({own}), so something on the way translates it",
        "PC 側に問題は見つかりませんが、{peer} から {address} の {port} に接続しても応答がありませ"
        "ん。これは PC 自体のアドレス ({own}) ではなく、途中で変換されています",
    ),
    "cause.refused_translated": Text(
        "all is well on the PC, but {peer}'s connection to {port} is refused at {address}, which "
        "is not the PC's own address ({own}), so something on the way translates it",
        "PC 側に問題は見つかりませんが、{peer} から {address} の {port} への接続が拒否されました。"
        "これは PC 自体のアドレス ({own}) ではなく、途中で変換されています",
    ),
    "cause.refused": Text(
        "all is well on the PC, but {address} refuses {peer}'s connection to {port}",
        "PC 側に問題は見つかりませんが、{peer} から {address} の {port} への接続が拒否されました",
    ),
    "cause.no_route": Text(
        "all is well on the PC, but {peer} has no route to {port} at {address} ({detail})",
        "PC 側に問題は見つかりませんが、{peer} から {address} の {port} "
        "への経路がありません ({detail})",
    ),
}

_REMARKS = {
    "remark.firewall_off": Text(
        "the firewall is off on {profile} networks",
        "{profile} ネットワークではファイアウォールが無効です",
    ),
    "remark.connected_although": Text(
        "{peer} has connected to {port} although, by the rules that were read, the "
        "firewall blocks it on the {network}: {reason}",
        "読み取った規則ではファイアウォールが{network}の {port} をブロックしているはずですが "
        "({reason})、{peer} から接続できました",
    ),
    "remark.limited": Text(
        "on {profile} networks the firewall lets in {addresses} only",
        "{profile} ネットワークのファイアウォールは {addresses} からの通信だけを許可しています",
    ),
    "remark.network": Text(
        "{peer} comes by the {network}, so that one decides",
        "{peer} は{network}から接続しているため、このネットワークで判断しています",
    ),
    "remark.translated": Text(
        "the PC itself does not have the address {address}, but {own}, so a router translates it; "
        "if the router forwards single ports only, something else may have answered at {port}",
        "PC 自体のアドレスは {address} ではなく {own} で、ルーターがアドレスを変換しています。ルー"
        "ターが一部のポートだけを転送している場合、{port} で応答したのは PC 以外かもしれません",
    ),
    "cause.no_answer_past_edge": Text(
        "nothing else keeps {port} closed, but {peer} gets no answer from {address}, an address of "
        "the tunnel Teredo, through which only rules with edge traversal let anything in",
        "ほかに {port} をブロックしているものはありませんが、{peer} から {address} に接続しても応答"
        "がありません。これはトンネル (Teredo) のアドレスで、エッジ トラバーサルを許可し"
        "た規則だけが通信を許可します",
    ),
    "remark.past_edge": Text(
        "{peer} comes by the tunnel Teredo, through which only rules with edge traversal let "
        "anything in; whether one does was not judged",
        "{peer} はトンネル (Teredo) 経由で接続しており、エッジ トラバーサルを許可した規則だけが通信"
        "を許可します。そのような規則があるかどうかは判定していません",
    ),
    "remark.reused_pid": Text(
        "{port} was opened before {holder} started, so Windows may only have given it the process "
        "id of a program that has ended; what listens is then a program which that one had started",
        "{port} は {holder} の起動より前に開かれています。Windows "
        "が、終了したプログラムのプロセス ID をこれに割り当てただけの可能性があり、その場合に待ち受"
        "けているのは、終了したプログラムが起動したプログラムです",
    ),
    "remark.ipv4_unknown": Text(
        "the program listens on ::, and Windows does not tell whether that includes IPv4",
        "プログラムは :: で待ち受けていますが、IPv4 も含むかどうかは Windows からは分かりません",
    ),
    "remark.host_names": Text(
        "http.sys serves {port} only to those who ask for {names} by name",
        "http.sys は {port} で {names} という名前宛ての要求にだけ応答します",
    ),
    "remark.udp": Text(
        "UDP gives no answer that could be relied on, so this is judged from what the PC shows",
        "UDP は応答から判断できないため、PC の状態だけで判断しています",
    ),
    "remark.not_tried": Text(
        "{peer} has not tried to connect",
        "{peer} からの接続は試していません",
    ),
}

_TASKS = {
    "task.free_port": Text("Free {port}", "使用中の {port} を解放する"),
    "task.make_private": Text(
        "Make the network {name} private", "ネットワーク {name} をプライベートにする"
    ),
    "task.open_port": Text("Open {port} in the firewall", "ファイアウォールで {port} を許可する"),
    "task.change_rule": Text(
        "Let the firewall rule {rule} open {port}",
        "ファイアウォール規則 {rule} で {port} を許可する",
    ),
    "task.enable_rule": Text(
        "Enable the firewall rule {rule}",
        "ファイアウォール規則 {rule} を有効にする",
    ),
    "task.disable_rule": Text(
        "Disable the firewall rule {rule}",
        "ファイアウォール規則 {rule} を無効にする",
    ),
}

TEXTS: Mapping[str, Text] = {**_CAUSES, **_REMARKS, **_TASKS}
