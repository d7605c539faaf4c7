# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do about a port that can't be reached, in clauses."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "remedy.check_address": Text(
        "check that this address belongs to this PC alone, and whether a router, a proxy or "
        "port forwarding answers in its place, or a container, a virtual machine or a mirrored WSL "
        "on the PC, for which nothing listens in Windows",
        "このアドレスがこの PC だけのものか、ルーター、プロキシ、ポート転送、または Windows 側で"
        "は待ち受けの表示されない PC 上のコンテナー、仮想マシン、ミラー モードの WSL が代わりに応"
        "答していないか確認してください",
    ),
    "remedy.stop_holder": Text(
        "stop it with port_process or choose another port",
        "port_process で停止するか、別のポートを使ってください",
    ),
    "remedy.stop_holders": Text(
        "stop them all with port_process, in one task, or choose another port",
        "port_process で 1 つのタスクとしてすべて停止するか、別のポートを使ってください",
    ),
    "remedy.stop_after": Text(
        "when the port is no longer held by {others}, stop that one with port_process, which "
        "stops all holders of a port or none; or choose another port",
        "先に {others} によるポートの使用をやめさせてから、port_process で停止してください "
        "(port_process は、ポートを使用するものをすべて停止するか、何も停止しません)。または、別の"
        "ポートを使ってください",
    ),
    "remedy.stop_beside_own": Text(
        "stop that one by other means than port_process, which would have to stop {others} too, or "
        "choose another port",
        "port_process では {others} も停止することになるため、別の方法で停止するか、別のポートを使"
        "ってください",
    ),
    "remedy.name_the_service": Text(
        "find out which of its services listens there, and stop that one with port_process "
        "(expected_service), or choose another port",
        "どのサービスが待ち受けているかを調べて port_process (expected_service) "
        "で停止するか、別のポートを使ってください",
    ),
    "remedy.name_the_service_but": Text(
        "find out which of its services listens there, and stop that one with port_process unless "
        "it is {needed}, which the PC or the connection to it needs, or choose another port",
        "どのサービスが待ち受けているかを調べ、PC への接続や動作に欠かせない {needed} 以外であれば "
        "port_process で停止するか、別のポートを使ってください",
    ),
    "remedy.end_heirs": Text(
        "end the processes that may have inherited it with port_process, if they are not "
        "needed, or restart the PC",
        "引き継いだ可能性のあるプロセスが不要であれば port_process で終了させるか、PC "
        "を再起動してください",
    ),
    "remedy.restart_for_socket": Text(
        "restart the PC or choose another port, because nothing shows which process has "
        "inherited the socket",
        "どのプロセスがソケットを引き継いだか分からないため、PC "
        "を再起動するか、別のポートを使ってください",
    ),
    "besides.and_others": Text(
        "{remedy} (what would be stopped also serves {others})",
        "{remedy} (停止するものは {others} も使用しています)",
    ),
    "besides.leave_running": Text(
        "{remedy}; leave {kept} running, which also serves {others}",
        "{remedy}。{kept} は {others} にも使われているので、停止しないでください",
    ),
    "command.delete_iplisten": Text(
        "'netsh http delete iplisten ipaddress={address}'",
        "netsh http delete iplisten ipaddress={address} コマンド",
    ),
    "remedy.limited_http_sys": Text(
        "run {commands}, so that http.sys listens on all addresses again, or add the address of "
        "the PC to its IP listen list with 'netsh http add iplisten ipaddress=ADDRESS', and "
        "restart Windows (http.sys listens only on the addresses of that list, for all programs)",
        "{commands}を実行して http.sys がすべてのアドレスで待ち受けるようにするか、netsh http add "
        "iplisten ipaddress=アドレス で PC のアドレスを http.sys の一覧に追加してから、Windows を"
        "再起動してください (http.sys は、どのプログラムについてもこの一覧のアドレスだけで待ち受け"
        "ます)",
    ),
    "remedy.look_at_listen_list": Text(
        "run 'netsh http show iplisten' on the PC: if it shows addresses, http.sys listens only on "
        "these; delete each with 'netsh http delete iplisten ipaddress=ADDRESS', and restart "
        "Windows; if it shows none, set the program that serves the port to listen on the address "
        "of the PC ('netsh http show servicestate' shows the programs that use http.sys)",
        "PC で netsh http show iplisten を実行してください。アドレスが表示された場合、http.sys はそ"
        "のアドレスだけで待ち受けるため、netsh http delete iplisten ipaddress=アドレス でそれぞれを"
        "削除して Windows を再起動してください。何も表示されない場合は、そのポートのプログラムを、"
        "PC のアドレスで待ち受けるように設定してください (http.sys を使うプログラムは netsh http "
        "show servicestate で表示されます)",
    ),
    "remedy.register_for_others": Text(
        "set {programs} to register its URL with + or the name of the PC in place of localhost "
        "('netsh http add urlacl url=http://+:{number}/ user=...' permits it; in IIS Express it is "
        "the binding *:{number}:)",
        "localhost ではなく + または PC の名前で URL を登録するように {programs} を設定してくださ"
        "い (netsh http add urlacl url=http://+:{number}/ user=... で許可します。IIS Express では"
        "バインド *:{number}: です)",
    ),
    "remedy.stop_bound": Text(
        "stop that program with port_process (connections: true), wait until its connection has "
        "ended, or choose another port; 'netsh int ipv4 add excludedportrange "
        "protocol={protocol} startport={number} numberofports=1' keeps Windows from choosing the "
        "port at random again",
        "port_process (connections: true) で停止するか、接続が終わるまで待つか、別のポートを使って"
        "ください。netsh int ipv4 add excludedportrange protocol={protocol} startport={number} "
        "numberofports=1 を実行すると、以後このポートは自動で割り当てられません",
    ),
    "remedy.unbind": Text(
        "wait until its connection has ended, or choose another port; 'netsh int ipv4 add "
        "excludedportrange protocol={protocol} startport={number} numberofports=1' keeps Windows "
        "from choosing the port at random again",
        "接続が終わるまで待つか、別のポートを使ってください。netsh int ipv4 add excludedportrange "
        "protocol={protocol} startport={number} numberofports=1 を実行すると、以後このポートは自動"
        "で割り当てられません",
    ),
    "remedy.choose_another_port": Text(
        "choose another port, because that one can't be stopped safely",
        "安全に停止できないため、別のポートを使ってください",
    ),
    "remedy.choose_beside_windows": Text(
        "choose another port, because Windows itself holds that one. {releases}",
        "Windows 自体が使用しているため、別のポートを使ってください。{releases}",
    ),
    "remedy.run_again": Text(
        "run the check again, because the process has just ended",
        "プロセスが終了したばかりなので、もう一度確認を実行してください",
    ),
    "remedy.look_at_holder": Text(
        "connect as an administrator, so that Windows says what it is",
        "プロセスを調べられるように、管理者アカウントで接続してください",
    ),
    "remedy.reserved": Text(
        "choose another port, or keep this one for your program: run 'net stop winnat', 'netsh int "
        "{family} add excludedportrange protocol={protocol} startport={number} numberofports=1 "
        "store=persistent' and 'net start winnat' in this order (Hyper-V, WSL and Docker reserve "
        "such ranges among the dynamic ports, which 'netsh int {family} set dynamicport {protocol} "
        "start=49152 num=16384' puts back to 49152-65535 after a restart; containers and virtual "
        "machines have no network while winnat is stopped)",
        "別のポートを使うか、`net stop winnat`、`netsh int {family} add excludedportrange "
        "protocol={protocol} startport={number} numberofports=1 store=persistent`、`net start "
        "winnat` の順に実行してこのポートを確保してください (Hyper-V、WSL、Docker は動的ポートの中"
        "からこのような範囲を予約します。動的ポートは `netsh int {family} set dynamicport "
        "{protocol} start=49152 num=16384` と再起動で 49152-65535 に戻せます。winnat の停止中はコン"
        "テナーと仮想マシンの通信が切れます)",
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
    "remedy.link_local_only": Text(
        "set the program to listen on all addresses (0.0.0.0): the link-local address {addresses} "
        "is only for machines on the same link",
        "すべてのアドレス (0.0.0.0) で待ち受けるようにプログラムを設定してください。リンクローカル "
        "アドレス {addresses} には、同じリンクのマシンからしか接続できません",
    ),
    "remedy.ipv6_only": Text(
        "set the program to listen on 0.0.0.0 too, or connect by IPv6",
        "0.0.0.0 でも待ち受けるようにプログラムを設定するか、IPv6 で接続してください",
    ),
    "remedy.ipv4_only": Text(
        "set the program to listen on :: too, or connect by IPv4",
        ":: でも待ち受けるようにプログラムを設定するか、IPv4 で接続してください",
    ),
    "remedy.blocks_all": Text(
        "switch 'Blocks all incoming connections' off for the {profile} network in Windows "
        "Security, or with 'Set-NetFirewallProfile -Profile {word} -AllowInboundRules True'",
        "「Windows セキュリティ」の{profile} ネットワーク、または Set-NetFirewallProfile -Profile "
        "{word} -AllowInboundRules True で、すべての着信をブロックする設定をオフにしてください",
    ),
    "remedy.service_restricted": Text(
        "use another service, because Windows keeps that one from the network on purpose",
        "Windows が意図的にネットワークからの接続を許可していないサービスなので、別のサービスを"
        "使ってください",
    ),
    "remedy.block_rule": Text(
        "disable that rule, if it is not intended",
        "意図した規則でなければ、無効にしてください",
    ),
    "remedy.disable_block_rule": Text(
        "disable that rule with port_firewall, if it is not intended",
        "意図した規則でなければ、port_firewall で無効にしてください",
    ),
    "remedy.rule_for_other_profile": Text(
        "open {port} for the {profile} profile too",
        "{profile} プロファイルでも {port} を許可してください",
    ),
    "remedy.change_in_all": Text(
        "change that rule in all these respects with port_firewall",
        "port_firewall でその規則をこれらのすべての点について変更してください",
    ),
    "remedy.extend_profiles": Text(
        "open it for the {profile} profile too with port_firewall",
        "port_firewall で{profile} プロファイルでも許可してください",
    ),
    "remedy.rule_disabled": Text(
        "enable that rule, or add one that opens {port}",
        "その規則を有効にするか、{port} を許可する規則を追加してください",
    ),
    "remedy.enable_rule": Text(
        "enable that rule with port_firewall",
        "port_firewall でその規則を有効にしてください",
    ),
    "remedy.enable_rule_for_some": Text(
        "enable that rule with port_firewall (it lets in {addresses} only)",
        "port_firewall でその規則を有効にしてください (許可されるのは {addresses} のみです)",
    ),
    "remedy.enable_rule_for_controller": Text(
        "enable that rule with port_firewall, and add {address} to it",
        "port_firewall でその規則を有効にし、{address} を追加してください",
    ),
    "remedy.rule_for_other_program": Text(
        "correct the program in that rule, or open {port} for any",
        "その規則のプログラムを修正するか、{port} をすべてのプログラムに許可してください",
    ),
    "remedy.correct_program": Text(
        "correct the program in that rule with port_firewall",
        "port_firewall でその規則のプログラムを修正してください",
    ),
    "remedy.correct_program_of_services": Text(
        "correct the program in that rule with port_firewall, which opens {port} for each of the "
        "services that svchost.exe runs, since it is unknown which of them listens",
        "port_firewall でその規則のプログラムを修正してください (どのサービスが待ち受けているか不明"
        "なため、svchost.exe で動作するすべてのサービスに {port} が許可されます)",
    ),
    "remedy.rule_for_other_service": Text(
        "open {port} with a rule that is not bound to that service",
        "そのサービスに限定しない規則で {port} を許可してください",
    ),
    "remedy.rule_for_other_remote": Text(
        "add {address} to the rule",
        "{address} を規則に追加してください",
    ),
    "remedy.add_remote": Text(
        "add {address} to the rule with port_firewall",
        "port_firewall で {address} を規則に追加してください",
    ),
    "remedy.allow_controller": Text(
        "open it for {address} with port_firewall",
        "port_firewall で {address} からの通信を許可してください",
    ),
    "remedy.rule_for_other_family": Text(
        "add the {family} addresses of those who may connect to the rule",
        "接続を許可する相手の {family} アドレスを規則に追加してください",
    ),
    "remedy.open_for_addresses": Text(
        "open it for {addresses} with port_firewall",
        "port_firewall で {addresses} からの通信を許可してください",
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
        "check these conditions, or add a rule without them if everybody on that network may "
        "connect",
        "条件を確認してください。そのネットワークの全員に接続を許可してよければ、条件のない規則を"
        "追加することもできます",
    ),
    "remedy.condition_open": Text(
        "connect from where the conditions are met, or add a rule without them if everybody on "
        "that network may connect",
        "条件を満たす場所から接続してください。そのネットワークの全員に接続を許可してよければ、条件"
        "のない規則を追加することもできます",
    ),
    "remedy.block_perhaps": Text(
        "check whether that blocks the program or the client, and change it if it is not intended",
        "そのプログラムやクライアントがブロックの対象か確認し、意図したものでなければ変更してくださ"
        "い",
    ),
    "remedy.ipsec_perhaps": Text(
        "set up IPsec on the client, or exempt it by a connection security rule that does not "
        "authenticate (wf.msc; ask those who manage the policy if the rule is theirs)",
        "クライアントに IPsec を設定するか、認証しない接続セキュリティの規則で除外してください "
        "(wf.msc を使います。規則がポリシーのものなら、その管理者に依頼してください)",
    ),
    "remedy.firewall_stopped": Text(
        "start the services BFE and MpsSvc, and set them to start automatically",
        "サービス BFE と MpsSvc を開始し、スタートアップの種類を自動にしてください",
    ),
    "remedy.network_unidentified": Text(
        "run Get-NetConnectionProfile on the PC to see its networks, check that its service "
        "netprofm (Network List Service) runs, and run the check again",
        "PC で Get-NetConnectionProfile を実行してネットワークを確認し、サービス netprofm "
        "(ネットワーク リスト サービス) "
        "が実行中であることを確認してから、もう一度確認を実行してください",
    ),
    "remedy.network_unknown": Text(
        "set ansible_host to the address that the PC has in the network that counts, which "
        "port_facts shows with networks in gather, and run the check again",
        "ansible_host に、対象のネットワークでの PC "
        "のアドレスを指定して、もう一度確認を実行してください。アドレスは port_facts の gather に "
        "networks を指定すると表示されます",
    ),
    "remedy.firewall_unknown": Text(
        "check Windows Defender Firewall on the PC, and whether the account is an administrator",
        "PC の Windows Defender ファイアウォールの状態と、アカウントが管理者かどうかを確認してく"
        "ださい",
    ),
    "remedy.through_proxy": Text(
        "set from_controller to false to be told what the PC itself shows, or reach it without "
        "a proxy",
        "from_controller を false にして PC "
        "自体の状態から判定するか、プロキシを使わずに接続してください",
    ),
    "remedy.no_answer_past_edge": Text(
        "set {option} in the rule that opens {port} with port_firewall, or reach the PC by another "
        "of its addresses",
        "port_firewall で、{port} を許可する規則に {option} を設定するか、PC の別のアドレスに接続し"
        "てください",
    ),
    "remedy.forwarded": Text(
        "set from_controller to false to be told what the PC itself shows, or set ansible_host "
        "and ansible_port to its own address and port of WinRM",
        "from_controller を false にして PC 自体の状態から判定するか、ansible_host と "
        "ansible_port に PC 自体のアドレスと WinRM のポートを指定してください",
    ),
    "remedy.address_changed": Text(
        "find out why the name has several addresses, set ansible_host to the one that "
        "is the PC's, and run the check again",
        "名前に複数のアドレスがある理由を調べ、ansible_host にこの PC "
        "のアドレスを指定して、もう一度確認を実行してください",
    ),
    "remedy.no_answer": Text(
        "check what is on the way (a router, a firewall between networks, a VPN, a cloud "
        "security group), and whether the program still accepts connections",
        "途中の機器 (ルーター、ネットワーク間のファイアウォール、クラウドのセキュリティ "
        "グループ、VPN) と、プログラムが今も接続を受け付けているかを確認してください",
    ),
    "remedy.translated": Text(
        "check first whether what translates {address} (a router, a cloud) leads {port} to {own} "
        "(port forwarding, a cloud security group), then what else is on the way (a firewall "
        "between networks, a VPN), and whether the program still accepts connections",
        "まず {address} を変換しているもの (ルーター、クラウド) が {port} を {own} に転送しているか"
        " (ポート転送、クラウドのセキュリティ グループ)、次に途中のほかの機器 (ネットワーク間のファ"
        "イアウォール、VPN) と、プログラムが今も接続を受け付けているかを確認してください",
    ),
    "remedy.refused": Text(
        "check what is on the way (a router, a firewall between networks, a proxy), and "
        "run the check again",
        "途中の機器 (ルーター、ネットワーク間のファイアウォール、プロキシ) "
        "を確認し、もう一度確認を実行してください",
    ),
    "remedy.no_route": Text(
        "check the routes and the VPN between {peer} and the PC",
        "{peer} と PC の間の経路と VPN を確認してください",
    ),
}
