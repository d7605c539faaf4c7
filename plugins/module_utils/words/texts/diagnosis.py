# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a port can't be reached, and what to do.

A cause is a clause that may stand before a semicolon, a remedy one that tells what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

_CAUSES = {
    "cause.answered_by_other": Text(
        "something has answered at {address} for {port}, although nothing on this PC listens "
        "there for other machines",
        "この PC では他のマシン向けに {port} を待ち受けているプログラムがないのに、{address} "
        "から応答がありました",
    ),
    "cause.connected_although_blocked": Text(
        "the controller has connected to {port}, although the firewall of this PC blocks it",
        "この PC のファイアウォールは {port} をブロックしているはずですが、コントローラーから接"
        "続できました",
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
    "cause.loopback_only": Text(
        "{port} is served by {holder} on {addresses} only, which no other machine can reach",
        "{port} は {holder} が {addresses} "
        "だけで待ち受けているため、他のマシンからは接続できません",
    ),
    "cause.other_address_only": Text(
        "{port} is served by {holder} on {addresses} only, not at the address that the "
        "controller connects to",
        "{port} は {holder} が {addresses} だけで待ち受けており、コントローラーの接続先アドレス"
        "では待ち受けていません",
    ),
    "cause.ipv6_only": Text(
        "{port} is served by {holder} for IPv6 only ({addresses}), and the controller connects "
        "by IPv4",
        "{port} は {holder} が IPv6 ({addresses}) だけで待ち受けていますが、コントローラーは "
        "IPv4 で接続します",
    ),
    "cause.ipv4_only": Text(
        "{port} is served by {holder} for IPv4 only ({addresses}), and the controller connects "
        "by IPv6",
        "{port} は {holder} が IPv4 ({addresses}) だけで待ち受けていますが、コントローラーは "
        "IPv6 で接続します",
    ),
    "cause.third_party_firewall": Text(
        "another firewall ({products}) is in charge instead of Windows Defender Firewall, and "
        "it decides about {port}",
        "Windows Defender ファイアウォールの代わりに他社製のファイアウォール ({products}) "
        "が動作しており、{port} の可否はそちらが決めています",
    ),
    "cause.policy_blocks_all": Text(
        "a policy blocks all inbound traffic on the {network}, {port} too",
        "ポリシーにより、{network}では {port} を含むすべての受信がブロックされています",
    ),
    "cause.policy_block_rule": Text(
        "the block rule '{rule}' of a policy closes {port} on the {network}",
        "ポリシーのブロックの規則「{rule}」が{network}で {port} を閉じています",
    ),
    "cause.policy_voids_rule": Text(
        "the firewall rule '{rule}' is for {port}, but a policy makes local rules void on the "
        "{network}",
        "{port} 用のファイアウォール規則「{rule}」はありますが、ポリシーにより{network}ではロー"
        "カルの規則が無効です",
    ),
    "cause.policy_voids_local_rules": Text(
        "{port} is not opened by any policy, and a policy makes local firewall rules void on "
        "the {network}",
        "{port} を許可するポリシーがなく、ポリシーにより{network}ではローカルのファイアウォール"
        "規則も無効です",
    ),
    "cause.blocks_all": Text(
        "the firewall is set to block all inbound traffic on the {network}",
        "ファイアウォールは{network}ですべての受信をブロックする設定になっています",
    ),
    "cause.service_restricted": Text(
        "the rule '{rule}' of Windows restricts the service at {port}, whatever other rules say",
        "Windows の規則「{rule}」が {port} のサービスを制限しており、他の規則では解除できません",
    ),
    "cause.block_rule": Text(
        "the block rule '{rule}' closes {port} on the {network}",
        "ブロックの規則「{rule}」が{network}で {port} を閉じています",
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
    "cause.rule_for_other_service": Text(
        "the firewall rule '{rule}' opens {port} for the service {rule_service} only, which is "
        "not what listens",
        "ファイアウォール規則「{rule}」は {port} をサービス {rule_service} "
        "にだけ許可していますが、待ち受けているのは別のプログラムです",
    ),
    "cause.rule_for_other_remote": Text(
        "the firewall rule '{rule}' opens {port} for {addresses} only, and the controller has "
        "the address {controller}",
        "ファイアウォール規則「{rule}」は {port} を {addresses} "
        "からしか許可していませんが、コントローラーのアドレスは {controller} です",
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
        "{network}で {port} を許可するファイアウォール規則がないため、ブロックされています",
    ),
    "cause.condition_not_met": Text(
        "{port} is open under conditions on the {network}, which the controller does not seem "
        "to meet: {conditions}",
        "{network}の {port} は条件付きで許可されていますが、コントローラーはその条件を満たしてい"
        "ないようです: {conditions}",
    ),
    "cause.condition_open": Text(
        "{port} is open under conditions on the {network} that can't be judged from here: "
        "{conditions}",
        "{network}の {port} は条件付きで許可されていますが、その条件をここから判断できません: "
        "{conditions}",
    ),
    "cause.firewall_stopped": Text(
        "what happens to {port} is uncertain, because the firewall's service {services} is stopped",
        "ファイアウォールのサービス {services} が停止しているため、{port} "
        "がどう扱われるか分かりません",
    ),
    "cause.firewall_unknown": Text(
        "what the firewall does with {port} could not be found out",
        "ファイアウォールが {port} をどう扱うかを確認できませんでした",
    ),
    "cause.through_proxy": Text(
        "the controller has not tried to connect to {port}, because it reaches the PC through a "
        "proxy, and never goes around one",
        "プロキシ経由で PC に接続しており、プロキシを迂回することはないため、コントローラーから "
        "{port} への接続は試していません",
    ),
    "cause.forwarded": Text(
        "the controller has not tried to connect to {port}, because WinRM is reached over a "
        "forwarded port, and whatever answers there is not the PC itself",
        "転送されたポート経由で WinRM に接続しており、そこで応答するのは PC "
        "自体ではないため、コントローラーから {port} への接続は試していません",
    ),
    "cause.address_changed": Text(
        "the controller has not tried to connect to {port}, because the address that answers as "
        "the PC has changed while it was read",
        "読み取りの途中で、PC として応答するアドレスが変わったため、コントローラーから {port} "
        "への接続は試していません",
    ),
    "cause.no_answer": Text(
        "all is well on the PC, but the controller gets no answer at {port} from {address}",
        "PC 側に問題は見つかりませんが、コントローラーは {address} の {port} "
        "から応答を得られません",
    ),
    "cause.refused": Text(
        "all is well on the PC, but {address} refuses the controller's connection to {port}",
        "PC 側に問題は見つかりませんが、{address} の {port} への接続が拒否されました",
    ),
    "cause.no_route": Text(
        "all is well on the PC, but the controller finds no way to {port} at {address} ({detail})",
        "PC 側に問題は見つかりませんが、コントローラーから {address} の {port} "
        "への経路がありません ({detail})",
    ),
}

_REMEDIES = {
    "remedy.check_address": Text(
        "check that this address belongs to this PC alone, and whether a router, a proxy or "
        "port forwarding answers in its place",
        "このアドレスがこの PC だけのものか、ルーター、プロキシ、ポート転送が代わりに応答してい"
        "ないか確認してください",
    ),
    "remedy.stop_holder": Text(
        "stop it with port_process or choose another port",
        "port_process で停止するか、別のポートを使ってください",
    ),
    "remedy.name_the_service": Text(
        "find out which of its services listens there, and stop that one with port_process "
        "(expected_service), or choose another port",
        "どのサービスが待ち受けているかを調べて port_process (expected_service) "
        "で停止するか、別のポートを使ってください",
    ),
    "remedy.end_heirs": Text(
        "end the processes that may have inherited it with port_process, if nobody needs them, "
        "or restart the PC",
        "引き継いだ可能性のあるプロセスが不要であれば port_process で終了させるか、PC "
        "を再起動してください",
    ),
    "remedy.restart_for_socket": Text(
        "restart the PC or choose another port, because nothing shows which process has "
        "inherited the socket",
        "どのプロセスがソケットを引き継いだか分からないため、PC "
        "を再起動するか、別のポートを使ってください",
    ),
    "remedy.choose_another_port": Text(
        "choose another port, because that one can't be stopped safely",
        "安全に停止できないため、別のポートを使ってください",
    ),
    "remedy.run_again": Text(
        "run the check again, because the process has just ended",
        "プロセスが終了したばかりなので、もう一度確認を実行してください",
    ),
    "remedy.look_at_holder": Text(
        "connect as an administrator, so that Windows tells who it is",
        "プロセスを調べられるように、管理者アカウントで接続してください",
    ),
    "remedy.reserved": Text(
        "choose another port, or run 'net stop winnat', start your program, and run 'net start "
        "winnat' (Hyper-V, WSL and Docker reserve such ranges)",
        "別のポートを使うか、net stop winnat を実行し、プログラムを起動してから net start "
        "winnat を実行してください (Hyper-V、WSL、Docker がこのような範囲を予約します)",
    ),
    "remedy.start_program": Text(
        "start the program that should serve it, and check the port in its settings",
        "待ち受けるはずのプログラムを起動し、設定されているポートを確認してください",
    ),
    "remedy.start_expected": Text(
        "start {expected}, and set it to listen at port {number}",
        "{expected} を起動し、ポート {number} で待ち受けるように設定してください",
    ),
    "remedy.loopback_only": Text(
        "set the program to listen on all addresses (0.0.0.0) or on the address of the PC, and "
        "restart it",
        "すべてのアドレス (0.0.0.0) または PC のアドレスで待ち受けるようにプログラムを設定し、再"
        "起動してください",
    ),
    "remedy.other_address_only": Text(
        "set the program to listen on all addresses (0.0.0.0), or connect to {addresses}",
        "すべてのアドレス (0.0.0.0) で待ち受けるようにプログラムを設定するか、{addresses} "
        "に接続してください",
    ),
    "remedy.ipv6_only": Text(
        "set the program to listen on 0.0.0.0 too, or connect by IPv6",
        "0.0.0.0 でも待ち受けるようにプログラムを設定するか、IPv6 で接続してください",
    ),
    "remedy.ipv4_only": Text(
        "set the program to listen on :: too, or connect by IPv4",
        ":: でも待ち受けるようにプログラムを設定するか、IPv4 で接続してください",
    ),
    "remedy.third_party_firewall": Text(
        "open {port} in the settings of {products}",
        "{products} の設定で {port} を許可してください",
    ),
    "remedy.policy_blocks_all": Text(
        "ask those who manage the policy, because nothing on the PC itself changes that",
        "PC 側では変更できないため、ポリシーの管理者に相談してください",
    ),
    "remedy.policy_block_rule": Text(
        "ask those who manage the policy to change that rule, because nothing on the PC "
        "overrides it",
        "PC 側では上書きできないため、その規則の変更をポリシーの管理者に依頼してください",
    ),
    "remedy.policy_voids_rule": Text(
        "ask those who manage the policy to open {port} there, or to let local rules count",
        "ポリシーで {port} を許可するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼"
        "してください",
    ),
    "remedy.policy_voids_local_rules": Text(
        "ask those who manage the policy to open {port} there, or to let local rules count",
        "ポリシーで {port} を許可するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼"
        "してください",
    ),
    "remedy.blocks_all": Text(
        "switch 'Blocks all incoming connections' off for the {profile} network in Windows "
        "Security",
        "「Windows セキュリティ」の{profile} ネットワークで、すべての着信接続をブロックする設定"
        "をオフにしてください",
    ),
    "remedy.service_restricted": Text(
        "use another service, because Windows keeps that one from the network on purpose",
        "Windows が意図的にネットワークからの接続を許可していないサービスなので、別のサービスを"
        "使ってください",
    ),
    "remedy.block_rule": Text(
        "disable that rule, if it is not meant to be there",
        "意図した規則でなければ、無効にしてください",
    ),
    "remedy.disable_block_rule": Text(
        "disable that rule with port_firewall, if it is not meant to be there",
        "意図した規則でなければ、port_firewall で無効にしてください",
    ),
    "remedy.rule_for_other_profile": Text(
        "open {port} for the {profile} profile too",
        "{profile} プロファイルでも {port} を許可してください",
    ),
    "remedy.extend_profiles": Text(
        "open it for the {profile} profile too with port_firewall",
        "port_firewall で{profile} プロファイルでも許可してください",
    ),
    "remedy.make_network_private": Text(
        "or, if you trust everybody on that network, set it to private in the settings of Windows",
        "または、信頼できるネットワークであれば、Windows の設定でプライベートに変更してください",
    ),
    "remedy.rule_disabled": Text(
        "enable that rule, or add one that opens {port}",
        "その規則を有効にするか、{port} を許可する規則を追加してください",
    ),
    "remedy.enable_rule": Text(
        "enable that rule with port_firewall",
        "port_firewall でその規則を有効にしてください",
    ),
    "remedy.rule_for_other_program": Text(
        "correct the program in that rule, or open {port} for any",
        "その規則のプログラムを修正するか、{port} をすべてのプログラムに許可してください",
    ),
    "remedy.correct_program": Text(
        "correct the program in that rule with port_firewall",
        "port_firewall でその規則のプログラムを修正してください",
    ),
    "remedy.rule_for_other_service": Text(
        "open {port} with a rule that is not bound to that service",
        "そのサービスに限定しない規則で {port} を許可してください",
    ),
    "remedy.rule_for_other_remote": Text(
        "add the controller's address to the rule",
        "コントローラーのアドレスを規則に追加してください",
    ),
    "remedy.add_remote": Text(
        "add the controller's address to the rule with port_firewall",
        "port_firewall でコントローラーのアドレスを規則に追加してください",
    ),
    "remedy.allow_controller": Text(
        "open it for the controller's address with port_firewall",
        "port_firewall でコントローラーのアドレスからの通信を許可してください",
    ),
    "remedy.rule_for_other_protocol": Text(
        "open {port} with an inbound rule for that protocol",
        "正しいプロトコルの受信の規則で {port} を許可してください",
    ),
    "remedy.rule_outbound": Text(
        "open {port} with an inbound rule",
        "受信の規則で {port} を許可してください",
    ),
    "remedy.rule_for_other_address": Text(
        "open {port} with a rule for all addresses of the PC",
        "PC のすべてのアドレスで {port} を許可してください",
    ),
    "remedy.rule_for_other_interface": Text(
        "open {port} with a rule for all network adapters",
        "すべてのネットワーク アダプターで {port} を許可してください",
    ),
    "remedy.no_rule": Text(
        "open {port} with an inbound rule",
        "受信の規則で {port} を許可してください",
    ),
    "remedy.open_port": Text("open it with port_firewall", "port_firewall で許可してください"),
    "remedy.condition_not_met": Text(
        "check these conditions, or add a rule without them",
        "条件を確認するか、条件のない規則を追加してください",
    ),
    "remedy.condition_open": Text(
        "connect from where the conditions are met, or add a rule without them",
        "条件を満たす場所から接続するか、条件のない規則を追加してください",
    ),
    "remedy.firewall_stopped": Text(
        "start the services BFE and MpsSvc, and set them to start automatically",
        "サービス BFE と MpsSvc を開始し、スタートアップの種類を自動にしてください",
    ),
    "remedy.firewall_unknown": Text(
        "look at Windows Defender Firewall on the PC, and whether the account is an administrator",
        "PC の Windows Defender ファイアウォールの状態と、アカウントが管理者かどうかを確認してく"
        "ださい",
    ),
    "remedy.through_proxy": Text(
        "set from_controller to false to be told what the PC itself shows, or reach it without "
        "a proxy",
        "from_controller を false にして PC "
        "自体の状態から判定するか、プロキシを使わずに接続してください",
    ),
    "remedy.forwarded": Text(
        "set from_controller to false to be told what the PC itself shows, or set ansible_host "
        "and ansible_port to its own address and port of WinRM",
        "from_controller を false にして PC 自体の状態から判定するか、ansible_host と "
        "ansible_port に PC 自体のアドレスと WinRM のポートを指定してください",
    ),
    "remedy.address_changed": Text(
        "find out why the name stands for several addresses, set ansible_host to the one that "
        "is the PC's, and run the check again",
        "名前に複数のアドレスがある理由を調べ、ansible_host にこの PC "
        "のアドレスを指定して、もう一度確認を実行してください",
    ),
    "remedy.no_answer": Text(
        "look at what is on the way (a router, a firewall between networks, a VPN, a cloud "
        "security group), and whether the program still accepts connections",
        "途中の機器 (ルーター、ネットワーク間のファイアウォール、クラウドのセキュリティ "
        "グループ、VPN) と、プログラムが今も接続を受け付けているかを確認してください",
    ),
    "remedy.refused": Text(
        "look at what is on the way (a router, a firewall between networks, a proxy), and run "
        "the check again",
        "途中の機器 (ルーター、ネットワーク間のファイアウォール、プロキシ) "
        "を確認し、もう一度確認を実行してください",
    ),
    "remedy.no_route": Text(
        "check the routes and the VPN between the controller and the PC",
        "コントローラーと PC の間の経路と VPN を確認してください",
    ),
}

_TASKS = {
    "task.free_port": Text("Free {port}", "{port} を空ける"),
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

_REMARKS = {
    "remark.firewall_off": Text(
        "the firewall is off on {profile} networks",
        "{profile} ネットワークではファイアウォールが無効です",
    ),
    "remark.limited": Text(
        "on {profile} networks the firewall lets {addresses} in, and nobody else",
        "{profile} ネットワークのファイアウォールは {addresses} からの通信だけを許可しています",
    ),
    "remark.ipv4_unknown": Text(
        "the program listens on ::, and Windows does not tell whether that includes IPv4",
        "プログラムは :: で待ち受けていますが、IPv4 も含むかどうかは Windows からは分かりません",
    ),
    "remark.udp": Text(
        "UDP gives no answer that could be relied on, so this is judged from what the PC shows",
        "UDP は応答から判断できないため、PC の状態だけで判断しています",
    ),
    "remark.not_tried": Text(
        "the controller has not tried to connect",
        "コントローラーからの接続は試していません",
    ),
}

TEXTS: Mapping[str, Text] = {**_CAUSES, **_REMEDIES, **_TASKS, **_REMARKS}
