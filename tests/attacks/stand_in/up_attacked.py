"""``siller up`` for the stand-in: the same function, with deployments of its own."""

import sys
from pathlib import Path

from flows.service.up import up

if __name__ == "__main__":
    home, port = sys.argv[1:]
    up(Path(home), int(port), False, lambda *_: None, Path(__file__).with_name("prefect.yaml"), limit=4)
