"""What the commands print to, and how they show that something takes its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from schemas.sanitise import visible


class Screen(Console):
    """A console for text from outside: file names and people's reasons go through here.

    rich hands the escape sequences in them on to the terminal, and would take [brackets] for markup of its own.
    """

    def render_str(self, text: str, **how: Any) -> Text:
        """Leave nothing in a text that a terminal would obey."""
        return super().render_str(visible(text), **how)


OUT = Screen(markup=False)
ERR = Screen(stderr=True, markup=False)


@contextmanager
def waiting_for(what: str) -> Iterator[Callable[[str], None]]:
    """Show a line that moves, what is being waited for and the seconds so far, while the block runs.

    Yields:
        a function that says what is being waited for now; without a terminal each is printed once, below the others.
    """
    # In a narrow terminal it goes on below: a progress bar's texts are cut otherwise.
    text = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=False, overflow="fold"))
    columns = (SpinnerColumn(), text, TimeElapsedColumn())
    with Progress(*columns, console=ERR, transient=True) as progress:
        task = progress.add_task(what)
        last = ""

        def now(what: str) -> None:
            nonlocal last
            progress.update(task, description=what)
            if not ERR.is_terminal and what != last:
                ERR.print(what, soft_wrap=True, highlight=False)
            last = what

        yield now
