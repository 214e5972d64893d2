"""The outbox holds hashes, which do not compress: trying to costs more than anything else of a batch's proof."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_evidence")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE retention_ledgeroutbox ALTER COLUMN payload SET STORAGE EXTERNAL",
            "ALTER TABLE retention_ledgeroutbox ALTER COLUMN payload SET STORAGE EXTENDED",
        )
    ]
