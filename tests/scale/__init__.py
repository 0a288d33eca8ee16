"""Several homes at one store: what is paused, killed or cut off there pays nobody twice."""
