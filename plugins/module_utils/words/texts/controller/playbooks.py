# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What playbooks ask for, and what they say at their ends."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "playbook.no_host": Text(
        "The inventory has no host for '{pattern}'. Name the hosts or groups, for example -e "
        "{variable}=all",
        "インベントリーに「{pattern}」に当てはまるホストがありません。ホストまたはグループを"
        "指定してください。例: -e {variable}=all",
    ),
    "playbook.beyond_limit": Text(
        "--limit {limit} leaves out all hosts of '{pattern}'. Change --limit, or name other hosts "
        "with {variable}.",
        "--limit {limit} により「{pattern}」のホストがすべて対象から外れています。--limit を"
        "変更するか、{variable} で別のホストを指定してください。",
    ),
    "playbook.ports": Text("Name the ports: {command}", "ポートを指定してください: {command}"),
    "playbook.services": Text(
        "Name the services: {command}", "サービスを指定してください: {command}"
    ),
    "playbook.no_server": Text(
        "check_path_server: name the server, one host of the inventory.",
        "check_path_server: サーバーをインベントリーのホストで指定してください。",
    ),
    "playbook.server": Text(
        "check_path_server: the inventory has no host '{server}'. Name one host of it as the "
        "server.",
        "check_path_server: インベントリーにホスト「{server}」がありません。サーバーのホストを指定"
        "してください。",
    ),
    "playbook.server_beyond_limit": Text(
        "--limit {limit} leaves out the server '{server}', on which this playbook runs. Leave out "
        "--limit, or add the server to it; the clients are those of check_path_clients.",
        "--limit {limit} によりサーバー「{server}」が対象から外れています。この Playbook は"
        "サーバーに対して実行されます。--limit を外すか、サーバーも加えてください。クライアントは "
        "check_path_clients で指定します。",
    ),
    "playbook.no_clients": Text(
        "check_path_clients: name the clients, hosts or groups of the inventory.",
        "check_path_clients: クライアントをインベントリーのホストまたはグループで指定してくだ"
        "さい。",
    ),
    "playbook.only_server": Text(
        "check_path_clients: '{clients}' is only the server itself. Name other hosts or groups of "
        "the inventory.",
        "check_path_clients: 「{clients}」に当てはまるのはサーバー自身だけです。ほかのホストまたは"
        "グループを指定してください。",
    ),
    "playbook.clients": Text(
        "check_path_clients: '{clients}' means no host. Name hosts or groups of the inventory.",
        "check_path_clients: 「{clients}」に当てはまるホストがありません。ホストまたはグループを"
        "指定してください。",
    ),
    "playbook.strangers": Text(
        "check_path_clients: the inventory has no host or group {strangers}. Correct the names.",
        "check_path_clients: インベントリーにホストまたはグループ {strangers} がありません。名前を"
        "修正してください。",
    ),
    "playbook.check_path_ports": Text(
        "check_path_ports: name the ports.", "check_path_ports: ポートを指定してください。"
    ),
    "playbook.example": Text("For example: {command}", "例: {command}"),
    "playbook.not_expected": Text(
        "Not every port is as check_ports_expect says; the reasons are above.",
        "check_ports_expect のとおりでないポートがあります。理由は上に示しています。",
    ),
    "playbook.not_freed": Text(
        "Not every port could be freed; the reason is above.",
        "解放できないポートがあります。理由は上に示しています。",
    ),
    "playbook.not_checked": Text(
        "Not every connection could be checked; the reason is above.",
        "確認できなかった接続があります。理由は上に示しています。",
    ),
    "playbook.not_verified": Text(
        "Not everything could be verified; the reason is above.",
        "検証できなかったことがあります。理由は上に示しています。",
    ),
    "playbook.disagreements": Text(
        "Disagreements without a known reason: {count}; they are listed above.",
        "既知の理由がない不一致: {count} 件 (上の一覧を参照してください)。",
    ),
}
