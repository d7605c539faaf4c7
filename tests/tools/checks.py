# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of ``make test``, each of which is a command of its own too."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property, partial
from threading import RLock

from . import archive, browser, clients, environments, importer, kerberos, sanity
from .environments import Environment
from .jobs import FailedError, Job, Section, together
from .layout import CACHE, COLLECTION, ROOT
from .schedule import CORES, WAITING

REPORTS = CACHE / "reports"
#: What is a program among the tests, and what they use of `unit` with it.
TYPED = (
    *("winsim", "faults", "fuzz", "fleet", "bench", "browser", "clients", "demo", "reference"),
    *("realm", "tools"),
)

#: How many jobs run the sweeps. Short ones, so that the last of them don't run alone.
_SWEEPS = 2

#: The integration tests that `make test` runs with unkind hosts too.
UNKIND = ("test_port_facts.py", "test_port_check.py", "test_port_process.py")

#: The tests of ``ansible-test sanity`` that take long for each file, as a job of their own, and the one
#: that is told which files to take.
_BY_FILE = ("pylint", "pep8")
_THOSE = tuple(part for name in _BY_FILE for part in ("--test", name))
_IMPORT = ("--test", "import")
_OTHERS = tuple(part for name in (*_BY_FILE, "import") for part in ("--skip-test", name))
#: What the oldest pair leaves out: which imports are allowed is the same for both, and that each module
#: can be imported is what its unit tests show; nor does the style of Python and YAML, or the list of
#: changes, depend on a version of Ansible.
_FEWER = tuple(
    part
    for name in ("pylint", "import", "pep8", "yamllint", "changelog")
    for part in ("--skip-test", name)
)

_ANSIBLE_LINT = ("--offline", "--strict", "--nocolor")
#: References and markup of the plugins' documentation, and what docs/docsite adds to it. Other
#: collections that a machine happens to have are not looked into: that takes as long as they are large.
_DOCUMENTATION = (
    *("lint-collection-docs", "--plugin-docs", "--check-extra-docs-refs"),
    "--validate-collection-refs=dependent",
)


def oldest_and_newest(every: Sequence[Environment]) -> Sequence[Environment]:
    return every if len(every) < 2 else [every[0], every[-1]]


