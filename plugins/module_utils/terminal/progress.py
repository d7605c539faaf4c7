# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The progress of a task over its hosts, as a bar below the output.

tqdm draws it, if it is installed. It needs no other package and, with its monitor off, no thread:
Ansible forks a process for each host, and a fork copies locks that other threads hold.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from typing import Any, TextIO

from ..words.languages import Language
from ..words.phrases import Phrase, PhraseError, render

# Stand for the numbers in the text of a line.
_DONE, _ALL = 9_876_541, 9_876_542
_FORMAT = "{desc} |{bar}| [{elapsed}<{remaining}]"


class ProgressMissingError(PhraseError):
    """tqdm can't be imported."""


class HostProgress:
    """A bar on standard error, from its creation to `close`.

    While it is shown, everything that is written to standard output and standard error appears
    above it.
    """

    def __init__(self, task: str, hosts: int, language: Language) -> None:
        """Draw it.

        Args:
            task: the name to show.
            hosts: how many hosts there are.

        Raises:
            ProgressMissingError: tqdm is not installed.
        """
        try:
            tqdm = importlib.import_module("tqdm").tqdm
        except ImportError as error:
            raise ProgressMissingError("progress.no_tqdm") from error
        tqdm.monitor_interval = 0
        self._task, self._language = task, language
        self._failed = 0
        self._streams: tuple[Any, Any] = (sys.stdout, sys.stderr)
        self._bar = tqdm(
            total=hosts,
            desc=self._text(0, hosts),
            file=sys.stderr,
            bar_format=_FORMAT,
            mininterval=0,
            miniters=1,
            dynamic_ncols=True,
            leave=False,
        )
        sys.stdout, sys.stderr = (_Above(stream, self._bar) for stream in self._streams)

    def advance(self, *, failed: bool) -> None:
        """Count one more host as done."""
        self._failed += failed
        self._bar.set_description_str(self._text(self._bar.n + 1, self._bar.total), refresh=False)
        self._bar.update(1)

    def advance_to(self, done: int) -> None:
        """Count hosts as done up to a number of them."""
        self._bar.set_description_str(self._text(done, self._bar.total), refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Remove it."""
        sys.stdout, sys.stderr = self._streams
        self._bar.close()

    def _text(self, done: int, hosts: int) -> str:
        counts = {"done": done, "all": hosts, "failed": self._failed, "left": max(0, hosts - done)}
        return render(Phrase("progress.hosts", {"task": self._task, **counts}), self._language)


class ToldProgress:
    """A bar for a task that tells in lines how many hosts are done. It takes the place of these
    lines, and begins with the first of them.

    The process of a task sees no terminal, and all that it can send before its end are lines.
    """

    def __init__(self, task: str, key: str, language: Language) -> None:
        """Read standard output from now on, until `close`.

        Args:
            task: the name to show.
            key: of the text of these lines, which has the placeholders ``done`` and ``all``.
            language: theirs.

        Raises:
            ProgressMissingError: tqdm is not installed.
        """
        try:
            importlib.import_module("tqdm")
        except ImportError as error:
            raise ProgressMissingError("progress.no_tqdm") from error
        text = render(Phrase(key, {"done": _DONE, "all": _ALL}), language)
        # A language may name them in either order.
        pattern = re.escape(text).replace(str(_DONE), r"(?P<done>[0-9]+)")
        self._line = re.compile(pattern.replace(str(_ALL), r"(?P<all>[0-9]+)") + r"\n")
        self._task, self._language = task, language
        self._stream = sys.stdout
        self._bar: HostProgress | None = None
        sys.stdout = _Read(self._stream, self._took)

    def advance(self, *, failed: bool) -> None:
        """Nothing: the task itself is done, on the one host on which it runs."""

    def close(self) -> None:
        """Remove the bar, if there is one."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        sys.stdout = self._stream

    def _took(self, text: str) -> bool:
        """Whether a text that is about to be written is such a line."""
        found = self._line.fullmatch(text)
        if found is None:
            return False
        if self._bar is None:
            self._bar = HostProgress(self._task, int(found["all"]), self._language)
        self._bar.advance_to(int(found["done"]))
        return True


class _Read:
    """A stream some texts of which are taken by somebody else."""

    def __init__(self, stream: TextIO, takes: Callable[[str], bool]) -> None:
        self._stream, self._takes = stream, takes

    def write(self, text: str) -> int:
        return len(text) if self._takes(text) else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Above:
    """A stream whose text appears above the bar."""

    def __init__(self, stream: TextIO, shown: Any) -> None:
        self._stream, self._bar = stream, shown

    def write(self, text: str) -> int:
        with self._bar.get_lock():
            self._bar.clear(nolock=True)
            written = self._stream.write(text)
            self._stream.flush()
            # It needs at least half a line.
            if text.endswith("\n"):
                self._bar.refresh(nolock=True)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
