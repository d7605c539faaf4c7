# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates compiled once for all runs that come from the same process.

Ansible has a process for each task of each host, and each compiles the templates of its task anew. Here
what one has compiled is in a file without a name, which all of them have open: each reads what others
have added, and adds what it compiles itself.
"""

from __future__ import annotations

import fcntl
import marshal
import os
import tempfile
from collections.abc import Callable
from types import CodeType
from typing import Any

_Compile = Callable[..., "CodeType | str"]
_SIZE = 4  # octets of the length in front of each record


class Remembered:
    """What has been compiled, by all that it depends on."""

    def __init__(self) -> None:
        self._file, name = tempfile.mkstemp()
        os.unlink(name)
        # What several processes write at the same time is whole, one behind the other.
        flags = fcntl.fcntl(self._file, fcntl.F_GETFL)
        fcntl.fcntl(self._file, fcntl.F_SETFL, flags | os.O_APPEND)
        self._read = 0
        self._known: dict[str, bytes] = {}

    def get(self, key: str) -> CodeType | None:
        if key not in self._known:
            self._read_on()
        code = self._known.get(key)
        return None if code is None else marshal.loads(code)

    def put(self, key: str, code: CodeType) -> None:
        record = marshal.dumps((key, marshal.dumps(code)))
        os.write(self._file, len(record).to_bytes(_SIZE, "big") + record)

    def _read_on(self) -> None:
        """Read what has been added since."""
        size = os.fstat(self._file).st_size
        new = os.pread(self._file, size - self._read, self._read)
        place = 0
        while place + _SIZE <= len(new):
            end = place + _SIZE + int.from_bytes(new[place : place + _SIZE], "big")
            if end > len(new):
                break
            key, code = marshal.loads(new[place + _SIZE : end])
            self._known[key] = code
            place = end
        self._read += place


def remember() -> None:
    """Have Ansible's templates compiled once from now on, in this process and all that it forks."""
    from ansible._internal._templating import _jinja_bits as ansible_s
    from jinja2.nodes import Node

    remembered = Remembered()
    compile_anew: _Compile = ansible_s.AnsibleEnvironment.compile
    overridden = ansible_s._TEMPLATE_OVERRIDE_FIELD_NAMES

    def key_of(environment: Any, source: Any, rest: tuple[Any, ...]) -> str:
        context = ansible_s._TemplateCompileContext.current(optional=True)
        return repr(
            (
                type(environment).__name__,
                [getattr(environment, name) for name in overridden],
                sorted(environment.extensions),
                context and context.escape_backslashes,
                # Only what an expression is parsed into doesn't show its lines.
                [node.lineno for node in source.find_all(Node)] if isinstance(source, Node) else "",
                source,
                rest,
            )
        )

    def compiled(environment: Any, source: Any, *rest: Any, **named: Any) -> CodeType | str:
        if named or environment.optimized or environment._debuggable_template_source:
            return compile_anew(environment, source, *rest, **named)
        key = key_of(environment, source, rest)
        code = remembered.get(key)
        if code is None:
            made = compile_anew(environment, source, *rest)
            if isinstance(made, str):
                return made
            remembered.put(key, made)
            code = made
        return code

    # What takes a template apart, too, is then there for all environments.
    assert ansible_s.AnsibleEnvironment().lexer
    ansible_s.AnsibleEnvironment.compile = compiled  # type: ignore[method-assign, assignment]