def parts_of_integration(pairs: int, cores: int = CORES) -> int:
    """Return how many jobs run the integration tests of a pair.

    Each collects all tests and starts Ansible, so no more than keep the cores busy while others wait. They
    begin first, at the same time.
    """
    return -(-(WAITING * cores) // pairs)


class Checks:
    """Makes the sections. What they need is prepared when the turn of the first comes.

    :param stack: holds what must be gone when all is done
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        # Installing is waiting for the network half of the time, so that two share a core.
        self._pool = ThreadPoolExecutor(max_workers=2)
        stack.callback(self._pool.shutdown, cancel_futures=True)
        # The jobs of several sections are made at the same time.
        self._lock = RLock()
        self._prepared: dict[Environment, Future[None]] = {}
        self._clients: Future[None] | None = None

    @cached_property
    def _all(self) -> list[Environment]:
        return list(environments.available())

    @cached_property
    def _first(self) -> Environment:
        return next(environments.available())

    def _environment(self) -> Environment:
        """Return ``.venv``, prepared."""
        return self._ready(self._first)

    def _begin(self, wanted: Sequence[Environment]) -> None:
        with self._lock:
            for environment in (self._first, *wanted):
                if environment not in self._prepared:
                    self._prepared[environment] = self._pool.submit(self._made_ready, environment)

    def _made_ready(self, environment: Environment) -> None:
        if environment != self._first:
            self._prepared[self._first].result()
        environments.prepare(environment)

    def _ready(self, environment: Environment) -> Environment:
        self._begin([environment])
        self._prepared[environment].result()
        return environment

    def _on_each(
        self,
        title: str,
        where: Sequence[Environment],
        jobs: Callable[[Environment], Sequence[Job]],
    ) -> Section:
        """Make a section of what runs in several environments, each as soon as it is prepared."""

        def ready(environment: Environment) -> Sequence[Job]:
            return jobs(self._ready(environment))

        return together(title, *(Section(title, partial(ready, each)) for each in where))

    def _begin_clients(self) -> Future[None]:
        with self._lock:
            if self._clients is None:
                self._begin([])
                self._clients = self._pool.submit(self._made_clients_ready)
            return self._clients

    def _made_clients_ready(self) -> None:
        self._prepared[self._first].result()
        clients.prepare(self._first)

    def environments(self) -> Section:
        """Prepare ``.venv``, begin with the others and with what is tested beside them, and say
        which pairs are not tested here."""

        def jobs() -> list[Job]:
            self._begin(self._all)
            self._begin_clients()
            self._environment()
            here = [environment.pair for environment in self._all]
            for pair in environments.PAIRS:
                if pair not in here:
                    print(f"no interpreter here, so not tested: {pair}", flush=True)
            return []

        return Section("Environments", jobs)

    def lint(self) -> Section:
        def jobs() -> list[Job]:
            tools = self._environment()
            lines = {
                "ruff format": ["--check", "."],
                "ruff check": ["."],
                "yamllint": ["--strict", "."],
                "antsibull-changelog": ["lint"],
                "antsibull-docs": [*_DOCUMENTATION, "--skip-rstcheck", "."],
            }
            variables = tools.variables()
            ansible_lint = [tools.python, "-m", "tools.lint_of_ansible", *_ANSIBLE_LINT]
            importing = {**variables, "PYTHONPATH": str(ROOT / "tests")}
            return [
                Job("ansible-lint", ansible_lint, importing, seconds=15),
                *(
                    Job(
                        name,
                        [tools.program(first), *rest, *arguments],
                        variables,
                        seconds={"antsibull-docs": 6}.get(name, 0),
                    )
                    for name, arguments in lines.items()
                    for first, *rest in [name.split()]
                ),
            ]

        return Section("Lint", jobs)

    def types(self) -> Section:
        def jobs() -> list[Job]:
            tools = self._environment()
            # Under the name that the collection is imported by, in the tests too.
            paths = [f".dev/{COLLECTION}/plugins", *(f"tests/{each}" for each in TYPED)]
            return [
                Job(
                    "mypy",
                    [tools.program("mypy"), *paths],
                    tools.variables(),
                    last_line=True,
                    seconds=10,
                )
            ]

        return Section("Types", jobs)

    def unit(self) -> Section:
        """Run the unit tests that are fast, on every pair. Properties are for the sweeps."""
        options = ("-m", "not sweep and not hypothesis")
        return self._on_each(
            "Unit tests", self._all, lambda each: self._pytest("unit", [each], *options)
        )

    def sweeps(self, *, brief: bool = False) -> Section:
        """Run the unit tests that take their time, and all properties, on one pair.

        :param brief: whether those that try random inputs by the thousand try fewer
        """

        def jobs() -> list[Job]:
            chosen = ("-m", "sweep or hypothesis")  # the plugin of hypothesis marks properties
            jobs = [
                job
                for number in range(1, _SWEEPS + 1)
                for job in self._pytest(
                    "unit",
                    [self._environment()],
                    *chosen,
                    f"--part={number}/{_SWEEPS}",
                    name=f"sweeps {number} of {_SWEEPS}",
                    # They wait for nothing: the first of what runs beside tests that do.
                    seconds=200,
                )
            ]
            more = {
                "HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "many"),
                "SWEEPS": "some" if brief else "all",
            }
            return [
                replace(job, variables={**job.variables, **more}, gives_way=True) for job in jobs
            ]

        return Section("Unit tests with many inputs", jobs)

    def integration(self) -> Section:
        """Run each test on one pair, and those on every pair that go each way into Ansible."""
        every = self._all
        parts = parts_of_integration(len(every))

        def jobs(environment: Environment) -> list[Job]:
            share = f"--share={every.index(environment) + 1}/{len(every)}"
            return [
                replace(job, at_once=True)
                for number in range(1, parts + 1)
                for job in self._pytest(
                    "integration",
                    [environment],
                    share,
                    f"--part={number}/{parts}",
                    name=f"integration {number} of {parts}",
                    seconds=900 // (parts * len(every)),
                )
            ]

        return self._on_each("Integration tests", every, jobs)

    def unkind(self) -> Section:
        """Run the integration tests that allow it with hosts that answer in every form that is
        allowed: by the seed in the variable SEED, else by new ones."""

        def jobs() -> list[Job]:
            given = os.environ.get("SEED", "")
            seeds = given.split() or [str(random.randrange(10**6)) for _core in range(2)]
            return [self._unkind(seed, "tests/integration", seconds=600) for seed in seeds]

        return Section("Integration tests with unkind hosts", jobs)

    def some_unkind(self) -> Section:
        """Run a few of them, with seeds that stay."""
        paths = [f"tests/integration/{name}" for name in UNKIND]
        return Section("Unkind hosts", lambda: [self._unkind("1", *paths, seconds=20)])

    def _unkind(self, seed: str, *paths: str, seconds: int) -> Job:
        where = self._environment()
        command = [where.python, "-m", "pytest", *paths]
        report = REPORTS / f"unkind-{seed}.xml"
        REPORTS.mkdir(parents=True, exist_ok=True)
        return Job(
            f"integration, unkind hosts, SEED={seed}",
            [*command, f"--junitxml={report}"],
            {**where.variables(), "WINSIM_UNKIND": seed},
            last_line=True,
            seconds=seconds,
        )

    def _pytest(
        self,
        folder: str,
        where: Sequence[Environment],
        *options: str,
        name: str = "",
        seconds: int = 0,
    ) -> list[Job]:
        REPORTS.mkdir(parents=True, exist_ok=True)
        name = name or folder
        report = name.replace(" ", "-")
        return [
            Job(
                f"{name} {environment.pair}",
                [
                    *(environment.python, "-m", "pytest", f"tests/{folder}", *options),
                    f"--junitxml={REPORTS / f'{report}-{environment.folder.name}.xml'}",
                ],
                environment.variables(),
                last_line=True,
                seconds=seconds,
            )
            for environment in where
        ]

    def build(self) -> Section:
        def jobs() -> list[Job]:
            path = archive.build(self._environment())
            try:
                count = archive.check(path)
            except archive.ContentError as error:
                raise FailedError(str(error)) from error
            print(f"{path.relative_to(ROOT)}: {count} files, all of the product and nothing else")
            return []

        return Section("Archive of the collection", jobs)

    def importer(self) -> Section:
        """Have galaxy-importer look at the archive."""

        def jobs() -> list[Job]:
            tools = self._environment()
            path = archive.build(tools)
            importer.prepare(tools)
            importer.check(path, tools)
            print(f"{path.relative_to(ROOT)}: nothing that Galaxy would object to")
            return []

        return Section("The archive as Galaxy sees it", jobs)

    def build_beside(self) -> Section:
        """Build it as a job, for a section of several."""
        command = [sys.executable, "-m", "tools", "build"]
        variables = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
        return Section("Archive", lambda: [Job("archive of the collection", command, variables)])

    def sanity(self, *, brief: bool = False) -> Section:
        """Check the product with the oldest and the newest pair, and our tests with the newest.

        :param brief: whether pylint and pep8, which take most of the time, look at the product alone,
            they and others that no version matters to with the newest pair alone, `import` at what
            brings all the rest, and the pages of the documentation are left out
        """

        checked = oldest_and_newest(self._all)

        def jobs(environment: Environment) -> list[Job]:
            newest = environment == checked[-1]
            if not brief:
                return [self._sanity(environment, product_alone=not newest)]
            if not newest:
                return [self._sanity(environment, *_FEWER, product_alone=True)]
            return [
                self._sanity(environment, *_OTHERS),
                self._sanity(environment, *_THOSE, product_alone=True),
                self._sanity(
                    environment,
                    *_IMPORT,
                    paths=sanity.to_import(ROOT / "plugins"),
                    product_alone=True,
                ),
            ]

        section = self._on_each("ansible-test sanity", checked, jobs)
        return section if brief else together(section.title, section, self._documentation())

    def _documentation(self) -> Section:
        """Check the plugins' documentation once more, with the pages that its site makes of it."""

        def jobs() -> list[Job]:
            tools = self._environment()
            command = [tools.program("antsibull-docs"), *_DOCUMENTATION, "."]
            return [Job("antsibull-docs, with the pages", command, tools.variables(), seconds=10)]

        return Section("Documentation", jobs)

    def _sanity(
        self,
        environment: Environment,
        *options: str,
        paths: Sequence[str] = (),
        product_alone: bool = False,
    ) -> Job:
        copy = sanity.copy_of_repository(product_alone=product_alone)
        core = None if options not in ((), _THOSE) else 0 if product_alone else -1  # of pylint
        return Job(
            " ".join(("ansible-test sanity", *options, str(environment.pair))),
            [*sanity.command(environment, core), *options, *paths],
            {**environment.variables(), "HOME": str(sanity.prepare_home(environment, *options))},
            self._stack.enter_context(copy),
            seconds=90 if options or product_alone else 220,
            gives_way=True,
        )

    def molecule(self) -> Section:
        """Run the scenarios on simulated hosts, and the tests of all scenarios."""

        def jobs() -> list[Job]:
            simulated = self._scenarios("molecule test", "default", "locked-down")
            return [simulated, *self._pytest("molecule", [self._environment()], seconds=50)]

        return Section("Molecule", jobs, live=True)

    def windows(self) -> Section:
        """Run the scenario on real hosts, which an inventory of the user's names."""

        def jobs() -> list[Job]:
            return [self._scenarios("molecule test on Windows", "windows")]

        return Section("Molecule on Windows", jobs, live=True)

    def _scenarios(self, title: str, *names: str) -> Job:
        tools = self._environment()
        # By default in the user's home, under the name of the checkout's folder alone.
        ephemeral = {"MOLECULE_EPHEMERAL_DIRECTORY": str(CACHE / "molecule")}
        variables = {**tools.variables(), **ephemeral, "MOLECULE_COMMAND_BORDERS": "false"}
        chosen = [f"--scenario-name={name}" for name in names]
        return Job(title, [tools.program("molecule"), "test", *chosen], variables, seconds=80)

    def browser(self) -> Section:
        def jobs() -> list[Job]:
            browser.prepare()
            # With what Chromium's processes take, which nobody waits for.
            return self._pytest("browser", [self._environment()], seconds=160)

        return Section("The report in a browser", jobs)

    def clients(self) -> Section:
        """Run clients that others wrote against simulated hosts."""

        def jobs() -> list[Job]:
            self._begin_clients().result()
            return self._pytest("clients", [self._environment()], seconds=15)

        return Section("Clients that others wrote", jobs)

    def kerberos(self) -> Section:
        """Run Ansible with Kerberos tickets, of a KDC of Debian's, against simulated hosts, on the
        newest pair."""

        def jobs() -> list[Job]:
            self._environment()  # whose uv fills the other
            made = kerberos.prepare(self._all[-1])
            return self._pytest("realm", [made], name="kerberos", seconds=15)

        return Section("Kerberos", jobs)

    def clients_table(self) -> Section:
        """Write the table of what they can do anew."""

        def jobs() -> list[Job]:
            self._begin_clients().result()
            tools = self._environment()
            variables = {**tools.variables(), "PYTHONPATH": f"{ROOT / '.dev'}:{ROOT / 'tests'}"}
            return [Job("clients", [tools.python, "-m", "clients"], variables, last_line=True)]

        return Section("docs/clients.md", jobs)

    def screenshots(self) -> Section:
        """Make the pictures of the report anew; those that the READMEs show stay as they are."""

        def jobs() -> list[Job]:
            browser.prepare()
            tools = self._environment()
            made = ["tests/browser/test_screenshots.py", "-k", "is_made"]
            command = [tools.python, "-m", "pytest", *made]
            return [Job("screenshots", command, tools.variables(), last_line=True)]

        return Section("Pictures of the report", jobs)

    def test(self) -> list[Section]:
        """Return every section: what fails fastest first. A section begins while the last jobs of the
        one before still run, so that no core has nothing to do. The integration tests, which wait most of
        the time, begin with the first, and what computes all the time leaves them the cores.

        No session runner such as nox takes this over: it runs one session after the other.
        """
        first = (self.lint(), self.types(), self.build_beside())
        return [
            self.environments(),
            Section(
                "Lint, types, and the archive",
                lambda: [job for each in first for job in each.jobs()],
            ),
            self.unit(),
            together(
                "ansible-test sanity, Molecule, the integration tests, sweeps, a browser, clients, and Kerberos",
                self.integration(),
                self.some_unkind(),
                self.sanity(brief=True),
                self.sweeps(brief=True),
                self.molecule(),
                self.browser(),
                self.clients(),
                self.kerberos(),
            ),
        ]
