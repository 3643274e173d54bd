"""The auditor's static site: pages from a year of the register, made to be cited and checked."""
