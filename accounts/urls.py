"""Addresses for people who are not in yet, and of what members change of themselves."""

from allauth.socialaccount.views import login_cancelled
from django.urls import path

from accounts import details, privacy_views, security_views, session_views, single_sign_on, views

urlpatterns = [
    path("toegang/", views.access_request, name="access_request"),
    path("toegang/verstuurd/", views.access_sent, name="access_sent"),
    path("toegang/bevestigen/<str:token>/", views.access_confirm, name="access_confirm"),
    path("toegang/bevestigd/", views.access_confirmed, name="access_confirmed"),
    path("account/gegevens/", details.account_details, name="account_details"),
    path("account/gegevens/adres/", details.address_change, name="address_change"),
    path("account/gegevens/adres/niet/", details.address_stop, name="address_stop"),
    path("account/gegevens/wissen/", privacy_views.erase_account, name="erase_account"),
    path("account/gewist/", privacy_views.account_erased, name="account_erased"),
    path("account/adres-bevestigen/<str:token>/", details.address_confirm, name="address_confirm"),
    path("account/adres-bevestigd/", details.address_confirmed, name="address_confirmed"),
    path("account/mandaat-voorbij/", details.mandate_over, name="mandate_over"),
    path("account/2fa/", security_views.SecurityIndex.as_view(), name="mfa_index"),
    path("account/sessies/", session_views.own_sessions, name="own_sessions"),
    path("account/oidc/<str:provider_id>/login/", single_sign_on.log_in, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", single_sign_on.come_back, name="openid_connect_callback"),
    path("account/oidc/gestopt/", login_cancelled, name="socialaccount_login_cancelled"),
    # before allauth's own: its page looks the address up while the visitor waits
    path("account/password/reset/", views.PasswordReset.as_view(), name="account_reset_password"),
]
