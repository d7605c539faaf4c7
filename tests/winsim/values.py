# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values as XML and back: instances, projected fragments, references, method parameters.

Forms as recorded (tests/samples/wsman_enumerate): properties in alphabetical order without
regard to case, NULL as xsi:nil, an array as repeated elements, a date wrapped in an element.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from winsim.cim import CimClass, Property, Reference, Scalar, Value, Values
from winsim.faults import FaultError, schema_violation
from winsim.names import folded
from winsim.soap import ANONYMOUS, CIM, WMI, XSI, Element, W, attribute, escape, local_name

CIM_SCHEMA = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
_NIL = f"{{{XSI}}}nil"


def alphabetical(properties: Iterable[Property]) -> list[Property]:
    """The order in which properties stand in an instance (recorded; MS-WSMV note 59)."""
    return sorted(properties, key=lambda p: p.name.lower())


def resource_uri(cim_class: CimClass, *, dmtf: bool = False) -> str:
    """The URI of a class, which is also the XML namespace of its instances (DSP0227 6.1 and
    DSP0230 7). `dmtf`: in the form of the DMTF, for a request that uses it."""
    if dmtf:
        return f"{CIM_SCHEMA}{cim_class.name}"
    return f"{WMI}{cim_class.namespace}/{cim_class.name}"


def scalar_text(value: Scalar) -> str:
    """One value that isn't NULL, as text."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, datetime):
        return datetime_text(value)
    return str(value)


def datetime_text(value: datetime) -> str:
    """xs:dateTime in UTC, the fraction without trailing zeros (recorded: 28:47.73517Z)."""
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"


def write_property(name: str, value: Value, prefix: str, date_prefix: str, cim_type: str) -> str:
    """One property as XML. `prefix` and `date_prefix` end in a colon or are empty."""
    tag = prefix + name
    if value is None:
        return f'<{tag} xsi:nil="true"/>'
    if isinstance(value, list):
        # No NULL inside an array (MS-WSMV 3.1.4.1.26).
        return "".join(
            write_property(name, item, prefix, date_prefix, cim_type)
            for item in value
            if item is not None
        )
    if isinstance(value, Reference):
        # Not recorded. Inferred from DSP0230: the content of an endpoint reference.
        return f"<{tag}>{write_address(value)}</{tag}>"
    if isinstance(value, datetime):
        return (
            f"<{tag}><{date_prefix}Datetime>{datetime_text(value)}</{date_prefix}Datetime></{tag}>"
        )
    if isinstance(value, str):
        if cim_type == "datetime":  # an interval is kept as text: xs:duration
            return f"<{tag}><{date_prefix}Interval>{escape(value)}</{date_prefix}Interval></{tag}>"
        return f"<{tag}>{escape(value)}</{tag}>"
    return f"<{tag}>{scalar_text(value)}</{tag}>"


def write_instance(cim_class: CimClass, values: Values, *, dmtf: bool = False) -> str:
    """A whole instance, as `Select *` returns it. Arrays that are NULL are left out, as recorded
    from Server 2012, although MS-WSMV 3.1.4.1.26 wants xsi:nil."""
    name = cim_class.name
    inner = "".join(
        write_property(p.name, values.get(p.name), "p:", "cim:", p.type)
        for p in alphabetical(cim_class.properties)
        if not p.array or values.get(p.name) is not None
    )
    return (
        f'<p:{name} xmlns:xsi="{XSI}" xmlns:p="{resource_uri(cim_class, dmtf=dmtf)}" '
        f'xmlns:cim="{CIM}" xsi:type="p:{name}_Type">{inner}</p:{name}>'
    )


def write_fragment(properties: Sequence[Property], values: Values) -> str:
    """A projected instance: no class name, no namespace (MS-WSMV notes 58 and 59).

    `properties` are in alphabetical order.
    """
    inner = "".join(write_property(p.name, values.get(p.name), "", "", p.type) for p in properties)
    return f'<w:XmlFragment xmlns:xsi="{XSI}" xmlns:w="{W}">{inner}</w:XmlFragment>'


def write_output(cim_class: CimClass, method: str, values: Values, *, dmtf: bool = False) -> str:
    """The output parameters of a method (MS-WSMV 4.1.4)."""
    inner = "".join(
        write_property(name, values[name], "p:", "cim:", "")
        for name in sorted(values, key=str.lower)
    )
    return (
        f'<p:{method}_OUTPUT xmlns:xsi="{XSI}" xmlns:p="{resource_uri(cim_class, dmtf=dmtf)}" '
        f'xmlns:cim="{CIM}">{inner}</p:{method}_OUTPUT>'
    )


def reference_of(cim_class: CimClass, values: Values) -> Reference:
    """The reference to an instance: its keys, in alphabetical order."""
    keys = {p.name: values.get(p.name) for p in alphabetical(cim_class.properties) if p.key}
    selectors = tuple(
        (name, value if isinstance(value, Reference) else _selector_text(value))
        for name, value in keys.items()
    )
    return Reference(cim_class.namespace, cim_class.name, selectors)


def write_address(reference: Reference, *, dmtf: bool = False) -> str:
    """Address and reference parameters of an endpoint reference, without its outer element.
    `dmtf`: as Windows answers a request with a DMTF URI, with the selector ``__cimnamespace``
    (MS-WSMV note 45)."""
    selectors: dict[str, str | Reference] = dict(reference.selectors)
    if dmtf:
        selectors = {"__cimnamespace": reference.namespace, **selectors}
        return write_epr(f"{CIM_SCHEMA}{reference.class_name}", selectors, dmtf=True)
    return write_epr(f"{WMI}{reference.namespace}/{reference.class_name}", selectors)


def write_epr(
    uri: str,
    selectors: Mapping[str, str | Reference],
    *,
    address: str = ANONYMOUS,
    dmtf: bool = False,
) -> str:
    """Address and reference parameters of an endpoint reference, for any resource."""
    written = "".join(
        f'<w:Selector Name="{attribute(name)}">{_selector_xml(value, dmtf)}</w:Selector>'
        for name, value in selectors.items()
    )
    selector_set = f"<w:SelectorSet>{written}</w:SelectorSet>" if written else ""
    return (
        f"<a:Address>{escape(address)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{uri}</w:ResourceURI>{selector_set}</a:ReferenceParameters>"
    )


def _selector_xml(value: str | Reference, dmtf: bool) -> str:
    """A selector's value; that of a reference is an endpoint reference (DSP0226 5.1.2.2)."""
    return write_reference(value, dmtf=dmtf) if isinstance(value, Reference) else escape(value)


