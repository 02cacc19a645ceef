"""The pages where members change what is theirs: their name, and the address with which they log in."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tasks
from accounts.factors import has_second_factor
from accounts.forms import AddressForm, NameForm
from accounts.limits import count
from accounts.requests import MemberRequest
from accounts.services import addresses
from accounts.tokens import change_of

private = cache_control(private=True, no_store=True)
ASKED_A_DAY = 6  # times that one member may ask for another address


@require_http_methods(["GET", "HEAD", "POST"])
def account_details(request: MemberRequest) -> HttpResponse:
    """What the portal knows of a member, with a way to all that is theirs to set. The name changes at once."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        if addresses.rename(request.user, form.cleaned_data["name"]):
            messages.success(request, "Uw naam is bewaard.")
        return redirect("account_details")
    pending = addresses.pending_change(request.user)
    context = {"form": form, "pending": pending, "has_second_step": has_second_factor(request.user)}
    return render(request, "accounts/details.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def address_change(request: MemberRequest) -> HttpResponse:
    """Ask for another address, after giving the password again. The answer is the same for every address."""
    form = AddressForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        if count(f"address-asked:{request.user.pk}", seconds=24 * 3600) > ASKED_A_DAY:
            messages.warning(request, "U vroeg dit vandaag te vaak. Probeer het morgen opnieuw.")
            return redirect("account_details")
        tasks.queue_mails(addresses.ask_address(request.user, form.cleaned_data["email"]))
        messages.success(request, "We sturen een mail naar het nieuwe adres. Gebruik de link in die mail.")
        return redirect("account_details")
    return render(request, "accounts/address_change.html", {"form": form})


@require_POST
def address_stop(request: MemberRequest) -> HttpResponse:
    addresses.stop_asking(request.user)
    messages.success(request, "Uw e-mailadres blijft zoals het is.")
    return redirect("account_details")


@login_not_required
@private
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, as mail scanners follow links; only the button confirms. It needs no log-in."""
    change = change_of(token)
    if change is not None and request.method != "POST":
        return render(request, "accounts/address_confirm.html", {"token": token, "change": change})
    user = addresses.confirm_address(change) if change else None
    if user is None:
        return render(request, "accounts/address_gone.html", status=404)
    if request.user.is_authenticated and request.user.pk == user.pk:
        update_session_auth_hash(request, user)  # this browser stays logged in
    return redirect("address_confirmed")


@login_not_required
@require_safe
def address_confirmed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/address_confirmed.html")


@login_not_required
@require_safe
def mandate_over(request: HttpRequest) -> HttpResponse:
    """Where somebody ends up who logs in after the last day of the mandate."""
    return render(request, "accounts/mandate_over.html")
