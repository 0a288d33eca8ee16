"""What the commands print to, and how they show that something takes its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

# File names and people's reasons go through here, and rich would take [brackets] in them for its own.
OUT = Console(markup=False)
ERR = Console(stderr=True, markup=False)


@contextmanager
def waiting_for(what: str) -> Iterator[Callable[[str], None]]:
    """Show a line that moves, what is being waited for and the seconds so far, while the block runs.

    Yields:
        a function that says what is being waited for now; without a terminal each is a line of its own.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True) as progress:
        task = progress.add_task(what)

        def now(what: str) -> None:
            progress.update(task, description=what)
            if not ERR.is_terminal:
                ERR.print(what)

        yield now
