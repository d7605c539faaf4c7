# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What keeps it uncertain where a name leads, and how packets leave a host."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "naming.usual_order": Text(
        "Which addresses the host prefers is unknown; this is the usual order of Windows.",
        "ホストがどのアドレスを優先するか不明なため、Windows の通常の順序で判断しました。",
    ),
    "naming.cache_differs": Text(
        "The DNS client's cache has {addresses} for the name too.",
        "DNS クライアントのキャッシュには、この名前のアドレスとして {addresses} もあります。",
    ),
    "naming.doubtful_line": Text(
        "Windows may not read line {line} of the hosts file as it was read here.",
        "hosts ファイルの {line} 行目は、Windows では別の読み方になる可能性があります。",
    ),
    "naming.more_lines": Text(
        "The hosts file has more than {count} lines with the name; the others were not read.",
        "hosts ファイルにはこの名前の行が {count} 行より多くあり、残りは読み取っていません。",
    ),
    "naming.long_file": Text(
        "The hosts file has more than {size} KB; the rest was not read, and may have the name.",
        "hosts ファイルが {size} KB より大きいため、残りは読み取っていません。その中にこの名前が"
        "ある可能性があります。",
    ),
    "naming.other_path": Text(
        "The host has its hosts file in {path} (registry value DataBasePath), where it was not "
        "read.",
        "ホストの hosts ファイルは {path} にあるため (レジストリ値 DataBasePath)、読み取って"
        "いません。",
    ),
    "naming.no_file": Text(
        "The hosts file could not be read.", "hosts ファイルを読み取れませんでした。"
    ),
    "naming.no_cache": Text(
        "The DNS client's cache could not be read.",
        "DNS クライアントのキャッシュを読み取れませんでした。",
    ),
    "naming.short": Text(
        "For a name without a dot, such as {name}, Windows also asks its neighbours "
        "(LLMNR, NetBIOS).",
        "{name} のようにドットのない名前については、Windows は近隣のホストにも問い合わせます "
        "(LLMNR、NetBIOS)。",
    ),
    "departure.several_addresses": Text(
        "The connection starts from one of {addresses}; Windows' rules do not tell which.",
        "接続元は {addresses} のいずれかですが、Windows の規則では決まりません。",
    ),
    "departure.unknown_metrics": Text(
        "{count} interfaces have a route to {destination}, and their metrics are not all known.",
        "{destination} への経路が {count} 個のインターフェイスにあり、メトリックの一部が不明です。",
    ),
    "departure.equal_metrics": Text(
        "{count} interfaces have a route to {destination} with equal metrics.",
        "{destination} への経路が {count} 個のインターフェイスにあり、メトリックが同じです。",
    ),
}
