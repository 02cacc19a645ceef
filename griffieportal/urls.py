"""The whole address plan."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from griffieportal import health_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("newsletters.urls")),
    path("agenda/", views.event_list, name="event_list"),
    path("agenda/<int:pk>/", views.event_detail, name="event_detail"),
    path("agenda/", include("events.urls")),
    path("bladwijzers/", views.bookmark_list, name="bookmark_list"),
    path("", include("accounts.urls")),
    # members cannot change their address yet; allauth's page for it would do so without asking that address
    path("account/email/", RedirectView.as_view(pattern_name="account_change_password"), name="account_email"),
    path("account/", include("allauth.urls")),
    # for machines; answered before anything else, see middleware.answer_machines
    path("gezondheid/", health_views.ready, name="ready"),
    path("gezondheid/leeft/", health_views.live, name="live"),
    path("gezondheid/metingen/", health_views.measurements, name="measurements"),
    path("admin/", admin.site.urls),
]
