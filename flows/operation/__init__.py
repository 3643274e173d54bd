"""The Prefect shell: order, retries, progress, logging and artifacts around the pure steps."""
