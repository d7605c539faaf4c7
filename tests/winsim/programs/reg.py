# SPDX-License-Identifier: GPL-3.0-or-later
"""reg.exe: `query KEY [/s] [/v NAME | /ve]`, on the keys that a simulated host has.

Layout: published captures of reg.exe, recorded in the samples of the firewall's stores: a blank
line and the key's full name, then name, type and data of each value behind and between four
blanks. A key with keys below it only, or /s on one without values: Wine's tests of reg.exe
(programs/reg/tests/query.c), which their authors checked on Windows. That a key with nothing at
all prints the blank line alone follows from them, but isn't among them.

What it says of a missing key is localised and goes to stderr; the Japanese and the German
words are from captures, and the exit code is 1. So is the exit code of a search that finds
nothing (published programs that rely on it); its last line is known in English and German, and
translated in Japanese. So are the words for a default value that isn't set, in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
_END_OF_SEARCH = {
    "en": "End of search: {} match(es) found.",
    "ja": "検索の完了: {} 件一致しました。",
    "de": "Suche beendet: {} Übereinstimmung(en) gefunden.",
}
_DEFAULT = {
    "en": ("(Default)", "(value not set)"),
    "ja": ("(既定)", "(値の設定なし)"),
    "de": ("(Standard)", "(Wert nicht gesetzt)"),
}
_SYNTAX = {
    "en": ("ERROR: Invalid syntax.", 'Type "REG QUERY /?" for usage.'),
    "ja": ("エラー: 無効な構文です。", '使用法を表示するには "REG QUERY /?" と入力してください。'),
    "de": ("FEHLER: Ungültige Syntax.", 'Geben Sie "REG QUERY /?" ein, um die Syntax anzuzeigen.'),
}


def reg(shell: Shell, arguments: Sequence[str]) -> Output:
    """Run one reg command. Words may be given in any case."""
    query = _query(arguments, _DEFAULT[shell.machine.language])
    if query is None:
        return _wrong(shell)
    state = shell.machine.firewall
    if state is None or state.path(query.key) is None:
        return _missing(shell)
    if state.is_denied(query.key):
        return _fails(shell, _DENIED)
    blocks = list(_blocks(state, query.key, query))
    if query.name is not None and not query.deep:
        return Output("\r\n" + blocks[0] + "\r\n") if blocks else _missing(shell)
    output = Output("\r\n" + "".join(f"{block}\r\n" for block in blocks))
    if query.name is not None:
        count = sum(block.count("\r\n") - 1 for block in blocks)
        output.line(_END_OF_SEARCH[shell.machine.language].format(count))
        output.exit_code = 0 if count else 1
    elif not query.deep:
        output.stdout += "".join(f"{subkey}\r\n" for subkey in state.subkeys(query.key))
    return output


@dataclass(frozen=True)
class _Query:
    """What is asked for: a key, one value of it (``""`` is the default one) or all, and whether
    the keys below are meant too. `default` are the words for the default value and for its data
    where it isn't set."""

    key: str
    name: str | None
    deep: bool
    default: tuple[str, str]


def _query(arguments: Sequence[str], default: tuple[str, str]) -> _Query | None:
    """None for what isn't a query; each option may be given once, /v and /ve not together."""
    words = list(arguments)
    if len(words) < 2 or words[0].lower() != "query" or words[1].startswith("/"):
        return None
    rest = words[2:]
    names: list[str] = []
    flags: list[str] = []
    while rest:
        option = rest.pop(0).lower()
        if option == "/ve":
            names.append("")
        elif option == "/v" and rest:
            names.append(rest.pop(0))
        elif option in {"/s", "/reg:64"}:
            flags.append(option)
        else:
            return None
    if len(names) > 1 or len(flags) > len(set(flags)):
        return None
    return _Query(words[1], names[0] if names else None, "/s" in flags, default)


def _blocks(state: FirewallState, key: str, query: _Query) -> Iterator[str]:
    """A key with its values, and then the keys below it. The key that was asked for is named for
    its values only; a key below has its name in any case."""
    values = state.values(key) or {}
    words = query.default
    lines = [
        _line(words, spelled, value)
        for spelled, value in values.items()
        if query.name is None or folded(spelled) == folded(query.name)
    ]
    below = key != query.key
    if query.name == "" and not lines and not query.deep:
        lines = [_line(words, "", Value("REG_SZ", words[1]))]
    if lines or (query.name is None and below):
        yield f"{state.path(key)}\r\n" + "".join(lines)
    if query.deep:
        for subkey in state.subkeys(key):
            yield from _blocks(state, subkey, query)


def _line(words: tuple[str, str], name: str, value: Value) -> str:
    data = f"{value.data:#x}" if isinstance(value.data, int) else value.data
    return f"    {name or words[0]}    {value.kind}    {data}\r\n"


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
