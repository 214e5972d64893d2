"""The addresses of customers and contracts: UUIDs and opaque tokens, never a name, a number or a word searched."""

from __future__ import annotations

from django.urls import path

from ilonet_register.office import search
from ilonet_register.office.customers import (
    changing,
    editing,
    history,
    holding,
    media,
    new_customer,
    page,
    picking,
    printing,
    showing,
)

CONTRACT = "customers/<uuid:uuid>/contracts/<uuid:contract>/"

urlpatterns = [
    path("search/", search.search, name="search"),
    path("search/<str:token>/", search.found, name="found"),
    path("search/<str:token>/new/", new_customer.new_customer_from_search, name="new_customer_from_search"),
    path("people/", picking.find_people_fragment, name="find_people"),
    path("customers/new/", new_customer.new_customer, name="new_customer"),
    path("customers/new/check/", new_customer.check_new_customer, name="check_new_customer"),
    path("customers/<uuid:uuid>/", page.customer, name="customer"),
    path("customers/<uuid:uuid>/print/", printing.print_customer, name="print_customer"),
    path("customers/<uuid:uuid>/history/", history.history, name="history"),
    path("customers/<uuid:uuid>/code/", showing.show_code, name="show_code"),
    path("customers/<uuid:uuid>/show/<uuid:row>/", showing.show_contact, name="show_contact"),
    path("customers/<uuid:uuid>/edit/", editing.edit_basic, name="edit_basic"),
    path("customers/<uuid:uuid>/contact-details/", editing.edit_contacts, name="edit_contacts"),
    path("customers/<uuid:uuid>/contact-details/add/", media.add_medium, name="add_medium"),
    path("customers/<uuid:uuid>/contact-details/<uuid:row>/remove/", media.remove_medium, name="remove_medium"),
    path("customers/<uuid:uuid>/move/", changing.move_post, name="move_post"),
    path("customers/<uuid:uuid>/moves/<uuid:address>/cancel/", changing.cancel_move, name="cancel_move"),
    path("customers/<uuid:uuid>/hold/", holding.hold_customer, name="hold_customer"),
    path("customers/<uuid:uuid>/holds/<uuid:hold>/lift/", holding.lift_hold, name="lift_hold"),
    path("customers/<uuid:uuid>/contracts/new/", new_customer.new_contract, name="new_contract"),
    path(f"{CONTRACT}edit/", editing.edit_contract, name="edit_contract"),
    path(f"{CONTRACT}confirm/", new_customer.confirm_contract, name="confirm_contract"),
    path(f"{CONTRACT}hold/", holding.hold_contract, name="hold_contract"),
    path(f"{CONTRACT}transfers/<uuid:role>/cancel/", changing.cancel_transfer, name="cancel_transfer"),
    path(f"{CONTRACT}after/", changing.preview_change, name="preview_change"),
    path(f"{CONTRACT}<str:what>/", changing.change_service, name="change_service"),
]
