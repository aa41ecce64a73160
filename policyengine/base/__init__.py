"""The ground floor: source text and spans, diagnostics and their rules, errors, names in messages, record classes."""

VERSION = "0.1.0"
