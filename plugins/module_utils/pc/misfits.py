# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data of a playbook that has not the form of a module's result, and what to say of it."""

from __future__ import annotations

from typing import Final

#: What reading such data as if it had the form can raise.
MISFITS: Final = (
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)


def what_misfits(error: BaseException) -> str:
    """What is wrong with the data, for a person: what is missing, or that a value is odd."""
    if isinstance(error, KeyError) and error.args:
        return f"'{error.args[0]}' is missing"
    return "a value in it is of another type"
