#!/usr/bin/env python3
"""The command line of the register."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a management command; an unforeseen fault is reported without any value it carried."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilonet_register.settings")
    from django.core.management import execute_from_command_line

    from ilonet_register import faults

    faults.report_uncaught_without_values()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
