# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do if Kerberos gave no ticket, or the host refuses the one that it gave."""

from __future__ import annotations

from collections.abc import Mapping

from ...ground.languages import Text

TEXTS: Mapping[str, Text] = {
    "failure_remedy.kerberos": Text(
        "Check ansible_user (NAME@REALM, the realm in capital letters), ansible_password, "
        "/etc/krb5.conf and the clocks, and that ansible_host is the PC's name in the domain, not "
        "an IP address; kinit on the controller shows more.",
        "ansible_user (名前@レルム。レルムは大文字)、ansible_password、/etc/krb5.conf、時刻と、"
        "ansible_host が IP アドレスではなくドメインでの PC 名であることを確認してください。"
        "コントローラーで kinit を実行すると詳細が分かります。",
    ),
    "failure_remedy.kerberos_program": Text(
        "Install kinit where Ansible runs (the package krb5-user of Debian, krb5-workstation of "
        "Red Hat), or name its path in ansible_winrm_kinit_cmd.",
        "Ansible を実行する環境に kinit をインストールするか (Debian では krb5-user、Red Hat "
        "では krb5-workstation)、ansible_winrm_kinit_cmd にパスを設定してください。",
    ),
    "failure_remedy.kerberos_password": Text(
        "The domain refused the password: check ansible_password before you try again, since "
        "repeated tries may lock the account.",
        "ドメインがパスワードを拒否しました。繰り返すとアカウントがロックされることがあるため、"
        "再実行の前に ansible_password を確認してください。",
    ),
    "failure_remedy.kerberos_user": Text(
        "The domain does not know this account: check ansible_user (NAME@REALM).",
        "このアカウントはドメインにありません。ansible_user (名前@レルム) を確認してください。",
    ),
    "failure_remedy.kerberos_domain_user": Text(
        "Kerberos does not take the form DOMAIN\\NAME: write ansible_user as NAME@REALM, such as "
        "admin@CORP.EXAMPLE.",
        "Kerberos では DOMAIN\\名前 の形は使えません。ansible_user を admin@CORP.EXAMPLE "
        "のように 名前@レルム の形で書いてください。",
    ),
    "failure_remedy.kerberos_small_realm": Text(
        "Write the realm in ansible_user in capital letters, such as admin@CORP.EXAMPLE.",
        "ansible_user のレルムを admin@CORP.EXAMPLE のように大文字で書いてください。",
    ),
    "failure_remedy.kerberos_realm": Text(
        "Check the realm in ansible_user, and that /etc/krb5.conf (or the file that KRB5_CONFIG "
        "names) or the DNS has the KDC of this realm.",
        "ansible_user のレルムと、そのレルムの KDC が /etc/krb5.conf (または KRB5_CONFIG "
        "のファイル) か DNS にあることを確認してください。",
    ),
    "failure_remedy.kerberos_kept_back": Text(
        "The environment has KRB5_CONFIG, but Ansible does not pass it on to kinit: set "
        "ansible_winrm_kinit_env_vars: [KRB5_CONFIG].",
        "環境変数 KRB5_CONFIG がありますが、Ansible は kinit に渡しません。"
        "ansible_winrm_kinit_env_vars: [KRB5_CONFIG] を設定してください。",
    ),
    "failure_remedy.kerberos_settings": Text(
        "Check /etc/krb5.conf (or the file that KRB5_CONFIG names) on the controller: it can't be "
        "read, or it names no default realm.",
        "コントローラーの /etc/krb5.conf (または KRB5_CONFIG のファイル) を確認してください。"
        "読み取れないか、既定のレルムが書かれていません。",
    ),
    "failure_remedy.kerberos_locked": Text(
        "The account is locked or disabled in the domain: check ansible_password, then have the "
        "account unlocked there.",
        "ドメインでアカウントがロックされているか、無効になっています。ansible_password "
        "を確認してから、ドメインの管理者に解除を依頼してください。",
    ),
    "failure_remedy.kerberos_account": Text(
        "The account has expired in the domain: have its time extended there.",
        "ドメインのアカウントの有効期限が切れています。ドメインの管理者に延長を依頼してください。",
    ),
    "failure_remedy.kerberos_password_expired": Text(
        "The password has expired: set a new one in the domain, then in ansible_password.",
        "パスワードの有効期限が切れています。ドメインで新しいパスワードを設定し、"
        "ansible_password も変更してください。",
    ),
    "failure_remedy.kerberos_none": Text(
        "Run kinit as the user who runs Ansible, or set ansible_password, with which Ansible gets "
        "a ticket itself.",
        "Ansible を実行するユーザーで kinit を実行するか、ansible_password を設定してください "
        "(Ansible が自分でチケットを取得します)。",
    ),
    "failure_remedy.kerberos_service": Text(
        "The domain does not know this service at this name: set ansible_host to the PC's full "
        "name in the domain, or keep an alias or an address there and put that name into "
        "ansible_winrm_kerberos_hostname_override (ansible_psrp_negotiate_hostname_override); "
        "leave ansible_winrm_service out (with psrp, set ansible_psrp_negotiate_service: host).",
        "この名前のサービスはドメインにありません。ansible_host "
        "をドメインでの完全な PC 名にしてください。別名や IP アドレスのままにする場合は、その PC "
        "名を ansible_winrm_kerberos_hostname_override "
        "(ansible_psrp_negotiate_hostname_override) に設定してください。ansible_winrm_service "
        "は指定しないでください (psrp では ansible_psrp_negotiate_service: host にします)。",
    ),
    "failure_remedy.kerberos_unreachable": Text(
        "No KDC answers: check that a domain controller is on, that the controller reaches its "
        "port 88, and what /etc/krb5.conf (or the file that KRB5_CONFIG names) and the DNS say.",
        "KDC から応答がありません。ドメイン コントローラーが動いているか、コントローラーからその"
        "ポート 88 に接続できるか、/etc/krb5.conf (または KRB5_CONFIG のファイル) と DNS "
        "の内容を確認してください。",
    ),
    "failure_remedy.kerberos_clock": Text(
        "Set the clocks: those of the controller, the domain controller and the PC may differ by "
        "at most five minutes.",
        "時刻を合わせてください。コントローラー、ドメイン コントローラー、PC の時刻の差は 5 "
        "分以内でなければなりません。",
    ),
    "failure_remedy.kerberos_refused": Text(
        "The domain gave a ticket, so the password is not the cause. Check on the PC: its clock "
        "(five minutes at most), that it is still a member of the domain with its current key "
        "(`nltest /sc_verify:DOMAIN`), that the account is an administrator there, and that WinRM "
        "allows Kerberos (`winrm get winrm/config/service/auth`).",
        "ドメインはチケットを発行したため、パスワードが原因ではありません。PC で、時刻 (差は 5 "
        "分以内)、ドメインへの参加が有効で鍵が最新か (`nltest /sc_verify:DOMAIN`)、"
        "アカウントがその PC の管理者か、WinRM で Kerberos が許可されているか "
        "(`winrm get winrm/config/service/auth`) を確認してください。",
    ),
}
