# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The category of a network: which network is meant, refusals, what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_NETWORKS = {
    "category.network": Text(
        "'{name}' (adapter '{adapter}')", "「{name}」(アダプター「{adapter}」)"
    ),
    "category.network_unnamed": Text(
        "without a name (adapter '{adapter}')", "(名前なし、アダプター「{adapter}」)"
    ),
    "category.listed": Text(
        "'{name}' (adapter '{adapter}', {category})",
        "「{name}」(アダプター「{adapter}」、{category})",
    ),
    "category.unknown": Text("unknown", "不明"),
    "category.by_name": Text("called '{name}'", "名前が「{name}」のもの"),
    "category.by_interface": Text(
        "on the adapter '{interface}'", "アダプターが「{interface}」のもの"
    ),
    "category.by_both": Text(
        "called '{name}' on the adapter '{interface}'",
        "名前が「{name}」でアダプターが「{interface}」のもの",
    ),
    "category.headline": Text("network {network}", "ネットワーク{network}"),
}

_CHOOSING = {
    "category.no_classes": Text(
        "{host} does not list its networks over WinRM: the class for it came with Windows 8 and "
        "Windows Server 2012. Set the category there, in the Network and Sharing Center.",
        "{host} は WinRM でネットワークの一覧を返しません (このためのクラスは Windows 8、Windows "
        "Server 2012 以降にあります)。ホストの「ネットワークと共有センター」で変更してください。",
    ),
    "category.no_network": Text(
        "{host} lists no network, so there is no category to set. Check that its adapters are "
        "connected, and that its service netprofm (Network List Service) runs.",
        "{host} のネットワークの一覧は空のため、変更できる種類がありません。アダプターが接続されて"
        "いることと、サービス netprofm (Network List Service) が実行中であることを確認してくださ"
        "い。",
    ),
    "category.none_such": Text(
        "{host} is connected to no network {wanted}. The options name and interface select a "
        "network, and rename none. It is connected to: {networks}. If only other hosts of the play "
        "have the network you mean, leave this one out: with the role port_setup, set "
        "port_setup_network_category for those hosts alone (in host_vars or group_vars).",
        "{host} が接続しているネットワークに、{wanted}はありません。オプション name と interface は"
        "ネットワークを選択するもので、名前は変更しません。接続しているのは次のネットワークです: "
        "{networks}。指定したネットワークがほかのホストにしかない場合は、このホストを対象から外し"
        "てください。ロール port_setup では、port_setup_network_category をそのネットワークのある"
        "ホストだけに (host_vars や group_vars で) 指定してください。",
    ),
    "category.none_on_adapter": Text(
        "Windows lists no network for the adapter '{adapter}' of {host}: it is not connected, or "
        "its network was not recognized. Check the cable or the Wi-Fi, and the service netprofm "
        "(Network List Service).",
        "{host} のアダプター「{adapter}」のネットワークは一覧にありません。接続されていないか、"
        "ネットワークが認識されていません。ケーブルまたは Wi-Fi と、サービス netprofm (Network "
        "List Service) を確認してください。",
    ),
    "category.several": Text(
        "{host} is connected to several networks {wanted}: {networks}. Add {option} to say which "
        "one is meant.",
        "{host} が接続しているネットワークに、{wanted}が複数あります: {networks}。{option} を追加"
        "して、どのネットワークかを指定してください。",
    ),
    "category.of_domain": Text(
        "On {host}, the network {network} is a domain network. Windows gives this category by "
        "itself where it reaches a domain controller, and nobody can change it, so it can't "
        "become {category}. What should be open there has to be open in the domain profile, for "
        "example with 'profiles: [domain]' of port_firewall.",
        "{host} のネットワーク{network}はドメイン ネットワークです。この種類は、ドメイン コントロ"
        "ーラーに接続できるネットワークに Windows が自動で設定するもので、変更できないため、"
        "{category}にはできません。そこで許可する通信は、port_firewall の `profiles: [domain]` な"
        "どでドメイン プロファイルで許可してください。",
    ),
    "category.not_told": Text(
        "{host} does not tell the category of the network {network}, so nothing was changed. Run "
        "the task again in a moment.",
        "{host} からネットワーク{network}の種類を取得できないため、何も変更していません。しばらく"
        "してからタスクを再実行してください。",
    ),
}

