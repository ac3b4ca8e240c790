people-refusal-name = Enter the full name.
people-refusal-title = Enter the title of the post.
people-refusal-end = The end must come after the beginning of the post.
