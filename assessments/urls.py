"""Addresses of quizzes and of the assessor."""

from __future__ import annotations

from django.urls import path

from assessments.views import assessing, attempts, comparison, granting, health, saves

app_name = "assessments"
urlpatterns = [
    path("kuis/mulai/<uuid:enrolment_id>/<uuid:quiz_id>/", attempts.start, name="start"),
    path("kuis/izin/<uuid:enrolment_id>/<uuid:quiz_id>/", granting.grant, name="grant"),
    path("kuis/butir/<uuid:quiz_id>/", health.items, name="items"),
    path("kuis/butir/<uuid:quiz_id>/butir.xlsx", health.items_xlsx, name="items_xlsx"),
    path("kuis/<uuid:public_id>/", attempts.attempt, name="attempt"),
    path("kuis/<uuid:public_id>/simpan/", saves.save, name="save"),
    path("kuis/<uuid:public_id>/kirim/", attempts.submit, name="submit"),
    path("kuis/<uuid:public_id>/hasil/", attempts.result, name="result"),
    path("angkatan/<uuid:public_id>/perbandingan/", comparison.comparison, name="comparison"),
    path("penilaian/", assessing.assess, name="assess"),
    path("penilaian/<uuid:enrolment_id>/<str:unit>/", assessing.recommend, name="recommend"),
]
