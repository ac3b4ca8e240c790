export-tasks = Nhiệm vụ
