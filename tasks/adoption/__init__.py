"""A live run pays by an agreement that people of the body have adopted."""
