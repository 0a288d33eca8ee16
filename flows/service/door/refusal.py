"""What the door says when it does not open: a sentence, in the place where Prefect's page looks for one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    """An answer, whole.

    Attributes:
        status: HTTP's.
        content: its bytes.
        content_type: what they are.
        disposition: under which name a browser saves it, where it does.
        headers: others that it brings, by name.
    """

    status: int
    content: bytes
    content_type: str = JSON
    disposition: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, said: object, status: int = HTTPStatus.OK) -> "Reply":
        """An answer of the door's own."""
        return cls(status, json.dumps(said).encode())

    @property
    def is_good(self) -> bool:
        """Whether Prefect did what it was asked."""
        return self.status < HTTPStatus.BAD_REQUEST

    def json(self) -> object:
        """What it says."""
        return json.loads(self.content)


class Refused(Exception):  # noqa: N818  # it is an answer, and no error
    """The door stays closed; the message is what the person reads.

    Prefect's page takes 401 and 403 for a lost connection, and says so in a box of its own until somebody closes it. So
    what is closed is not there (404), and what is somebody else's to do is a conflict (409).

    Args:
        said: a sentence.
        status: HTTP's.
    """

    def __init__(self, said: str, status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        super().__init__(said)
        self.status = status

    @property
    def reply(self) -> Reply:
        """Prefect's page shows ``detail`` for a few seconds, and Prefect's command line both."""
        said = str(self)
        return Reply.of({"detail": said, "exception_message": said}, self.status)


CLOSED = (
    "This is closed to people at siller's Prefect server. Here you read the runs of your bodies, answer a form, start "
    "a run and cancel one. docs/operating/door.md says what is open, and how the rest is done."
)

SERVED_ALREADY = (
    "This is the server of `siller up`, which serves every body that has an agreement itself: there is nothing to "
    "deploy and no work pool to make. Change the agreement and start `siller up` again. (`prefect deploy --all` and "
    "`prefect work-pool create` are for a Prefect server of your own, with workers.)"
)

UNKNOWN = "There is no such thing here, or it belongs to a body whose agreement does not name you."

NO_PAGE = "There is no such page here. Begin at /runs."
