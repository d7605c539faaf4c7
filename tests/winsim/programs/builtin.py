# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that cmd.exe runs itself, and what it says when there is no such command.

Those that exist and aren't simulated (Microsoft, "Windows commands" and ``help``) are refused as
such: to call them unknown would be wrong.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from typing import TypeAlias

from winsim.programs.cmd_syntax import NotSimulatedError, words
from winsim.programs.files import is_known, matching, read_file
from winsim.programs.shell import Output, Shell, code_page_name

#: A builtin gets the rest of its line as it stands.
Builtin: TypeAlias = Callable[[Shell, str], Output]

_NOT_RECOGNIZED = {
    "en": (
        "'{}' is not recognized as an internal or external command,",
        "operable program or batch file.",
    ),
    "ja": (
        "'{}' は、内部コマンドまたは外部コマンド、",
        "操作可能なプログラムまたはバッチ ファイルとして認識されていません。",
    ),
    "de": (
        'Der Befehl "{}" ist entweder falsch geschrieben oder',
        "konnte nicht gefunden werden.",
    ),
}
_ECHO_IS_ON = {
    "en": "ECHO is on.",
    "ja": "ECHO は <ON> です。",
    "de": "ECHO ist eingeschaltet (ON).",
}
_NO_FILE = {
    "en": "The system cannot find the file specified.",
    "ja": "指定されたファイルが見つかりません。",
    "de": "Das System kann die angegebene Datei nicht finden.",
}
_ACTIVE_CODE_PAGE = {
    "en": "Active code page: {}",
    "ja": "現在のコード ページ: {}",
    "de": "Aktive Codepage: {}.",
}


def not_recognized(shell: Shell, word: str) -> Output:
    """An unknown command: exit code 1 from ``cmd /c`` (9009 is the errorlevel inside it)."""
    output = Output(exit_code=1)
    for line in _NOT_RECOGNIZED[shell.machine.language]:
        output.error(line.format(word))
    return output


def _echo(shell: Shell, rest: str) -> Output:
    """The character behind ``echo`` only separates: ``echo.`` is an empty line."""
    output = Output()
    said = rest.strip().lower()
    if not said:
        output.line(_ECHO_IS_ON[shell.machine.language])
    elif said not in {"on", "off"}:
        output.line(rest[1:])
    return output


def chcp(shell: Shell, arguments: Sequence[str]) -> Output:
    """chcp.com: show the code page of the console, or set another (Microsoft, "chcp")."""
    output = Output()
    number = " ".join(arguments)
    if number:
        if not number.isdecimal() or not _exists(int(number)):
            output.error(
                {"ja": "無効なコード ページです"}.get(shell.machine.language, "Invalid code page")
            )
            output.exit_code = 1
            return output
        shell.code_page = int(number)
    output.line(_ACTIVE_CODE_PAGE[shell.machine.language].format(shell.code_page))
    return output


def _exit(shell: Shell, rest: str) -> Output:
    """End the shell; ``/b`` or not, in ``cmd /c`` it comes to the same."""
    shell.left = True
    words = [word for word in rest.split() if word.lower() != "/b"]
    code = words[0] if words else "0"
    return Output(exit_code=int(code) if code.lstrip("-").isdecimal() else 0)


def _type(shell: Shell, rest: str) -> Output:
    """Print files: octet by octet, but text in UTF-16 with its mark in the code page of the
    console (Microsoft, "type"; that it reads this mark: published trials). The name of each of
    several files goes to where errors go, as published trials show."""
    output = Output()
    patterns = words(rest)
    unknown = [each for each in patterns if not is_known(each)]
    if unknown:
        raise NotSimulatedError("the file " + unknown[0].strip('"'))
    paths = [each for name in patterns for each in matching(shell.machine, name) or [name]]
    for path in paths:
        data = read_file(shell.machine, path)
        if data is None:
            output.exit_code = 1
            output.error(_NO_FILE[shell.machine.language])
            continue
        if len(paths) > 1:
            output.stderr += f"\r\n{path}\r\n\r\n\r\n"
        if data.startswith(codecs.BOM_UTF16_LE):
            data = shell.encode(data[2:].decode("utf-16-le", errors="replace"))
        output.copied += data
    return output


def _exists(code_page: int) -> bool:
    try:
        code_page_name(code_page)
    except LookupError:
        return False
    return True


BUILTIN: dict[str, Builtin] = {"echo": _echo, "exit": _exit, "type": _type}
_OTHERS = """
    assoc break call cd chdir cls color copy date del dir dpath endlocal erase for ftype goto if md
    mkdir mklink move path pause popd prompt pushd rd rem ren rename rmdir set setlocal shift start
    time title ver verify vol
"""
NOT_SIMULATED = frozenset(_OTHERS.split())
