# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The texts in Japanese. See `catalog`.

Words are those of the Japanese Windows: 受信の規則 (inbound rule), プロファイル (profile),
パブリック (public), and 待ち受ける for what a program does at a port.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import japanese_firewall

_SENTENCES = {
    "sentence.cause_and_remedy": "{cause}。{remedy}",
    "sentence.reachable": (
        "{port} に接続できます。{holder} が待ち受けており、コントローラーから {address} に接続でき"
        "ました"
    ),
    "sentence.reachable_inside": (
        "PC の状態から見るかぎり {port} に接続できます。{holder} が待ち受けており、ファイアウォー"
        "ルも通信を許可しています"
    ),
    "sentence.free": "{port} は空いています。使用しているプログラムはありません",
    "sentence.in_use": "{port} は使用中です。使用しているのは {holder} です",
    "sentence.not_as_expected": "{port} は{expected}はずですが、そうなっていません。{answer}",
    "sentence.some_not_as_expected": (
        "{all} 個のポートのうち {count} 個は{expected}はずですが、そうなっていません"
    ),
    "expected.reachable": "接続できる",
    "expected.free": "空いている",
    "expected.in_use": "使用中の",
    "list.separator": "、",
    "list.last_separator": "、",
    "list.more": "ほか {count} 件",
}

_HOLDERS = {
    "holder.process": "{name} (PID {pid})",
    "holder.service": "{name} (PID {pid}、サービス {services})",
    "holder.services": "{name} (PID {pid}、サービス {services})",
    "holder.ended": "終了したばかりのプロセス (PID {pid})",
    "holder.orphaned": "終了したプロセス (PID {pid}) のソケット "
    "({programs} が引き継いでいる可能性があります)",
    "holder.orphaned_alone": "終了したプロセス (PID {pid}) のソケット",
    "holder.unknown": "ホストが名前を返さないプロセス",
    "holder.http_sys": "http.sys (PID 4、{programs} のために {urls} を受け付け)",
    "holder.http_sys_for_urls": "http.sys (PID 4、{urls} を受け付け)",
    "holder.system_service": "Windows 自身 (System、PID 4、{services})",
    "holder.system": "Windows 自身 (System、PID 4、http.sys またはドライバー)",
}

_NETWORKS = {
    "profile.domain": "ドメイン",
    "profile.private": "プライベート",
    "profile.public": "パブリック",
    "network.named": "{profile} ネットワーク「{name}」",
    "network.unnamed": "{profile} ネットワーク",
}

