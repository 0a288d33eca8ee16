"""Prefect's own command, with what is worth remembering: ``python -m flows.service.prefect_command worker start ...``.

It reads deployments with their schedules again and again: as a worker, as a server, as its background services.
"""

import runpy

from flows.service import time_zones

if __name__ == "__main__":
    time_zones.remember()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
