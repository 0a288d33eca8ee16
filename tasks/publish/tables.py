"""What the pointer to a body's published tables says: which objects they are, now and a moment ago."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.no_go import NoGo

POINTER = "tables.json"
TABLES = ("payments", "left_out", "runs", "gates", "bank_answers", "states")


class Object(BaseModel):
    """One object: a table's rows of a span.

    Attributes:
        table: of the analysts' file.
        span: a year, a period, or ``all``.
        name: of the object, beside the pointer.
        rows: how many.
        made_of: tells which publications of which runs are in it.
    """

    model_config = ConfigDict(frozen=True)

    table: str
    span: str
    name: str
    rows: int
    made_of: str


class Replaced(BaseModel):
    """An object that is none of the tables any more, and since when."""

    model_config = ConfigDict(frozen=True)

    name: str
    since: datetime


class Tables(BaseModel):
    """What the pointer says.

    Attributes:
        tenant: whose.
        mode: live or rehearsal.
        version: of the analysts' file that the tables are those of.
        published_at: when it was made.
        files: the objects.
        replaced: those of before that are still there.
    """

    model_config = ConfigDict(frozen=True)

    tenant: str
    mode: str
    version: int
    published_at: datetime
    files: tuple[Object, ...] = ()
    replaced: tuple[Replaced, ...] = ()

    @classmethod
    def read(cls, data: bytes, where: str) -> "Tables":
        """Read a pointer.

        Args:
            data: its bytes.
            where: it stands, for a sentence.

        Raises:
            NoGo: it is not what siller writes.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError:
            pass
        raise NoGo(f"{POINTER} in {where} is not what siller writes. Remove it, and publish again.")

    @classmethod
    def none(cls, tenant: str, mode: str) -> "Tables":
        """What a pointer would say where nothing was ever published."""
        return cls(tenant=tenant, mode=mode, version=0, published_at=datetime.fromtimestamp(0, UTC))