_CAUSES = {
    "cause.answered_by_other": (
        "この PC では他のマシン向けに {port} を待ち受けているプログラムがないのに、{address} から"
        "応答がありました"
    ),
    "cause.connected_although_blocked": (
        "この PC のファイアウォールは {port} をブロックしているはずですが、コントローラーから接続"
        "できました"
    ),
    "cause.in_use": "{port} は {holder} が使用しています",
    "cause.not_expected": "{port} は {expected} ではなく {holder} が使用しています",
    "cause.holder_unknown": "{port} を使用しているプロセスを特定できませんでした",
    "cause.reserved": (
        "{port} は Windows が予約している範囲 ({range}) にあるため、どのプログラムも待ち受けに使え"
        "ません"
    ),
    "cause.nothing_listens": "{port} で待ち受けているプログラムがありません",
    "cause.loopback_only": (
        "{port} は {holder} が {addresses} だけで待ち受けているため、他のマシンからは接続できません"
    ),
    "cause.other_address_only": (
        "{port} は {holder} が {addresses} だけで待ち受けており、コントローラーの接続先アドレスで"
        "は待ち受けていません"
    ),
    "cause.ipv6_only": (
        "{port} は {holder} が IPv6 ({addresses}) だけで待ち受けていますが、コントローラーは IPv4 "
        "で接続します"
    ),
    "cause.ipv4_only": (
        "{port} は {holder} が IPv4 ({addresses}) だけで待ち受けていますが、コントローラーは IPv6 "
        "で接続します"
    ),
    "cause.third_party_firewall": (
        "Windows Defender ファイアウォールの代わりに他社製のファイアウォール ({products}) が動作し"
        "ており、{port} の可否はそちらが決めています"
    ),
    "cause.policy_blocks_all": (
        "ポリシーにより、{network}では {port} を含むすべての受信がブロックされています"
    ),
    "cause.policy_block_rule": (
        "ポリシーのブロックの規則「{rule}」が{network}で {port} を閉じています"
    ),
    "cause.policy_voids_rule": (
        "{port} 用のファイアウォール規則「{rule}」はありますが、ポリシーにより{network}ではローカ"
        "ルの規則が無効です"
    ),
    "cause.policy_voids_local_rules": (
        "{port} を許可するポリシーがなく、ポリシーにより{network}ではローカルのファイアウォール規"
        "則も無効です"
    ),
    "cause.blocks_all": "ファイアウォールは{network}ですべての受信をブロックする設定になっています",
    "cause.service_restricted": (
        "Windows の規則「{rule}」が {port} のサービスを制限しており、他の規則では解除できません"
    ),
    "cause.block_rule": "ブロックの規則「{rule}」が{network}で {port} を閉じています",
    "cause.rule_for_other_profile": (
        "ファイアウォール規則「{rule}」は {port} を{rule_profiles} プロファイルでしか許可していませ"
        "んが、PC は{network}に接続されています"
    ),
    "cause.rule_disabled": "{port} を許可するファイアウォール規則「{rule}」が無効になっています",
    "cause.rule_for_other_program": (
        "ファイアウォール規則「{rule}」は {port} を {rule_program} に許可していますが、実際に待ち"
        "受けているのは {program} です"
    ),
    "cause.rule_for_other_service": (
        "ファイアウォール規則「{rule}」は {port} をサービス {rule_service} にだけ許可していますが、"
        "待ち受けているのは別のプログラムです"
    ),
    "cause.rule_for_other_remote": (
        "ファイアウォール規則「{rule}」は {port} を {addresses} からしか許可していませんが、コント"
        "ローラーのアドレスは {controller} です"
    ),
    "cause.rule_for_other_protocol": (
        "ファイアウォール規則「{rule}」は {port} と同じ番号ですが、別のプロトコル用です"
    ),
    "cause.rule_outbound": (
        "{port} 用のファイアウォール規則「{rule}」は送信の規則ですが、必要なのは受信の規則です"
    ),
    "cause.rule_for_other_address": (
        "ファイアウォール規則「{rule}」は PC の別のアドレス ({addresses}) でしか {port} を許可して"
        "いません"
    ),
    "cause.rule_for_other_interface": (
        "ファイアウォール規則「{rule}」は別のネットワーク アダプターでしか {port} を許可していませ"
        "ん"
    ),
    "cause.no_rule": (
        "{network}で {port} を許可するファイアウォール規則がないため、ブロックされています"
    ),
    "cause.condition_not_met": (
        "{network}の {port} は条件付きで許可されていますが、コントローラーはその条件を満たしていな"
        "いようです: {conditions}"
    ),
    "cause.condition_open": (
        "{network}の {port} は条件付きで許可されていますが、その条件をここから判断できません: "
        "{conditions}"
    ),
    "cause.firewall_stopped": (
        "ファイアウォールのサービス {services} が停止しているため、{port} がどう扱われるか分かりま"
        "せん"
    ),
    "cause.firewall_unknown": "ファイアウォールが {port} をどう扱うかを確認できませんでした",
    "cause.through_proxy": (
        "プロキシ経由で PC に接続しており、プロキシを迂回することはないため、コントローラーから "
        "{port} への接続は試していません"
    ),
    "cause.forwarded": (
        "転送されたポート経由で WinRM に接続しており、そこで応答するのは PC 自体ではないため、"
        "コントローラーから {port} への接続は試していません"
    ),
    "cause.address_changed": (
        "読み取りの途中で、PC として応答するアドレスが変わったため、コントローラーから {port} への"
        "接続は試していません"
    ),
    "cause.no_answer": (
        "PC 側に問題は見つかりませんが、コントローラーは {address} の {port} から応答を得られません"
    ),
    "cause.refused": "PC 側に問題は見つかりませんが、{address} の {port} への接続が拒否されました",
    "cause.no_route": (
        "PC 側に問題は見つかりませんが、コントローラーから {address} の {port} への経路がありませ"
        "ん ({detail})"
    ),
}

