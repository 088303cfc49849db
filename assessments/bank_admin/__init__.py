"""The question bank in the Wagtail admin, one module per screen."""
