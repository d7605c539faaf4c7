# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds a parser, and tells what came of it."""

from __future__ import annotations

from fuzz.parser import Parser


def feed(parser: Parser, data: object) -> bool:
    """Whether the parser took an input; False for a documented error whose text is fit to be shown.

    Raises whatever else the parser raises.
    """
    try:
        parser.read(data)
    except parser.errors as error:
        message = str(error)
        assert len(message) < 4_000, f"an error of {len(message)} characters"
        unfit = {sign for sign in message if not sign.isprintable() and sign not in "\n\u3000"}
        assert not unfit, f"an error with {unfit!r}: {message!r}"
        return False
    return True
