"""Where every pound of a pay run is, in buckets that add up to the extract.

``matching`` finds the payment that an answer speaks of, ``outcomes`` gives every payment one outcome,
``confirmations`` puts the same money as others tell it beside it, ``unexplained`` finds what does not fit,
``follow_ups`` says what to do, and ``reconcile`` brings these together.
"""
