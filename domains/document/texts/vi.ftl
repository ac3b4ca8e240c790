document-refusal-title = Không tìm thấy trích yếu của văn bản. Nhập trích yếu rồi lưu lại.
document-warn-insertions = Văn bản có { $n } đoạn đánh dấu là thêm vào; các đoạn này được tính là nội dung.
document-warn-deletions = Văn bản có { $n } đoạn đánh dấu là xóa; các đoạn này bị bỏ qua.
document-warn-footnotes = Văn bản có { $n } chú thích cuối trang; chú thích không được đưa vào điều khoản.
document-warn-no-clauses = Không tìm thấy điều khoản nào. Kiểm tra cách đánh số: I., 1., a).
document-warn-labels = Các dòng bắt đầu như điều khoản nhưng không nối tiếp số trước, nên nằm trong lời của điều khoản đứng trước: { $lines }. Sửa số trong văn bản nếu đó là điều khoản riêng.
