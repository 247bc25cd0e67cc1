"""Tablet layouts, made from the table of addresses: one model of the pages, and one module for each file format.

``python -m actions.service.layouts`` writes them all; a test sees to it that those checked in are these.
"""
