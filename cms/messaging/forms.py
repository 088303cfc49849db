"""The shape of a person's wishes; ``choosing`` keeps them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.messaging.channels import configured
from cms.messaging.choosing import mutable_kinds
from cms.models import Delivery, MessagePreference, MutedKind

Channel = Delivery.Channel

KINDS_FIELD = {
    Channel.EMAIL: ("email_kinds", _("What comes by email")),
    Channel.PUSH: ("push_kinds", _("What this device shows")),
    Channel.GATEWAY: ("gateway_kinds", _("What comes by WhatsApp or SMS")),
}


class WishesForm(forms.ModelForm[MessagePreference]):
    """Only what this installation can send is asked about."""

    digest_hour = forms.TypedChoiceField(
        label=_("Hour of the summary"), coerce=int, choices=[(hour, f"{hour:02d}.00") for hour in range(5, 22)]
    )

    class Meta:
        model = MessagePreference
        fields = [
            "email",
            "push",
            "gateway",
            "digest",
            "digest_hour",
            "quiet",
            "quiet_from",
            "quiet_until",
            "time_zone",
        ]
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        labels = {
            "email": _("Send me emails"),
            "push": _("Show notifications on my devices"),
            "gateway": _("Send me WhatsApp or SMS"),
            "digest": _("One summary a day instead of single emails"),
            "quiet": _("Let me sleep: no messages in these hours unless they are urgent"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "time_zone": _("My time zone"),
        }
        help_texts = {"time_zone": _("Empty: the zone of the unit you work in.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        muted = self._muted()
        open_ways = configured()
        kinds = mutable_kinds(self.instance.user)
        for channel, (name, label) in KINDS_FIELD.items():
            if channel not in open_ways:
                del self.fields[channel]
                continue
            self.fields[name] = forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=[(kind.slug, kind.label) for kind in kinds],
                initial=[kind.slug for kind in kinds if (kind.slug, channel) not in muted],
                widget=forms.CheckboxSelectMultiple,
            )
        if Channel.EMAIL not in open_ways:
            del self.fields["digest"], self.fields["digest_hour"]

    def _muted(self) -> set[tuple[str, str]]:
        return set(MutedKind.objects.filter(user=self.instance.user_id).values_list("kind", "channel"))

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}

    @property
    def wanted(self) -> dict[str, list[str]]:
        """Kinds that may come, for each channel that was asked about."""
        asked = {channel: name for channel, (name, _label) in KINDS_FIELD.items() if name in self.fields}
        return {channel: self.cleaned_data[name] for channel, name in asked.items()}