_REMEDIES = {
    "remedy.check_address": (
        "このアドレスがこの PC だけのものか、ルーター、プロキシ、ポート転送が代わりに応答していな"
        "いか確認してください"
    ),
    "remedy.stop_holder": "port_process で停止するか、別のポートを使ってください",
    "remedy.name_the_service": (
        "どのサービスが待ち受けているかを調べて port_process (expected_service) で停止するか、別の"
        "ポートを使ってください"
    ),
    "remedy.end_heirs": "引き継いだ可能性のあるプロセスが不要であれば port_process で終了させるか、"
    "PC を再起動してください",
    "remedy.restart_for_socket": "どのプロセスがソケットを引き継いだか分からないため、"
    "PC を再起動するか、別のポートを使ってください",
    "remedy.choose_another_port": "安全に停止できないため、別のポートを使ってください",
    "remedy.run_again": "プロセスが終了したばかりなので、もう一度確認を実行してください",
    "remedy.look_at_holder": "プロセスを調べられるように、管理者アカウントで接続してください",
    "remedy.reserved": (
        "別のポートを使うか、net stop winnat を実行し、プログラムを起動してから net start winnat "
        "を実行してください (Hyper-V、WSL、Docker がこのような範囲を予約します)"
    ),
    "remedy.start_program": (
        "待ち受けるはずのプログラムを起動し、設定されているポートを確認してください"
    ),
    "remedy.start_expected": (
        "{expected} を起動し、ポート {number} で待ち受けるように設定してください"
    ),
    "remedy.loopback_only": (
        "すべてのアドレス (0.0.0.0) または PC のアドレスで待ち受けるようにプログラムを設定し、再起"
        "動してください"
    ),
    "remedy.other_address_only": (
        "すべてのアドレス (0.0.0.0) で待ち受けるようにプログラムを設定するか、{addresses} に接続し"
        "てください"
    ),
    "remedy.ipv6_only": (
        "0.0.0.0 でも待ち受けるようにプログラムを設定するか、IPv6 で接続してください"
    ),
    "remedy.ipv4_only": ":: でも待ち受けるようにプログラムを設定するか、IPv4 で接続してください",
    "remedy.third_party_firewall": "{products} の設定で {port} を許可してください",
    "remedy.policy_blocks_all": "PC 側では変更できないため、ポリシーの管理者に相談してください",
    "remedy.policy_block_rule": (
        "PC 側では上書きできないため、その規則の変更をポリシーの管理者に依頼してください"
    ),
    "remedy.policy_voids_rule": (
        "ポリシーで {port} を許可するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼し"
        "てください"
    ),
    "remedy.policy_voids_local_rules": (
        "ポリシーで {port} を許可するか、ローカルの規則を有効にするよう、ポリシーの管理者に依頼し"
        "てください"
    ),
    "remedy.blocks_all": (
        "「Windows セキュリティ」の{profile} ネットワークで、すべての着信接続をブロックする設定を"
        "オフにしてください"
    ),
    "remedy.service_restricted": (
        "Windows が意図的にネットワークからの接続を許可していないサービスなので、別のサービスを使っ"
        "てください"
    ),
    "remedy.block_rule": "意図した規則でなければ、無効にしてください",
    "remedy.disable_block_rule": "意図した規則でなければ、port_firewall で無効にしてください",
    "remedy.rule_for_other_profile": "{profile} プロファイルでも {port} を許可してください",
    "remedy.extend_profiles": "port_firewall で{profile} プロファイルでも許可してください",
    "remedy.make_network_private": (
        "または、信頼できるネットワークであれば、Windows の設定でプライベートに変更してください"
    ),
    "remedy.rule_disabled": "その規則を有効にするか、{port} を許可する規則を追加してください",
    "remedy.enable_rule": "port_firewall でその規則を有効にしてください",
    "remedy.rule_for_other_program": (
        "その規則のプログラムを修正するか、{port} をすべてのプログラムに許可してください"
    ),
    "remedy.correct_program": "port_firewall でその規則のプログラムを修正してください",
    "remedy.rule_for_other_service": "そのサービスに限定しない規則で {port} を許可してください",
    "remedy.rule_for_other_remote": "コントローラーのアドレスを規則に追加してください",
    "remedy.add_remote": "port_firewall でコントローラーのアドレスを規則に追加してください",
    "remedy.allow_controller": (
        "port_firewall でコントローラーのアドレスからの通信を許可してください"
    ),
    "remedy.rule_for_other_protocol": "正しいプロトコルの受信の規則で {port} を許可してください",
    "remedy.rule_outbound": "受信の規則で {port} を許可してください",
    "remedy.rule_for_other_address": "PC のすべてのアドレスで {port} を許可してください",
    "remedy.rule_for_other_interface": (
        "すべてのネットワーク アダプターで {port} を許可してください"
    ),
    "remedy.no_rule": "受信の規則で {port} を許可してください",
    "remedy.open_port": "port_firewall で許可してください",
    "remedy.condition_not_met": "条件を確認するか、条件のない規則を追加してください",
    "remedy.condition_open": "条件を満たす場所から接続するか、条件のない規則を追加してください",
    "remedy.firewall_stopped": (
        "サービス BFE と MpsSvc を開始し、スタートアップの種類を自動にしてください"
    ),
    "remedy.firewall_unknown": (
        "PC の Windows Defender ファイアウォールの状態と、アカウントが管理者かどうかを確認してくだ"
        "さい"
    ),
    "remedy.through_proxy": (
        "from_controller を false にして PC 自体の状態から判定するか、プロキシを使わずに接続して"
        "ください"
    ),
    "remedy.forwarded": (
        "from_controller を false にして PC 自体の状態から判定するか、ansible_host と ansible_port "
        "に PC 自体のアドレスと WinRM のポートを指定してください"
    ),
    "remedy.address_changed": (
        "名前に複数のアドレスがある理由を調べ、ansible_host にこの PC のアドレスを指定して、もう"
        "一度確認を実行してください"
    ),
    "remedy.no_answer": (
        "途中の機器 (ルーター、ネットワーク間のファイアウォール、クラウドのセキュリティ グループ、"
        "VPN) と、プログラムが今も接続を受け付けているかを確認してください"
    ),
    "remedy.refused": (
        "途中の機器 (ルーター、ネットワーク間のファイアウォール、プロキシ) を確認し、もう一度確認"
        "を実行してください"
    ),
    "remedy.no_route": "コントローラーと PC の間の経路と VPN を確認してください",
}

