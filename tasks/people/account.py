"""The operating-system account that works here; nothing of the ledger is imported."""

import os
import pwd


def account() -> str:
    """The operating-system account of the person who works here; behind sudo, that of who called it."""
    try:
        own = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account that only has a number, as containers have them
        own = str(os.getuid())
    # Anybody can set the variable; sudo makes it for an account that may do everything here anyway.
    caller = os.environ.get("SUDO_USER") if os.getuid() == 0 else None
    return caller or own
