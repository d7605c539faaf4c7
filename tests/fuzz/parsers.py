# SPDX-License-Identifier: GPL-3.0-or-later
"""Every parser of the collection that reads what a target sends, and the modules that look like one
and are none."""

from __future__ import annotations

from collections.abc import Mapping

from fuzz.drop_parsers import DROPS
from fuzz.host_parsers import HOST
from fuzz.listing_parsers import LISTING
from fuzz.parser import Parser
from fuzz.text_parsers import TEXT
from fuzz.wsman_parsers import WSMAN

PARSERS: tuple[Parser, ...] = (*WSMAN, *TEXT, *HOST, *DROPS, *LISTING)

#: Modules under ``plugins`` that take text apart which a target has not sent, by what they read.
READ_NOTHING_OF_A_TARGET: Mapping[str, str] = {
    "callback/table": "messages of tasks, line by line",
    "action/port_path": "what a user writes",
    "action/port_report": "the name of files that a user writes",
    "action/port_survey": "its own numbers",
    "action/verify_host": "paths that a user writes",
    "filter/client_mistakes": "what a user writes",
    "lookup/well_known_port": "what a user writes",
    "module_utils/asked/ports": "what a user writes",
    "module_utils/firewall/parts/option": "what a user writes",
    "module_utils/firewall/parts/addresses": "what a user writes",
    "module_utils/firewall/parts/choices": "what a user writes",
    "module_utils/firewall/parts/texts": "what a user writes",
    "module_utils/firewall/parts/ports": "what a user writes, and rules that are to be written",
    "module_utils/firewall/settings/category/model": "what a user writes",
    "module_utils/firewall/settings/profile/driver": "paths that a user writes",
    "module_utils/firewall/settings/profile/options": "what a user writes, and names of its own",
    "module_utils/pc/programs/running": "texts that it hands on as they are",
    "module_utils/diagnosis/causes/held/behind": "hosts of URLs that were read before",
    "module_utils/pc/behind/nat": "rows with values that were read before",
    "module_utils/pc/facts/listen": "a format of time that a user writes",
    "module_utils/pc/rows": "facts that were made of a reading",
    "module_utils/verification/trial/steps": "its own address",
    "plugin_utils/exchange/repeating": "the header of its own request",
    "module_utils/wsman/cim/wql": "values of this collection",
    "module_utils/wsman/cim/classes": "its own tables",
    "module_utils/words/rewording": "texts of its own",
    "plugin_utils/values": "results, line by line",
    "module_utils/diagnosis/path/destination": "addresses that were read before",
    "module_utils/diagnosis/path/reading": "names of its own programs",
    "module_utils/diagnosis/path/sending": "addresses that were read before",
    "module_utils/diagnosis/path/serving": "addresses that were read before",
    "module_utils/diagnosis/path/ends/preferring": "addresses that were read before",
    "module_utils/diagnosis/path/ends/routing": "addresses and routes that were read before",
    "module_utils/diagnosis/path/ends/situation": "addresses that were read before",
    "module_utils/ground/lined": "files of the controller; see its unit tests",
    "module_utils/diagnosis/survey/detail": "a file of the controller; what hosts say in it is read "
    "where it is used",
    "module_utils/diagnosis/way": "the two ends of a connection, as the controller's system tells",
    "plugin_utils/action": "tracebacks of the controller, for -vvvv",
    "plugin_utils/connections/of_inventory": "messages of Ansible about variables of the inventory",
    "plugin_utils/connections/problems": "messages of kinit and of the controller's packages",
    "plugin_utils/files": "names of the inventory and paths of the controller",
    "plugin_utils/settings": "what a user writes",
    "plugin_utils/controller/mistakes": "variables that a user writes, and files of this collection",
    "plugin_utils/controller/pem_files": "what a user writes",
    "plugin_utils/probe": "addresses of the inventory and of the controller",
    "plugin_utils/survey/connecting": "addresses of the inventory",
    "plugin_utils/survey/hosts": "what a user writes",
    "plugin_utils/survey/ending": "numbers of processes, as the controller's system tells",
    "plugin_utils/requirements": "versions of the controller's own packages",
    "plugin_utils/wrong_arguments": "what a user writes",
}
