"""Customer numbers are drawn from a sequence, so that none is given twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_customers")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE customers_number START 10001", "DROP SEQUENCE customers_number"),
    ]
