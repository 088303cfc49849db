"""The law as data: regulations, their provisions, other sources, and what cites them.

Users' law changed four times in five years: when a regulation is amended, everything that cites it must be found.
No text of a regulation is ever made up; what nobody has read yet says so.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index

if TYPE_CHECKING:
    from accounts.models import Organization


class Regulation(index.Indexed, ClusterableModel):  # type: ignore[misc]
    """A law or regulation; ``number`` and ``year`` as printed on it."""

    class Kind(models.TextChoices):
        UU = "uu", "UU"
        PP = "pp", "PP"
        PERPRES = "perpres", "Perpres"
        PERMENSOS = "permensos", "Permensos"
        KEPMENSOS = "kepmensos", "Kepmensos"
        PERDIRJEN = "perdirjen", "Perdirjen"
        KEPDIRJEN = "kepdirjen", "Kepdirjen"
        PERDA = "perda", "Perda"
        PERGUB = "pergub", "Pergub"
        OTHER = "lainnya", _("Other")

    class Status(models.TextChoices):
        IN_FORCE = "berlaku", _("In force")
        AMENDED = "diubah", _("Amended")
        REVOKED = "dicabut", _("No longer in force")
        UNKNOWN = "belum_diketahui", _("Not confirmed yet")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=400, help_text=_("What follows “tentang” in the full name."))
    slug = models.SlugField(_("address"), max_length=80, unique=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.UNKNOWN)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    gazette = models.CharField(_("gazette"), max_length=120, blank=True, help_text=_("For example BN 2021 No. 1007."))
    official_address = models.URLField(_("official text"), max_length=400, blank=True)
    note = models.CharField(_("what is still to be confirmed"), max_length=400, blank=True)

    search_fields = [
        index.SearchField("title"),
        index.SearchField("number"),
        index.AutocompleteField("title"),
        index.AutocompleteField("number"),
        index.FilterField("kind"),
        index.FilterField("year"),
        index.FilterField("status"),
    ]

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        ordering = ["-year", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number", "year"], name="regulation_named_once"),
            models.CheckConstraint(
                condition=Q(in_force_from=None)
                | Q(in_force_until=None)
                | Q(in_force_until__gte=models.F("in_force_from")),
                name="regulation_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.short_name} tentang {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugify(f"{self.kind}-{self.number}-{self.year}")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("cms:regulation", args=[self.slug])

    @property
    def short_name(self) -> str:
        """As people write it: "Permensos 15/2025"."""
        return f"{self.get_kind_display()} {self.number}/{self.year}"

    @property
    def full_name(self) -> str:
        """As a letter cites it: "Permensos Nomor 15 Tahun 2025 tentang ..."."""
        return f"{self.get_kind_display()} Nomor {self.number} Tahun {self.year} tentang {self.title}"

    @property
    def tone(self) -> str:
        """Tone of the status chip."""
        return {self.Status.IN_FORCE: "good", self.Status.AMENDED: "wait", self.Status.REVOKED: "bad"}.get(
            self.Status(self.status), "info"
        )


class RegulationRelation(models.Model):
    """What one regulation does to another: ``regulation`` amends, replaces or carries out ``target``."""

    class Kind(models.TextChoices):
        AMENDS = "mengubah", _("amends")
        REPLACES = "mengganti", _("replaces")
        CARRIES_OUT = "melaksanakan", _("carries out")

    regulation = ParentalKey(Regulation, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=12, choices=Kind.choices)
    target = models.ForeignKey(
        Regulation, models.PROTECT, related_name="relations_to", verbose_name=_("other regulation")
    )
    note = models.CharField(_("what is still to be confirmed"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("relation to another regulation")
        verbose_name_plural = _("relations to other regulations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["regulation", "kind", "target"], name="regulation_relation_once"),
            models.CheckConstraint(condition=~Q(regulation=models.F("target")), name="regulation_relates_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.regulation.short_name} {self.get_kind_display()} {self.target.short_name}"


class Provision(index.Indexed, models.Model):  # type: ignore[misc]
    """An article, paragraph or letter of a regulation.  An empty ``text`` is shown as not confirmed yet."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="provisions", verbose_name=_("regulation"))
    article = models.CharField(_("article (pasal)"), max_length=40)
    paragraph = models.CharField(_("paragraph (ayat)"), max_length=20, blank=True)
    letter = models.CharField(_("letter (huruf)"), max_length=20, blank=True)
    topic = models.CharField(_("what it is about"), max_length=200, blank=True)
    text = models.TextField(
        _("text"), blank=True, help_text=_("Word for word.  Leave it empty until somebody has read the official text.")
    )
    is_confirmed = models.BooleanField(_("compared with the official text"), default=False)
    source = models.ForeignKey(
        "cms.Source", models.PROTECT, null=True, blank=True, related_name="provisions", verbose_name=_("read at")
    )

    search_fields = [
        index.SearchField("text"),
        index.SearchField("topic"),
        index.AutocompleteField("article"),
        index.AutocompleteField("topic"),
        index.RelatedFields("regulation", [index.AutocompleteField("title"), index.AutocompleteField("number")]),
    ]

    class Meta:
        verbose_name = _("provision")
        verbose_name_plural = _("provisions")
        ordering = ["regulation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["regulation", "article", "paragraph", "letter"], name="provision_named_once"
            ),
            models.CheckConstraint(condition=~Q(article=""), name="provision_names_article"),
            models.CheckConstraint(condition=Q(is_confirmed=False) | ~Q(text=""), name="provision_confirmed_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.regulation.short_name}"

    def get_absolute_url(self) -> str:
        return f"{self.regulation.get_absolute_url()}#{self.anchor}"

    def clean(self) -> None:
        if self.is_confirmed and not self.text:
            raise ValidationError({"text": _("Only a text that is here can be confirmed.")})

    @property
    def place(self) -> str:
        """As a letter cites it: "Pasal 4 ayat (1) huruf a"."""
        words = [f"Pasal {self.article}"]
        if self.paragraph:
            words.append(f"ayat ({self.paragraph})")
        if self.letter:
            words.append(f"huruf {self.letter}")
        return " ".join(words)

    @property
    def anchor(self) -> str:
        return slugify(self.place)


class Source(index.Indexed, models.Model):  # type: ignore[misc]
    """Where a fact was read: a press article, a page, a book."""

    class Kind(models.TextChoices):
        PRESS = "berita", _("Press article")
        PAGE = "halaman", _("Web page")
        BOOK = "buku", _("Book or paper")
        OTHER = "lainnya", _("Other")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(_("key in a content file"), max_length=80, unique=True, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PAGE)
    title = models.CharField(_("title"), max_length=300)
    address = models.URLField(_("address"), max_length=500, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    search_fields = [
        index.SearchField("title"),
        index.SearchField("note"),
        index.AutocompleteField("title"),
        index.AutocompleteField("external_id"),
        index.FilterField("kind"),
    ]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="source_has_title")]

    def __str__(self) -> str:
        return self.title


