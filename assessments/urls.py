"""Addresses of quizzes and of the assessor."""

from __future__ import annotations

from django.urls import path

from assessments.views import (
    access,
    accommodating,
    answers,
    assessing,
    assignments,
    attempts,
    comparison,
    correcting,
    evidence,
    granting,
    health,
    honesty,
    late,
    noticing,
    offline,
    saves,
    timeline,
    work_marking,
)
from courses import converters

converters.register()

app_name = "assessments"
urlpatterns = [
    path("tanpa-jaringan/", offline.no_network, name="no_network"),
    path("kuis/mulai/<uuid:enrolment_id>/<uuid:quiz_id>/", attempts.start, name="start"),
    path("kuis/izin/<uuid:enrolment_id>/<uuid:quiz_id>/", granting.grant, name="grant"),
    path("kuis/penyesuaian/<uuid:enrolment_id>/", accommodating.of_person, name="accommodate"),
    path("kuis/penyesuaian/akhiri/<uuid:public_id>/", accommodating.end, name="end_accommodation"),
    path("angkatan/<uuid:public_id>/penyesuaian/", accommodating.of_cohort, name="accommodations"),
    path("kuis/butir/<uuid:quiz_id>/", health.items, name="items"),
    path("kuis/butir/<uuid:quiz_id>/butir.xlsx", health.items_xlsx, name="items_xlsx"),
    path("angkatan/<uuid:public_id>/tanda/", noticing.signals, name="signals"),
    path("kuis/pernyataan/", honesty.statements, name="honesty"),
    path("kuis/pernyataan/<uuid:organization_id>/", honesty.statement, name="honesty_statement"),
    path("kuis/koreksi/", correcting.corrections, name="corrections"),
    path("kuis/koreksi/sertifikat/", correcting.touched, name="touched"),
    path("kuis/koreksi/soal/<uuid:series>/", correcting.question, name="correct_question"),
    path("kuis/koreksi/batas/<uuid:quiz_id>/", correcting.pass_mark, name="correct_pass_mark"),
    path("kuis/koreksi/<uuid:public_id>/", correcting.correction, name="correction"),
    path("kuis/koreksi/<uuid:public_id>/koreksi.xlsx", correcting.workbook, name="correction_xlsx"),
    path("kuis/koreksi/<uuid:public_id>/<slug:act>/", correcting.decide, name="decide_correction"),
    path("kuis/<uuid:public_id>/", attempts.attempt, name="attempt"),
    path("kuis/<uuid:public_id>/simpan/", saves.save, name="save"),
    path("kuis/<uuid:public_id>/kirim/", attempts.submit, name="submit"),
    path("kuis/<uuid:public_id>/linimasa/", timeline.attempt_timeline, name="timeline"),
    path("kuis/<uuid:public_id>/hasil/", attempts.result, name="result"),
    path("tugas/berkas/<uuid:public_id>/", assignments.file, name="work_file"),
    path("tugas/<uuid:enrolment_id>/<uuid:key>/", assignments.work, name="assignment"),
    path("tugas/<uuid:enrolment_id>/<uuid:key>/draf/", assignments.draft, name="assignment_draft"),
    path("tugas/<uuid:enrolment_id>/<uuid:key>/tarik/", assignments.take_back, name="take_back"),
    path("tugas/<uuid:enrolment_id>/<uuid:key>/hapus/<uuid:file_id>/", assignments.remove, name="remove_work_file"),
    path("bukti/<uuid:enrolment_id>/", evidence.overview, name="evidence_overview"),
    path("bukti/versi/<uuid:public_id>/", evidence.evidence, name="evidence"),
    path("bukti/versi/<uuid:public_id>/unduh/", evidence.download, name="download_evidence"),
    path("tim/bukti/", evidence.queue, name="evidence_queue"),
    path("angkatan/<uuid:public_id>/tugas/", work_marking.queue, name="queue"),
    path("angkatan/<uuid:public_id>/tugas/atur/<uuid:key>/", work_marking.terms, name="assignment_terms"),
    path("angkatan/<uuid:public_id>/tugas/unduh/<uuid:key>/", work_marking.download, name="download_works"),
    path("angkatan/<uuid:public_id>/tugas/<uuid:submission_id>/", work_marking.mark, name="mark_work"),
    path(
        "angkatan/<uuid:public_id>/tugas/<uuid:submission_id>/unduh/", work_marking.download_one, name="download_work"
    ),
    path("kuis/<uuid:public_id>/gambar/<sha256:sha256>", attempts.image, name="image"),
    path("angkatan/<uuid:public_id>/perbandingan/", comparison.comparison, name="comparison"),
    path("angkatan/<uuid:public_id>/kode-kuis/", access.codes, name="access_codes"),
    path("angkatan/<uuid:public_id>/terlambat/", late.late_answers, name="late_answers"),
    path("kuis/<uuid:public_id>/terlambat/", late.decide, name="decide_late"),
    path("angkatan/<uuid:public_id>/penilaian/", answers.releases, name="releases"),
    path("angkatan/<uuid:public_id>/penilaian/<uuid:quiz_id>/rilis/", answers.release, name="release"),
    path("penilaian/", assessing.assess, name="assess"),
    path("penilaian/jawaban/", answers.answers, name="answers"),
    path("penilaian/jawaban/<uuid:public_id>/", answers.mark_answer, name="mark_answer"),
    path("penilaian/jawaban/<uuid:public_id>/kembalikan/", answers.give_back_answer, name="give_back_answer"),
    path("penilaian/jawaban/<uuid:public_id>/gambar/<sha256:sha256>", answers.answer_image, name="answer_image"),
    path("penilaian/<uuid:enrolment_id>/<str:unit>/", assessing.recommend, name="recommend"),
]
