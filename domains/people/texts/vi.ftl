people-refusal-name = Nhập họ và tên.
people-refusal-title = Nhập chức danh.
people-refusal-end = Ngày thôi giữ phải sau ngày bắt đầu giữ vị trí.
