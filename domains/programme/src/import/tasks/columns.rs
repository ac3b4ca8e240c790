//! The columns of a task table, by the headers that offices give them.

use paper::table::Wanted;

/// The columns of a task table.
pub const WANTED: &[Wanted] = &[
    Wanted { name: "number", headers: &["=stt", "=tt", "=so tt", "=so thu tu"], needed: false },
    Wanted {
        name: "title",
        headers: &[
            "noi dung nhiem vu",
            "nhiem vu",
            "noi dung cong viec",
            "noi dung",
            "cong viec",
            "ten nhiem vu",
            "nhiem vu giai phap",
            "dau viec",
        ],
        needed: true,
    },
    Wanted {
        name: "lead",
        headers: &[
            "chu tri",
            "co quan chu tri",
            "don vi chu tri",
            "don vi thuc hien",
            "co quan thuc hien",
            "don vi dau moi",
            "co quan dau moi",
        ],
        needed: true,
    },
    Wanted { name: "support", headers: &["phoi hop", "co quan phoi hop", "don vi phoi hop"], needed: false },
    Wanted {
        name: "due",
        headers: &[
            "thoi han hoan thanh",
            "thoi gian hoan thanh",
            "thoi gian ket thuc",
            "ngay hoan thanh",
            "han hoan thanh",
            "thoi han",
            "thoi gian",
            "tien do",
            "lo trinh",
            "=han",
        ],
        needed: true,
    },
    Wanted {
        name: "product",
        headers: &["san pham", "san pham du kien", "ket qua san pham", "ket qua dau ra", "=ket qua"],
        needed: false,
    },
    Wanted {
        name: "citation",
        headers: &["thuc hien dieu khoan", "dieu khoan", "can cu", "thuc hien muc"],
        needed: false,
    },
    Wanted {
        name: "person",
        headers: &["lanh dao phu trach", "nguoi phu trach", "nguoi chiu trach nhiem", "nguoi chu tri"],
        needed: false,
    },
    Wanted {
        name: "acceptance",
        headers: &["cach nghiem thu", "tieu chi nghiem thu", "nghiem thu"],
        needed: false,
    },
    Wanted { name: "authority", headers: &["tham quyen", "can cu tham quyen"], needed: false },
    Wanted { name: "note", headers: &["=ghi chu"], needed: false },
    // What our own export adds: with a code, a row is that task and no other.
    Wanted { name: "code", headers: &["=ma", "=ma nhiem vu"], needed: false },
    Wanted { name: "lead_code", headers: &["=ma don vi chu tri", "=ma co quan chu tri"], needed: false },
    Wanted { name: "programme", headers: &["=chuong trinh", "=ma chuong trinh"], needed: false },
    Wanted { name: "field", headers: &["=linh vuc"], needed: false },
    Wanted { name: "group", headers: &["=nhom nhiem vu"], needed: false },
];
