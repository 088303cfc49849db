"""Answers that waited for a person before there was anybody to ask: a task for each."""

import hashlib

from django.db import migrations


def current_text(devices):
    """The text that counts of one slot, by the rules of save protocol v1 as they stand at this migration."""
    _device, (_seq, _time, answer) = max(devices.items(), key=lambda each: (each[1][1], each[0]))
    return answer[0][1:] if answer else ""


def ask(apps, schema_editor):
    Attempt = apps.get_model("assessments", "Attempt")
    MarkingTask = apps.get_model("assessments", "MarkingTask")
    waiting = Attempt.objects.filter(pending__gt=0).only("answers", "result", "ended_at").order_by("pk")
    for attempt in waiting.iterator(chunk_size=200):
        tasks = []
        for slot in attempt.result.get("pending", ()):
            text = current_text(attempt.answers[str(slot)])
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            tasks.append(
                MarkingTask(attempt=attempt, slot=slot, text_sha256=sha256, place=1, waits_since=attempt.ended_at)
            )
        MarkingTask.objects.bulk_create(tasks, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0014_marking_by_people")]

    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
