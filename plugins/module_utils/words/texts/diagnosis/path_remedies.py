# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do if one PC does not reach a port of another one: clauses after the name of the PC that
they are about, and the names of tasks."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_REMEDIES = {
    "path_remedy.name_unknown": Text(
        "correct the name that the application has configured, or its DNS record, then run "
        "'ipconfig /flushdns'",
        "アプリケーションに設定した名前か DNS レコードを修正してから、ipconfig /flushdns を実行して"
        "ください",
    ),
    "path_remedy.name_not_cached": Text(
        "start the application, or run 'ping {name}', and run the check again at once",
        "アプリケーションを起動するか ping {name} を実行し、すぐにもう一度確認を実行してください",
    ),
    "path_remedy.name_not_read": Text(
        "run 'ping {name}', and see whether it shows an address of {server} ({own})",
        "ping {name} を実行し、表示されるアドレスが {server} のもの ({own}) か確認してください",
    ),
    "path_remedy.name_leads_elsewhere_by_hosts_file": Text(
        "correct or remove line {lines} of the hosts file "
        r"(C:\Windows\System32\drivers\etc\hosts)",
        r"hosts ファイル (C:\Windows\System32\drivers\etc\hosts) の {lines} 行目を修正または削除"
        "してください",
    ),
    "path_remedy.name_leads_elsewhere_by_own": Text(
        "set the application to the name or an address of {server}",
        "アプリケーションに {server} の名前かアドレスを設定してください",
    ),
    "path_remedy.name_leads_elsewhere_by_dns_cache": Text(
        "correct the DNS record of {name} and run 'ipconfig /flushdns', unless a router or a load "
        "balancer passes that address on to {server}, which can't be seen from here",
        "{name} の DNS レコードを修正し、ipconfig /flushdns を実行してください。ルーターや負荷分散"
        "装置がそのアドレスを {server} に転送している場合は、ここからは分かりません",
    ),
    "path_remedy.name_leads_elsewhere_by_literal": Text(
        "set the application to an address or the name of {server}, unless a router or a load "
        "balancer passes that address on to it, which can't be seen from here",
        "アプリケーションに {server} のアドレスか名前を設定してください。ルーターや負荷分散装置がそ"
        "のアドレスを転送している場合は、ここからは分かりません",
    ),
    "path_remedy.client_address_duplicate": Text(
        "set another address, or find the other machine ('arp -a' on a third one shows its MAC "
        "address)",
        "別のアドレスを設定するか、重複しているマシンを探してください (別の PC の arp -a で MAC ア"
        "ドレスが分かります)",
    ),
    "path_remedy.client_has_address": Text(
        "set another address, or name one in the application that only {server} has",
        "別のアドレスを設定するか、{server} だけが持つアドレスをアプリケーションに設定してください",
    ),
    "path_remedy.client_is_server": Text(
        "ask about another client", "別のクライアントを指定してください"
    ),
    "path_remedy.no_route": Text(
        "check the network cable or Wi-Fi, the default gateway and the VPN ('route print' shows "
        "the routes)",
        "ネットワーク ケーブルまたは Wi-Fi、デフォルト ゲートウェイ、VPN を確認してください (route "
        "print で経路を表示できます)",
    ),
    "path_remedy.self_assigned": Text(
        "check the network cable or Wi-Fi and the DHCP server, then run 'ipconfig /renew'",
        "ネットワーク ケーブルまたは Wi-Fi と DHCP サーバーを確認してから、ipconfig /renew を実行し"
        "てください",
    ),
    "path_remedy.client_firewall_of_others": Text(
        "allow {program} in the settings of {products}",
        "{products} の設定で {program} を許可してください",
    ),
    "path_remedy.client_firewall_of_others_open": Text(
        "look at what {products} says of {program}",
        "{products} で {program} がどう扱われているか確認してください",
    ),
    "path_remedy.client_policy_block_rule": Text(
        "have those who manage that policy change it, if it is not intended",
        "意図した規則でなければ、ポリシーの管理者に変更を依頼してください",
    ),
    "path_remedy.client_policy_blocks": Text(
        "have those who manage that policy add an outbound rule that allows it",
        "許可する送信の規則の追加を、ポリシーの管理者に依頼してください",
    ),
    "path_remedy.client_service_restricted": Text(
        "use another program, because Windows restricts that service on purpose",
        "Windows が意図的に制限しているサービスなので、別のプログラムを使ってください",
    ),
    "path_remedy.client_block_rule": Text(
        "disable that rule, if it is not intended",
        "意図した規則でなければ、無効にしてください",
    ),
    "path_remedy.client_blocks": Text(
        "allow it with an outbound rule", "送信の規則で許可してください"
    ),
    "path_remedy.allow_outbound": Text(
        "let {program} out to {port} of {server} with port_firewall",
        "port_firewall で {program} から {server} の {port} への送信を許可してください",
    ),
    "path_remedy.client_forbids": Text(
        "check its security products, and run the check with client_program to judge the "
        "application instead of curl.exe",
        "セキュリティ製品を確認してください。curl.exe ではなくアプリケーションを判定するには、"
        "client_program を指定してください",
    ),
    "path_remedy.server_address_duplicate": Text(
        "set another address, or find the other machine ('arp -a' on the client shows its MAC "
        "address)",
        "別のアドレスを設定するか、重複しているマシンを探してください (クライアントの arp -a で "
        "MAC アドレスが分かります)",
    ),
    "path_remedy.server_address_unused": Text(
        "connect the adapter that has it, or let the name lead to an address that is in use",
        "そのアドレスのアダプターを接続するか、名前が使用中のアドレスを指すようにしてください",
    ),
    "path_remedy.not_seen": Text(
        "check that {address} belongs to {server} alone ('arp -a' shows the MAC address), and "
        "whether a router, a proxy or a load balancer answers in its place, or a container, a "
        "virtual machine or a mirrored WSL on it",
        "{address} が {server} だけのアドレスか (arp -a で MAC アドレスが分かります)、ルーター、プ"
        "ロキシ、負荷分散装置、または {server} 上のコンテナー、仮想マシン、ミラー モードの WSL が代"
        "わりに応答していないか確認してください",
    ),
    "path_remedy.way_out": Text(
        "check whether a VPN should have that route ('route print'), and let the traffic to "
        "{address} leave by '{other}' if not",
        "VPN がその経路を使うべきかを確認し (route print)、そうでなければ {address} への通信が"
        "「{other}」から送信されるようにしてください",
    ),
    "path_remedy.way_back": Text(
        "set the default gateway, or add a route to {source} ('route print' shows the routes)",
        "デフォルト ゲートウェイを設定するか、{source} への経路を追加してください (route print で"
        "経路を表示できます)",
    ),
    "path_remedy.way_back_on_link": Text(
        "correct the subnet mask, or the route that {source} matches ('route print' shows the "
        "routes)",
        "サブネット マスク、または {source} に一致する経路を修正してください (route print で経路を"
        "表示できます)",
    ),
    "path_remedy.way_out_on_link": Text(
        "correct the subnet mask, or the route that {source} matches ('route print' shows the "
        "routes)",
        "サブネット マスク、または {source} に一致する経路を修正してください (route print で経路を"
        "表示できます)",
    ),
    "path_remedy.lost": Text(
        "check what is between {client} and {server} (a router, a firewall between networks, a "
        "VPN, a cloud security group), and whether the program still accepts connections",
        "{client} と {server} の間の機器 (ルーター、ネットワーク間のファイアウォール、クラウドのセ"
        "キュリティ グループ、VPN) と、プログラムが今も接続を受け付けているかを確認してください",
    ),
    "path_remedy.unreachable": Text(
        "check the routers and the VPN between {client} and {server}",
        "{client} と {server} の間のルーターと VPN を確認してください",
    ),
    "path_remedy.refused": Text(
        "check what is between {client} and {server} (a router, a firewall between networks, a "
        "proxy), and run the check again",
        "{client} と {server} の間の機器 (ルーター、ネットワーク間のファイアウォール、プロキシ) を"
        "確認し、もう一度確認を実行してください",
    ),
    "path_remedy.server_address_unknown": Text(
        "run 'ipconfig' to see its addresses, and check whether the account is an administrator",
        "ipconfig でアドレスを確認し、アカウントが管理者かどうかを確認してください",
    ),
    "path_remedy.route_unknown": Text(
        "look at 'route print' and 'ipconfig', and check whether the account is an administrator",
        "route print と ipconfig を確認し、アカウントが管理者かどうかを確認してください",
    ),
    "path_remedy.client_network_unknown": Text(
        "run Get-NetConnectionProfile to see the networks, check that the service netprofm "
        "(Network List Service) runs, and run the check again",
        "Get-NetConnectionProfile を実行してネットワークを確認し、サービス netprofm (ネットワーク "
        "リスト サービス) が実行中であることを確認してから、もう一度確認を実行してください",
    ),
    "path_remedy.client_condition_open": Text(
        "check whether {program} meets these conditions, or add a rule without them",
        "{program} が条件を満たすか確認するか、条件のない規則を追加してください",
    ),
    "path_remedy.client_block_open": Text(
        "check whether that blocks {program}, and change it if it is not intended",
        "{program} がブロックの対象か確認し、意図したものでなければ変更してください",
    ),
    "path_remedy.client_firewall_stopped": Text(
        "start the services BFE and MpsSvc, and set them to start automatically",
        "サービス BFE と MpsSvc を開始し、スタートアップの種類を自動にしてください",
    ),
    "path_remedy.client_firewall_unknown": Text(
        "check Windows Defender Firewall, and whether the account is an administrator",
        "Windows Defender ファイアウォールの状態と、アカウントが管理者かどうかを確認してください",
    ),
    "path_remedy.server_network_unknown": Text(
        "run Get-NetIPAddress and Get-NetConnectionProfile to see which of its networks has that "
        "address, and run the check again",
        "Get-NetIPAddress と Get-NetConnectionProfile を実行してそのアドレスのネットワークを確認し"
        "てから、もう一度確認を実行してください",
    ),
    "path_remedy.attempt_failed": Text(
        "try it on {client} with the application itself, or with 'curl -v telnet://{address}'",
        "{client} でアプリケーション自体か curl -v telnet://{address} で接続を試してください",
    ),
    "path_remedy.client_not_read": Text(
        "mend that, and run the check again", "これを直して、もう一度確認を実行してください"
    ),
}

_TASKS = {
    "task.allow_outbound": Text(
        "Let traffic to {port} out of the firewall",
        "ファイアウォールで {port} への送信を許可する",
    ),
    "task.on_host": Text("{host}: {task}", "{host}: {task}"),
}

TEXTS: Mapping[str, Text] = {**_REMEDIES, **_TASKS}
