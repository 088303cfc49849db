from cms.models.pages import ContentPage, HomePage
from cms.models.regulations import Citation, Provision, Regulation, RegulationRelation, Source
from cms.models.tenancy import OrganizationCollection, OrganizationGroup, PublisherTask, PublisherTaskState

__all__ = [
    "Citation",
    "ContentPage",
    "HomePage",
    "OrganizationCollection",
    "OrganizationGroup",
    "Provision",
    "PublisherTask",
    "PublisherTaskState",
    "Regulation",
    "RegulationRelation",
    "Source",
]
