"""/keluar/: a page to confirm, which upper apps may tell what still waits on this device."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LogoutView

_scripts: list[str] = []


def register_sign_out_script(static_path: str) -> None:
    """Let an upper app add an ES module to the page; it may fill ``[data-waiting-answers]``.  Repeating is harmless."""
    if static_path not in _scripts:
        _scripts.append(static_path)


class SignOut(LogoutView):  # type: ignore[misc]
    http_method_names = ["get", "head", "post", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"sign_out_scripts": _scripts}
