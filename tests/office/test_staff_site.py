"""Django's admin under the register's rights: registers are kept, people's records are read and each look is logged.

Facts 6, 7 and 8 of the default stack do not hold here.
"""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from contracts.models import Product
from customers.models import Customer
from ilonet_register.admin import paginator as paginator_module
from ilonet_register.admin.base import ReadOnlyAdmin, check_staff_site
from ilonet_register.admin.paginator import BoundedPaginator
from ilonet_register.models import LogEntry, Organisation, User
from tests import people

pytestmark = pytest.mark.django_db
WITHOUT_ADMIN = ("customer_service", "invoicing", "installation", "marketing")
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
ACTIONS = {"action": "delete_selected", "_selected_action": "1", "post": "yes"}


def sign_in(client: Client, *rights: str) -> User:
    user = people.clerk(*rights)
    client.force_login(user)
    return user


def list_of(model: type) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")  # type: ignore[attr-defined]


def page_of(row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]


@pytest.mark.parametrize("level", WITHOUT_ADMIN)
def test_whose_work_is_in_the_office_has_no_administration(client: Client, level: str) -> None:
    sign_in(client, level)
    assert client.get(reverse("admin:index")).status_code == 403
    for model in REGISTERED:
        assert client.get(list_of(model)).status_code == 403


def test_the_level_main_user_shows_no_customers(client: Client) -> None:
    sign_in(client, "main_user")
    customer = people.fibre_customer()
    assert client.get(list_of(Customer)).status_code == 403
    assert client.get(page_of(customer)).status_code == 403
    assert customer.number not in client.get(reverse("admin:index")).text


def test_a_list_of_customers_is_logged_with_whom_it_showed(client: Client) -> None:
    user = sign_in(client, "main_user", "customer_service")
    shown = {people.fibre_customer().uuid, people.neighbour().uuid}
    assert client.get(list_of(Customer)).status_code == 200
    entry = LogEntry.objects.get(event="customer.listed")
    assert (entry.actor_id, set(entry.subjects)) == (user.pk, shown)


def test_a_customers_record_is_logged_and_leads_to_its_page(client: Client) -> None:
    sign_in(client, "main_user", "customer_service")
    customer = people.fibre_customer()
    page = client.get(page_of(customer)).text
    assert reverse("office:customer", args=[customer.uuid]) in page
    assert "131052-****" in page
    assert people.FIBRE_CODE not in page
    assert LogEntry.objects.get(event="customer.seen").subjects == [customer.uuid]


def test_addresses_and_phones_are_not_in_the_administration(client: Client) -> None:
    sign_in(client, "main_user", "customer_service", "protected_addresses")
    customer = people.protected_customer()
    text = client.get(list_of(Customer)).text + client.get(page_of(customer)).text
    assert "Piilopolku" not in text
    assert "044" not in text


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_nobody_deletes_or_acts_on_many_rows_here(client: Client, model: type) -> None:
    """Fact 7: an action ran for who may only look."""
    sign_in(client, *("main_user", "customer_service", "officer"))
    people.cast()
    before = model.objects.count()  # type: ignore[attr-defined]
    assert admin.site._registry[model].actions is None
    client.post(list_of(model), ACTIONS)
    assert model.objects.count() == before  # type: ignore[attr-defined]
    for row in model.objects.all()[:1]:  # type: ignore[attr-defined]
        answer = client.post(page_of(row).replace("change", "delete"), {"post": "yes"})
        assert answer.status_code == 403
    assert model.objects.count() == before  # type: ignore[attr-defined]


@pytest.mark.parametrize("field", ["name", "email", "is_active", "password", "is_superuser", "grants"])
def test_no_form_of_the_administration_changes_an_account(client: Client, field: str) -> None:
    """Fact 6: who could change users made themselves superuser and set the superuser's password."""
    user = sign_in(client, "main_user")
    before = User.objects.values().get(pk=user.pk)
    answer = client.post(page_of(user), {field: "1", "email": "other@example.fi", "name": "Other"})
    assert answer.status_code == 403
    assert User.objects.values().get(pk=user.pk) == before


def test_there_are_no_groups_and_no_passwords_in_the_administration(client: Client) -> None:
    sign_in(client, "main_user")
    for address in ("/admin/auth/group/", "/admin/auth/user/", "/admin/account/emailaddress/"):
        assert client.get(address).status_code == 404
    password = f"/admin/ilonet_register/user/{User.objects.people().get().pk}/password/"
    assert client.get(password).status_code in (302, 404)


