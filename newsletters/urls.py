"""Addresses of newsletters and their items."""

from django.urls import path

from newsletters import feed_views, search_views, views

urlpatterns = [
    path("berichten/", views.item_list, name="item_list"),
    path("berichten/gelezen/", views.item_list_read, name="item_list_read"),
    path("berichten/voorstellen/", search_views.suggestion_list, name="suggestion_list"),
    path("berichten/zoekvragen/", search_views.search_list, name="search_list"),
    path("berichten/zoekvragen/abonneren/", feed_views.feed_address, name="feed_address"),
    path("berichten/zoekvragen/<int:pk>/", search_views.search_change, name="search_change"),
    path("berichten/abonnement/<str:secret>.atom", feed_views.feed, name="feed"),
    path("berichten/<int:pk>/", views.item_detail, name="item_detail"),
    path("berichten/<int:pk>/bladwijzer/", views.item_bookmark, name="item_bookmark"),
    path("berichten/<int:pk>/gelezen/", views.item_read, name="item_read"),
    path("nieuwsbrieven/", views.newsletter_list, name="newsletter_list"),
    path("nieuwsbrieven/<int:pk>/", views.newsletter_detail, name="newsletter_detail"),
]
