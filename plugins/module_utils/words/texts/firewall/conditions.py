# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The conditions of a rule on IPsec, accounts, app packages and versions of Windows: what is wrong
with them, and what a Windows may not accept."""

from __future__ import annotations

from collections.abc import Mapping

from ....ground.languages import Text

_SECURITY = {
    "option.encryption_alone": Text(
        "IPsec encrypts only what it also authenticates; set authentication: {setting}.",
        "IPsec が暗号化するのは、認証もする通信だけです。authentication: {setting} を指定してくだ"
        "さい。",
    ),
    "option.security_twice": Text(
        "it says the same as authentication and encryption together, and here it contradicts "
        "{option}. Leave one of them out.",
        "authentication と encryption の両方を 1 語で表すものですが、{option} と矛盾しています。"
        "どちらかを外してください。",
    ),
    "option.accounts_unauthenticated": Text(
        "only IPsec tells the account of the other side; have {option} required, or set {name} to "
        "any.",
        "相手のアカウントが分かるのは IPsec で認証する場合だけです。{option} を required にするか、"
        "{name} を any にしてください。",
    ),
    "option.no_account": Text(
        "{value} is not a SID. Names of accounts are not resolved here; whoami /user on the PC "
        "shows the SID of one.",
        "{value} は SID ではありません。アカウント名は使えません。SID は、PC で whoami /user を実行"
        "すると表示されます。",
    ),
    "option.conditional_users": Text(
        "the users of this rule are listed under conditions, which can't be changed here. Remove "
        "the rule and make it anew.",
        "この規則のユーザーの一覧は条件付きのため、ここでは変更できません。規則を削除し、作り直して"
        "ください。",
    ),
    "option.no_package": Text(
        "{value} is not the SID of an app package, such as S-1-15-2-1 for all packages.",
        "{value} はアプリ パッケージの SID (すべてのパッケージを表す S-1-15-2-1 など) ではありま"
        "せん。",
    ),
    "option.no_version": Text(
        "{value} is not a version of Windows such as 10.0, or 6.2+ for it and all later ones.",
        "{value} は Windows のバージョンではありません。10.0 のように、それ以降も含める場合は 6.2+ "
        "のように指定してください。",
    ),
    "option.several_later": Text(
        "only one version can have a {value}.",
        "{value} を付けられるバージョンは 1 つだけです。",
    ),
    "accounts.no_sddl": Text(
        "{value} is not a list in SDDL such as O:LSD:(A;;CC;;;S-1-5-32-545).",
        "{value} は O:LSD:(A;;CC;;;S-1-5-32-545) のような SDDL の一覧ではありません。",
    ),
    "accounts.empty": Text(
        "{value} lists no account; write any for no restriction.",
        "{value} にはアカウントがありません。制限しない場合は any を指定してください。",
    ),
    "accounts.entry": Text(
        "{value} is not an entry that allows (A) or denies (D) an account, such as "
        "A;;CC;;;S-1-5-32-545.",
        "{value} は、アカウントを許可 (A) または拒否 (D) する項目 (A;;CC;;;S-1-5-32-545 など) では"
        "ありません。",
    ),
    "accounts.rights": Text(
        "{value} has to have the right CC and nothing else between type and account.",
        "{value} の種類とアカウントの間に指定できるのは、権利 CC だけです。",
    ),
    "accounts.no_sid": Text(
        "{value} is not the SID of an account.",
        "{value} はアカウントの SID ではありません。",
    ),
}

# What Windows may have refused, where it refuses a step.
_DOUBTS = {
    "doubt.addresses_and_adapters": Text(
        "This Windows may not accept local_addresses together with interfaces or interface_types.",
        "この Windows は、local_addresses と interfaces または interface_types との同時指定を受け"
        "付けない可能性があります。",
    ),
    "doubt.encryption_without_encapsulation": Text(
        "This Windows may not accept encryption together with authentication: no_encap.",
        "この Windows は、encryption と authentication: no_encap との同時指定を受け付けない可能性が"
        "あります。",
    ),
    "doubt.users_and_service": Text(
        "This Windows may not accept local_user together with service.",
        "この Windows は、local_user と service との同時指定を受け付けない可能性があります。",
    ),
}

TEXTS: Mapping[str, Text] = {**_SECURITY, **_DOUBTS}
