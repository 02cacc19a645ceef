"""The portal's addresses and those of the holes."""

from django.urls import path

from griffieportal.urls import urlpatterns as of_the_portal
from tests.holes import views

holes = [
    path("gaten/", views.index, name="hole_index"),
    path("gaten/volgorde/", views.order, name="hole_order"),
    path("gaten/zoeken/", views.text, name="hole_text"),
    path("gaten/thema/<str:number>/", views.number, name="hole_number"),
    path("gaten/bestaat/", views.blind, name="hole_blind"),
    path("gaten/echo/", views.echo, name="hole_echo"),
    path("gaten/kenmerk/", views.attribute, name="hole_attribute"),
    path("gaten/gastenboek/", views.stored, name="hole_stored"),
    path("gaten/bestand/", views.file, name="hole_file"),
    path("gaten/opdracht/", views.command, name="hole_command"),
    path("gaten/verder/", views.redirect, name="hole_redirect"),
    path("gaten/ophalen/", views.fetch, name="hole_fetch"),
    path("gaten/wijzigen/", views.token, name="hole_token"),
]
urlpatterns = [*holes, *of_the_portal]
