"""The addresses of the pages. They carry UUIDs and opaque tokens only, never a name, a number or a word searched."""

from __future__ import annotations

from django.urls import path

from ilonet_register.office import accounts, date_reading, examples, start, users
from ilonet_register.office.customers import urls as customers

app_name = "office"

urlpatterns = [
    path("", start.start, name="start"),
    *customers.urlpatterns,
    path("own/", accounts.own_settings, name="own"),
    path("session/", accounts.session_state, name="session"),
    path("session/signed-in/", accounts.signed_in_again, name="signed_in"),
    path("understood/date/", date_reading.understood, name="understood_date"),
    path("users/", users.users, name="users"),
    path("users/new/", users.new_user, name="new_user"),
    path("users/levels/", users.levels_table, name="levels"),
    path("users/<uuid:uuid>/", users.user_page, name="user"),
    path("users/<uuid:uuid>/edit/", users.edit_user, name="edit_user"),
    path("users/<uuid:uuid>/levels/", users.save_levels, name="save_levels"),
    path("users/<uuid:uuid>/levels/preview/", users.preview_levels, name="preview_levels"),
    path("users/<uuid:uuid>/close/", users.close_user, name="close_user"),
    path("users/<uuid:uuid>/open/", users.open_user, name="open_user"),
    path("users/<uuid:uuid>/invite/", users.invite_user, name="invite_user"),
    path("components/", examples.components, name="components"),
    path("components/people/", examples.example_people, name="example_people"),
    path("components/sealed/", examples.example_sealed, name="example_sealed"),
    path("components/progress/<int:done>/", examples.example_progress, name="example_progress"),
]
