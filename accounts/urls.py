"""Addresses for people who are not in yet."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("toegang/", views.access_request, name="access_request"),
    path("toegang/verstuurd/", views.access_sent, name="access_sent"),
    path("toegang/bevestigen/<str:token>/", views.access_confirm, name="access_confirm"),
    path("toegang/bevestigd/", views.access_confirmed, name="access_confirmed"),
    # before allauth's own: its page looks the address up while the visitor waits
    path("account/password/reset/", views.PasswordReset.as_view(), name="account_reset_password"),
]
