# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why one PC, the client, does not reach a port of another one, the server: clauses, around those
about the server that port_check has too.

A clause about one of the two follows its name ("on srv1, ..."), so it does not repeat that.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_SENTENCES = {
    "path.at": Text("on {host}, {clause}", "{host} では、{clause}"),
    "path.do_at": Text("on {host}, {what}", "{host} 側の対処: {what}"),
    "path.reachable": Text(
        "from {client} to {server}, {answer}", "{client} から {server} へ: {answer}"
    ),
    "path.obstacle": Text(
        "from {client} to {server}, {port} can't be reached: {cause}; {remedy}",
        "{client} から {server} の {port} には接続できません。{cause}。{remedy}",
    ),
    "path.unknown": Text(
        "from {client} to {server}, it is uncertain whether {port} can be reached: {cause}; "
        "{remedy}",
        "{client} から {server} の {port} に接続できるかどうかは確定できません。{cause}。{remedy}",
    ),
    "path.not_read": Text(
        "from {client} to {server}, it is uncertain whether {port} can be reached, because nothing "
        "could be read of {client}: {problem}",
        "{client} から {server} の {port} に接続できるかどうかは確定できません。{client} を読み取れ"
        "ませんでした。{problem}",
    ),
    "path.not_finished": Text(
        "The time limit of the task was reached before {client} was done. Raise the task's "
        "timeout, or name fewer clients.",
        "{client} の確認が終わる前に、タスクの制限時間に達しました。タスクの timeout "
        "を長くするか、clients を減らしてください。",
    ),
    "path.time_up": Text(
        "the time limit of the task, {seconds} seconds, was reached before these clients were "
        "done: {clients}",
        "次のクライアントの確認が終わる前に、タスクの制限時間 ({seconds} 秒) に達しました: "
        "{clients}",
    ),
    "path.blocked": Text(
        "from {client} to {server}, {port} is closed, as it should be: {cause}",
        "{client} から {server} の {port} には、期待どおり接続できません。{cause}",
    ),
    "path.not_as_expected": Text(
        "{port} should be {expected}, but {answer}",
        "{port} は{expected}はずですが、そうなっていません。{answer}",
    ),
    "path.some_perhaps_not_as_expected": Text(
        "{count} of {all} connections should be {expected} and are not, or may not be",
        "{all} 件の接続のうち {count} 件は{expected}はずですが、そうなっていないか、判断できません",
    ),
    "path.some_not_as_expected": Text(
        "{count} of {all} connections should be {expected} and are not",
        "{all} 件の接続のうち {count} 件は{expected}はずですが、そうなっていません",
    ),
    "path.reachable_inside": Text(
        "{port} can be reached, as far as both PCs show: {holder} listens, and both firewalls let "
        "the traffic through",
        "両方の PC の状態から見るかぎり {port} に接続できます。{holder} が待ち受けており、どちらの"
        "ファイアウォールも通信を許可しています",
    ),
    "path.reachable_relay_inside": Text(
        "{port} can be reached, as far as both PCs show: {holder} takes connections, and both "
        "firewalls let the traffic through; whether anything answers behind it can't be seen from "
        "here",
        "両方の PC の状態から見るかぎり {port} に接続できます。{holder} が接続を受け付けており、ど"
        "ちらのファイアウォールも通信を許可しています。その先に応答するものがあるかどうかは、ここ"
        "からは分かりません",
    ),
    "path.application": Text("the application", "アプリケーション"),
}

