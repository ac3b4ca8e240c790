account-refusal-sign-in = Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra phím Caps Lock rồi nhập lại.
account-refusal-locked = Tài khoản tạm khóa vì nhập sai nhiều lần. Thử lại sau { $minutes } phút.
account-refusal-password = Mật khẩu cần ít nhất { $n } ký tự.
account-refusal-login = Tên đăng nhập không được trống và không có dấu cách.
account-refusal-link = Đường dẫn đã dùng hoặc hết hạn. Khởi động lại máy chủ để có đường dẫn mới.