_TASKS = {
    "task.free_port": "{port} を空ける",
    "task.open_port": "ファイアウォールで {port} を許可する",
    "task.change_rule": "ファイアウォール規則 {rule} で {port} を許可する",
    "task.enable_rule": "ファイアウォール規則 {rule} を有効にする",
    "task.disable_rule": "ファイアウォール規則 {rule} を無効にする",
}

_CONDITIONS = {
    "condition.of_rule": "規則「{rule}」({conditions})",
    "condition.is": "{what}: {value}",
    "condition.remote_address": "リモート アドレス",
    "condition.local_address": "ローカル アドレス",
    "condition.remote_port": "リモート ポート",
    "condition.local_port": "ローカル ポート",
    "condition.icmp": "ICMP の種類",
    "condition.program": "プログラム",
    "condition.service": "サービス",
    "condition.package": "アプリ パッケージ",
    "condition.user": "ユーザー",
    "condition.authentication": "IPsec 認証",
    "condition.interface": "ネットワーク アダプター",
    "condition.interface_type": "ネットワーク アダプターの種類",
    "condition.network": "ネットワーク",
    "condition.transport": "トランスポート",
    "condition.platform": "Windows のバージョン",
    "condition.unknown_field": "解釈できない項目",
    "condition.same_id": "同じ ID の別の規則",
}

_REMARKS = {
    "remark.firewall_off": "{profile} ネットワークではファイアウォールが無効です",
    "remark.limited": (
        "{profile} ネットワークのファイアウォールは {addresses} からの通信だけを許可しています"
    ),
    "remark.ipv4_unknown": (
        "プログラムは :: で待ち受けていますが、IPv4 も含むかどうかは Windows からは分かりません"
    ),
    "remark.udp": "UDP は応答から判断できないため、PC の状態だけで判断しています",
    "remark.not_tried": "コントローラーからの接続は試していません",
}

_WARNINGS = {
    "warning.not_read": (
        "一部の情報を読み取れなかったため、判定が不完全な可能性があります。詳細 (英語): {note}"
    ),
}

TEXTS: Mapping[str, str] = {
    **_SENTENCES,
    **_HOLDERS,
    **_NETWORKS,
    **_CAUSES,
    **_REMEDIES,
    **_TASKS,
    **_CONDITIONS,
    **_REMARKS,
    **_WARNINGS,
    **japanese_firewall.TEXTS,
}
