people-refusal-name = Enter the full name.
people-refusal-title = Enter the title of the post.
