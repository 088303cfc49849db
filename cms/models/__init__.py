from cms.models.message_choices import MessagePreference, MessageText, MutedKind
from cms.models.messaging import Delivery, Message, PushSubscription
from cms.models.pages import ContentPage, HomePage
from cms.models.regulations import Citation, Provision, Regulation, RegulationRelation, Source
from cms.models.tenancy import OrganizationCollection, OrganizationGroup, PublisherTask, PublisherTaskState

__all__ = [
    "Citation",
    "ContentPage",
    "Delivery",
    "HomePage",
    "Message",
    "MessagePreference",
    "MessageText",
    "MutedKind",
    "OrganizationCollection",
    "OrganizationGroup",
    "Provision",
    "PublisherTask",
    "PublisherTaskState",
    "PushSubscription",
    "Regulation",
    "RegulationRelation",
    "Source",
]
