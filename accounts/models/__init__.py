"""Who people are, where they work, what they may do and what was done."""

from accounts.models.events import Event
from accounts.models.first_codes import FirstCode
from accounts.models.memberships import Membership, Role, Supervision
from accounts.models.name_corrections import NameCorrection
from accounts.models.organizations import Organization, WorkingArea
from accounts.models.people import User
from accounts.models.people_lists import PeopleList, PeopleListRow
from accounts.models.regions import Region
from accounts.models.sign_ins import SignIn

__all__ = [
    "Event",
    "FirstCode",
    "Membership",
    "NameCorrection",
    "Organization",
    "PeopleList",
    "PeopleListRow",
    "Region",
    "Role",
    "SignIn",
    "Supervision",
    "User",
    "WorkingArea",
]
