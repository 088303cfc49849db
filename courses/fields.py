"""Where the field of page bodies was first; apps above import it from here or from ``cms.fields``."""

from cms.fields import BlocksField

__all__ = ["BlocksField"]