class CitationQuerySet(models.QuerySet["Citation"]):
    def of_regulation(self, regulation: Regulation) -> Self:
        """Citations of the regulation itself or of any of its provisions."""
        return self.filter(Q(regulation=regulation) | Q(provision__regulation=regulation))

    def touched_by(self, regulation: Regulation) -> Self:
        """What must be looked at because of ``regulation``: citations of it and of all that it amends or replaces."""
        changed = RegulationRelation.objects.filter(
            regulation=regulation, kind__in=[RegulationRelation.Kind.AMENDS, RegulationRelation.Kind.REPLACES]
        ).values("target")
        return self.filter(
            Q(regulation=regulation)
            | Q(provision__regulation=regulation)
            | Q(regulation__in=changed)
            | Q(provision__regulation__in=changed)
        )


class Citation(models.Model):
    """Something of an upper app cites a regulation, a provision or a source; written through ``cms.citing`` only."""

    regulation = models.ForeignKey(
        Regulation, models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_("regulation")
    )
    provision = models.ForeignKey(
        Provision, models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_("provision")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_("source")
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", verbose_name=_("kind of object"))
    object_uuid = models.UUIDField(_("object"), db_index=True)
    label = models.CharField(_("label"), max_length=300)
    address = models.CharField(_("address"), max_length=400, blank=True)
    organization: models.ForeignKey[Organization | None, Organization | None] = models.ForeignKey(
        "accounts.Organization", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    is_public = models.BooleanField(_("anyone may see that it cites"), default=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["label", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(regulation__isnull=False, provision=None, source=None)
                | Q(regulation=None, provision__isnull=False, source=None)
                | Q(regulation=None, provision=None, source__isnull=False),
                name="citation_of_exactly_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} - {self.cited}"

    @property
    def cited(self) -> Regulation | Provision | Source:
        cited = self.provision or self.source or self.regulation
        assert cited is not None, "the constraint citation_of_exactly_one"  # noqa: S101
        return cited
