organisation-refusal-circle = Đơn vị không thể nằm dưới chính nó hoặc dưới đơn vị trực thuộc nó. Chọn đơn vị cấp trên khác.
organisation-refusal-row-empty = Dòng { $row } thiếu mã hoặc tên đơn vị. Điền ô còn trống rồi nhập lại dòng này.
organisation-refusal-row-date = Dòng { $row }: "{ $value }" không phải ngày có thật. Viết như 01/07/2025.
organisation-refusal-row-parent = Dòng { $row }: không có đơn vị cấp trên mang mã "{ $value }". Thêm đơn vị cấp trên vào tệp hoặc sửa mã.
organisation-refusal-row-unit = Dòng { $row }: không có đơn vị cấp xã mang mã "{ $value }" tại thời điểm đó. Nhập danh mục đơn vị trước.
organisation-refusal-map-first = Chưa có đơn vị cấp xã nào. Nhập danh mục đơn vị trước bảng chuyển đổi.
organisation-warn-no-city = Chưa có đơn vị cấp thành phố, nên các cơ quan chưa được xếp vào cây. Nhập danh mục địa giới rồi nhập lại tệp này.
