from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments import quizzes
        from courses.parts import register_part_writer, register_readiness_check

        register_part_writer(quizzes.write_parts)
        register_readiness_check(quizzes.check_readiness)
