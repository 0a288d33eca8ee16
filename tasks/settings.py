"""What a machine may set, and nothing else: every setting is read here."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tasks import THREADS

PROJECT = Path(__file__).resolve().parent.parent


class GivenKeys(BaseSettings):
    """What is asked each time that a ledger is opened, so without the rest of the settings.

    Attributes:
        keys: keys that the machine gives instead of key files, as JSON (``SILLER_KEYS``):
            ``{"ilf.ledger": "...", "ilf.sealed": "...", "ilf.pseudonym": "..."}``; live and rehearsal use the same.
        store: ``s3://BUCKET/PREFIX``, in which the ledgers are that several homes share (``SILLER_STORE``); without it,
            each home has its own. No key is made then: all are given.
    """

    model_config = SettingsConfigDict(env_prefix="SILLER_")

    keys: dict[str, SecretStr] = Field(default_factory=dict)
    store: str | None = None


class Settings(GivenKeys):
    """Settings from the environment, each with the prefix ``SILLER_``.

    Attributes:
        home: where all state lives (``SILLER_HOME``).
        contracts: the tenants' contracts and agreements, one folder a tenant (``SILLER_CONTRACTS``).
        modulus_table: a folder with Vocalink's ``valacdos*.txt`` and ``scsubtab.txt`` to use in the place of what
            ``siller modulus-table install`` has installed (``SILLER_MODULUS_TABLE``).
        outbox: ``s3://BUCKET/PREFIX``, where payment files are released to (``SILLER_OUTBOX``); without it, the
            folder ``outbox`` below ``home``. The way to the bucket is the AWS SDK's own settings.
        landing: ``s3://BUCKET/PREFIX``, where extracts and manifests arrive (``SILLER_LANDING``); without it, the
            folder ``landing`` below ``home``.
        database: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``, where the Prefect server of ``siller up`` keeps its
            state (``SILLER_DATABASE``); without it, in a file below ``home``.
        bank_holidays: the file of bank holidays announced since the list was published
            (``SILLER_BANK_HOLIDAYS``); without it, ``bank_holidays.yaml`` beside the contracts.
        published: ``s3://BUCKET/PREFIX``, where each body's published tables stand as Parquet too
            (``SILLER_PUBLISHED``); without it, in the analysts' file alone.
        lake: ``s3://BUCKET/PREFIX``, where ``siller rebuild-lake`` keeps the service's own copy of all bodies' tables
            (``SILLER_LAKE``).
        lake_catalog: ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``, the DuckLake catalogue of that copy
            (``SILLER_LAKE_CATALOG``).
        work_queues: the work queue of each body whose runs are not for every worker (``SILLER_WORK_QUEUES``), as JSON:
            ``{"ilf": "large"}``.
        lineage_url: the store to which the lineage events are sent on, the whole address of its API
            (``SILLER_LINEAGE_URL``); without it they stay in their file.
        lineage_token: the bearer token that the store asks for (``SILLER_LINEAGE_TOKEN``).
        one_time_code: what proves who works here where no terminal can ask for it (``SILLER_ONE_TIME_CODE``).
        memory_limit: what DuckDB may use, in its own notation (``SILLER_MEMORY_LIMIT``).
        threads: how many threads a process works with, DuckDB's, Arrow's, polars' and siller's own each
            (``SILLER_THREADS``).
    """

    home: Path = Path.home() / ".siller"
    contracts: Path = PROJECT / "data_contracts"
    modulus_table: Path | None = None
    outbox: str | None = None
    landing: str | None = None
    database: SecretStr | None = None
    bank_holidays: Path | None = None
    published: str | None = None
    lake: str | None = None
    lake_catalog: SecretStr | None = None
    work_queues: dict[str, str] = Field(default_factory=dict)
    lineage_url: str | None = None
    lineage_token: SecretStr | None = None
    one_time_code: SecretStr | None = None
    memory_limit: str = "1500MB"
    threads: int = Field(THREADS, ge=1)

    @property
    def announced_holidays(self) -> Path | None:
        """The file of announced bank holidays: the one that was set, else the contracts' own; None without either."""
        beside = self.contracts / "bank_holidays.yaml"
        return self.bank_holidays or (beside if beside.exists() else None)
