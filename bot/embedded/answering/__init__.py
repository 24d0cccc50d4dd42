"""What is asked, and answered from the facts or the articles."""
