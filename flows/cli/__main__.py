"""``python -m flows.cli`` is ``siller``."""

from flows.cli import main

if __name__ == "__main__":
    main()
