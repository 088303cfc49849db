"""Events are never changed or removed, people never removed: refused by the database itself."""

from django.db import migrations

from accounts.append_only import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [ProtectRows("Event"), ProtectRows("User", frozen=[])]
