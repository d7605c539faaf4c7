# SPDX-License-Identifier: GPL-3.0-or-later
"""What python-wsmanclient gets from a host. Reads the host and the operations as JSON, writes
JSON."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

from wsmanclient.client import Client
from wsmanclient.exceptions import InvalidResponse

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2"
SERVICE = f"{WMI}/Win32_Service"

asked: dict[str, Any] = json.load(sys.stdin)


def client() -> Any:
    return Client(
        asked["address"],
        asked["user"],
        asked["password"],
        port=asked["port"],
        protocol=asked["scheme"],
    )


def local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def rows(answer: Any) -> list[list[str]]:
    """Name and state of each instance in the items of an answer."""
    found = [each for part in answer.iter() if local(part) == "Items" for each in part]
    return [
        [{local(child): child.text for child in each}[name] for name in ("Name", "State")]
        for each in found
    ]


def enumerate_all() -> Any:
    return rows(client().enumerate(SERVICE, optimization=False))


def enumerate_optimised() -> Any:
    return rows(client().enumerate(SERVICE, max_elems=10))


def wql() -> Any:
    query, dialect = asked["query"], "wql"
    found = client().enumerate(f"{WMI}/*", filter_query=query, filter_dialect=dialect)
    return rows(found)


def invoke() -> Any:
    output = client().invoke(SERVICE, "StopService", {"Name": asked["service"]}, {})
    return [each.text for each in output.iter() if local(each) == "ReturnValue"]


OPERATIONS: dict[str, Callable[[], Any]] = {
    "enumerate": enumerate_all,
    "enumerate_optimised": enumerate_optimised,
    "wql": wql,
    "invoke": invoke,
}


def outcome(operation: str) -> dict[str, Any]:
    try:
        return {"got": OPERATIONS[operation]()}
    except InvalidResponse as error:
        # It keeps the status in its message alone.
        status = str(error).partition('Status code: "')[2].partition('"')[0]
        return {"refused": f"HTTP {status}", "said": str(error)}


warnings.simplefilter("ignore")
json.dump({each: outcome(each) for each in asked["operations"]}, sys.stdout)
