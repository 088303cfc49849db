"""What sealed a file, files that are signed elsewhere, and later copies with evidence for the decades."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0009_credential_and_token'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='signingkey',
            name='purpose',
            field=models.CharField(choices=[('record', 'Record signature (K1, Ed25519)'), ('code', 'Code on the paper (K2, P-256)'), ('seal', 'Seal of the PDF (K3, X.509)'), ('token', 'Token for other systems (K4, P-256)'), ('signatory', 'Signature made elsewhere (X.509)')], max_length=10),
        ),
        migrations.CreateModel(
            name='LiftedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_sha256', models.CharField(max_length=64, unique=True)),
                ('file_sha256', models.CharField(max_length=64, unique=True)),
                ('level', models.CharField(max_length=10, verbose_name='Level')),
                ('lifted_at', models.DateTimeField(verbose_name='Lifted at')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lifted', to='certificates.certificate')),
            ],
            options={
                'verbose_name': 'Later copy of a file',
                'verbose_name_plural': 'Later copies of files',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SealEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_sha256', models.CharField(max_length=64, unique=True)),
                ('backend', models.CharField(max_length=20, verbose_name='Signed by')),
                ('level', models.CharField(max_length=10, verbose_name='Level')),
                ('key_id', models.CharField(max_length=40)),
                ('signed_at', models.DateTimeField(verbose_name='Signed at')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seals', to='certificates.certificate')),
            ],
            options={
                'verbose_name': 'Evidence of a seal',
                'verbose_name_plural': 'Evidence of seals',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SealRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('backend', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('waiting', 'Waits for a signature'), ('taken', 'Downloaded for signing'), ('asked', 'Sent; it is not known whether it was signed'), ('signed', 'Signed')], default='waiting', max_length=10, verbose_name='State')),
                ('content_sha256', models.CharField(max_length=64)),
                ('problem', models.CharField(blank=True, max_length=40, verbose_name='Problem')),
                ('since', models.DateTimeField(verbose_name='Since')),
                ('certificate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal_request', to='certificates.certificate')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'File to be signed elsewhere',
                'verbose_name_plural': 'Files to be signed elsewhere',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('state', 'signed'), _negated=True), fields=['id'], name='seal_request_open')],
            },
        ),
        ProtectRows("SealEvidence"),
        ProtectRows("LiftedFile"),
        ProtectRows("SealRequest", frozen=["public_id", "certificate", "content_sha256"]),
    ]
