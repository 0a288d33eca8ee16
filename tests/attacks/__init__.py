"""The months as they will be: real servers, real processes, a real browser."""
