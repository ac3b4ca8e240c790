people-none = Chưa có cán bộ.
people-appoint = Ghi nhận cán bộ vào vị trí
person-posts = Vị trí đã và đang giữ
person-also = kiêm nhiệm
person-release = Thôi giữ
person-appoint = Giao thêm vị trí
person-main = là vị trí chính
people-count = { $shown } người giữ vị trí
