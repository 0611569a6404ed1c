"""`python -m maninso.services start|manage|test|bench|pictures …`; the commands in bin/ call it."""

import importlib
import sys

from maninso.services.trouble import Trouble

COMMANDS = {"start": "stack", "manage": "manage", "test": "rehearsal", "bench": "rehearsal", "pictures": "rehearsal"}


def main() -> int:
    command, *arguments = sys.argv[1:] or [""]
    if command not in COMMANDS:
        print(f"usage: python -m maninso.services {'|'.join(COMMANDS)} …", file=sys.stderr)
        return 2
    module = importlib.import_module(f"maninso.services.{COMMANDS[command]}")
    try:
        return int(getattr(module, command)(arguments))
    except Trouble as trouble:
        print(f"maninso: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Before there is anything to take down.
        return 130


if __name__ == "__main__":
    sys.exit(main())
