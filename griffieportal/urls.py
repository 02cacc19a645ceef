"""The whole address plan."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from griffieportal import agenda_views, bookmark_views, hardening, health_views, house_style_views, privacy_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("newsletters.urls")),
    path("agenda/", agenda_views.event_list, name="event_list"),
    path("agenda/<int:pk>/", agenda_views.event_detail, name="event_detail"),
    path("agenda/", include("events.urls")),
    path("bladwijzers/", bookmark_views.bookmark_list, name="bookmark_list"),
    path("bladwijzers/bladwijzers.<str:ending>", bookmark_views.bookmark_export, name="bookmark_export"),
    path("bladwijzers/<str:kind>/<int:pk>/", bookmark_views.bookmark_edit, name="bookmark_edit"),
    path("huisstijl/<str:name>", house_style_views.house_style_file, name="house_style_file"),
    path("account/gegevens/inzage/", privacy_views.own_data, name="own_data"),
    path("account/gegevens/mijn-gegevens.json", privacy_views.own_data_file, name="own_data_file"),
    path("privacy/", privacy_views.privacy, name="privacy"),
    path("toegankelijkheid/", privacy_views.accessibility, name="accessibility"),
    path("", include("accounts.urls")),
    # allauth's page for addresses changes one without asking whoever reads its mail; ours asks first
    path("account/email/", RedirectView.as_view(pattern_name="account_details"), name="account_email"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    # for machines; answered before anything else, see middleware.answer_machines
    path("gezondheid/", health_views.ready, name="ready"),
    path("gezondheid/leeft/", health_views.live, name="live"),
    path("gezondheid/metingen/", health_views.measurements, name="measurements"),
    path("robots.txt", hardening.robots, name="robots"),
    path(".well-known/security.txt", hardening.security_contact, name="security_contact"),
    path("admin/", admin.site.urls),
]
