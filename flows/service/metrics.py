"""What a monitoring system is shown of payday: figures in the text format of Prometheus.

The watch writes them whenever it has looked (``SILLER_HOME/watch/metrics.prom``): to draw them anew for whoever asks
would open every ledger each time. siller's door hands the file out (:mod:`flows.service.door.figures`); the age of the
look stands in it, so who reads it knows a watch that is dead. No payee's data and no person's name is in it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from flows.service.standing import Picture
from schemas.standing.records import Standing
from schemas.standing.tables import Stand, Urgency

_FORMS = (Stand.WAITS, Stand.FIRST)
_BODY = ("tenant", "mode")


class _Payday(Collector):
    """The figures of one look."""

    def __init__(self, seen: Picture, now: datetime) -> None:
        self._seen, self._now = seen, now

    def collect(self) -> Iterator[Metric]:
        """Each figure, with a line of help; what has none to show is a figure without samples."""
        standings = [each for each in self._seen.standings if each.urgency is not Urgency.OVER]
        of_runs = [each for each in standings if each.run and not each.about]
        yield _counted(
            "siller_standings",
            "What is not over, of runs and of a bank's files, by where it stands and who has to do what.",
            (*_BODY, "stand", "urgency"),
            Counter((*_body(each), each.stand.value, each.urgency.name.lower()) for each in standings),
        )
        pence: Counter[tuple[str, ...]] = Counter()
        for each in of_runs:
            if each.run and each.run.pence is not None and each.urgency is not Urgency.WORKING:
                pence[*_body(each), each.stand.value] += each.run.pence
        yield _counted("siller_waiting_pence", "Money in runs that wait for a person.", (*_BODY, "stand"), pence)
        yield self._oldest_forms(of_runs)
        yield _counted(
            "siller_overdue",
            "What has not come in time, by the moment of the period that is late with it: the extract, the bank's "
            "report (processing_date), its statement or a provider's answer about vouchers (entry_date), the "
            "provider's last word on them (closed).",
            (*_BODY, "moment"),
            Counter((*_body(each), each.moment or "") for each in standings if each.stand is Stand.OVERDUE),
        )
        yield _counted(
            "siller_to_act",
            "All that a person must do something about now, beside sentences about a body as a whole.",
            _BODY,
            Counter(_body(each) for each in standings if each.urgency is Urgency.ACT),
        )
        for name, said, sentences in (
            ("siller_ledgers_unread", "Bodies that cannot be looked into.", self._seen.refused),
            ("siller_ledgers_busy", "Ledgers that somebody worked on during the look.", self._seen.busy),
            ("siller_bank_files_set_aside", "Files of a bank that were set aside.", self._seen.set_aside),
            ("siller_payments_called_off", "Recalls that stand, and payments stopped too late.", self._seen.called_off),
            ("siller_untold", "Channels by which somebody's people could not be told.", self._seen.untold),
        ):
            yield GaugeMetricFamily(name, said, value=len(sentences))
        yield GaugeMetricFamily(
            "siller_prefect_answers", "Whether Prefect said where its runs stand.", value=float(not self._seen.unasked)
        )
        yield GaugeMetricFamily(
            "siller_watch_looked_timestamp_seconds", "When the watch looked last.", value=self._now.timestamp()
        )

    def _oldest_forms(self, of_runs: list[Standing]) -> Metric:
        oldest: dict[tuple[str, ...], float] = {}
        for each in of_runs:
            if each.stand in _FORMS and each.since:
                opened = each.since.timestamp()
                oldest[_body(each)] = min(opened, oldest.get(_body(each), opened))
        # The moment and not the age: an age in a file is as old as the file.
        said = "When the oldest form was opened that waits for an answer."
        return _counted("siller_oldest_form_timestamp_seconds", said, _BODY, oldest)


def _body(standing: Standing) -> tuple[str, str]:
    return standing.tenant, standing.mode.value


def _counted(name: str, said: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for of, value in sorted(values.items()):
        family.add_metric(of, value)
    return family


def metrics_file(home: Path) -> Path:
    """Where the figures of the last look stand."""
    return home / "watch" / "metrics.prom"


def write_metrics(home: Path, seen: Picture, now: datetime) -> None:
    """Write down what was seen; whoever reads the file meanwhile has the old figures or the new ones, whole.

    Args:
        home: ``SILLER_HOME``.
        seen: where everything stands, at all bodies of this machine in both modes.
        now: when it was looked at.
    """
    file = metrics_file(home)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    registry = CollectorRegistry()
    registry.register(_Payday(seen, now))
    write_to_textfile(str(file), registry)
