"""A hand-over that ends before or after each of its steps, as if its process had been killed there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tasks.hand_over import on_its_way, stage
from tasks.hand_over.server import Server

IN_ORDER = (
    *("look for the final name", "look for the first name", "upload", "read it back", "begin"),
    *("rename", "look for it", "record"),
)
"""What siller does, one after the other, at the server and in the ledger."""
STEPS = [f"{when} {step}" for step in IN_ORDER for when in ("before", "after")]
ONLY_THE_BANK_KNOWS = {"after rename", "before look for it", "after look for it", "before record"}
"""Where a bank or a provider that takes the file away at once leaves nothing to be seen."""


class Dead(BaseException):
    """Nothing after it is done."""


@contextmanager
def killed_at(step: str) -> Iterator[None]:
    """Let the hand-over in the block end at a step, which it has to come to."""
    to_come = list(STEPS)

    def come_to() -> None:
        if to_come.pop(0) == step:
            raise Dead

    def watch(of: object, name: str) -> None:
        does: Callable[..., object] = getattr(of, name)

        def watched(*given: object) -> object:
            come_to()
            done = does(*given)
            come_to()
            return done

        async def awaited(*given: object) -> object:
            come_to()
            done = await does(*given)  # type: ignore[misc]
            come_to()
            return done

        patched.setattr(of, name, awaited if of is Server else watched)

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Dead):
        for name in ("sha256_of", "write", "rename"):
            watch(Server, name)
        watch(on_its_way.OnItsWay, "_begin")
        watch(stage, "record_submission")
        watch(stage, "record_sent")
        yield
