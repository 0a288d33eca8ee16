"""That the money for a run is there, as somebody of the body's confirms it before the release."""
