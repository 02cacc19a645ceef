"""Addresses under /agenda/ that need nothing but the agenda."""

from django.urls import path

from events import views

urlpatterns = [
    path("abonneren/", views.calendar_addresses, name="calendar_addresses"),
    path("abonnement/<str:secret>.ics", views.calendar_subscription, name="calendar_subscription"),
    path("<int:pk>.ics", views.event_calendar, name="event_calendar"),
    path("<int:pk>/bladwijzer/", views.event_bookmark, name="event_bookmark"),
]
