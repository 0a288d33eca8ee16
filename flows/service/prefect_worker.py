"""Prefect's worker, with what is worth remembering: ``python -m flows.service.prefect_worker worker start ...``."""

import runpy

from flows.service import time_zones

if __name__ == "__main__":
    time_zones.remember()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