_CAUSES = {
    "path_cause.name_unknown": Text(
        "the DNS cache says that the name {name} does not exist",
        "DNS キャッシュに、{name} という名前は存在しないと記録されています",
    ),
    "path_cause.name_not_cached": Text(
        "nothing shows where the name {name} leads: neither the hosts file nor the DNS cache has "
        "it",
        "hosts ファイルにも DNS キャッシュにもないため、{name} という名前の接続先が分かりません",
    ),
    "path_cause.name_not_read": Text(
        "nothing shows where the name {name} leads, but what the PC knows of names was not read "
        "completely",
        "{name} という名前の接続先が分かりません (名前についての PC の情報をすべては読み取って"
        "いません)",
    ),
    "path_cause.name_leads_elsewhere_by_hosts_file": Text(
        "the name {name} leads to {addresses} by line {lines} of the hosts file, and {server} does "
        "not have that address, but {own}",
        "hosts ファイルの {lines} 行目により {name} という名前は {addresses} を指していますが、"
        "{server} のアドレスは {own} です",
    ),
    "path_cause.name_leads_elsewhere_by_own": Text(
        "{name} is its own name and leads to itself, not to {server}",
        "{name} は自身の名前であり、{server} ではなく自身を指しています",
    ),
    "path_cause.name_leads_elsewhere_by_dns_cache": Text(
        "the name {name} leads to {addresses} by the DNS cache, and {server} does not have that "
        "address, but {own}",
        "DNS キャッシュでは {name} という名前は {addresses} を指していますが、{server} のアドレス"
        "は {own} です",
    ),
    "path_cause.name_leads_elsewhere_by_literal": Text(
        "the application connects to {addresses}, and {server} does not have that address, but "
        "{own}",
        "アプリケーションは {addresses} に接続しますが、{server} のアドレスは {own} です",
    ),
    "path_cause.client_address_duplicate": Text(
        "the address {own} is not used, because another machine has it too",
        "アドレス {own} はほかのマシンと重複しているため、使用されていません",
    ),
    "path_cause.client_has_address": Text(
        "the address {address} of {server} is one of its own too, so that nothing leaves it",
        "{server} のアドレス {address} を自分も持っているため、通信は外に出ません",
    ),
    "path_cause.client_is_server": Text(
        "it is {server} itself, and what a PC sends to itself passes no firewall",
        "{server} と同じ PC であり、自分自身への通信はファイアウォールを通りません",
    ),
    "path_cause.no_route": Text(
        "there is no route to {address} of {server}",
        "{server} のアドレス {address} への経路がありません",
    ),
    "path_cause.self_assigned": Text(
        "there is no route to {address} of {server}, since the only address is {own}, which the PC "
        "has given itself because no DHCP server has answered",
        "DHCP サーバーが応答しないために PC が自分で割り当てた {own} しかアドレスがなく、{server} "
        "のアドレス {address} への経路がありません",
    ),
    "path_cause.client_firewall_of_others": Text(
        "another firewall is in charge ({products}), and the attempt to connect to {port} has "
        "failed, which nothing else explains",
        "他社製のファイアウォール ({products}) が有効で、{port} への接続に失敗しました。ほかに原因"
        "は見つかりません",
    ),
    "path_cause.client_firewall_of_others_open": Text(
        "another firewall is in charge ({products}), and what it does with the traffic of "
        "{program} to {port} can't be read",
        "他社製のファイアウォール ({products}) が有効で、{program} の {port} への通信がどう扱われ"
        "るかを読み取れません",
    ),
    "path_cause.client_policy_block_rule": Text(
        "the outbound block rule '{rule}' of a policy keeps {program} from {port} on the {network}",
        "ポリシーによる送信のブロックの規則「{rule}」が、{network}経由の {program} から {port} "
        "への通信をブロックしています",
    ),
    "path_cause.client_policy_blocks": Text(
        "a policy blocks outbound traffic on the {network}, and no rule lets {program} out to "
        "{port}",
        "ポリシーにより{network}の送信は既定でブロックされ、{program} から {port} への通信を許可す"
        "る規則がありません",
    ),
    "path_cause.client_service_restricted": Text(
        "the rule '{rule}' of Windows restricts the service, and keeps it from {port}",
        "Windows の規則「{rule}」がサービスを制限しており、{port} に接続できません",
    ),
    "path_cause.client_block_rule": Text(
        "the outbound block rule '{rule}' keeps {program} from {port} on the {network}",
        "送信のブロックの規則「{rule}」が、{network}経由の {program} から {port} への通信をブロッ"
        "クしています",
    ),
    "path_cause.client_blocks": Text(
        "the firewall blocks outbound traffic on the {network}, and no rule lets {program} out to "
        "{port}",
        "ファイアウォールの設定により{network}の送信は既定でブロックされ、{program} から {port} へ"
        "の通信を許可する規則がありません",
    ),
    "path_cause.client_forbids": Text(
        "curl.exe may not connect to {port} ({detail}), although the rules that were read let it "
        "out",
        "読み取った規則では許可されていますが、curl.exe は {port} への接続を拒否されました "
        "({detail})",
    ),
    "path_cause.server_address_duplicate": Text(
        "the address {address} is not used, because another machine has it too, which answers in "
        "its place",
        "アドレス {address} はほかのマシンと重複しているため使用されておらず、そのマシンが代わりに"
        "応答します",
    ),
    "path_cause.server_address_unused": Text(
        "the address {address} is not in use: its adapter is not connected, or Windows still "
        "checks it",
        "アドレス {address} は使用されていません (アダプターが接続されていないか、Windows が確認中"
        "です)",
    ),
    "path_cause.not_seen": Text(
        "something has answered {client} at {address} for {port}, and {server} did not list the "
        "connection while it was there",
        "{client} が {address} の {port} に接続できましたが、その間 {server} の接続の一覧に表示さ"
        "れませんでした",
    ),
    "path_cause.way_out": Text(
        "{port} gives no answer from {address}: the traffic leaves by the adapter '{adapter}', "
        "although the adapter '{other}' has a route there too; otherwise all is well on both PCs",
        "{address} の {port} から応答がありません。通信はアダプター「{adapter}」から送信されていま"
        "すが、アダプター「{other}」にも経路があります。ほかに問題は見つかりません",
    ),
    "path_cause.way_back": Text(
        "{client} gets no answer at {port}: there is no route back to {source}; otherwise all is "
        "well on both PCs",
        "{client} から {port} に接続しても応答がありません。{source} へ戻る経路がないためです。"
        "ほかに問題は見つかりません",
    ),
    "path_cause.way_back_on_link": Text(
        "{client} gets no answer at {port}: by its subnet mask, {source} is directly connected, "
        "although the client needs a router to get here; otherwise all is well on both PCs",
        "{client} から {port} に接続しても応答がありません。クライアントはルーター経由で接続します"
        "が、サブネット マスクによると {source} は直接接続されたネットワークにあります。ほかに"
        "問題は見つかりません",
    ),
    "path_cause.way_out_on_link": Text(
        "{port} gives no answer: by the subnet mask, {source} is directly connected, although the "
        "server needs a router to answer; otherwise all is well on both PCs",
        "{port} から応答がありません。サーバーはルーター経由で応答しますが、サブネット マスクに"
        "よると {source} は直接接続されたネットワークにあります。ほかに問題は見つかりません",
    ),
    "path_cause.lost": Text(
        "all is well on both PCs, but {client} gets no answer at {port} from {address}",
        "どちらの PC にも問題は見つかりませんが、{client} から {address} の {port} に接続しても応"
        "答がありません",
    ),
    "path_cause.unreachable": Text(
        "all is well on both PCs, but {client} is told that there is no way to {address} "
        "({detail})",
        "どちらの PC にも問題は見つかりませんが、{client} から {address} には到達できないという応"
        "答がありました ({detail})",
    ),
    "path_cause.refused": Text(
        "all is well on both PCs, but the connection of {client} to {port} at {address} is refused",
        "どちらの PC にも問題は見つかりませんが、{client} から {address} の {port} への接続が拒否"
        "されました",
    ),
    "path_cause.server_address_unknown": Text(
        "no address of its own is reported, so that nothing was tried",
        "自身のアドレスを取得できないため、接続は試していません",
    ),
    "path_cause.route_unknown": Text(
        "by which route the traffic to {address} of {server} leaves could not be found out",
        "{server} のアドレス {address} への通信がどの経路で送信されるかを確認できませんでした",
    ),
    "path_cause.client_network_unknown": Text(
        "whether the firewall lets {program} out to {port} depends on the network by which the "
        "traffic leaves, and Windows lists none for that adapter; allowed: {allowed}; not allowed: "
        "{others}",
        "アダプターのネットワークが Windows の一覧にないため、ファイアウォールが {program} から "
        "{port} への通信を許可するかどうか確定できません。許可: {allowed}。許可されない: {others}",
    ),
    "path_cause.client_condition_open": Text(
        "{program} may connect to {port} on the {network} only under conditions that can't be "
        "judged from here: {conditions}",
        "{network}経由の {program} から {port} への通信は条件付きで許可されていますが、その条件をこ"
        "こから判断できません: {conditions}",
    ),
    "path_cause.client_block_open": Text(
        "{program} may connect to {port} on the {network} unless this blocks it, which can't be "
        "judged from here: {conditions}",
        "{network}経由の {program} から {port} への通信は許可されていますが、次によりブロックされる"
        "かどうかをここから判断できません: {conditions}",
    ),
    "path_cause.client_firewall_stopped": Text(
        "what happens to outbound traffic is uncertain, because the firewall's service {services} "
        "is stopped",
        "ファイアウォールのサービス {services} が停止しているため、送信がどう扱われるか分かりませ"
        "ん",
    ),
    "path_cause.client_firewall_unknown": Text(
        "what the firewall does with the traffic of {program} to {port} could not be found out",
        "ファイアウォールが {program} から {port} への通信をどう扱うかを確認できませんでした",
    ),
    "path_cause.attempt_failed": Text(
        "the attempt of {client} to connect to {port} at {address} has failed for a reason that is "
        "not known here: {detail}",
        "{client} から {address} の {port} への接続が、ここでは判断できない理由で失敗しました: "
        "{detail}",
    ),
    "path_cause.client_not_read": Text(
        "nothing could be read: {problem}", "読み取れませんでした。{problem}"
    ),
}

