from __future__ import annotations

from django.urls import path

from courses import converters, list_urls, session_urls, wave_urls
from courses.views import bulk, codes, cohorts, evaluations, learning, people, reporting, teaching

converters.register()

app_name = "courses"
urlpatterns = [
    path("belajar/", learning.learn, name="learn"),
    path("belajar/media/<sha256:sha256>", learning.media, name="media"),
    path("belajar/<uuid:public_id>/", learning.cohort_home, name="cohort_home"),
    # Before the modules: no module may have this key (courses.page_access.RESERVED_KEYS).
    path("belajar/<uuid:public_id>/evaluasi/", evaluations.sheet, name="evaluation"),
    path("belajar/<uuid:public_id>/<slug:key>/", learning.module, name="module"),
    path("belajar/<uuid:public_id>/<slug:key>/selesai/", learning.mark_read, name="mark_read"),
    path("angkatan/", cohorts.cohort_list, name="cohorts"),
    path("angkatan/baru/", cohorts.create, name="create"),
    path("angkatan/<uuid:public_id>/", cohorts.cohort, name="cohort"),
    path("angkatan/<uuid:public_id>/pilihan/", bulk.selection, name="bulk"),
    path("angkatan/<uuid:public_id>/pilihan/<uuid:action_id>/", bulk.done, name="bulk_done"),
    path("angkatan/<uuid:public_id>/pilihan/<uuid:action_id>/urungkan/", bulk.undo, name="bulk_undo"),
    path("angkatan/<uuid:public_id>/laporan/", reporting.reports, name="reports"),
    path("angkatan/<uuid:public_id>/laporan/<uuid:report_id>/ulang/", reporting.again, name="report_again"),
    path("angkatan/<uuid:public_id>/laporan/<uuid:report_id>/pdf/", reporting.pdf, name="report_pdf"),
    path("angkatan/<uuid:public_id>/laporan/<uuid:report_id>/xlsx/", reporting.xlsx, name="report_xlsx"),
    path("angkatan/<uuid:public_id>/evaluasi/", evaluations.evaluation_results, name="evaluation_results"),
    path("angkatan/<uuid:public_id>/evaluasi/xlsx/", evaluations.workbook, name="evaluation_workbook"),
    path("mengajar/", teaching.own, name="teaching"),
    path("mengajar/<year:year>/", teaching.own_year, name="teaching_year"),
    path("mengajar/<year:year>/pdf/", teaching.own_pdf, name="teaching_pdf"),
    path("mengajar/<year:year>/<uuid:person_id>/", teaching.year_of, name="teaching_of"),
    path("mengajar/<year:year>/<uuid:person_id>/pdf/", teaching.pdf_of, name="teaching_of_pdf"),
    path("angkatan/<uuid:public_id>/lembar/", cohorts.sheet, name="sheet"),
    path("angkatan/<uuid:public_id>/ubah/", cohorts.change, name="change"),
    path("angkatan/<uuid:public_id>/buka/", cohorts.open_, name="open"),
    path("angkatan/<uuid:public_id>/tutup/", cohorts.close, name="close"),
    path("angkatan/<uuid:public_id>/pelatih/", cohorts.trainers, name="trainers"),
    path("angkatan/<uuid:public_id>/peserta/", people.people, name="people"),
    path("angkatan/<uuid:public_id>/kode/", codes.codes, name="codes"),
    path("angkatan/<uuid:public_id>/kode/hp/", codes.phones, name="phones"),
    path("angkatan/<uuid:public_id>/peserta/<uuid:enrolment_id>/", people.person, name="person"),
    path("angkatan/<uuid:public_id>/peserta/<uuid:enrolment_id>/keluar/", people.drop, name="drop"),
    path("angkatan/<uuid:public_id>/peserta/<uuid:enrolment_id>/kembali/", people.readmit, name="readmit"),
    *list_urls.urlpatterns,
    *session_urls.urlpatterns,
    *wave_urls.urlpatterns,
]
