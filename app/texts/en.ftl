export-tasks = Tasks
