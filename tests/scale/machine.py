"""``siller up`` of one home, whose watch looks more often: ``python -m tests.scale.machine``."""

from flows.cli import main
from flows.service import watch

if __name__ == "__main__":
    watch.EVERY_SECONDS = 6.0
    main()