_JUDGING = {
    "category.do_read_policies": Text(
        "read the policies for networks (reg.exe)",
        "ネットワークに関するポリシー (reg.exe) の読み取り",
    ),
    "category.unreadable": Text(
        "What {host} printed can't be told apart, so nothing was changed: {problem}",
        "{host} の出力を区別できないため、何も変更していません。{problem}",
    ),
    "category.not_judged": Text(
        "Whether WinRM stays reachable with the other category can't be judged on {host}, so "
        "nothing was changed: {problem} To change it nevertheless, set {option}.",
        "種類を変更した後も WinRM に接続できるかどうかを {host} では判定できないため、何も変更して"
        "いません。{problem}それでも変更するには {option} を指定してください。",
    ),
    "category.not_seen_again": Text(
        "Asked again, {host} did not list the network {network}; run the task again in a moment.",
        "{host} に再度確認すると、ネットワーク{network}が一覧にありませんでした。しばらくしてから"
        "タスクを再実行してください。",
    ),
    "category.unidentified": Text(
        "Windows has not identified the network {network}: it becomes what a policy says, else "
        "public, whenever {host} connects to it again. The policy 'Unidentified Networks' "
        "(Network List Manager Policies, in secpol.msc) sets its category for good.",
        "ネットワーク{network}は Windows が識別できていません。{host} が再接続するたびに、ポリシー"
        "の設定 (なければパブリック) に戻ります。常に同じ種類にするには、ネットワーク リスト マネ"
        "ージャー ポリシー (secpol.msc) の「識別されていないネットワーク」で設定してください。",
    ),
    "category.policies": Text(
        "A policy (Network List Manager Policies) may keep the network {network} from staying "
        "{category}: {policies}.",
        "ポリシー (ネットワーク リスト マネージャー ポリシー) のため、ネットワーク{network}は"
        "{category}のままにならない可能性があります: {policies}。",
    ),
    "category.policy_sets": Text("{path} sets {category}", "{path} の設定は{category}"),
    "category.policy_locks": Text(
        "{path} does not let users change it", "{path} でユーザーによる変更が禁止されている"
    ),
    "category.policy_locks_as": Text(
        "{path} sets {category} and does not let users change it",
        "{path} の設定は{category}で、ユーザーによる変更も禁止されている",
    ),
}

_OUTCOMES = {
    "category.is": Text(
        "The network {network} is {category}.", "ネットワーク{network}は{category}です。"
    ),
    "category.became": Text(
        "The network {network} was {before} and is {category} now.",
        "ネットワーク{network}を{before}から{category}に変更しました。",
    ),
    "category.would_become": Text(
        "The network {network} is {before} and would become {category}.",
        "ネットワーク{network}は{before}から{category}に変更されます。",
    ),
    "category.also": Text(
        "With it, the network {network} became {category}: to Windows it is the same network, or "
        "something else changed it.",
        "同時にネットワーク{network}も{category}になりました。Windows が同じネットワークとして扱っ"
        "ているか、別の原因で変更されています。",
    ),
    "category.denied": Text(
        "{host} refused to make the network {network} {category}. Either the account is no "
        "administrator there, or a setting of Network List Manager Policies (secpol.msc, or Group "
        "Policy) keeps users from changing it.",
        "{host} はネットワーク{network}を{category}にすることを拒否しました。アカウントがホストの"
        "管理者でないか、ネットワーク リスト マネージャー ポリシー (secpol.msc またはグループ ポリ"
        "シー) で変更が禁止されています。",
    ),
    "category.denied_by_policy": Text(
        "{host} refused to make the network {network} {category}. Network List Manager Policies "
        "decide about it, so change it there (secpol.msc, or Group Policy): {policies}.",
        "{host} はネットワーク{network}を{category}にすることを拒否しました。ネットワーク リスト "
        "マネージャー ポリシーの設定があるため、そちら (secpol.msc またはグループ ポリシー) で変更"
        "してください: {policies}。",
    ),
    "category.kept": Text(
        "{host} accepted the change, but after {seconds} s the network {network} is {now} and not "
        "{category}. Look at Network List Manager Policies there (secpol.msc, or Group Policy), "
        "and at programs that manage its networks.",
        "{host} は変更を受け付けましたが、{seconds} 秒後もネットワーク{network}は{category}ではな"
        "く{now}です。ネットワーク リスト マネージャー ポリシー (secpol.msc またはグループ ポリシ"
        "ー) と、ネットワークを管理するプログラムを確認してください。",
    ),
    "category.kept_by_policy": Text(
        "{host} accepted the change, but after {seconds} s the network {network} is {now} and not "
        "{category}. Network List Manager Policies decide about it, so change it there "
        "(secpol.msc, or Group Policy): {policies}.",
        "{host} は変更を受け付けましたが、{seconds} 秒後もネットワーク{network}は{category}ではな"
        "く{now}です。ネットワーク リスト マネージャー ポリシーの設定があるため、そちら "
        "(secpol.msc またはグループ ポリシー) で変更してください: {policies}。",
    ),
    "category.gone": Text(
        "{host} accepted that the network {network} becomes {category}, and is no longer "
        "connected to it. Run the task again once it is.",
        "{host} はネットワーク{network}を{category}にする変更を受け付けましたが、現在そのネットワ"
        "ークに接続していません。再接続後にタスクを再実行してください。",
    ),
    "category.not_read_back": Text(
        "{host} accepted that the network {network} becomes {category}, but the result could not "
        "be read back: {error}",
        "{host} はネットワーク{network}を{category}にする変更を受け付けましたが、結果を読み取れま"
        "せんでした。{error}",
    ),
    "category.not_found_out": Text(
        "Whether the network {network} is {category} now could not be found out: {error}",
        "ネットワーク{network}が{category}になったかどうかを確認できませんでした。{error}",
    ),
}

TEXTS: Mapping[str, Text] = {**_NETWORKS, **_CHOOSING, **_JUDGING, **_OUTCOMES}
