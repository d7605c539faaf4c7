# SPDX-License-Identifier: GPL-3.0-or-later
"""reg.exe: `query KEY [/s] [/v NAME]`, on the keys that a simulated host has.

Layout: published captures of reg.exe, recorded in the samples of the firewall's stores: a blank
line and the key's full name, then name, type and data of each value behind and between four
blanks. What it says of a missing key is localised and goes to stderr; the Japanese and the German
words are from such captures, and the exit code is 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from winsim.firewall.store import FirewallState, Value
from winsim.names import folded
from winsim.programs.shell import Output, Shell

_NOT_FOUND = {
    "en": "ERROR: The system was unable to find the specified registry key or value.",
    "ja": "エラー: 指定されたレジストリ キーまたは値が見つかりませんでした",
    "de": "FEHLER: Der angegebene Registrierungsschlüssel bzw. Wert wurde nicht gefunden.",
}
_DENIED = {
    "en": "ERROR: Access is denied.",
    "ja": "エラー: アクセスが拒否されました。",
    "de": "FEHLER: Zugriff verweigert",
}
_SYNTAX = {
    "en": ("ERROR: Invalid syntax.", 'Type "REG QUERY /?" for usage.'),
    "ja": ("エラー: 無効な構文です。", '使用法を表示するには "REG QUERY /?" と入力してください。'),
    "de": ("FEHLER: Ungültige Syntax.", 'Geben Sie "REG QUERY /?" ein, um die Syntax anzuzeigen.'),
}


def reg(shell: Shell, arguments: Sequence[str]) -> Output:
    """Run one reg command. Words may be given in any case."""
    words = list(arguments)
    if len(words) < 2 or words[0].lower() != "query":
        return _wrong(shell)
    key, rest = words[1], words[2:]
    name: str | None = None
    deep = False
    while rest:
        option = rest.pop(0).lower()
        if option == "/s":
            deep = True
        elif option == "/v" and rest:
            name = rest.pop(0)
        else:
            return _wrong(shell)
    state = shell.machine.firewall
    if state is None or state.path(key) is None:
        return _missing(shell)
    if state.is_denied(key):
        return _fails(shell, _DENIED)
    blocks = list(_blocks(state, key, deep, name))
    if not blocks and name is not None:
        return _missing(shell)
    output = Output("\r\n" + "\r\n".join(blocks) + ("\r\n" if blocks else ""))
    if not deep and name is None:
        output.stdout += "".join(f"{subkey}\r\n" for subkey in state.subkeys(key))
    return output


def _blocks(state: FirewallState, key: str, deep: bool, name: str | None) -> Iterator[str]:
    """A key with its values, and then the keys below it."""
    values = state.values(key) or {}
    lines = [
        _line(spelled, value)
        for spelled, value in values.items()
        if name is None or folded(spelled) == folded(name)
    ]
    if lines or (name is None and deep):
        yield f"{state.path(key)}\r\n" + "".join(lines)
    if deep:
        for subkey in state.subkeys(key):
            yield from _blocks(state, subkey, deep, name)


def _line(name: str, value: Value) -> str:
    data = f"{value.data:#x}" if isinstance(value.data, int) else value.data
    return f"    {name}    {value.kind}    {data}\r\n"


def _missing(shell: Shell) -> Output:
    return _fails(shell, _NOT_FOUND)


def _fails(shell: Shell, said: Mapping[str, str]) -> Output:
    output = Output(exit_code=1)
    output.error(said[shell.machine.language])
    return output


def _wrong(shell: Shell) -> Output:
    output = Output(exit_code=1)
    for line in _SYNTAX[shell.machine.language]:
        output.error(line)
    return output
