"""The option by which every command is told who uses it."""

from typing import Annotated

import typer

Who = Annotated[
    str,
    typer.Option("--as", metavar="NAME", help="Who you are, as the agreement names you. [default: by your account]"),
]
