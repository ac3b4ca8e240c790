onestop-refusal-moment = Dòng { $row }: "{ $value }" không phải thời điểm đọc được. Viết như 03/01/2023 10:18.
onestop-refusal-unit = Dòng { $row }: không có đơn vị mang mã "{ $value }". Nhập danh mục đơn vị trước hoặc sửa mã.
onestop-refusal-procedure = Dòng { $row }: không có thủ tục mang mã "{ $value }". Nhập danh mục thủ tục trước.
onestop-refusal-state = Dòng { $row }: trạng thái "{ $value }" không đọc được.
onestop-refusal-before = Dòng { $row }: hồ sơ xong ({ $value }) trước khi tiếp nhận. Sửa thời điểm rồi nhập lại.
onestop-refusal-twice = Dòng { $row }: mã hồ sơ "{ $value }" đã đứng ở dòng khác với nội dung khác.
act-onestop-procedures-import = Nhập danh mục thủ tục
act-onestop-dossiers-import = Nhập hồ sơ một cửa
