# SPDX-License-Identifier: GPL-3.0-or-later
"""The WinRM settings of one simulated host: what `winrm get winrm/config` tells on a real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class WsmanSettings:
    """Limits and habits of the WS-Management service.

    The defaults are those of a current Windows host (recorded `winrm/config`:
    pypsrp_winrm_config_get_500.yml). Times are in seconds, sizes in octets.
    """

    #: MaxEnvelopeSizekb; a client's own, smaller value counts (MS-WSMV 3.1.4.1.7).
    max_envelope_size: int = 500 * 1024
    #: MaxTimeoutms: the longest OperationTimeout (MS-WSMV 3.1.4.1.6).
    max_timeout: float = 60.0
    max_batch_items: int = 32_000
    #: EnumerationTimeoutms: an idle enumeration is forgotten after this.
    enumeration_timeout: float = 240.0
    max_concurrent_operations_per_user: int = 1500
    max_shells_per_user: int = 30
    max_connections: int = 300
    #: "one": the EnumerateResponse holds exactly one item, as the recorded 2008 and 2012 hosts
    #: do; "full": it holds as many as fit.
    first_page: Literal["full", "one"] = "full"
    #: Whether answers carry p:ActivityId (recorded on Windows 10; absent on 2012 R2 and older).
    activity_id: bool = True
    #: Windows Server 2012 and older run a command without cmd.exe when asked to
    #: (MS-WSMV 3.1.4.11, product note 117).
    honours_skip_cmd_shell: bool = False
    #: Plain SOAP over HTTP is allowed (Service/AllowUnencrypted).
    allow_unencrypted: bool = True
    #: Service/Auth: which authentication schemes the 401 answer offers.
    auth_basic: bool = True
    auth_negotiate: bool = True
    #: What Identify tells: "OS: <version> SP: 0.0 Stack: 3.0".
    os_version: str = "10.0.19045"
