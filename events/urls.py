"""Addresses under /agenda/ that need nothing but the agenda."""

from django.urls import path

from events import views

urlpatterns = [
    path("<int:pk>.ics", views.event_calendar, name="event_calendar"),
    path("<int:pk>/bladwijzer/", views.event_bookmark, name="event_bookmark"),
]
