"""Addresses for people who are not in yet."""

from django.urls import path

from accounts import security_views, session_views, views

urlpatterns = [
    path("toegang/", views.access_request, name="access_request"),
    path("toegang/verstuurd/", views.access_sent, name="access_sent"),
    path("toegang/bevestigen/<str:token>/", views.access_confirm, name="access_confirm"),
    path("toegang/bevestigd/", views.access_confirmed, name="access_confirmed"),
    path("account/2fa/", security_views.SecurityIndex.as_view(), name="mfa_index"),
    path("account/sessies/", session_views.own_sessions, name="own_sessions"),
    # before allauth's own: its page looks the address up while the visitor waits
    path("account/password/reset/", views.PasswordReset.as_view(), name="account_reset_password"),
]
