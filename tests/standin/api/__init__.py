"""The functions scripts may call, one module per subject. Importing the package registers all of them."""

from tests.standin.api import (
    application,
    envelopes,
    eq,
    fx,
    items,
    knobs,
    pins,
    points,
    projects,
    sends,
    settings,
    takes,
    texts,
    timeline,
    tracks,
)

__all__ = [
    "application",
    "envelopes",
    "eq",
    "fx",
    "items",
    "knobs",
    "pins",
    "points",
    "projects",
    "sends",
    "settings",
    "takes",
    "texts",
    "timeline",
    "tracks",
]
