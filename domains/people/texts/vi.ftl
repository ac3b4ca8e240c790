people-refusal-name = Nhập họ và tên.
people-refusal-title = Nhập chức danh.
