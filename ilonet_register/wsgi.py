"""The application a web server runs. It refuses to serve a register whose settings are wrong.

`manage.py` runs Django's system checks before every command; a WSGI server runs none.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilonet_register.settings")
os.environ.setdefault("ILONET_PROCESS", "web")  # read by the settings: a page may not wait or run for ever

from django.core.wsgi import get_wsgi_application

from ilonet_register.checks import refuse_to_start_on_errors

application = get_wsgi_application()
refuse_to_start_on_errors()
