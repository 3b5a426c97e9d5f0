"""Pages of the sign-in and of a person's own preferences."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts import throttling
from accounts.demo import DEMO_PASSWORD
from accounts.forms import PreferencesForm, SignInForm
from accounts.http import AuthedRequest
from accounts.selectors import demo_people, find_organisation, get_organisation
from accounts.services import preferences_update
from blueprint_project.htmx import wants_fragment


@method_decorator(login_not_required, name="dispatch")
class SignInView(auth_views.LoginView):
    """Sign in; in the demo company with a list of the people to sign in as."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if wants_fragment(request):
            # The session ended under an open page: a part of it can't show this one.
            return HttpResponseClientRedirect(_sign_in_url_for(request))
        asked = request.GET.get("language", "")
        if asked not in dict(settings.LANGUAGES):
            return super().dispatch(request, *args, **kwargs)
        with translation.override(asked):
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
        response.headers["Content-Language"] = asked
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        return response

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"username": self.request.GET.get("username", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organisation = find_organisation()
        is_demo = organisation is not None and organisation.is_demo
        current = translation.get_language()
        return super().get_context_data(**kwargs) | {
            "organisation": organisation,
            "demo_people": demo_people() if is_demo else [],
            "demo_password": DEMO_PASSWORD,
            "other_languages": [code for code, _name in settings.LANGUAGES if code != current],
        }

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if not form.cleaned_data["remember"]:
            self.request.session.set_expiry(0)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        status = throttling.TOO_MANY if throttling.is_throttled(self.request) else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)


def _sign_in_url_for(request: HttpRequest) -> str:
    """The sign-in page, leading back to the page that the browser shows."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return f"{reverse('login')}?{urlencode({'next': back})}" if back else reverse("login")


@require_http_methods(["GET", "POST"])
def preferences(request: AuthedRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, person=request.user, organisation=get_organisation())
    if request.method == "POST" and form.is_valid():
        preferences_update(person=request.user, **form.cleaned_data)
        with translation.override(request.user.language or get_organisation().language):
            messages.success(request, _("Preferences saved."))
        return redirect("preferences")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/preferences.html", {"form": form}, status=status)


class PasswordView(auth_views.PasswordChangeView):
    """Change one's own password."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("preferences")
    success_message = gettext_lazy("Password changed.")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, str(self.success_message))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
