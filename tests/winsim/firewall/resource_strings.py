# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts behind the resource names of predefined rules (``@FirewallAPI.dll,-30253``).

Only a few are known here: names as the documentation of Windows and published rule listings
have them. Others are shown as they are, which is what Windows does with a resource that it
can't load.
"""

from __future__ import annotations

_TEXTS = {
    "@firewallapi.dll,-28502": ("File and Printer Sharing", "ファイルとプリンターの共有"),
    "@firewallapi.dll,-28511": (
        "File and Printer Sharing (SMB-In)",
        "ファイルとプリンターの共有 (SMB 受信)",
    ),
    "@firewallapi.dll,-28543": (
        "File and Printer Sharing (Echo Request - ICMPv4-In)",
        "ファイルとプリンターの共有 (エコー要求 - ICMPv4 受信)",
    ),
    "@firewallapi.dll,-28752": ("Remote Desktop", "リモート デスクトップ"),
    "@firewallapi.dll,-28775": (
        "Remote Desktop - User Mode (TCP-In)",
        "リモート デスクトップ - ユーザー モード (TCP 受信)",
    ),
    "@firewallapi.dll,-30252": (
        "Windows Remote Management (Compatibility)",
        "Windows リモート管理 (互換性)",
    ),
    "@firewallapi.dll,-30253": (
        "Windows Remote Management (HTTP-In)",
        "Windows リモート管理 (HTTP 受信)",
    ),
    "@firewallapi.dll,-30267": ("Windows Remote Management", "Windows リモート管理"),
    "@firewallapi.dll,-32752": ("Network Discovery", "ネットワーク探索"),
    "@firewallapi.dll,-32761": ("Network Discovery (UPnP-In)", "ネットワーク探索 (UPnP 受信)"),
}


def resolve(text: str | None, language: str) -> str | None:
    """The text that is shown for a name of a rule or group."""
    known = _TEXTS.get((text or "").lower())
    return text if known is None else known[1 if language == "ja" else 0]
