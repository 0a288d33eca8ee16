"""The door of the Prefect server that siller starts: who may do what there, and everything else is closed.

Whoever reaches Prefect's API can run any code as siller's account. So people do not reach it: the door knows who asks
(:mod:`flows.service.door.people`), holds what is asked against a list (:mod:`flows.service.door.routes`), and puts a
question of its own to Prefect (:mod:`flows.service.door.reads`, :mod:`flows.service.door.writes`). Nothing of a
person's request is passed on as it came, and what is not on the list is answered with a sentence.
"""
