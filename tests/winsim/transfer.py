# SPDX-License-Identifier: GPL-3.0-or-later
"""WS-Transfer on CIM instances (Get, Put, Create, Delete) and the invocation of their methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from winsim import fragments, pretences
from winsim.cim import CimClass, CimError, CimStatus, Reference, Values
from winsim.cim_faults import cim_fault
from winsim.exchange import Exchange, Target, find_class, read_target
from winsim.faults import WMI_PLUGIN, FaultError, envelope_exceeded, schema_violation
from winsim.soap import Answer, Element, W, local_name
from winsim.values import (
    class_keys,
    matching,
    read_arguments,
    read_values,
    write_address,
    write_instance,
    write_output,
)

_ACTION = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#: The first Windows that creates and deletes instances, 8 and Server 2012 (MS-WSMV notes 107, 109).
_FIRST_BUILD_WITH_CREATE = 9200
_Result = TypeVar("_Result")


def get(exchange: Exchange) -> Answer:
    """Raises FaultError, as all of these do."""
    target, cim_class = _class(exchange)
    keys = class_keys(cim_class, target.selectors)
    action = f"{_ACTION}GetResponse"
    if exchange.request.fragment is not None:
        fragment = fragments.parse(exchange.request.fragment)
        values = _instance(exchange, target, cim_class, keys)
        part = fragments.read(fragment, cim_class, values, dmtf=target.dmtf)
        return _bounded(exchange, fragments.answer(action, fragment, part))
    written = write_instance(
        cim_class, _instance(exchange, target, cim_class, keys), dmtf=target.dmtf
    )
    return _bounded(exchange, Answer(action, written, prefixes="s a x w p"))


def put(exchange: Exchange) -> Answer:
    target, cim_class = _class(exchange)
    keys = class_keys(cim_class, target.selectors)
    changed = _instance(exchange, target, cim_class, keys)
    fragment = None
    if exchange.request.fragment is not None:
        fragment = fragments.parse(exchange.request.fragment)
        content = _content(exchange, "XmlFragment")
        values = read_values(fragments.written(fragment, cim_class, changed, content), cim_class)
    else:
        values = read_values(_content(exchange, cim_class.name), cim_class)
    _run(exchange, target, partial(_check_writable, cim_class, changed, values))
    if "ignored" not in exchange.injected:
        done = pretences.carried_out(exchange.injected, cim_class, values)
        changed = _run(exchange, target, lambda: cim_class.put(exchange.machine, keys, done))
    changed = pretences.answered(exchange.injected, changed, values)
    action = f"{_ACTION}PutResponse"
    if fragment is not None:
        part = fragments.read(fragment, cim_class, changed, dmtf=target.dmtf)
        return fragments.answer(action, fragment, part)
    return Answer(
        action,
        write_instance(cim_class, changed, dmtf=target.dmtf),
        prefixes="s a x w p",
    )


def create(exchange: Exchange) -> Answer:
    _require_create(exchange)
    target, cim_class = _class(exchange)
    values = read_values(_content(exchange, cim_class.name), cim_class)
    names: Values = {name: values.get(name) for name in (*cim_class.keys, "InstanceID")}
    _run(exchange, target, partial(_check_writable, cim_class, names, values))
    options = pretences.obeyed(exchange.injected, exchange.wmi_options)
    done = pretences.carried_out(exchange.injected, cim_class, values)
    reference: Reference = _run(
        exchange, target, lambda: cim_class.create(exchange.machine, done, options)
    )
    if "ignored" in exchange.injected:
        _run(
            exchange,
            target,
            lambda: cim_class.delete(exchange.machine, reference.keys),
        )
    return Answer(
        f"{_ACTION}CreateResponse",
        f"<x:ResourceCreated>{write_address(reference, dmtf=target.dmtf)}</x:ResourceCreated>",
        prefixes="s a x w p",
    )


def delete(exchange: Exchange) -> Answer:
    _require_create(exchange)
    target, cim_class = _class(exchange)
    keys = class_keys(cim_class, target.selectors)
    _instance(exchange, target, cim_class, keys)
    if "ignored" not in exchange.injected:
        _run(exchange, target, lambda: cim_class.delete(exchange.machine, keys))
    return Answer(f"{_ACTION}DeleteResponse", "", prefixes="s a w p")


def invoke(exchange: Exchange) -> Answer:
    """The action is the resource URI and the method's name (DSP0230 10.3)."""
    request = exchange.request
    uri, _unused, method = request.action.rpartition("/")
    if uri.lower() != request.resource_uri.lower():
        raise FaultError("a:ActionNotSupported", 2150858771)
    target, cim_class = _class(exchange)
    keys = class_keys(cim_class, target.selectors) if target.selectors else None
    arguments = read_arguments(_content(exchange, f"{method}_INPUT"))
    _check_arguments(cim_class, method, arguments)
    if keys is not None:
        _instance(exchange, target, cim_class, keys)
    if "ignored" in exchange.injected and pretences.changes_something(method):
        output = pretences.output(cim_class)
    else:
        output = _run(
            exchange, target, lambda: cim_class.invoke(exchange.machine, keys, method, arguments)
        )
    return Answer(
        f"{request.action}Response",
        write_output(cim_class, method, output, dmtf=target.dmtf),
        prefixes="s a x w p",
    )


