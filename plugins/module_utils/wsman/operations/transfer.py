# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Get, Put, Create and Delete of one instance (DSP0226, 7; DSP0227, 7; [MS-WSMV] 3.1.4.2 to 5)."""

from __future__ import annotations

from collections.abc import Mapping

from ..cim.cim_xml import InstanceReader, read_reference, write_instance
from ..cim.objects import CimClass, CimValue, Instance, Reference
from ..soap import namespaces
from ..soap.document import DocumentLimits
from ..soap.errors import RemoteProtocolError
from .envelope import Request, RequestSettings, build, only_child, read, wmi_options


def get(cim_class: CimClass, reference: Reference | None, settings: RequestSettings) -> Request:
    """Ask for one instance; without a reference, for the only one of a singleton class."""
    reference = reference or cim_class.reference(())
    return _request("Get", reference, "", settings)


def read_get(
    data: bytes, request: Request, cim_class: CimClass | None, limits: DocumentLimits
) -> Instance:
    """The instance in the answer to Get.

    Raises FaultError for a fault (such as not found), RemoteProtocolError for an answer without an
    instance or with a value of the wrong type.
    """
    instance = _read_instance(data, request, cim_class, limits)
    if instance is None:
        raise RemoteProtocolError("answer.no_instance")
    return instance


def put(
    cim_class: CimClass,
    reference: Reference,
    values: Mapping[str, CimValue],
    settings: RequestSettings,
) -> Request:
    """Change the given properties of an instance and leave the others as they are
    ([MS-WSMV] 3.1.4.3).

    Raises LocalProtocolError for a property or value that the class does not have.
    """
    body = write_instance(reference.class_name, reference.resource_uri, values, cim_class)
    return _request("Put", reference, body, settings)


def read_put(
    data: bytes, request: Request, cim_class: CimClass | None, limits: DocumentLimits
) -> Instance | None:
    """The instance as it is after Put, if the service sends it (DSP0226, 7.4, leaves it open).

    Raises FaultError or RemoteProtocolError.
    """
    return _read_instance(data, request, cim_class, limits)


def create(
    cim_class: CimClass,
    values: Mapping[str, CimValue],
    settings: RequestSettings,
    options: Mapping[str, CimValue] | None = None,
) -> Request:
    """Create an instance with the given properties.

    `options` become the WMI context of the operation: single values and, from tuples, arrays. An
    option that the class does not know is silently ignored ([MS-WSMV] 3.1.4.1.10).

    Raises LocalProtocolError for a property or value that the class does not have.
    """
    body = write_instance(cim_class.name, cim_class.resource_uri, values, cim_class)
    return _request("Create", cim_class.reference(()), body, settings, options or {})


def read_create(data: bytes, request: Request, limits: DocumentLimits) -> Reference:
    """The reference of the created instance. Raises FaultError or RemoteProtocolError."""
    return read_reference(only_child(read(data, request, limits), "ResourceCreated"))


def delete(reference: Reference, settings: RequestSettings) -> Request:
    """Delete an instance."""
    return _request("Delete", reference, "", settings)


def read_delete(data: bytes, request: Request, limits: DocumentLimits) -> None:
    """Check the answer to Delete, which says only that it is done.

    Raises FaultError or RemoteProtocolError.
    """
    read(data, request, limits)


def _request(
    operation: str,
    reference: Reference,
    body: str,
    settings: RequestSettings,
    options: Mapping[str, CimValue] | None = None,
) -> Request:
    return build(
        f"{namespaces.TRANSFER}/{operation}",
        reference.resource_uri,
        body,
        settings,
        selectors=reference.selectors,
        options=wmi_options(options or {}),
    )


def _read_instance(
    data: bytes, request: Request, cim_class: CimClass | None, limits: DocumentLimits
) -> Instance | None:
    body = read(data, request, limits).body
    return InstanceReader(cim_class).read(body[0]) if len(body) else None
