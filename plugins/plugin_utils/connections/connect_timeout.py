# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long connecting to a host may take, as its user has set it.

``psrp`` has a variable for it; of ``winrm``, the time for an answer is also that for connecting. So
the collection has its own for both, which holds unless the variable of ``psrp`` is set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from ansible import constants
from ansible.errors import AnsibleValueOmittedError

from ..controller.setting_error import SettingError
from ..exchange.connecting import BY_DEFAULT, ConnectTime
from ..settings import seconds_of

VARIABLE: Final = "portkeeper_connect_timeout"

# Ansible reads its own settings and those of plugins with such definitions.
_OPTION: Final = "connect_timeout"
_SETTINGS: Final[dict[str, Any]] = {
    _OPTION: {
        "type": "string",
        "default": "",
        "vars": [{"name": VARIABLE}],
        "env": [{"name": "PORTKEEPER_CONNECT_TIMEOUT"}],
        "ini": [{"section": "portkeeper", "key": _OPTION}],
    }
}
_OWNER: Final = {"plugin_type": "action", "plugin_name": "portkeeper.windows.connections"}
# Where a connection of Ansible keeps it for its Transport.
_KEPT: Final = "_portkeeper_connect_time"


def settle(
    connection: Any, variables: Mapping[str, Any], template: Callable[[Any], Any]
) -> ConnectTime:
    """Find out what holds for a connection of Ansible, and keep it there.

    Args:
        variables: those of the connection's host.
        template: resolves the value of one of them.

    Raises:
        SettingError: what is set is not a time.
    """
    time = _own(connection) or _of_collection(variables, template)
    setattr(connection, _KEPT, time)
    return time


def of(connection: Any) -> ConnectTime:
    """What `settle` has kept. If it was not asked, what the connection itself says, or the
    default."""
    kept: ConnectTime | None = getattr(connection, _KEPT, None)
    return kept or _own(connection) or BY_DEFAULT


def _own(connection: Any) -> ConnectTime | None:
    """The value of the connection's own variable, if there is one and it is set. Whether it is a
    time is part of the check of the connection's settings."""
    if getattr(connection, "transport", None) != "psrp":
        return None
    value, origin = connection.get_option_and_origin("connection_timeout")
    seconds = seconds_of(value)
    return None if origin == "default" or seconds is None else ConnectTime(seconds, chosen=True)


def _of_collection(variables: Mapping[str, Any], template: Callable[[Any], Any]) -> ConnectTime:
    constants.config.initialize_plugin_configuration_definitions(
        _OWNER["plugin_type"], _OWNER["plugin_name"], _SETTINGS
    )
    known = {}
    if (written := variables.get(VARIABLE)) is not None:
        with suppress(AnsibleValueOmittedError):  # it says that it is as good as not set
            known[VARIABLE] = template(written)
    value, origin = constants.config.get_config_value_and_origin(_OPTION, variables=known, **_OWNER)
    if not value:
        return BY_DEFAULT  # an empty variable counts as not set
    seconds = seconds_of(value)
    if seconds is None:
        name = VARIABLE if VARIABLE in known else f"{_OPTION} ({origin})"
        raise SettingError("setting.time", variable=name, value=str(value))
    return ConnectTime(seconds, chosen=True)
