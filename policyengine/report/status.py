"""The status of an account's policy, as the terminal shows it."""

from __future__ import annotations

STYLES = {"valid": "good", "invalid": "error", "empty": "warning", "disabled": "warning"}

MEANINGS = {
    "invalid": "AWS keeps the last valid policy; this is the candidate that it withholds",
    "empty": "no backup policy is attached to this account or above it",
    "disabled": "backup policies are not enabled in this organization",
}
"""What a status means for whoever meets it; `valid` needs no words."""