def write_reference(reference: Reference, *, dmtf: bool = False) -> str:
    return f"<a:EndpointReference>{write_address(reference, dmtf=dmtf)}</a:EndpointReference>"


def _selector_text(value: Value) -> str:
    if isinstance(value, Reference):
        return value.path
    if value is None or isinstance(value, list):
        return ""
    return scalar_text(value)


def class_keys(cim_class: CimClass, selectors: Mapping[str, str]) -> dict[str, str]:
    """The keys that selectors name, under the class's own spelling: all keys, and nothing else.
    Raises FaultError (DSP0226 14.6, w:InvalidSelectors)."""
    spelled = {name.lower(): name for name in cim_class.keys}
    keys: dict[str, str] = {}
    for name, value in selectors.items():
        if name.lower() not in spelled or cim_class.singleton:
            raise FaultError("w:InvalidSelectors", 2150858843, fault_detail="UnexpectedSelectors")
        keys[spelled[name.lower()]] = value
    if len(keys) < len(spelled) and not cim_class.singleton:
        raise FaultError("w:InvalidSelectors", 2150858842, fault_detail="InsufficientSelectors")
    return keys


def matching(selectors: Mapping[str, str]) -> Callable[[Values], bool]:
    """Tells whether an instance has these key values. Compared without regard to case, as selectors
    are (MS-WSMV 3.1.4.1.2). Names are those of the class's own spelling."""
    wanted = [(name, folded(text)) for name, text in selectors.items()]

    def matches(values: Values) -> bool:
        return all(folded(_selector_text(values.get(name))) == text for name, text in wanted)

    return matches


def read_values(element: Element, cim_class: CimClass) -> Values:
    """Property values out of an instance that a client sent, typed by the class.

    Raises FaultError for a property that the class doesn't have or a value of the wrong type.
    """
    known = {p.name.lower(): p for p in cim_class.properties}
    values: Values = {}
    for name, elements in _grouped(element):
        declared = known.get(name.lower())
        if declared is None:
            raise schema_violation(f"{cim_class.name} has no property {name}.")
        items = [_read_scalar(item, declared) for item in elements]
        if declared.array:
            values[declared.name] = None if items == [None] else list(items)
        elif len(items) > 1:
            raise schema_violation(f"{name} isn't an array but is given {len(items)} times.")
        else:
            values[declared.name] = items[0]
    return values


def read_arguments(element: Element | None) -> Values:
    """Input parameters of a method: text, or lists of text where an element is repeated."""
    values: Values = {}
    for name, elements in _grouped(element if element is not None else []):
        items: list[Scalar] = [_text(item) for item in elements]
        values[name] = items if len(items) > 1 else items[0]
    return values


def _grouped(element: Iterable[Element]) -> Iterator[tuple[str, list[Element]]]:
    groups: dict[str, list[Element]] = {}
    for child in element:
        groups.setdefault(local_name(child), []).append(child)
    return iter(groups.items())


def _text(element: Element) -> str | None:
    """The text of a value; a date or an interval stands one element deeper."""
    if element.get(_NIL) in {"true", "1"}:
        return None
    wrapped = next(iter(element), None)
    return (wrapped if wrapped is not None else element).text or ""


_INTEGERS = {
    f"{sign}int{bits}": (
        (0, 2**bits - 1) if sign == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    )
    for sign in ("u", "s")
    for bits in (8, 16, 32, 64)
}


def _read_scalar(element: Element, declared: Property) -> Scalar:
    text = _text(element)
    if text is None:
        return None
    try:
        return parse_scalar(text, declared.type)
    except ValueError as error:
        message = f"{declared.name}: {error}. "
        raise FaultError("w:InvalidParameter", 2150858810, message=message) from None


def parse_scalar(text: str, cim_type: str) -> Scalar:
    """A value of the CIM type `cim_type` (as MOF names it). Raises ValueError."""
    stripped = text.strip().lower()
    if cim_type in _INTEGERS:
        low, high = _INTEGERS[cim_type]
        if re.fullmatch("[+-]?[0-9]{1,20}", stripped) and low <= int(stripped) <= high:
            return int(stripped)
    elif cim_type == "boolean":
        if stripped in {"true", "false", "1", "0"}:
            return stripped in {"true", "1"}
    elif cim_type == "datetime":
        with contextlib.suppress(ValueError):
            moment = datetime.fromisoformat(text.strip())
            # A time without zone is taken as UTC.
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    else:
        return text
    raise ValueError(f"{text!r} is no {cim_type}")
