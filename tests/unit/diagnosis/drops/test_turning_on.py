# SPDX-License-Identifier: GPL-3.0-or-later
"""How to have Windows record drops, and which logs are not read."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.drops.turning_on import (
    logs_of,
    other_logs,
    remedies,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    BesideTraffic,
    Origin,
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import Record
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.reading import (
    RecordRead,
    Records,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row

READ = Records(read=tuple(RecordRead(each, State.READ) for each in Record))
OFF = BesideTraffic()
ON = BesideTraffic(log_blocked=Setting(True, Origin.LOCAL))
FORBIDDEN = BesideTraffic(log_blocked=Setting(False, Origin.GROUP_POLICY))


def offered(
    logs: Mapping[Profile, BesideTraffic], active: frozenset[Profile], records: Records = READ
) -> list[tuple[str, object]]:
    return [
        (render(each.text, "en"), None if each.task is None else dict(each.task.options))
        for each in remedies(records, logs, active)
    ]


def test_a_log_that_is_off_is_turned_on_by_a_task() -> None:
    logs = dict.fromkeys(Profile, OFF)
    ((text, options),) = offered(logs, frozenset({Profile.PUBLIC}))
    assert "in the public profile" in text
    assert options == {"profiles": ["public"], "log_blocked": True}
    assert len(offered(logs, frozenset())) == 3


def test_a_log_that_is_on_needs_nothing() -> None:
    assert offered(dict.fromkeys(Profile, ON), frozenset(Profile)) == []
    assert offered({}, frozenset(Profile)) == []


def test_what_a_policy_forbids_is_for_whoever_manages_it() -> None:
    ((text, options),) = offered({Profile.DOMAIN: FORBIDDEN}, frozenset())
    assert text.startswith("a policy keeps the firewall from logging")
    assert options is None


def test_what_else_can_be_turned_on_is_said_in_words() -> None:
    silent = Records(
        read=(
            RecordRead(Record.NET_EVENTS, State.UNREAD),
            RecordRead(Record.SECURITY_LOG, State.OFF),
            RecordRead(Record.FIREWALL_LOG, State.OFF),
        )
    )
    texts = [text for text, options in offered({}, frozenset(), silent) if options is None]
    assert len(texts) == 2
    assert "netevents=on" in texts[0]
    # By what each Windows knows, whatever its language.
    assert (
        "auditpol /set /subcategory:{0CCE9225-69AE-11D9-BED3-505054503030},"
        "{0CCE9226-69AE-11D9-BED3-505054503030} /failure:enable "
    ) in texts[1]


@each_row(
    "path, read",
    [
        (r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log", True),
        (r"%SystemRoot%\System32\logfiles\firewall\domainfw.log", True),
        (r"C:\Windows\System32\LogFiles\Firewall\publicfw.log", True),
        (r"%windir%\system32\logfiles\firewall\privatefw.log", True),
        (r"D:\Logs\pfirewall.log", False),
        (r"%systemroot%\system32\LogFiles\Firewall\fw.log", True),
        (r"%systemroot%\system32\LogFiles\Firewall\fw.txt", False),
        ("pfirewall.log", False),
    ],
)
def test_other_files_are_named(path: str, read: bool) -> None:
    log = BesideTraffic(log_file=Setting(path), log_blocked=Setting(True))
    assert other_logs({Profile.PUBLIC: log, Profile.DOMAIN: log}) == (() if read else (path,))
    assert other_logs({Profile.PUBLIC: BesideTraffic(log_file=Setting(path))}) == ()


def test_stores_that_were_not_read_say_nothing() -> None:
    assert logs_of(None) == {}
    assert logs_of(FirewallStores(readable=False)) == {}
    stores = FirewallStores(profiles={Profile.PUBLIC: ProfileSettings(beside=ON)})
    assert logs_of(stores) == {Profile.PUBLIC: ON}
