from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.exporting import register_own_data
        from accounts.people_lists import register_follow_up, register_list_source
        from accounts.viewers import register_viewer_source
        from accounts.visibility import register_people_source
        from cms.catalogue import register_catalogue
        from cms.messaging import register_kind, register_reminder
        from cms.provisioning import register_step
        from courses import activities, columns, notices, own_data, receivers
        from courses.attendance import columns as attendance_columns
        from courses.attendance import lines, standing
        from courses.authoring import provide_catalogue
        from courses.catalogue import entries
        from courses.lists import COHORT, WAVE, CohortFollowUp, WaveFollowUp, lists_taught
        from courses.parts import register_part_writer, register_readiness_check
        from courses.people_access import people_of_angkatan
        from courses.reminders import SESSION_TOMORROW, sessions_tomorrow
        from courses.viewers import viewers_of_training

        register_follow_up(COHORT, CohortFollowUp())
        register_follow_up(WAVE, WaveFollowUp())
        register_list_source(lists_taught)
        register_people_source(people_of_angkatan)
        register_viewer_source(viewers_of_training)
        register_own_data("courses", own_data.own_data)
        register_catalogue(entries)
        register_step(provide_catalogue)
        register_part_writer(standing.write_parts)
        register_readiness_check(standing.check_readiness)
        activities.register_activity_source(lines.attendance_lines)
        columns.register_column_source(attendance_columns.attendance_columns)
        columns.register_life_source(attendance_columns.latest_arrivals)
        register_kind(SESSION_TOMORROW)
        for kind in notices.KINDS:
            register_kind(kind)
        register_reminder(sessions_tomorrow)
        _selections()
        _evaluations()
        receivers.connect()


def _selections() -> None:
    """What trainers do to several people at once."""
    from cms.messaging import register_kind
    from courses.bulk import register_bulk
    from courses.bulk_kinds import NUDGE, NudgePeople, TakeOff

    register_kind(NUDGE)
    register_bulk(NudgePeople())
    register_bulk(TakeOff())


def _evaluations() -> None:
    """What participants think of a training."""
    from cms.provisioning import register_step
    from courses import activities, columns, teaching
    from courses.evaluations import freezing, hooks, standard
    from courses.parts import register_part_writer, register_readiness_check
    from courses.reporting.sections import register_section

    register_step(standard.provide_for_house)
    register_part_writer(freezing.write_parts)
    register_readiness_check(freezing.check_readiness)
    activities.register_activity_source(hooks.evaluation_lines)
    activities.register_cohort_links(hooks.results_link)
    columns.register_column_source(hooks.evaluation_column)
    register_section(hooks.section)
    teaching.register_teaching_source(hooks.evaluated_by_participants)
