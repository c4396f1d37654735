"""Values as people give them: by a parameter's name, its description and its schema."""
