# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program gets from the shell that runs it, and what it hands back."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from winsim.machine import Machine
from winsim.programs.execution import Stdin, Steps


@dataclass
class Shell:
    """A cmd.exe while it runs one command line: its machine, its code page, and whose it is; its
    input, and the event that is set when it is killed."""

    machine: Machine
    code_page: int
    user: str
    stdin: Stdin = field(default_factory=lambda: Stdin(ended=True))
    killed: threading.Event = field(default_factory=threading.Event)
    #: Has `exit` ended it?
    left: bool = False

    def encode(self, text: str) -> bytes:
        """Text as the console's code page holds it; ``?`` for what the page lacks."""
        return text.encode(code_page_name(self.code_page), errors="replace")


@dataclass
class Output:
    """Lines of a program. Windows ends them with CR LF. `copied` are octets that stand before them
    as they are."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    copied: bytes = b""

    def line(self, text: str = "") -> None:
        self.stdout += f"{text}\r\n"

    def lines(self, texts: Iterable[str]) -> None:
        """Thousands of lines at once: each alone would copy all that stand before it."""
        self.stdout += "".join(f"{text}\r\n" for text in texts)

    def error(self, text: str = "") -> None:
        self.stderr += f"{text}\r\n"


#: A program that reads its input, or takes its time, is a generator.
Program: TypeAlias = Callable[[Shell, Sequence[str]], Output | Steps[Output]]


def code_page_name(code_page: int) -> str:
    """Python's name of a Windows code page. Raises LookupError where there is none."""
    name = "utf-8" if code_page == 65001 else f"cp{code_page}"
    return codecs.lookup(name).name
