# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/clients.md anew: `make clients-table`. Run by the Python of .venv."""

from __future__ import annotations

import sys

from clients.run import run_all
from clients.table import DOCUMENT, text

if __name__ == "__main__":
    results = run_all()
    if results.failures():
        sys.exit("\n".join(results.failures()))
    DOCUMENT.write_text(text(results), "utf-8")
    sys.stdout.write(f"written: {DOCUMENT.name}\n")
