parindex-refusal-used = Bộ chỉ số { $code } đã dùng cho một kỳ chấm nên không thay được. Nhập thành bộ của năm khác hoặc đặt tên khác.
parindex-refusal-row-number = Dòng { $row }: "{ $value }" không phải số. Sửa ô này rồi nhập lại.
parindex-refusal-row-unit = Dòng { $row }: không có đơn vị mang mã "{ $value }". Nhập danh mục đơn vị trước hoặc sửa mã.
parindex-refusal-row-leaf = Dòng { $row }: bộ chỉ số không có tiêu chí "{ $value }" để chấm. Mã phải giữ dạng chữ (1.10 khác 1.1).
parindex-refusal-row-points = Dòng { $row }: điểm "{ $value }" nằm ngoài khoảng của tiêu chí.
parindex-refusal-round = Không có kỳ chấm mang mã "{ $code }".
parindex-refusal-no-scheme = Chưa có bộ chỉ số nào. Nhập bộ chỉ số trước rồi nhập điểm.
parindex-refusal-no-unit = Chưa có đơn vị nào để chủ trì kỳ chấm. Nhập danh mục đơn vị trước.
parindex-refusal-locked = Thủ trưởng đã duyệt điểm tự chấm nên không sửa được nữa. Đề nghị cơ quan chủ trì mở lại.
parindex-refusal-turn = Phần này chưa tới hoặc đã qua bước đó. Tải lại trang để xem đang ở bước nào.
parindex-refusal-points = Tiêu chí { $code }: { $value } điểm nằm ngoài khoảng, tối đa { $most }.
parindex-refusal-conflict = Người khác vừa sửa ô này. Tải lại trang, xem số đã lưu rồi nhập lại.
parindex-warn-unit-new = Dòng { $row }: đơn vị { $code } ({ $name }) chưa có trong danh mục nên được ghi thêm.
parindex-warn-round-new = Chưa có kỳ chấm nào nên đã mở kỳ { $code } theo bộ chỉ số mới nhất.
scheme-problem-number = Tiêu chí { $code }: "{ $words }" không phải số dùng được.
scheme-problem-empty = Tiêu chí { $code }: thiếu tham số của cách chấm ("{ $words }").
scheme-problem-overlap = Tiêu chí { $code }: hai bậc bắt đầu cùng một mốc ("{ $words }").
scheme-problem-order = Tiêu chí { $code }: bậc cao hơn lại ít điểm hơn ("{ $words }").
scheme-problem-unreachable = Tiêu chí { $code }: có mức điểm vượt điểm tối đa nên không thể đạt ("{ $words }").
scheme-problem-deadline = Tiêu chí { $code }: hạn "{ $words }" không phải ngày có thật. Viết như hạn=31/01.
scheme-problem-rule = Tiêu chí { $code }: không có cách chấm tên "{ $words }".
scheme-problem-twice = Mã { $code } đứng hai lần.
scheme-problem-above = Mã { $code } không có mục cha trong bộ chỉ số.
scheme-problem-leaf-with-parts = { $code } vừa có cách chấm vừa có mục con. Bỏ một trong hai.
scheme-problem-no-rule = { $code } không có cách chấm và cũng không có mục con.
scheme-problem-sum = { $code }: các mục con cộng lại { $sum } điểm, mục này ghi { $most }.
scheme-problem-hundred = Các lĩnh vực cộng lại { $sum } điểm, không phải 100.
why-given = Điểm do người chấm cho.
why-missing = Chưa có số liệu: chưa tính điểm, không coi là 0.
why-half = Thiếu tử số hoặc mẫu số: chưa tính điểm.
why-unread = Giá trị không đọc được theo cách chấm: chưa tính điểm.
why-no-rule = Cách chấm của tiêu chí có lỗi.
why-out-of-limits = Điểm nằm ngoài khoảng cho phép: chưa tính.
why-none = Không phát sinh.
why-no-survey = Không có số liệu điều tra: loại khỏi tổng điểm tối đa.
why-no-evidence = Không có tài liệu kiểm chứng: 0 điểm.
why-zero = Mẫu số bằng 0.
why-yes = Có: điểm tối đa.
why-no = Không: 0 điểm.
why-rank = Thay đổi thứ hạng: { $value }.
why-full-at = { $above }/{ $below } = { $share } %, từ { $limit } % trở lên: điểm tối đa.
why-part-of = { $above }/{ $below } = { $share } %, dưới { $limit } %: tính theo tỷ lệ.
why-tier = { $above }/{ $below } = { $share } %, thuộc bậc từ { $limit } %.
why-below-tiers = { $above }/{ $below } = { $share } %, dưới bậc thấp nhất.
why-full = { $above }/{ $below } = { $share } %, đủ 100 %: điểm tối đa.
why-linear = { $above }/{ $below } = { $share } %, từ sàn { $limit } %: tỷ lệ nhân điểm tối đa.
why-below = { $above }/{ $below } = { $share } %, dưới { $limit } %: 0 điểm.
why-mean = { $above } điểm của { $below } phiếu: trung bình trên thang nhân điểm tối đa.
why-top = { $above } phiếu hài lòng trong { $below } phiếu ({ $share } %).
why-in-time = Ngày { $day }, hạn { $by }: đúng hạn.
why-late = Ngày { $day }, hạn { $by }: chậm { $days } ngày.
why-count = Đạt { $value }.
why-penalty = { $value } trường hợp bị trừ.
why-council = Hội đồng chấm { $value }.
act-parindex-scheme-put = Nhập bộ chỉ số
act-parindex-scheme-change = Thay bộ chỉ số
act-parindex-round-open = Mở kỳ chấm điểm
act-parindex-round-units = Đưa đơn vị vào kỳ chấm
act-parindex-leaf-put = Chấm một tiêu chí
act-parindex-part-step = Chuyển bước chấm điểm của đơn vị
