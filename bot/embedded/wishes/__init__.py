"""A message as the tasks that it asks for, one or several."""
