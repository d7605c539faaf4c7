# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The XML namespaces and fixed names of WS-Management ([MS-WSMV] 2.2.1; DSP0226, annex A)."""

from __future__ import annotations

from typing import Final

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ENUMERATION: Final = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
CIM_BINDING: Final = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
CIM_COMMON: Final = "http://schemas.dmtf.org/wbem/wscim/1/common"
MICROSOFT_WSMAN: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
SCHEMA_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"

#: The URI of a WMI class: this, the CIM namespace, a slash, the class ([MS-WSMV] 3.1.4.1.1).
WMI: Final = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
#: The reply address of a client that waits on its own HTTP connection (WS-Addressing 2004/08, 2.1).
ANONYMOUS: Final = ADDRESSING + "/role/anonymous"