_REMARKS = {
    "path_remark.also_elsewhere": Text(
        "the name {name} also leads to {addresses}, which {server} does not have",
        "{name} という名前は、{server} のアドレスではない {addresses} も指しています",
    ),
    "path_remark.duplicate": Text(
        "the address {address} is not used, because another machine has it too",
        "アドレス {address} はほかのマシンと重複しているため、使用されていません",
    ),
    "path_remark.programs": Text(
        "on {client}, outbound rules are for single programs ({rules}); client_program says which "
        "one is meant",
        "{client} には特定のプログラム用の送信の規則があります ({rules})。client_program で対象のプ"
        "ログラムを指定できます",
    ),
    "path_remark.connected_although": Text(
        "the client {client} has connected to {port} although, by the rules that were read, its "
        "firewall keeps the traffic back: {reason}",
        "読み取った規則では {client} のファイアウォールが送信をブロックしているはずですが "
        "({reason})、{port} に接続できました",
    ),
    "path_remark.may_filter": Text(
        "on {client} there is {products}, which may block {port} although Windows doesn't",
        "{client} にある {products} が、Windows とは別に {port} をブロックする可能性があります",
    ),
    "path_remark.udp": Text(
        "UDP gives no answer that could be relied on, so this is judged from what both PCs show",
        "UDP は応答から判断できないため、両方の PC の状態だけで判断しています",
    ),
    "path_remark.not_tried": Text(
        "the client {client} has not tried to connect, so this is judged from what both PCs show",
        "{client} からの接続は試していないため、両方の PC の状態だけで判断しています",
    ),
    "path_remark.no_curl": Text(
        "the client {client} has no curl.exe to try the connection with, so this is judged from "
        "what both PCs show",
        "{client} には接続を試すための curl.exe がないため、両方の PC の状態だけで判断しています",
    ),
    "path_remark.curl_unread": Text(
        "it could not be read whether the client {client} has a curl.exe to try the connection "
        "with, so this is judged from what both PCs show",
        "{client} に接続を試すための curl.exe があるか読み取れなかったため、両方の PC の状態だけで"
        "判断しています",
    ),
    "path_remark.no_attempt": Text(
        "the client {client} could not try to connect, so this is judged from what both PCs show: "
        "{problem}",
        "{client} からの接続を試せなかったため、両方の PC の状態だけで判断しています: {problem}",
    ),
    "path_remark.curl_kept_back": Text(
        "the firewall of {client} does not certainly let curl.exe out, so that its attempt says "
        "nothing of {server}",
        "{client} のファイアウォールが curl.exe の送信を許可するとは限らないため、接続の試行からは "
        "{server} について何も分かりません",
    ),
    "path_remark.forbidden": Text(
        "the client {client} did not let curl.exe connect ({detail}), which says nothing of "
        "{program}",
        "{client} は curl.exe の接続を拒否しましたが ({detail})、{program} については分かりません",
    ),
    "path_remark.by_curl": Text(
        "the attempt was made by curl.exe, so that {program} is judged by the firewall rules of "
        "{client} alone",
        "接続は curl.exe で試したため、{program} については {client} のファイアウォールの規則だけで"
        "判断しています",
    ),
    "path_remark.reset": Text(
        "what has answered {client} at {address} for {port} broke the connection off at once",
        "{client} から {address} の {port} への接続は、確立した直後に切断されました",
    ),
    "path_remark.may_be_translated": Text(
        "if something between {client} and {server} translates addresses (NAT, a VPN), {server} "
        "sees another address than {source}, which its firewall may keep out",
        "{client} と {server} の間でアドレスが変換されている場合 (NAT、VPN)、{server} からは "
        "{source} 以外のアドレスに見え、ファイアウォールで拒否される可能性があります",
    ),
    "path_remark.translated": Text(
        "the address of {client} is translated on the way: {server} sees {seen} in the place of "
        "{source}",
        "{client} のアドレスは途中で変換されています。{server} からは {source} ではなく {seen} に見"
        "えます",
    ),
    "path_remark.other_connected": Text(
        "the client {client} has connected to {port} at the other address {other}",
        "{client} は別のアドレス {other} では {port} に接続できました",
    ),
    "path_remark.other_failed": Text(
        "the client {client} has got no connection to {port} at the other address {other}",
        "{client} は別のアドレス {other} では {port} に接続できませんでした",
    ),
}

TEXTS: Mapping[str, Text] = {**_SENTENCES, **_CAUSES, **_REMARKS}
