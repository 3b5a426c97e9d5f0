"""The people of the company, for administrators: add, change, set a password, let in again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.choices import Standing
from accounts.http import AuthedRequest
from accounts.models import User
from accounts.people_forms import NewPersonForm, PasswordForm, PersonForm
from accounts.permissions import administrators_only, get_person_for
from accounts.selectors import get_organisation, people_page


@administrators_only
@require_safe
def people(request: AuthedRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()
    word = request.GET.get("show", "")
    standing = Standing(word) if word in Standing.values else Standing.ACTIVE
    found = people_page(text=text, standing=standing, number=request.GET.get("page", "1"))
    context = {
        "people": found,
        "text": text,
        "standing": standing,
        "tabs": [(one, found.counts[one]) for one in Standing],
    }
    return render(request, "accounts/people.html", context)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: AuthedRequest) -> HttpResponse:
    form = NewPersonForm(_posted(request), organisation=get_organisation())
    if form.is_valid():
        data = dict(form.cleaned_data)
        typed = data.pop("password")
        password = typed or services.password_make()
        try:
            person = services.person_create(**data, password=password, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _done(request, person, made="" if typed else password)
    return _form(request, "accounts/person_form.html", form, None)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    person = get_person_for(request.user, pk)
    form = PersonForm(_posted(request), organisation=get_organisation(), person=person)
    if form.is_valid():
        try:
            changed = services.person_change(person=person, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("“%(name)s” has been saved.") % {"name": changed.name})
            is_out = changed.pk == request.user.pk and not changed.is_administrator
            return _see_other(reverse("my_work" if is_out else "people"))
    return _form(request, "accounts/person_form.html", form, person)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_password(request: AuthedRequest, pk: int) -> HttpResponse:
    """A new password for somebody who can sign in; one's own is changed where the old one is asked for."""
    person = get_person_for(request.user, pk)
    if person.pk == request.user.pk:
        return redirect("password_change")
    if not person.is_active:
        return redirect("person_reactivate", pk)
    return _password_page(request, person, services.person_set_password)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person_reactivate(request: AuthedRequest, pk: int) -> HttpResponse:
    person = get_person_for(request.user, pk)
    if person.is_active:
        return redirect("person_edit", pk)
    return _password_page(request, person, services.person_reactivate)


def _password_page(request: AuthedRequest, person: User, service: Any) -> HttpResponse:
    form = PasswordForm(_posted(request), person=person)
    if form.is_valid():
        typed = form.cleaned_data["password"]
        password = typed or services.password_make()
        service(person=person, password=password, actor=request.user)
        return _done(request, person, made="" if typed else password)
    return _form(request, "accounts/person_password.html", form, person)


def _posted(request: AuthedRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _form(request: AuthedRequest, template: str, form: Any, person: User | None) -> HttpResponse:
    context = {"form": form, "person": person}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _done(request: AuthedRequest, person: User, *, made: str) -> HttpResponse:
    """To the list; or, where a password was made, to the one page that ever shows it."""
    if not made:
        messages.success(request, _("“%(name)s” can sign in now.") % {"name": person.name})
        return _see_other(reverse("people"))
    response = render(request, "accounts/password_made.html", {"person": person, "password": made})
    add_never_cache_headers(response)
    return response


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)
