"""Anything that somebody shows: a PDF, a badge, a credential, a JWT, or a photo of the code, through one field.

What it is says its content; it is judged in a limited process and not kept.
"""

from __future__ import annotations

import logging
import re
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from certificates import comparing, judging, judging_credentials, wording
from certificates.checking import check_code, check_credential, check_pdf
from certificates.credential.facts import CredentialFacts, Flaw
from certificates.forms import FileForm
from certificates.judging import Answer, Verdict
from certificates.judging_credentials import CredentialVerdict
from certificates.keys import KeyRegister
from certificates.registering import public_register
from certificates.throttling import UPLOAD, count
from certificates.verifying import Standing
from certificates.views.public import TOO_MANY, ask, public_facts
from certificates.wanting import wants_json

logger = logging.getLogger(__name__)
_PNG: Final = b"\x89PNG\r\n\x1a\n"
# The head of a token names our host and the key before its first dot.
_HEAD: Final = 1_000
_JWT: Final = re.compile(rb"\s*eyJ[A-Za-z0-9_-]*\.")
# Where a credential cannot be, a code may be.
_NO_CREDENTIAL: Final = frozenset({Flaw.NO_CREDENTIAL_INSIDE, Flaw.NOT_CREDENTIAL})


# Programs ask here, too.  The answer changes nothing and is the same for everybody, so there is nothing to forge.
@csrf_exempt
@login_not_required
@require_POST
def verify_file(request: HttpRequest) -> HttpResponse:
    """The answer about what was shown: a page, or the same facts as JSON."""
    form = FileForm(request.POST, request.FILES)
    refused = 0 if form.is_valid() else 400
    asked = count(UPLOAD, request) if not refused else None
    if not refused and asked is None:
        form.add_error(None, TOO_MANY)
        refused = 429
    if refused and wants_json(request):
        return JsonResponse({"answer": None, "errors": form.errors.get_json_data()}, status=refused)
    if refused:
        return ask(request, file_form=form, status=refused)
    verdict = _judged(form.cleaned_data["file"].read())
    if asked is not None and verdict.standing is not None:
        asked.found()
    return _pdf(request, verdict) if isinstance(verdict, Verdict) else _credential(request, verdict)


def _judged(content: bytes) -> Verdict | CredentialVerdict:
    if content.startswith(b"%PDF-"):
        return judging.judge(check_pdf(content, public_register()), at=timezone.now())
    return judging_credentials.judge(_other(content, public_register()), at=timezone.now())


def _other(content: bytes, register: KeyRegister) -> CredentialFacts:
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"{", b"<", _PNG)) or _JWT.match(head):
        facts = check_credential(content, register)
        if not (content.startswith(_PNG) and _NO_CREDENTIAL & set(facts.problems)):
            return facts
    return check_code(content, register)


def _pdf(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    logger.info("file checked answer=%s", verdict.answer)
    if wants_json(request):
        return JsonResponse(_as_json("pdf", verdict, verdict.standing))
    context = {
        "verdict": verdict,
        "standing": verdict.standing,
        "rows": comparing.rows(verdict),
        "words": wording.OF_FILE[verdict.answer],
        "tone": judging.tone(verdict.answer),
        "good": verdict.answer == Answer.VALID,
    }
    return render(request, "certificates/file.html", context)


def _credential(request: HttpRequest, verdict: CredentialVerdict) -> HttpResponse:
    facts, standing = verdict.facts, verdict.standing
    logger.info("credential checked answer=%s", verdict.answer)
    if wants_json(request):
        return JsonResponse(_as_json(facts.carrier or facts.form, verdict, standing))
    if verdict.only_address and verdict.answer is not Answer.OTHER_HOST:
        return redirect("certificates:show", code=facts.code)
    context = {
        "verdict": verdict,
        "facts": facts,
        "standing": standing,
        "rows": comparing.rows_of_credential(verdict),
        "words": wording.OF_CREDENTIAL[verdict.answer],
        "tone": judging.tone(verdict.answer),
        "good": verdict.answer == Answer.VALID,
    }
    return render(request, "certificates/shown.html", context)


def _as_json(kind: str, verdict: Verdict | CredentialVerdict, standing: Standing | None) -> dict[str, Any]:
    """The facts that the page shows, the register's beside the file's."""
    return {
        "kind": kind,
        "answer": verdict.answer.value,
        "sha256": verdict.facts.sha256,
        "same_record": verdict.same_record,
        "same_file": verdict.same_file,
        "problems": [problem.value for problem in verdict.facts.problems],
        "register": public_facts(standing) if standing else None,
    }
