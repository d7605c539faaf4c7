# SPDX-License-Identifier: GPL-3.0-or-later
"""The same fault in another language, and with other detail of the same meaning."""

from __future__ import annotations

from random import Random

from winsim.soap import CIM, XML, B, Element, S, W
from winsim.unkind.about import About
from winsim.unkind.tree import FAULT, NIL, TYPE, split

_LANG = f"{{{XML}}}lang"
#: What stands in the place of a text; what it says means nothing to a program.
_TEXTS = {
    "de-DE": "Der WS-Verwaltungsdienst kann die Anforderung nicht verarbeiten.  ",
    "fr-FR": "Le service WS-Management ne peut pas traiter la demande. ",
    "ja-JP": "WS-Management サービスは要求を処理できません。 ",
    "pl-PL": "Usługa WS-Management nie może przetworzyć żądania.\r\n",
}
_MESSAGES = frozenset({"Message", "error_WindowsErrorMessage", "OMI_ErrorMessage"})


def fault_language(root: Element, random: Random, about: About) -> None:
    """A fault speaks the language of its computer, whatever was asked for (MS-WSMV 3.1.4.1.8: the
    locale needn't be followed). White space at the end varies in recorded faults."""
    language = random.choice(sorted(_TEXTS))
    for fault in root.iter(FAULT):
        for element in fault.iter():
            if element.tag == f"{{{S}}}Text":
                element.set(_LANG, language)
                element.text = _TEXTS[language]
            elif split(element.tag)[1] in _MESSAGES and not len(element) and element.text:
                element.text = _TEXTS[language]


def more_reasons(root: Element, random: Random, about: About) -> None:
    """The reason may be told in several languages (SOAP 1.2 part 1, 5.4.2)."""
    for reason in root.iter(f"{{{S}}}Reason"):
        there = {text.get(_LANG) for text in reason}
        for language in sorted(_TEXTS.keys() - there):
            text = Element(f"{{{S}}}Text", {_LANG: language})
            text.text = _TEXTS[language]
            reason.append(text)


def detail_order(root: Element, random: Random, about: About) -> None:
    """The entries of a detail stand in any order (SOAP 1.2 part 1, 5.4.5)."""
    for detail in root.iter(f"{{{S}}}Detail"):
        entries = list(detail)
        random.shuffle(entries)
        detail[:] = entries


def no_fault_detail(root: Element, random: Random, about: About) -> None:
    """w:FaultDetail may be left out (DSP0226 14.2; samples with and without)."""
    for detail in root.iter(f"{{{S}}}Detail"):
        for child in detail.findall(f"{{{W}}}FaultDetail"):
            detail.remove(child)


def no_extended_error(root: Element, random: Random, about: About) -> None:
    """A fault of a provider has an f:ExtendedError or none (samples winrb_soap_fault_v1.xml and
    _v2.xml)."""
    for element in root.iter():
        for child in list(element):
            if split(child.tag)[1] == "ExtendedError":
                element.remove(child)


def omi_error(root: Element, random: Random, about: About) -> None:
    """A CIM error that tells its status, and no HRESULT: the OMI_Error of OMI (sample
    omi/get_missing_response.xml). One that says no more than failed stays as it is."""
    for detail in root.iter(f"{{{S}}}Detail"):
        for error in detail:
            uri, name = split(error.tag)
            status = error.findtext(f"{{{uri}}}CIMStatusCode")
            if name != "MSFT_WmiError" or status in {None, "1"}:
                continue
            message = error.findtext(f"{{{uri}}}Message") or ""
            detail[list(detail).index(error)] = _omi_error(status or "", message)


def _omi_error(status: str, message: str) -> Element:
    uri = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/OMI_Error"
    error = Element(f"{{{uri}}}OMI_Error", {f"{{{B}}}IsCIM_Error": "true"})
    for name, cim_type, text in (
        ("ErrorType", "", ""),
        ("OwningEntity", "cimString", "OMI:CIMOM"),
        ("MessageID", "cimString", f"OMI:MI_Result:{status}"),
        ("Message", "cimString", message),
        ("PerceivedSeverity", "cimUnsignedInt", "7"),
        ("CIMStatusCode", "cimUnsignedInt", status),
        ("OMI_Code", "cimUnsignedInt", status),
        ("OMI_Type", "cimString", "MI"),
        ("OMI_ErrorMessage", "cimString", message),
    ):
        child = Element(f"{{{uri}}}{name}")
        if cim_type:
            child.set(TYPE, f"{{{CIM}}}{cim_type}")
            child.text = text
        else:
            child.set(NIL, "true")
        error.append(child)
    return error
