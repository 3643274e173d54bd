"""What happens when: a room for each stage of a report's way, and Prefect's flows around them."""
