"""What every page of the staff site has: a permission of `roles.py`, no deletion, no search by address, no actions.

`ReadOnlyAdmin` shows, `PeopleAdmin` shows records about people and logs who looked, `ServiceAdmin` changes registers
through a service. Nothing else is a base of a model's page here; a check holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django.contrib import admin
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model
from django.forms import Form, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ilonet_register import audit
from ilonet_register.admin.paginator import BoundedPaginator
from ilonet_register.declarations import registry
from ilonet_register.roles import May

if TYPE_CHECKING:
    from ilonet_register.models import User


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list and pages to read, for those who have the permission `sees`."""

    sees: ClassVar[May]
    actions = None
    search_fields = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    view_on_site = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.sees)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: what is about people goes by retention, the rest stays."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Allow the filters that the list shows; Django would let every column of the model be guessed letter by
        letter."""
        return lookup in self._lookups() and "\0" not in str(value)

    def _lookups(self) -> Iterator[str]:
        for name in self.list_filter:
            if isinstance(name, str):
                yield from (name, f"{name}__exact", f"{name}__isnull")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The admin's own history does not exist: changes stand in the register's log."""
        raise Http404

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write nothing: the service has recorded it."""

    log_change = log_addition


class PeopleAdmin(ReadOnlyAdmin):
    """Records about people: to be read, with a link to the page where they are changed; each look is logged."""

    page: ClassVar[str]
    """The name of the URL of the page where such a record is changed."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        changes = getattr(response, "context_data", {}).get("cl")
        if changes is not None:
            shown = list(changes.result_list)
            self._log(request, "listed", subjects=subjects_of(self.model, shown))
        return response

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        # Found as Django finds it; what may not be seen is refused below, before anything is shown.
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            self._log(request, "seen", obj=found)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _log(self, request: HttpRequest, act: str, **about: Any) -> None:
        """Record the look over the log's own connection: no log, no page."""
        event = f"{self.model._meta.model_name}.{act}"
        audit.record_read(event, by=_clerk(request), why="administration", **about)

    @admin.display(description=_("is changed on"))
    def their_page(self, row: Any) -> SafeString:
        """A link to the page in the office."""
        return link_to(self.page, self.page_of(row))

    def page_of(self, row: Any) -> Any:
        """Return the row whose UUID the page's address carries; None when there is no page."""
        return row


class ServiceAdmin(ReadOnlyAdmin):
    """A register that is kept here: the form hands what was changed to a service, which reads the row anew."""

    keeps: ClassVar[May]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.keeps)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.keeps)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        """Let the service save. Django has changed `obj` already; the service must not be given it."""
        named = form.changed_data if change else list(form.cleaned_data)
        values = {name: form.cleaned_data[name] for name in named}
        saved = self.save(obj.pk if change else None, values, by=_clerk(request))
        obj.pk = saved.pk

    def save(self, pk: int | None, values: dict[str, Any], *, by: User) -> Model:
        """Save these values of the row, or of a new one, by a service."""
        raise NotImplementedError

    def save_related(self, request: HttpRequest, form: Form, formsets: Any, change: bool) -> None:
        """Registers of this site have no rows below them."""


def link_to(page: str, row: Any) -> SafeString:
    """Return a link to a page of the office, or a dash."""
    if row is None:
        return SafeString("–")
    return format_html('<a href="{}">{}</a>', reverse(page, args=[row.uuid]), _("the page in the office"))


def subjects_of(model: type[Model], rows: Iterable[Any]) -> list[UUID]:
    """Return the people that these declared rows are about, set-wise."""
    found: set[UUID] = set()
    keys = [row.pk for row in rows]
    for subject in registry.of(model).people:
        path = "uuid" if subject.path == "self" else f"{subject.path}__uuid"
        about = model._default_manager.filter(pk__in=keys).order_by().values_list(path, flat=True)
        found.update(uuid for uuid in about if uuid is not None)
    return sorted(found)


def _clerk(request: HttpRequest) -> User:
    return cast("User", request.user)


@register("access")
def check_staff_site(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Report a model on the staff site whose page could delete, search or act by itself."""
    return [
        Error(
            f"The admin of {model._meta.label} is not built on one of the register's bases.",
            hint="Derive it from ReadOnlyAdmin, PeopleAdmin or ServiceAdmin of ilonet_register/admin/base.py.",
            id="admin_site.E001",
        )
        for model, shown in admin.site._registry.items()
        if not isinstance(shown, ReadOnlyAdmin)
    ]
