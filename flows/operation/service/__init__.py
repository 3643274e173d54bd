"""The lasting service: Prefect's server, the scheduled runs and the auditor site, on one machine."""
