"""Changes to newsletters and to what members keep of them, one module a subject."""
