"""Forms of the griffier's desk: uploading files, and looking through what was read."""

from newsletters.forms.review import Review
from newsletters.forms.shared import DateInput, SharedForm, TimeInput
from newsletters.forms.upload import UploadForm

__all__ = ["DateInput", "Review", "SharedForm", "TimeInput", "UploadForm"]
