"""``siller completion``: let the shell complete commands and options."""

import os
from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """The shells that typer completes in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


def completion(context: typer.Context, shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what makes a shell complete siller's commands with the Tab key.

    For bash, put into ~/.bashrc the line: eval "$(siller completion bash)"
    """
    # The variable by which a shell asks for completions asks for the script too.
    os.environ["_SILLER_COMPLETE"] = f"source_{shell}"
    context.find_root().command.main(args=[], prog_name="siller")
