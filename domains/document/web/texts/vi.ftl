documents-none = Chưa có văn bản.
uptake = Đơn vị nào nhận điều khoản nào
uptake-yes = đã nhận
uptake-no = chưa nhận
