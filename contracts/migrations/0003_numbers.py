"""Numbers of contracts and subscriptions are drawn from sequences, so that none is given twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contracts", "0002_role_names_a_subscription_of_its_contract")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE contracts_number START 2000001", "DROP SEQUENCE contracts_number"),
        migrations.RunSQL("CREATE SEQUENCE subscriptions_number START 500001", "DROP SEQUENCE subscriptions_number"),
    ]
