"""Channels: delimited and fixed-width payment files, each described by a file of its own (docs/channels.md).

``channel`` is what such a file says, ``cells`` what may stand in a cell, ``line`` how a line is rendered and parsed. A
payment file is written by ``write`` as a stream, and nobody is shown it before ``check`` has read it back.
"""

from schemas.rails.channel.channel import Channel
from schemas.rails.channel.listing import Channels
from schemas.rails.channel.of_file import terms_of_file
from schemas.rails.channel.reading import check
from schemas.rails.channel.upload import Upload
from schemas.rails.channel.writing import write

__all__ = ["Channel", "Channels", "Upload", "check", "terms_of_file", "write"]
