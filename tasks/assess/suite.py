"""The gates as a Great Expectations suite over a one-row frame.

Importing this takes some ten seconds: only :mod:`tasks.assess.great_expectations_child` does.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import great_expectations as gx
import pandas as pd
from great_expectations.core import ExpectationSuite, ExpectationValidationResult
from great_expectations.core.result_format import ResultFormat
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.expectation import Expectation

from tasks.assess.gate import Condition, Figures, Gate, conditions

_SITE = "run"


def suite(gates: tuple[Gate, ...]) -> ExpectationSuite:
    """One expectation a condition; its ``meta`` names the condition, the gate and what follows if it fails."""
    return ExpectationSuite(name="gates", expectations=[_expectation(condition) for condition in conditions(gates)])


def judge(gates: tuple[Gate, ...], figures: Figures, docs: Path) -> dict[str, bool | None]:
    """Validate a run's figures and build Data Docs.

    Args:
        gates: the gates.
        figures: what they look at.
        docs: the folder for Data Docs. Their pages load style sheets from outside, so they are an
            extra; the run's own report is the record.

    Returns:
        By a condition's name whether it is kept; None where the expectation raised an error.

    Raises:
        MemoryError: an expectation did. Great Expectations keeps it as text, as if the figures had been at fault.
    """
    context = _context(docs)
    asset = context.data_sources.add_pandas("metrics").add_dataframe_asset("run")
    validation = gx.ValidationDefinition(
        name="run",
        data=asset.add_batch_definition_whole_dataframe("one row"),
        suite=context.suites.add(suite(gates)),
    )
    # A checkpoint is for several of them, and for what is to follow: it would look through all of this once more.
    judged = context.validation_definitions.add(validation).run(
        batch_parameters={"dataframe": pd.DataFrame([figures])},
        result_format=ResultFormat.BASIC,  # of one row; how often each value stands there is asked in vain
    )
    context.build_data_docs(site_names=[_SITE])
    found = judged.results
    if any(MemoryError.__name__ in str(error["exception_traceback"]) for each in found for error in _errors(each)):
        raise MemoryError
    return {_condition(each): _answer(each) for each in found}


def _expectation(condition: Condition) -> Expectation:
    meta = {"condition": condition.name, "gate": condition.gate, "bound": str(condition.limit)}
    if condition.test == "is_there":
        return ExpectColumnValuesToNotBeNull(column=condition.figure, meta=meta)
    return ExpectColumnValuesToBeBetween(
        column=condition.figure, min_value=condition.least, max_value=condition.most, meta=meta
    )


def _context(docs: Path) -> EphemeralDataContext:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for site in context.get_site_names() or ():
        context.delete_data_docs_site(site)
    context.add_data_docs_site(
        site_name=_SITE,
        site_config={
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
        },
    )
    return context


def _condition(result: ExpectationValidationResult) -> str:
    assert result.expectation_config and result.expectation_config.meta
    return str(result.expectation_config.meta["condition"])


def _answer(result: ExpectationValidationResult) -> bool | None:
    return None if any(_errors(result)) else bool(result.success)


def _errors(result: ExpectationValidationResult) -> Iterator[Mapping[str, object]]:
    """What an expectation raised: one error stands there as it is, several under the figure that could not be had."""
    info = result.exception_info or {}
    return (each for each in (info, *info.values()) if isinstance(each, dict) and each.get("raised_exception"))
