"""What of a stage's processor time is safety: never twice, proven, and payable on a day without siller."""

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

PARTS = {
    "identity and fingerprint": ("tasks.validate.stage:_hold", "tasks.release.stage:say_moved"),
    "journal digest": ("tasks.ledger.journal:output_digest", "tasks.release.stage:check_unchanged"),
    "continuity file": ("tasks.continuity.leave:_encrypt",),
    "two-phase release": ("tasks.release.stage:_let_go",),
}
"""Each part and the functions that are nothing else; none of them calls another one."""


def timed() -> dict[str, float]:
    """Measure the parts in this process from here on, where their modules are loaded; returns what will fill."""
    took = dict.fromkeys(PARTS, 0.0)
    for part, paths in PARTS.items():
        for module, _, name in (place.partition(":") for place in paths):
            if module in sys.modules:
                setattr(sys.modules[module], name, _timed(getattr(sys.modules[module], name), part, took))
    return took


def _timed(act: Callable[..., Any], part: str, took: dict[str, float]) -> Callable[..., Any]:
    @wraps(act)
    def timed_act(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return act(*arguments, **named)
        finally:
            took[part] += time.process_time() - began

    return timed_act
