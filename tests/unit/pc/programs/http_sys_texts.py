# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``netsh http show servicestate view=requestq`` prints."""

from __future__ import annotations

from textwrap import dedent

# The form up to Server 2019: a queue of its process, one with a controller and workers, one with a
# controller alone, and one without URLs.
OLDER = dedent("""\

    Snapshot of HTTP service state (Request Queue View):
    -----------------------------------------------------

    Request queue name: Request queue is unnamed.
        Version: 1.0
        State: Active
        Request queue 503 verbosity level: Basic
        Max requests: 1000
        Number of active processes attached: 1
        Process IDs:
            1032

        URL groups:
        URL group ID: FE00000040000001
            State: Active
            Request queue name: Request queue is unnamed.
            Properties:
                Max bandwidth: inherited
                Max connections: inherited
                Timeouts:
                    Timeout values inherited
                Number of registered URLs: 2
                Registered URLs:
                    HTTP://+:5985/WSMAN/
                    HTTP://+:47001/WSMAN/

            Server session ID: FF00000020000001
                Version: 1.0
                State: Active
                Properties:
                    Max bandwidth: 4294967295
                    Timeouts:
                        Entity body timeout (secs): 120
                        Minimum send rate (bytes/sec): 150

    Request queue name: ShopPool
        Version: 2.0
        State: Active
        Request queue 503 verbosity level: Limited
        Max requests: 1000
        Number of active processes attached: 2
        Controller process ID: 1320
        Process IDs:
            5008
            5212

        URL groups:
        URL group ID: FA00000040000002
            State: Active
            Request queue name: ShopPool
            Properties:
                Max bandwidth: inherited
                Number of registered URLs: 1
                Registered URLs:
                    HTTPS://SHOP.EXAMPLE:443/

    Request queue name: IdlePool
        Version: 2.0
        State: Active
        Request queue 503 verbosity level: Limited
        Max requests: 1000
        Number of active processes attached: 0
        Controller process ID: 1320
        Process IDs:

        URL groups:
        URL group ID: FA00000040000003
            State: Active
            Request queue name: IdlePool
            Properties:
                Number of registered URLs: 1
                Registered URLs:
                    HTTP://*:8080/

    Request queue name: Unused
        Version: 2.0
        State: Active
        Request queue 503 verbosity level: Basic
        Max requests: 1000
        Number of active processes attached: 1
        Process IDs:
            7004

    """)

# The form of Server 2022 and Windows 11: processes with their image, and their services below.
NEWER = dedent("""\

    Snapshot of HTTP service state (Request Queue View):
    -----------------------------------------------------

    Request queue name: Request queue is unnamed.
        Version: 2.0
        State: Active
        Request queue 503 verbosity level: Basic
        Max requests: 1000
        Active requests: 0
        Queued requests: 0
        Max queued request age: 0s
        Requests arrived: 6
        Requests rejected: 0
        Cache hits: 0
        Number of active processes attached: 2
        Processes:
            ID: 2684, image: C:\\Windows\\System32\\svchost.exe
            Services: WinRM
            Tagged Service: WinRM
            ID: 2688, image: <?>
        Registered URLs:
            HTTP://+:5985/WSMAN/

    Request queue name: Request queue is unnamed.
        Version: 2.0
        State: Active
        Request queue 503 verbosity level: Basic
        Max requests: 1000
        Number of active processes attached: 1
        Processes:
            ID: 9120, image: D:\\Apps\\Label Printer\\printer.exe
        Registered URLs:
            HTTP://127.0.0.1:8000:127.0.0.1/
            HTTP://[::1]:8000:[::1]/PRINT/

    """)

# The queues as the end of the session view has them, seen by an account without rights: the image
# of no process is known, and URLs stand straight behind the processes.
NO_RIGHTS = dedent("""\

    Snapshot of HTTP service state (Request Queue View):
    -----------------------------------------------------

        Request queue name: Request queue is unnamed.
            Version: 1.0
            State: Active
            Request queue 503 verbosity level: Basic
            Max requests: 1000
            Number of active processes attached: 1
            Processes:
                ID: 1388, image: <?>
            Registered URLs:
                HTTP://+:5985/WSMAN/
                HTTP://+:47001/WSMAN/

        Request queue name: Request queue is unnamed.
            Version: 2.0
            State: Active
            Request queue 503 verbosity level: Basic
            Max requests: 1000
            Number of active processes attached: 1
            Processes:
                ID: 4112, image: <?>
            Registered URLs:
                HTTP://+:8000/LABELS/
    """)

# The older form at its end: a process without URLs, and a pool that waits for its first request.
IDLE_POOL = dedent("""\

    Snapshot of HTTP service state (Request Queue View):
    -----------------------------------------------------

        Request queue name: Request queue is unnamed.
            Version: 1.0
            State: Active
            Request queue 503 verbosity level: Basic
            Max requests: 1000
            Number of active processes attached: 1
            Process IDs:
                3300

        Request queue name: LabelPool
            Version: 2.0
            State: Active
            Request queue 503 verbosity level: Limited
            Max requests: 1000
            Number of active processes attached: 0
            Controller process ID: 3352
            Process IDs:
    """)

FORMS = (OLDER, NEWER, NO_RIGHTS, IDLE_POOL)
# The first queue of the older form alone: one process with two URLs.
ONE_QUEUE = OLDER.partition("Request queue name: ShopPool")[0]
