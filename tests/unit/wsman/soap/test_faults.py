# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: the recorded ones to the letter, and what each code means to a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import envelope
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import parse
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.fault_catalog import (
    CIM_STATUSES,
    CODES,
    SUBCODES,
    UNKNOWN,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import (
    Fault,
    FaultError,
    FaultKind,
    explain,
    parse_fault,
)
from unit.rows import each_row
from unit.wsman.recorded import LIMITS, answer, answered, conversation, names, sample


def fault_of(data: bytes) -> Fault:
    with pytest.raises(FaultError) as raised:
        envelope.read(data, answered(data), LIMITS)
    return raised.value.fault


def recorded(name: str) -> Fault:
    return fault_of(sample(name))


def in_conversation(name: str, position: int) -> Fault:
    return fault_of(conversation(f"wsman_winrs/{name}.yml")[position][1])


def fault_xml(detail: str, subcode: str = "w:InternalError") -> bytes:
    body = (
        f"<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>{subcode}</s:Value>"
        f"</s:Subcode></s:Code><s:Reason><s:Text>Reason.</s:Text></s:Reason>{detail}</s:Fault>"
    )
    return answer(body, Request("urn:a", "uuid:1", b""))


TOO_MANY_OPERATIONS = (
    "The WS-Management service cannot process the request. This user is allowed a maximum number "
    "of 15 concurrent operations, which has been exceeded. Close existing operations for this "
    "user, or raise the quota for this user."
)
TIMED_OUT = (
    "The WS-Management service cannot complete the operation within the time specified in "
    "OperationTimeout."
)
FILTER = (
    "The data source could not process the filter. The filter might be missing or it might be "
    "invalid. Change the filter and try the request again."
)


def test_too_many_operations() -> None:
    assert recorded("wsman_faults/max_concurrent_operations_2150859174.xml") == Fault(
        code="Receiver",
        subcode="InternalError",
        reason=TOO_MANY_OPERATIONS.replace(
            "This user is allowed a maximum number of 15 concurrent operations, which has been",
            "The maximum number of concurrent operations for this user has been",
        ),
        wsman_code=2150859174,
        detail=(TOO_MANY_OPERATIONS,),
    )


def test_an_unknown_class_in_wql() -> None:
    for version in ("v1", "v2"):
        fault = recorded(f"wsman_faults/winrb_soap_fault_{version}.xml")
        assert fault == Fault(
            code="Sender",
            subcode="CannotProcessFilter",
            reason=FILTER,
            wsman_code=2150858778,
            hresult=2150858778,
            detail=("The specified class does not exist in the given namespace.",),
        )
        assert fault.kind is FaultKind.UNKNOWN_CLASS


def test_too_many_shells() -> None:
    fault = recorded("wsman_faults/winrb_wmi_error_v2.xml")
    assert (fault.code, fault.subcode) == ("Sender", "QuotaLimit")
    assert (fault.wsman_code, fault.hresult, fault.cim_status) == (None, 0x803381A5, 27)
    assert len(fault.wmi_error) == 17
    assert fault.wmi_error["error_Code"] == "2150859173"
    assert fault.wmi_error["OwningEntity"] is None
    assert len(fault.detail) == 1
    assert "a maximum number of 30 concurrent shells" in fault.detail[0]
    assert fault.kind is FaultKind.QUOTA
    assert explain(fault).name == "ERROR_WSMAN_QUOTA_MAX_SHELLS"


def test_an_unknown_command() -> None:
    fault = in_conversation("pypsrp_winrs_bad_cmd_id", 2)
    assert fault.code == "Sender"
    assert fault.subcode == "InvalidSelectors"
    assert fault.wsman_code == 2150858843
    assert fault.detail[0].startswith("The Windows Remote Shell received a request to perform")
    assert fault.detail[1].endswith("/faultDetail/UnexpectedSelectors")
    assert fault.kind is FaultKind.INVALID_SELECTORS


def test_a_program_that_is_not_there() -> None:
    assert in_conversation("pypsrp_winrs_no_cmd_shell", 1) == Fault(
        code="Receiver",
        subcode="InternalError",
        reason="The system cannot find the file specified.",
        wsman_code=2147942402,
        detail=("The system cannot find the file specified.",),
    )


@pytest.mark.parametrize("position", [3, 4])
def test_an_operation_that_timed_out(position: int) -> None:
    assert in_conversation("pypsrp_winrs_operation_timeout", position) == Fault(
        code="Receiver",
        subcode="TimedOut",
        reason=TIMED_OUT,
        wsman_code=2150858793,
        detail=(TIMED_OUT,),
    )


@each_row(
    ("name", "subcode", "cim_status", "said", "kind"),
    [
        (
            *("fault_no_class", "DestinationUnreachable", 5),
            *("The specified class does not exist.", FaultKind.UNKNOWN_CLASS),
        ),
        (
            *("get_missing", "DestinationUnreachable", 6),
            *("The requested object cannot be found.", FaultKind.NOT_FOUND),
        ),
        (
            *("fault_bad_query", "InternalError", 15),
            "The query is not valid for the specified query language.",
            FaultKind.INVALID_REQUEST,
        ),
        (
            *("invoke_no_method", "InternalError", 1),
            "A general error occurred, not covered by a more specific error code.",
            FaultKind.OTHER,
        ),
    ],
)
def test_faults_of_omi(
    name: str, subcode: str, cim_status: int, said: str, kind: FaultKind
) -> None:
    fault = recorded(f"omi/{name}_response.xml")
    assert (fault.subcode, fault.cim_status) == (subcode, cim_status)
    assert (fault.wsman_code, fault.hresult) == (None, None)
    assert fault.detail == (said,)
    assert fault.kind is kind


def test_a_fault_without_detail() -> None:
    assert recorded("omi/fault_bad_context_response.xml") == Fault(
        code="Sender", subcode="DestinationUnreachable", reason="Enumeration context not found"
    )


def test_no_recorded_fault_is_left_out() -> None:
    assert len(names("wsman_faults/*.xml")) == 4
    faults = [name for name in names("omi/*_response.xml") if b":Fault>" in sample(name)]
    assert len(faults) == 5
    in_shells = [
        (name, position)
        for name in names("wsman_winrs/*.yml")
        for position, (_unused, response) in enumerate(conversation(name))
        if b"<s:Fault>" in response
    ]
    assert in_shells == [
        ("wsman_winrs/pypsrp_winrs_bad_cmd_id.yml", 2),
        ("wsman_winrs/pypsrp_winrs_no_cmd_shell.yml", 1),
        ("wsman_winrs/pypsrp_winrs_operation_timeout.yml", 3),
        ("wsman_winrs/pypsrp_winrs_operation_timeout.yml", 4),
    ]


INVALID_RESOURCE = (
    "<s:Detail><w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
    "InvalidResourceURI</w:FaultDetail>{more}</s:Detail>"
)


def test_an_unknown_resource_is_an_unknown_class() -> None:
    """As openwsman answers for a class that it does not know. Windows sends the same detail for
    each object that it can't find, with a code that says which."""
    coded = '<f:WSManFault xmlns:f="urn:f" Code="{code}"/>'
    there = "a:DestinationUnreachable"
    found = {
        "alone": fault_xml(INVALID_RESOURCE.format(more=""), there),
        "with a code": fault_xml(INVALID_RESOURCE.format(more=coded.format(code=0x8033803B))),
        "of an object": fault_xml(
            INVALID_RESOURCE.format(more=coded.format(code=0x80338000)), there
        ),
        "of an instance": fault_xml("", there),
        "of another subcode": fault_xml(INVALID_RESOURCE.format(more="")),
    }
    kinds = {name: fault_of(data).kind for name, data in found.items()}
    assert kinds == {
        "alone": FaultKind.UNKNOWN_CLASS,
        "with a code": FaultKind.UNKNOWN_CLASS,
        "of an object": FaultKind.NOT_FOUND,
        "of an instance": FaultKind.NOT_FOUND,
        "of another subcode": FaultKind.OTHER,
    }


WMI_ERROR = (
    '<s:Detail><p:MSFT_WmiError xmlns:p="urn:p"><p:CIMStatusCode>{status}</p:CIMStatusCode>'
    "<p:MessageID>{message_id}</p:MessageID><p:error_Code>{code}</p:error_Code>"
    "<p:error_Type>{kind}</p:error_Type></p:MSFT_WmiError></s:Detail>"
)


@each_row(
    ("message_id", "code", "kind", "hresult"),
    [
        ("HRESULT 0x8004100e", 1, "HRESULT", 0x8004100E),
        ("", 2147749902, "HRESULT", 0x8004100E),
        ("", " +002147749902 ", "HRESULT", 0x8004100E),
        ("", 5, "MI", None),
        ("HRESULT 0xnothing", 5, "MI", None),
        ("MI_RESULT 6", "nothing", "HRESULT", None),
        ("Windows System Error 1753", 1753, "Win32", 0x800706D9),
    ],
)
def test_the_hresult_of_a_cim_error(
    message_id: str, code: int | str, kind: str, hresult: int | None
) -> None:
    detail = WMI_ERROR.format(status=3, message_id=message_id, code=code, kind=kind)
    fault = fault_of(fault_xml(detail))
    assert fault.hresult == hresult
    assert fault.cim_status == 3
    stopped = hresult == 0x800706D9
    assert fault.kind is (FaultKind.UNAVAILABLE if stopped else FaultKind.INVALID_NAMESPACE)


def test_the_provider_knows_better_than_the_service() -> None:
    detail = (
        '<s:Detail><f:WSManFault xmlns:f="urn:f" Code="2150858752"><f:Message><f:ProviderFault>'
        '<f:WSManFault Code="2147749891"><f:Message>No.</f:Message></f:WSManFault>'
        "</f:ProviderFault></f:Message></f:WSManFault></s:Detail>"
    )
    fault = fault_of(fault_xml(detail))
    assert (fault.wsman_code, fault.hresult) == (0x80338000, 0x80041003)
    assert fault.kind is FaultKind.ACCESS_DENIED
    assert str(FaultError(fault)) == (
        "WBEM_E_ACCESS_DENIED (InternalError, 0x80338000, 0x80041003): No."
    )


@each_row(
    ("fault", "kind", "name"),
    [
        (Fault("Sender", wsman_code=5), FaultKind.ACCESS_DENIED, "ERROR_ACCESS_DENIED"),
        (Fault("Sender", "AccessDenied"), FaultKind.ACCESS_DENIED, "AccessDenied"),
        (
            *(Fault("Sender", wsman_code=0x80338048), FaultKind.ENVELOPE_SIZE),
            "ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED",
        ),
        (Fault("Sender", "EncodingLimit"), FaultKind.ENVELOPE_SIZE, "EncodingLimit"),
        (Fault("Sender", cim_status=11), FaultKind.ALREADY_EXISTS, "CIM_ERR_ALREADY_EXISTS"),
        (Fault("Sender", hresult=0x80041010), FaultKind.UNKNOWN_CLASS, "WBEM_E_INVALID_CLASS"),
        (Fault("Receiver", hresult=0x800706D9), FaultKind.UNAVAILABLE, "EPT_S_NOT_REGISTERED"),
        (
            Fault("Receiver", wsman_code=0x80080005),
            FaultKind.UNAVAILABLE,
            "CO_E_SERVER_EXEC_FAILURE",
        ),
        (
            Fault("Receiver", wsman_code=0x80338003, hresult=0x80080005),
            FaultKind.UNAVAILABLE,
            "CO_E_SERVER_EXEC_FAILURE",
        ),
        (
            Fault("Receiver", wsman_code=0x80070002),
            FaultKind.FILE_NOT_FOUND,
            "ERROR_FILE_NOT_FOUND",
        ),
        (
            *(Fault("Sender", hresult=0x80070002, cim_status=6), FaultKind.NOT_FOUND),
            "CIM_ERR_NOT_FOUND",
        ),
        (
            Fault("Sender", hresult=0x12345, cim_status=4),
            FaultKind.INVALID_PARAMETER,
            "CIM_ERR_INVALID_PARAMETER",
        ),
        (
            Fault("Sender", "NeverHeardOf", wsman_code=1, cim_status=99),
            FaultKind.OTHER,
            "unknown fault",
        ),
        (Fault(""), FaultKind.OTHER, "unknown fault"),
    ],
)
def test_the_most_telling_code_that_is_known_decides(
    fault: Fault, kind: FaultKind, name: str
) -> None:
    assert fault.kind is kind
    assert render(explain(fault).name, "en") == name


def test_every_explanation_says_what_happened_and_what_to_do() -> None:
    explanations = [*CODES.values(), *CIM_STATUSES.values(), *SUBCODES.values(), UNKNOWN]
    assert {each.kind for each in explanations} == set(FaultKind)
    for each in explanations:
        assert render(each.name, "en").isprintable()
        for text in (render(each.cause, "en"), render(each.remedy, "en")):
            assert text.endswith(".")
            assert len(text) < 400
            assert "  " not in text


@given(st.text(), st.lists(st.text(), max_size=3))
def test_what_a_target_says_is_bounded_and_printable(reason: str, messages: list[str]) -> None:
    element = parse(fault_xml("<s:Detail><f:WSManFault xmlns:f='urn:f'/></s:Detail>"), LIMITS)
    fault_element = element.find("Body/Fault")
    assert fault_element is not None
    text = fault_element.find("Reason/Text")
    wsman_fault = fault_element.find("Detail/WSManFault")
    assert text is not None
    assert wsman_fault is not None
    text.text = reason * 50
    for message in messages:
        child = wsman_fault.makeelement("Message", {})
        child.text = message * 50
        wsman_fault.append(child)
    fault = parse_fault(fault_element)
    for said in (fault.reason, *fault.detail):
        assert len(said) <= 300
        assert said.isprintable()
    told = str(FaultError(fault))
    assert told.isprintable()
    assert len(told) < 500
