"""One HTML file that shows a result account by account and needs no network: `html` of `check` and `diff`."""

from policyengine.report.html.page import Count, Page, Results, ShownFinding
from policyengine.report.html.page_rendering import render
from policyengine.report.html.pages import check_page, diff_page, faults_page

__all__ = ["Count", "Page", "Results", "ShownFinding", "check_page", "diff_page", "faults_page", "render"]
