"""Who stands at a door, and may they come in?"""

from schemas.agreement import Role
from schemas.no_go import NoGo
from tasks.office import Office


def identified(office: Office, name: str, *roles: Role) -> str:
    """Return the person as the agreement names them, if they have one of these roles for this tenant.

    Raises:
        NoGo: the agreement names nobody like that, or gives them another part.
    """
    for role in roles:
        for known in office.agreement.people_with(role):
            if known.casefold() == name.strip().casefold():
                return known
    parts = " or ".join(role.value.replace("_", " ") for role in roles)
    raise NoGo(
        f"{name.strip()} is no {parts} in the agreement with {office.tenant}. Nothing was done. Give your name as the "
        "agreement writes it, or ask somebody who has that part."
    )
