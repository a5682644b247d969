"""What Skatteetaten publishes beside documents, pages and notices, compared with what is known."""
