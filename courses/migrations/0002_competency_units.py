"""The seven ATENSI components and seven stages, with the names of the reference list (content/rujukan.yaml)."""

from django.db import migrations

COMPONENTS = [
    "Dukungan pemenuhan hidup layak",
    "Perawatan sosial dan/atau pengasuhan anak",
    "Dukungan keluarga",
    "Terapi fisik, psikososial, dan mental spiritual",
    "Pelatihan vokasional dan/atau pembinaan kewirausahaan",
    "Bantuan sosial dan asistensi sosial",
    "Dukungan aksesibilitas",
]
STAGES = [
    "Fasilitasi akses (rujukan, laporan, penjangkauan)",
    "Pendekatan awal dan kesepakatan",
    "Asesmen komprehensif",
    "Perencanaan",
    "Implementasi",
    "Monitoring dan evaluasi",
    "Pascalayanan dan terminasi",
]


def add_units(apps, schema_editor):
    unit = apps.get_model("courses", "CompetencyUnit")
    for kind, letter, titles in (("component", "K", COMPONENTS), ("stage", "T", STAGES)):
        for position, title in enumerate(titles, start=1):
            unit.objects.get_or_create(
                code=f"ATENSI-{letter}{position}", defaults={"kind": kind, "title": title, "position": position}
            )


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]
    # Backwards keeps the rows: modules may point at them.
    operations = [migrations.RunPython(add_units, migrations.RunPython.noop)]
