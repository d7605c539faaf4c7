# SPDX-License-Identifier: GPL-3.0-or-later
"""auditpol.exe: `/get /subcategory:GUID,GUID /r`, of the two subcategories of dropped traffic.

Columns: published output of ``auditpol /get /r``, in which an empty line stands before the names of the
columns. The names of subcategories and the settings are translated: the German ones are published; the
Japanese ones are those of Microsoft's pages about audit policies.
"""

from __future__ import annotations

from collections.abc import Sequence

from winsim.drop_state import CONNECTION, PACKET_DROP
from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.shell import Output, Shell

_SUBCATEGORIES = {
    "{0CCE9225-69AE-11D9-BED3-505054503030}": PACKET_DROP,
    "{0CCE9226-69AE-11D9-BED3-505054503030}": CONNECTION,
}
_NAMES = {
    "en": {
        PACKET_DROP: "Filtering Platform Packet Drop",
        CONNECTION: "Filtering Platform Connection",
    },
    "ja": {
        PACKET_DROP: "フィルタリング プラットフォーム パケットのドロップ",
        CONNECTION: "フィルタリング プラットフォームの接続",
    },
    "de": {
        PACKET_DROP: "Filterplattform: Verworfene Pakete",
        CONNECTION: "Filterplattformverbindung",
    },
}
#: Not audited, and audited for failure.
_SETTINGS = {
    "en": ("No Auditing", "Failure"),
    "ja": ("監査なし", "失敗"),
    "de": ("Keine Überwachung", "Fehler"),
}
_DENIED = {
    "en": "Error 0x00000522 occurred:\r\nA required privilege is not held by the client.",
    "ja": "エラー 0x00000522 が発生しました:\r\nクライアントは要求された特権を保有していません。",
    "de": "Fehler 0x00000522:\r\nDem Client fehlt ein erforderliches Recht.",
}


def auditpol(shell: Shell, arguments: Sequence[str]) -> Output:
    """Run one auditpol command."""
    words = [word.lower() for word in arguments]
    asked = next((word.partition(":")[2] for word in words if word.startswith("/subcategory:")), "")
    guids = [each.upper() for each in asked.split(",")]
    if words[:1] != ["/get"] or words[-1:] != ["/r"] or not _SUBCATEGORIES.keys() >= set(guids):
        raise NotSimulatedError(f"auditpol.exe {' '.join(arguments)}")
    language, output = shell.machine.language, Output()
    if "auditpol" in shell.machine.recorded_drops.refused:
        output.exit_code = 1
        output.error(_DENIED[language])
        return output
    output.line()
    output.line(
        "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting"
    )
    for guid in guids:
        kind = _SUBCATEGORIES[guid]
        setting = _SETTINGS[language][kind in shell.machine.recorded_drops.audited]
        name = _NAMES[language][kind]
        output.line(f"{shell.machine.computer_name},System,{name},{guid},{setting},")
    return output
