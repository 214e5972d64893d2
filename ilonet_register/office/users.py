"""Users and levels (screens.md 3.14, N9.2): who may work with the register, and with which levels.

The services refuse what must not be (own levels, the last main user); the pages say it beforehand.
"""

from __future__ import annotations

import uuid as uuids
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ilonet_register import services
from ilonet_register.models import User
from ilonet_register.office.access import needs
from ilonet_register.office.invitations import is_mail_configured, password_link, send_password_link
from ilonet_register.office.levels import change, columns, labels, matrix
from ilonet_register.office.once import once
from ilonet_register.office.requests import ClerksRequest
from ilonet_register.office.user_forms import AccountForm, LevelsForm, NewAccountForm, levels_initial
from ilonet_register.office.user_states import people, state_of
from ilonet_register.periods import today
from ilonet_register.roles import May

if TYPE_CHECKING:
    from ilonet_register.office.levels import Change


LINK = "invitation_link"
"""In the session, which is encrypted: the link of an invitation that is still to be handed over."""


@needs(May.SEE_USERS)
@require_GET
def users(request: ClerksRequest) -> HttpResponse:
    """All accounts of people: open ones first."""
    rows = people(on=today())
    context = {
        "groups": [
            (_("Open accounts"), [row for row in rows if row.user.is_active]),
            (_("Closed accounts"), [row for row in rows if not row.user.is_active]),
        ],
        "may_grant": request.user.has_perm(May.GRANT),
    }
    return render(request, "office/users/list.html", context)


@needs(May.SEE_USERS)
@require_GET
def levels_table(request: ClerksRequest) -> HttpResponse:
    """What each level may see and do, from `roles.py`; read-only and printable."""
    return render(request, "office/users/levels.html", {"columns": columns(), "rows": matrix()})


@needs(May.SEE_USERS)
@require_GET
def user_page(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """One account with its levels."""
    user = _account(uuid)
    return _show(request, user, LevelsForm(initial=levels_initial(user.rights)))


@needs(May.GRANT)
@require_POST
def save_levels(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """Let the account hold exactly what is ticked, and say what changed."""
    user = _account(uuid)
    before = user.rights
    form = LevelsForm(request.POST, initial=levels_initial(before))
    if not form.is_valid():
        return _show(request, user, form)
    try:
        user = services.set_grants(user, form.rights(), by=request.user)
    except ValidationError as fault:
        form.add_error(None, fault)
        return _show(request, user, form)
    messages.success(request, _("The levels were saved.") + " " + in_words(user, change(before, user.rights)))
    return _back_to(user)


@needs(May.GRANT)
@require_POST
def preview_levels(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """Say what saving the ticked boxes would change; a fragment beside the form."""
    user = _account(uuid)
    form = LevelsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    context = {"account": user, "change": change(user.rights, form.rights())}
    return render(request, "office/users/_change.html", context)


@needs(May.GRANT)
@once
def new_user(request: ClerksRequest) -> HttpResponse:
    """A new account; its invitation goes by e-mail."""
    form = NewAccountForm(request.POST or None, on=today(), initial={"language": "fi"})
    if not form.is_valid():
        return _show_new(request, form)
    try:
        user = _create(form, by=request.user)
    except ValidationError as fault:
        form.add_errors_of(fault)
        return _show_new(request, form)
    _invite(request, user)
    return _back_to(user)


@needs(May.GRANT)
def edit_user(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """Name, language and validity of an account."""
    user = _account(uuid)
    initial = {"name": user.name, "language": user.language, "valid_until": user.valid_until}
    form = AccountForm(request.POST or None, on=today(), initial=initial)
    if form.is_valid():
        try:
            services.change_account(user, by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_errors_of(fault)
        else:
            messages.success(request, _("Saved."))
            return _back_to(user)
    return render(request, "office/users/edit.html", {"form": form, "account": user})


@needs(May.GRANT)
@require_POST
def close_user(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """Close the account at once; "Open the account" undoes it."""
    user = _account(uuid)
    try:
        user = services.close_account(user, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("The account is closed. Its sessions have ended."))
    return _back_to(user)


@needs(May.GRANT)
@require_POST
def open_user(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """Open a closed account again, with the levels it had."""
    user = services.open_account(_account(uuid), by=request.user)
    messages.success(request, _("The account is open again, with the levels it had."))
    return _back_to(user)


@needs(May.GRANT)
@require_POST
def invite_user(request: ClerksRequest, uuid: uuids.UUID) -> HttpResponse:
    """Send the link for a password again."""
    user = _account(uuid)
    _invite(request, user)
    return _back_to(user)


def in_words(user: User, change: Change) -> str:
    """Return what a change of levels means for this person in a sentence or two."""
    parts = []
    if change.gained:
        acts = "; ".join(str(act.label) for act in change.gained)
        parts.append(_("New for %(name)s: %(acts)s.") % {"name": user.name, "acts": acts})
    if change.lost:
        acts = "; ".join(str(act.label) for act in change.lost)
        parts.append(_("No longer: %(acts)s.") % {"acts": acts})
    return " ".join(parts)


def _account(uuid: uuids.UUID) -> User:
    return get_object_or_404(User.objects.people(), uuid=uuid)


def _back_to(user: User) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("office:user", args=[user.uuid]))


def _show(request: ClerksRequest, user: User, form: LevelsForm) -> HttpResponse:
    context: dict[str, Any] = {
        "account": user,
        "state": state_of(user, on=today()),
        "held": labels(user.rights),
        "form": form,
        "is_self": user.pk == request.user.pk,
        "link": _link_to_hand_over(request, user),
        "may_grant": request.user.has_perm(May.GRANT),
    }
    return render(request, "office/users/user.html", context)


def _link_to_hand_over(request: ClerksRequest, user: User) -> str:
    """Return the link of an invitation that no e-mail carried, once: the main user prints it or writes it down."""
    if request.session.get(LINK, {}).get("user") != str(user.uuid):
        return ""
    link: str = request.session.pop(LINK)["link"]
    return link


@transaction.atomic
def _create(form: NewAccountForm, *, by: User) -> User:
    given = form.cleaned_data
    user = services.create_user(
        email=given["email"],
        name=given["name"],
        language=given["language"],
        valid_until=given["valid_until"],
        by=by,
    )
    return services.set_grants(user, form.rights(), by=by) if form.rights() else user


def _show_new(request: ClerksRequest, form: NewAccountForm) -> HttpResponse:
    context = {"form": form, "is_mail_configured": is_mail_configured()}
    return render(request, "office/users/new.html", context)


def _invite(request: ClerksRequest, user: User) -> None:
    if not is_mail_configured():
        request.session[LINK] = {"user": str(user.uuid), "link": password_link(request, user)}
    elif send_password_link(request, user):
        messages.success(request, _("A link for setting a password was sent to %(email)s.") % {"email": user.email})
    else:
        text = _("The link could not be sent. Check the e-mail server, then press “Send the link again”.")
        messages.error(request, text)
