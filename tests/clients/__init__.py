# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of WS-Management that others wrote, against simulated hosts."""
