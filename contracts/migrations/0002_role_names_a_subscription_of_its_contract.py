"""A role that names a subscription names one of its own contract: the database holds it by a key of both columns."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_contracts")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE contracts_role ADD CONSTRAINT role_subscription_of_its_contract"
            " FOREIGN KEY (subscription_id, contract_id) REFERENCES contracts_subscription (id, contract_id)"
            " DEFERRABLE INITIALLY IMMEDIATE",
            "ALTER TABLE contracts_role DROP CONSTRAINT role_subscription_of_its_contract",
        )
    ]
