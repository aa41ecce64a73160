"""The ground floor: source text and spans, diagnostics and their rules, errors, names in messages, record classes."""

from policyengine.base.project_urls import REPOSITORY, pack_url, page_url

__all__ = ["REPOSITORY", "VERSION", "pack_url", "page_url"]

VERSION = "0.1.0"
