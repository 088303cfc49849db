"""Addresses of live sessions, attendance, calendars and JP (included by ``courses.urls``)."""

from __future__ import annotations

from django.urls import path

from courses.views import attendance, attending, calendars, ledger, session_reports, sessions

urlpatterns = [
    path("angkatan/<uuid:public_id>/sesi/", sessions.cohort_sessions, name="sessions"),
    path("angkatan/<uuid:public_id>/sesi/baru/", sessions.create, name="session_create"),
    path("angkatan/<uuid:public_id>/sesi/kalender/", calendars.of_cohort, name="cohort_calendar"),
    path("angkatan/<uuid:public_id>/peserta/<uuid:enrolment_id>/jp/<int:year>/", ledger.person_jp, name="person_jp"),
    path("sesi/", attending.my_sessions, name="my_sessions"),
    path("sesi/<uuid:public_id>/", attending.session, name="session"),
    path("sesi/<uuid:public_id>/gabung/", attending.join, name="session_join"),
    path("sesi/<uuid:public_id>/hadir/", attending.present, name="session_present"),
    path("sesi/<uuid:public_id>/susulan/", attending.claim, name="session_claim"),
    path("sesi/<uuid:public_id>/keberatan/", attending.object_, name="session_object"),
    path("sesi/<uuid:public_id>/ubah/", sessions.change, name="session_change"),
    path("sesi/<uuid:public_id>/batal/", sessions.cancel, name="session_cancel"),
    path("sesi/<uuid:public_id>/pulihkan/", sessions.restore, name="session_restore"),
    path("sesi/<uuid:public_id>/kode/", sessions.code, name="session_code"),
    path("sesi/<uuid:public_id>/kehadiran/", attendance.attendance, name="attendance"),
    path("sesi/<uuid:public_id>/kehadiran/<uuid:enrolment_id>/", attendance.person, name="attendance_person"),
    path("sesi/<uuid:public_id>/kehadiran/<uuid:enrolment_id>/putusan/", attendance.decide, name="attendance_decide"),
    path("sesi/<uuid:public_id>/susulan/<uuid:claim_id>/", attendance.decide_claim, name="claim_decide"),
    path("sesi/<uuid:public_id>/keberatan/<uuid:objection_id>/", attendance.answer_objection, name="objection_answer"),
    path("sesi/<uuid:public_id>/laporan/", session_reports.reports, name="session_reports"),
    path("sesi/<uuid:public_id>/laporan/<uuid:report_id>/", session_reports.report, name="session_report"),
    path("sesi/<uuid:public_id>/laporan/<uuid:report_id>/batal/", session_reports.withdraw, name="report_withdraw"),
    path("kalender/", calendars.mine, name="calendar"),
    path("kalender/<str:token>.ics", calendars.feed, name="calendar_feed"),
    path("akun/jp/", ledger.this_year, name="jp_now"),
    path("akun/jp/<int:year>/", ledger.jp, name="jp"),
]
