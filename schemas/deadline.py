"""The latest moment of something that a body does, as its agreement says it."""

from datetime import time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _clock(value: object) -> object:
    """Refuse what YAML makes of a time without quotation marks: 15:00 is the number 900 to it."""
    if not isinstance(value, str):
        raise ValueError('must be a time in quotation marks, such as "15:00"')
    return value


class Deadline(BaseModel):
    """The latest moment of something that the body does, in the time of London.

    A day on which the body's office is closed is no deadline: the last day before it is.

    Attributes:
        time: the time of day.
        bank_days_before_processing: how many bank days before the processing date.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    time: Annotated[time, BeforeValidator(_clock)]
    bank_days_before_processing: Annotated[int, Field(ge=1)]
