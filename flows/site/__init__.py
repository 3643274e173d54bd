"""The auditor's static site: pages from a year of the register, made to be cited and checked."""

from __future__ import annotations

from flows.site.gather import gather
from flows.site.model import Report, Rule, SiteYear
from flows.site.place import put_site
from flows.site.write import site_pages, written_pages

__all__ = ["Report", "Rule", "SiteYear", "gather", "put_site", "site_pages", "written_pages"]
