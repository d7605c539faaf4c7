# SPDX-License-Identifier: GPL-3.0-or-later
"""Method calls."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import invoke
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.invoke import (
    MethodResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
    RemoteProtocolError,
)
from unit.rows import each_row
from unit.wsman.recorded import LIMITS, SETTINGS, answer, answered, request_body, sample

PROCESS_4312 = classes.PROCESS.reference([("Handle", "4312")])


def test_the_request_for_a_method_of_an_instance() -> None:
    request = invoke.invoke(classes.PROCESS, PROCESS_4312, "Terminate", {"Reason": 1}, SETTINGS)
    uri = classes.PROCESS.resource_uri
    assert request.action == f"{uri}/Terminate"
    assert '<w:Selector Name="Handle">4312</w:Selector>' in request.data.decode()
    assert request_body(request) == (
        f'<p:Terminate_INPUT xmlns:p="{uri}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><p:Reason>1</p:Reason>'
        "</p:Terminate_INPUT>"
    )


def test_a_static_method_has_no_selectors() -> None:
    request = invoke.invoke(classes.PROCESS, None, "Create", {"CommandLine": "x"}, SETTINGS)
    assert b"SelectorSet" not in request.data


@each_row("method", ["", "Stop Service", "x/../y", "名前"])
def test_a_method_has_a_name(method: str) -> None:
    with pytest.raises(LocalProtocolError, match="not a CIM name"):
        invoke.invoke(classes.SERVICE, None, method, {}, SETTINGS)


@each_row(
    ("output", "result"),
    [
        ("<p:ReturnValue>0</p:ReturnValue>", MethodResult(0, {})),
        ("<p:ReturnValue> 2147942405 </p:ReturnValue>", MethodResult(0x80070005, {})),
        ("<p:ReturnValue>-1</p:ReturnValue>", MethodResult(-1, {})),
        # XML Schema part 2, 3.3.20: still the number 2, and no success.
        ("<p:ReturnValue>+2</p:ReturnValue>", MethodResult(2, {})),
        ("<p:ReturnValue>0002</p:ReturnValue>", MethodResult(2, {})),
        ('<p:ReturnValue xsi:nil="true"/>', MethodResult(None, {})),
        ("", MethodResult(None, {})),
        (
            "<p:User>SYSTEM</p:User><p:Domain></p:Domain><p:ReturnValue>0</p:ReturnValue>",
            MethodResult(0, {"User": "SYSTEM", "Domain": ""}),
        ),
        (
            "<p:ReturnValue>0</p:ReturnValue><p:sNames>a</p:sNames><p:sNames>b</p:sNames>",
            MethodResult(0, {"sNames": ("a", "b")}),
        ),
    ],
)
def test_what_a_method_returned(output: str, result: MethodResult) -> None:
    request = invoke.invoke(classes.PROCESS, PROCESS_4312, "GetOwner", {}, SETTINGS)
    body = f'<p:GetOwner_OUTPUT xmlns:p="urn:p">{output}</p:GetOwner_OUTPUT>'
    data = answer(body, request)
    assert invoke.read_invoke(data, request, classes.PROCESS, LIMITS) == result


def test_a_method_of_omi_returns_a_text() -> None:
    data = sample("omi/invoke_response.xml")
    result = invoke.read_invoke(data, answered(data), classes.PROCESS, LIMITS)
    assert result == MethodResult(None, {"ReturnValue": "eleven"})


def test_what_is_no_answer_to_a_call() -> None:
    request = invoke.invoke(classes.PROCESS, PROCESS_4312, "Terminate", {}, SETTINGS)
    with pytest.raises(RemoteProtocolError, match="holds nothing where _OUTPUT"):
        invoke.read_invoke(answer("", request), request, classes.PROCESS, LIMITS)
