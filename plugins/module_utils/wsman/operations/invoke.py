# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls of the methods of classes and instances (DSP0227, 9; [MS-WSMV] 3.1.4.1.32 and 4.1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..cim.cim_xml import InstanceReader, check_name, write_instance
from ..cim.objects import CimClass, CimValue, Reference
from ..soap.document import DocumentLimits
from .envelope import Request, RequestSettings, build, only_child, read

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")


@dataclass(frozen=True)
class MethodResult:
    """What a method returned.

    `return_value` is its integer result, None if it sent none or NULL: some methods do so on
    success although their documentation promises a number (MSFT_NetFirewallRule.Enable). `values`
    holds the other output parameters as text, and a result that is not an integer under the name
    ReturnValue.
    """

    return_value: int | None
    values: Mapping[str, CimValue]


def invoke(
    cim_class: CimClass,
    reference: Reference | None,
    method: str,
    arguments: Mapping[str, CimValue],
    settings: RequestSettings,
) -> Request:
    """Call a method of an instance or, without a reference, a static method of the class.

    The Python types of the arguments decide how they are written.

    Raises LocalProtocolError for a name that CIM does not allow or a value that can't be written.
    """
    reference = reference or cim_class.reference(())
    body = write_instance(f"{check_name(method)}_INPUT", reference.resource_uri, arguments)
    action = f"{reference.resource_uri}/{method}"
    return build(action, reference.resource_uri, body, settings, selectors=reference.selectors)


def read_invoke(
    data: bytes, request: Request, cim_class: CimClass, limits: DocumentLimits
) -> MethodResult:
    """What the method returned. A return value that reports a failure is not an error here.

    Raises FaultError if the call did not take place, RemoteProtocolError for an answer that does
    not belong to a call.
    """
    # Windows names the element Method_OUTPUT, OMI Class_OUTPUT.
    output = only_child(read(data, request, limits), "_OUTPUT")
    values = InstanceReader(None).read(output).values
    result = values.get("ReturnValue")
    integer = isinstance(result, str) and _INTEGER.fullmatch(result.strip())
    if integer or result is None:
        values.pop("ReturnValue", None)
    return MethodResult(int(result) if integer and isinstance(result, str) else None, values)