def _check_writable(cim_class: CimClass, before: Values, values: Values) -> None:
    """Raises CimError for another value of a property that the class doesn't change. Windows' own
    client sends all properties, so the value that is there is taken (recorded: Set-CimInstance in
    microsoft/omi, Unix/wsman/samples)."""
    for name, value in values.items():
        written = cim_class.writable is None or name in cim_class.writable
        if not written and (value or None) != (before.get(name) or None):
            raise cim_class.read_only(name)


def _require_create(exchange: Exchange) -> None:
    if exchange.build < _FIRST_BUILD_WITH_CREATE:
        raise FaultError("a:ActionNotSupported", 2150858771)


def _class(exchange: Exchange) -> tuple[Target, CimClass]:
    target = read_target(exchange.request.resource_uri, exchange.request.selectors)
    if target.wildcard:  # all classes can only be enumerated (MS-WSMV 3.1.4.1.34.3.1)
        raise FaultError("a:ActionNotSupported", 2150858771)
    cim_class = find_class(exchange, target)
    _run(exchange, target, lambda: cim_class.check_options(exchange.machine, exchange.wmi_options))
    return target, cim_class


def _content(exchange: Exchange, name: str) -> Element:
    body = exchange.request.body
    if body is None or local_name(body).lower() != name.lower():
        raise schema_violation(f"The body isn't a {name}.")
    namespaces = {exchange.request.resource_uri.lower(), W}
    if body.tag[1:].rpartition("}")[0].lower() not in namespaces:
        # The namespace of a class is its URI (DSP0227 6.1, DSP0230 7; DSP0226 14.6 has the detail).
        raise FaultError("w:SchemaValidationError", 2150858840, fault_detail="InvalidNamespace")
    return body


def _check_arguments(cim_class: CimClass, method: str, arguments: Values) -> None:
    """Raises FaultError for an argument that the method doesn't have (DSP0226 14.6,
    w:InvalidParameter; that WMI refuses it with this code is an assumption)."""
    declared = {name.lower(): parameters for name, parameters in cim_class.methods.items()}
    if method.lower() not in declared:
        return  # the class says what it makes of that
    known = {name.lower() for name in declared[method.lower()]}
    for name in arguments:
        if name.lower() not in known:
            raise FaultError("w:InvalidParameter", 2150858837, fault_detail="InvalidName")


def _instance(
    exchange: Exchange, target: Target, cim_class: CimClass, keys: dict[str, str]
) -> Values:
    """The instance that the keys name."""

    def find() -> Values:
        for values in filter(matching(keys), cim_class.instances(exchange.machine)):
            return values
        raise cim_class.not_found() or CimError(CimStatus.NOT_FOUND, "", style="")

    try:
        return _run(exchange, target, find)
    except FaultError as fault:
        if fault.code != 2150858752:
            raise
        raise _not_found(target, cim_class, keys) from None


def _not_found(target: Target, cim_class: CimClass, keys: dict[str, str]) -> FaultError:
    path = ",".join(f'{name}="{value}"' for name, value in keys.items())
    return FaultError(
        "a:DestinationUnreachable",
        2150858752,
        provider=WMI_PLUGIN,
        nested=True,
        extended={
            "Description": None,
            "Operation": "GetObject",
            "ParameterInfo": f"{cim_class.name}.{path}" if path else f"{cim_class.name}=@",
            "ProviderName": "CIMWin32" if target.namespace.lower() == "root/cimv2" else "WinMgmt",
            "StatusCode": None,
        },
    )


def _run(exchange: Exchange, target: Target, operation: Callable[[], _Result]) -> _Result:
    with exchange.machine.lock:
        try:
            return operation()
        except CimError as error:
            raise cim_fault(error, target.namespace) from None


def _bounded(exchange: Exchange, answer: Answer) -> Answer:
    size = 2 * len(exchange.envelope(answer))
    if size > exchange.max_envelope_size:
        raise envelope_exceeded(size, exchange.max_envelope_size)
    return answer