HIDDEN = ("name_key__startswith", "birth_date__gte", "identity_code__isnull", "addresses__city__startswith", "version")


@pytest.mark.parametrize("lookup", HIDDEN)
def test_no_hidden_field_is_guessed_by_filtering(client: Client, lookup: str) -> None:
    """Fact 8: a view-only user read a hidden field letter by letter with `?field__startswith=`."""
    sign_in(client, "main_user", "customer_service")
    people.fibre_customer()
    for value in ("m", "x"):
        answer = client.get(list_of(Customer), {lookup: value})
        assert answer.status_code == 400


def test_a_list_has_no_search_in_its_address(client: Client) -> None:
    sign_in(client, "main_user", "customer_service")
    people.fibre_customer()
    page = client.get(list_of(Customer), {"q": "zzz"}).text
    assert "10234" in page  # the words are not looked at
    assert 'name="q"' not in page


def test_the_filters_that_are_shown_work(client: Client) -> None:
    sign_in(client, "main_user", "customer_service")
    people.fibre_customer()
    assert "10234" not in client.get(list_of(Customer), {"kind__exact": "organisation"}).text
    assert "10234" in client.get(list_of(Customer), {"kind__exact": "person"}).text


def test_a_product_is_added_and_changed_through_a_service_on_record(client: Client) -> None:
    user = sign_in(client, "main_user")
    client.post(reverse("admin:contracts_product_add"), {"name": " Kuitu  50/50 ", "is_sold": "on"})
    product = Product.objects.get()
    assert (product.name, product.is_sold) == ("Kuitu 50/50", True)
    client.post(page_of(product), {"name": "Kuitu 50/50"})
    product.refresh_from_db()
    assert not product.is_sold
    events = LogEntry.objects.filter(actor=user).order_by("pk").values_list("event", flat=True)
    assert list(events) == ["product.added", "product.changed"]


def test_a_product_of_the_same_name_is_refused_beside_the_field(client: Client) -> None:
    sign_in(client, "main_user")
    Product.objects.create(name="Kuitu")
    answer = client.post(reverse("admin:contracts_product_add"), {"name": "KUITU", "is_sold": "on"})
    assert answer.status_code == 200
    assert "errorlist" in answer.text
    assert Product.objects.count() == 1


def test_the_organisation_is_changed_through_its_service(client: Client) -> None:
    sign_in(client, "main_user")
    organisation = Organisation.objects.get()
    fields = {f.name: getattr(organisation, f.name) for f in Organisation._meta.fields if f.name != "id"}
    answer = client.post(page_of(organisation), {**fields, "phone": "050 000 0000"})
    assert answer.status_code == 302
    organisation.refresh_from_db()
    assert organisation.phone == "050 000 0000"
    assert LogEntry.objects.filter(event="organisation.changed").count() == 1


@pytest.mark.parametrize("level", ["officer", "request_handler"])
def test_who_may_see_evidence_only_changes_no_register(client: Client, level: str) -> None:
    sign_in(client, level)
    product = Product.objects.create(name="Kuitu")
    assert client.get(list_of(Product)).status_code == 403
    assert client.post(page_of(product), {"name": "Toinen"}).status_code == 403
    assert client.post(reverse("admin:contracts_product_add"), {"name": "Toinen"}).status_code == 403
    assert client.get("/admin/retention/evidence/").status_code == 200
    assert client.get("/admin/ilonet_register/logentry/").status_code == 403


def test_a_page_built_on_django_itself_is_reported() -> None:
    assert check_staff_site() == []
    admin.site.register(Session, ModelAdmin)
    try:
        assert [fault.id for fault in check_staff_site()] == ["admin_site.E001"]
    finally:
        admin.site.unregister(Session)


def test_long_lists_are_counted_so_far_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paginator_module, "MOST", 20)
    Product.objects.bulk_create([Product(name=f"P{n}") for n in range(30)])
    paginator = BoundedPaginator(Product.objects.order_by("name"), 10)
    assert (paginator.count, paginator.num_pages) == (20, 2)
    assert all(shown.paginator is BoundedPaginator for shown in admin.site._registry.values())
    assert all(isinstance(shown, ReadOnlyAdmin) for shown in admin.site._registry.values())
