"""The functions scripts may call, one module per subject. Importing the package registers all of them."""

from tests.standin.api import application, projects, tracks

__all__ = ["application", "projects", "tracks"]
