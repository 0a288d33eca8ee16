"""What has been written outlasts a power cut."""

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Have the disk keep a file's bytes or a folder's names: a renamed file is safe once its folder is flushed."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
