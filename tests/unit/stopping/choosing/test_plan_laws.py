# SPDX-License-Identifier: GPL-3.0-or-later
"""No host and no request make a plan that breaks a guard."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import find_holders
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StartMode,
    StepAction,
    StopGuard,
    StopRequest,
    Surroundings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.plan import (
    make_plan,
)
from unit.holder_cases import (
    SYSTEM32,
    connection,
    listener,
    ports,
    process,
    service,
    snapshot,
    udp,
    url,
)

DANGERS = {
    StopGuard.SYSTEM_PROCESS,
    StopGuard.SHARED_PROCESS,
    StopGuard.DEPENDENT_SERVICES,
    StopGuard.RPC,
    StopGuard.WMI,
    StopGuard.WINRM,
    StopGuard.NETWORK,
}

pids = st.sampled_from([None, 0, 4, 8, 12, 16, 20])
hosts = st.builds(
    snapshot,
    st.lists(
        st.builds(
            lambda make, port, pid: make(port, pid),
            st.sampled_from([listener, udp]),
            st.integers(1, 6),
            pids,
        )
        | st.builds(connection, st.integers(1, 6), st.sampled_from([0, 4, 8])),
        max_size=8,
    ),
    st.lists(
        st.builds(
            process,
            st.sampled_from([0, 4, 8, 12, 16, 20]),
            st.sampled_from(["a.exe", "lsass.exe", "w3wp.exe", "System"]),
            st.sampled_from([None, f"{SYSTEM32}\\lsass.exe", "C:\\a.exe"]),
            st.sampled_from([None, 4, 8, 12]),
        ),
        max_size=6,
    ),
    st.lists(
        st.builds(
            service,
            st.sampled_from(["Web", "Shop", "WinRM", "RpcSs", "LanmanServer", "W3SVC"]),
            st.sampled_from([4, 8, 12, 16]),
        ),
        max_size=4,
    ),
    st.lists(st.builds(url, st.integers(1, 6), st.sampled_from([4, 8, 12, 20])), max_size=3),
)
requests = st.builds(
    StopRequest,
    means=st.sampled_from(Means),
    expected_process=st.sampled_from([(), ("a",), ("System", "a", "lsass", "w3wp")]),
    expected_service=st.sampled_from([(), ("Web",), ("LanmanServer", "W3SVC", "WinRM")]),
    restart=st.booleans(),
    start_mode=st.sampled_from([None, StartMode.MANUAL]),
    connections=st.booleans(),
    force=st.booleans(),
)


@given(hosts, requests)
def test_no_plan_breaks_a_guard(where: Snapshot, request: StopRequest) -> None:
    found = find_holders(where, ports("1-6", "tcp,udp"), connections=request.connections)
    made = make_plan(where, found, request, Surroundings(SYSTEM32))
    if made.refusals:
        assert made.steps == ()
    if request.force:
        assert not {each.guard for each in made.refusals} & DANGERS
    ended = [step.process for step in made.steps if step.process is not None]
    assert len({each.pid for each in ended}) == len(ended)
    for each in ended:
        assert each.pid not in (0, 4)
        assert request.force or each.name != "lsass.exe" or each.path == "C:\\a.exe"
        if request.expected_process:
            assert each.name.removesuffix(".exe") in request.expected_process
    names = [
        s.service.name for s in made.steps if s.service and s.action is StepAction.STOP_SERVICE
    ]
    assert len(set(names)) == len(names)
    assert request.force or not {"WinRM", "RpcSs"} & set(names)
    if request.expected_service:
        assert set(names) <= set(request.expected_service)
    if request.restart:
        assert ended == []
