"""The two actors that cannot sign in, and the organisation as its notice of 22.5.2018 names it (N1-N3)."""

from django.contrib.auth.hashers import make_password
from django.db import migrations

BUILTIN = {"night": "The night", "console": "The console"}

AUTHORITY = """Tietosuojavaltuutetun toimisto
Lintulahdenkuja 4, 00530 Helsinki
PL 800, 00531 Helsinki
029 566 6700
tietosuoja(at)om.fi
tietosuoja.fi"""


def create(apps, schema_editor):
    user = apps.get_model("ilonet_register", "User")
    for builtin, name in BUILTIN.items():
        user.objects.get_or_create(
            builtin=builtin,
            defaults={
                "email": f"{builtin}@register.invalid",
                "name": name,
                "password": make_password(None),
            },
        )
    apps.get_model("ilonet_register", "Organisation").objects.get_or_create(
        pk=1,
        defaults={
            "name": "Ilonet Oy",
            "street_address": "Kalevalantie 13",
            "postal_code": "82900",
            "city": "Ilomantsi",
            "phone": "050 304 0440",
            "representative": "Heidi Hassinen",
            "representative_email": "heidi.hassinen@ilonet.fi",
            "officer": "Ilse Soivanen",
            "officer_address": "Soihtulantie 7, 82900 Ilomantsi",
            "officer_phone": "040 132 4324",
            "officer_email": "tietosuojavastaava@ilomantsi.fi",
            "authority": AUTHORITY,
        },
    )


def remove(apps, schema_editor):
    apps.get_model("ilonet_register", "Organisation").objects.filter(pk=1).delete()
    apps.get_model("ilonet_register", "User").objects.filter(builtin__in=BUILTIN).delete()


class Migration(migrations.Migration):
    dependencies = [("ilonet_register", "0001_accounts_log_and_organisation")]

    operations = [migrations.RunPython(create, remove)]
