# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The values of a row that a host has sent, with the types that they should have: a host may send
anything."""

from __future__ import annotations

from datetime import datetime

from .objects import Instance

# Names of files, services and accounts have 256 characters at most (documentation of CreateService;
# Naming Files, Paths, and Namespaces), and so do those of networks and products; paths and command
# lines have 32,767 (CreateProcess). The texts about an owner are repeated for each of its
# endpoints, and a network in each verdict, so a hostile text would be multiplied.
MAX_NAME = 512
MAX_PATH = 32_767


def text(row: Instance, name: str) -> str:
    value = row.values.get(name)
    return value[:MAX_NAME] if isinstance(value, str) else ""


def optional_text(row: Instance, name: str, limit: int = MAX_NAME) -> str | None:
    value = row.values.get(name)
    return value[:limit] if isinstance(value, str) else None


def texts(row: Instance, name: str) -> list[str]:
    value = row.values.get(name)
    found = value if isinstance(value, tuple) else ()
    return [each[:MAX_NAME] for each in found if isinstance(each, str)]


def number(row: Instance, name: str) -> int:
    value = row.values.get(name)
    return value if isinstance(value, int) else 0


def optional_number(row: Instance, name: str) -> int | None:
    value = row.values.get(name)
    return value if isinstance(value, int) else None


def optional_truth(row: Instance, name: str) -> bool | None:
    value = row.values.get(name)
    return value if isinstance(value, bool) else None


def time_of(row: Instance, name: str) -> datetime | None:
    value = row.values.get(name)
    return value if isinstance(value, datetime) else None
