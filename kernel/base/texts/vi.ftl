# Lời từ chối dùng chung
refusal-not-found = Không tìm thấy nội dung này, hoặc ông/bà không có quyền xem. Kiểm tra lại đường dẫn hoặc quay về trang chủ.
refusal-forbidden = Ông/bà xem được nội dung này nhưng không có quyền làm việc vừa chọn. Người có quyền là lãnh đạo đơn vị hoặc quản trị viên.
refusal-signed-out = Cần đăng nhập để xem trang này.
refusal-busy = Máy chủ đang bận. Chờ vài giây rồi làm lại; nội dung đã nhập vẫn còn.
refusal-calendar-year = Lịch làm việc chưa có năm { $year }. Quản trị viên cần nhập lịch nghỉ của năm đó ở trang Quản trị › Lịch.
refusal-required = Nhập { $field }.
refusal-too-long = { $field } dài quá { $max } ký tự. Rút ngắn lại.
refusal-date = { $field } phải là ngày có thật, viết như 19/04/2023.
refusal-day = "{ $value }" không phải là ngày có thật. Viết như 19/04/2023.
refusal-number = { $field } phải là số, viết như 1.234,5.
refusal-conflict = Người khác vừa sửa nội dung này. Bản của ông/bà và bản mới được hiện cạnh nhau; chọn bản cần giữ rồi lưu lại.
refusal-duplicate = { $what } đã có trong hệ thống.
refusal-unknown-word = { $field } không nhận giá trị "{ $value }".
refusal-cross-site = Yêu cầu đến từ trang khác nên không được nhận. Mở lại trang này rồi làm lại.
refusal-nul = Văn bản có ký tự điều khiển không đọc được. Gõ lại phần đó.
refusal-unavailable = Hiện chưa kết nối được cơ sở dữ liệu. Chưa có gì thay đổi; thử lại sau giây lát.
refusal-too-large = Nội dung gửi lớn hơn { $kb } KB, mức lớn nhất của biểu này. Rút gọn hoặc gửi thành nhiều phần.
refusal-too-many-fields = Biểu có hơn { $n } ô. Gửi thành nhiều phần.
refusal-no-form = Không đọc được biểu. Mở lại trang và làm lại.
refusal-cut-off = Biểu gửi đến không trọn vẹn. Kiểm tra kết nối và gửi lại.
refusal-read-token = Khóa truy cập này chỉ để đọc. Đề nghị quản trị viên cấp khóa được ghi.

weekday-1 = thứ Hai
weekday-2 = thứ Ba
weekday-3 = thứ Tư
weekday-4 = thứ Năm
weekday-5 = thứ Sáu
weekday-6 = thứ Bảy
weekday-7 = Chủ nhật

due-day = ngày
due-period = kỳ
due-recurring = lặp lại
due-recurring_day = hằng năm
due-continuous = thường xuyên
due-none = không ghi hạn
due-invalid = không phải ngày có thật

standing-in_time = Trong hạn
standing-due_soon = Sắp đến hạn
standing-overdue = Quá hạn
standing-done_in_time = Xong đúng hạn
standing-done_late = Xong quá hạn
standing-undated = Không ghi hạn

role-administrator = Quản trị hệ thống
role-programme_office = Cơ quan theo dõi chương trình
role-leader = Lãnh đạo
role-unit_head = Thủ trưởng đơn vị
role-clerk = Chuyên viên
role-inspector = Kiểm tra, giám sát
role-personnel_officer = Cán bộ tổ chức nhân sự
role-organisation_officer = Cán bộ tổ chức bộ máy
role-reader = Người xem
refusal-sure = Việc này không làm lại được. Đánh dấu ô xác nhận rồi gửi lại.
paste-cut = # dòng dán vào không có chỗ hoặc có ô không nhận được. Kiểm tra lại các dòng cuối.
rows-more = Thêm dòng
