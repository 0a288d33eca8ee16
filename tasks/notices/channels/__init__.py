"""The channels, a module each, over well-kept parts; what they are given of an agreement stands in its ``notices``."""
