"""A stage's OpenLineage event, from the catalogue; nothing of a payee can be in it."""

from datetime import datetime, time
from importlib.metadata import version
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState, set_producer
from openlineage.client.facet_v2 import (
    DatasetFacet,
    InputDatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    error_message_run,
    input_statistics_input_dataset,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
    source_code_location_job,
)

from schemas.pay_run import PayRun
from tasks.ledger.catalogue import CATALOGUE
from tasks.ledger.catalogue.datasets import DATASETS, Dataset
from tasks.ledger.catalogue.figures import Figures
from tasks.ledger.catalogue.lineage import Input, Output, Source
from tasks.lineage.source_version import source_version

_LONDON = ZoneInfo("Europe/London")
_PARENT = "pay_run"


def run_uuid(run_id: str, stage: str | None = None) -> str:
    """The OpenLineage id of a stage of a run, or of the run: derived, so that a resume goes on with the same."""
    return str(uuid5(NAMESPACE_URL, f"siller://run/{run_id}" + (f"/{stage}" if stage else "")))


def event(
    run_id: str, stage: str, ending: str, at: datetime, figures: Figures | None, error: str | None = None
) -> RunEvent:
    """Build one event.

    Args:
        run_id: the pay run.
        stage: the stage, by its name in the journal.
        ending: START, COMPLETE, FAIL or ABORT.
        at: when.
        figures: what the stage recorded: counts and hashes; None before it has.
        error: what went wrong, without a payee's data.

    Raises:
        KeyError: the catalogue does not know the stage.
    """
    run = PayRun.of(run_id)
    name = stage.partition(" ")[0]
    told = CATALOGUE[name].lineage
    assert told is not None
    set_producer(f"siller://code/{version('siller')}")
    return RunEvent(
        eventTime=at.isoformat(),
        eventType=RunState[ending],
        run=Run(run_uuid(run_id, stage), facets=_run_facets(run, error)),
        job=Job(_job_namespace(run), f"{_PARENT}.{name}", facets=_job_facets()),
        inputs=[_input(run.tenant, key, what, figures) for key, what in told.inputs.items()],
        outputs=[_output(run.tenant, key, what, figures) for key, what in told.outputs.items()],
    )


def _job_namespace(run: PayRun) -> str:
    return f"siller://{run.tenant}"


def _run_facets(run: PayRun, error: str | None) -> dict[str, RunFacet]:
    first, following = (datetime.combine(each.first, time(), _LONDON) for each in (run.period, run.period.next))
    facets: dict[str, RunFacet] = {
        "parent": parent_run.ParentRunFacet(
            run=parent_run.Run(run_uuid(run.run_id)), job=parent_run.Job(_job_namespace(run), _PARENT)
        ),
        "nominalTime": nominal_time_run.NominalTimeRunFacet(first.isoformat(), following.isoformat()),
    }
    if error is not None:
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(error, "Python")
    return facets


def _job_facets() -> dict[str, JobFacet]:
    return {
        "jobType": job_type_job.JobTypeJobFacet(processingType="BATCH", integration="SILLER", jobType="STAGE"),
        "sourceCodeLocation": source_code_location_job.SourceCodeLocationJobFacet(
            type="git", url="siller://code", version=source_version()
        ),
    }


def _input(tenant: str, key: str, what: Input, figures: Figures | None) -> InputDataset:
    dataset = DATASETS[key]
    statistics: dict[str, InputDatasetFacet] = {}
    if figures and what.rows:
        statistics["inputStatistics"] = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
            rowCount=getattr(figures, what.rows)
        )
    return InputDataset(
        dataset.namespace_of(tenant),
        dataset.name_of(tenant),
        inputFacets=statistics,
        facets=_dataset_facets(dataset, what.version, figures),
    )


def _output(tenant: str, key: str, what: Output, figures: Figures | None) -> OutputDataset:
    dataset = DATASETS[key]
    statistics: dict[str, OutputDatasetFacet] = {}
    if figures and what.rows:
        statistics["outputStatistics"] = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=getattr(figures, what.rows)
        )
    facets = _dataset_facets(dataset, what.version, figures)
    facets["columnLineage"] = column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            column: column_lineage_dataset.Fields([_field(tenant, source) for source in sources])
            for column, sources in what.columns.items()
        },
        dataset=[_field(tenant, source) for source in what.whole],
    )
    return OutputDataset(dataset.namespace_of(tenant), dataset.name_of(tenant), outputFacets=statistics, facets=facets)


def _dataset_facets(dataset: Dataset, version_figure: str | None, figures: Figures | None) -> dict[str, DatasetFacet]:
    facets: dict[str, DatasetFacet] = {
        "schema": schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(name=name, type=kind) for name, kind in dataset.columns.items()
            ]
        )
    }
    if figures and version_figure:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(getattr(figures, version_figure))
    return facets


def _field(tenant: str, source: Source) -> column_lineage_dataset.InputField:
    dataset = DATASETS[source.dataset]
    kind, subtype, masking = source.how.value
    return column_lineage_dataset.InputField(
        dataset.namespace_of(tenant),
        dataset.name_of(tenant),
        source.column,
        transformations=[column_lineage_dataset.Transformation(type=kind, subtype=subtype, masking=masking)],
    )
