from events.models import Event
from events.services import change_event


def test_a_change_leaves_what_others_changed_meanwhile(event):
    stale = Event.objects.get(pk=event.pk)
    Event.objects.filter(pk=event.pk).update(state=Event.State.DRAFT, location="elders")
    stale.title = "Nieuwe titel"
    change_event(stale, changed=["title"])
    event.refresh_from_db()
    assert (event.title, event.state, event.location, event.sequence) == ("Nieuwe titel", "draft", "elders", 1)
