"""Addresses of newsletters and their items."""

from django.urls import path

from newsletters import views

urlpatterns = [
    path("berichten/", views.item_list, name="item_list"),
    path("berichten/<int:pk>/", views.item_detail, name="item_detail"),
    path("berichten/<int:pk>/bladwijzer/", views.item_bookmark, name="item_bookmark"),
    path("nieuwsbrieven/", views.newsletter_list, name="newsletter_list"),
    path("nieuwsbrieven/<int:pk>/", views.newsletter_detail, name="newsletter_detail"),
]
