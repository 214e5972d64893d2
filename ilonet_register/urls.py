"""All addresses of the register. Of allauth only what is needed is routed: whatever is not here does not exist."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from ilonet_register.office.access import public, signed_in

handler403 = "ilonet_register.office.errors.refused"
handler404 = "ilonet_register.office.errors.not_found"
handler429 = "ilonet_register.office.errors.too_many"
handler500 = "ilonet_register.office.errors.failed"

accounts = [
    path("login/", public(account.login), name="account_login"),
    path("logout/", public(account.logout), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("password/change/", signed_in(account.password_change), name="account_change_password"),
    # An account is made without a password; its person sets it by a link, the first time and when it is forgotten.
    path("password/reset/", public(account.password_reset), name="account_reset_password"),
    path("password/reset/sent/", public(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

# The admin has no door of its own: its sign-in, sign-out and password pages are those of the register.
_login = RedirectView.as_view(pattern_name="account_login", query_string=True)
_logout = RedirectView.as_view(pattern_name="account_logout")
_password = RedirectView.as_view(pattern_name="account_change_password")

urlpatterns = [
    path("", include("ilonet_register.office.urls")),
    path("accounts/", include(accounts)),
    path("language/", public(set_language), name="set_language"),
    path("admin/login/", public(_login)),
    path("admin/logout/", public(_logout)),
    path("admin/password_change/", signed_in(_password)),
    path("admin/", admin.site.urls),
]
