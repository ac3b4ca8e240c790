//! The words and the dice of the demo city. All names are made up.

use organisation::Tree;

/// A small generator with a fixed seed: the demo is the same everywhere.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `n`; 0 for 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(1).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    pub(super) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or_default()
    }

    pub(super) fn person(&mut self) -> String {
        let family = self.pick(&["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô"]);
        let middle = self.pick(&["Văn", "Thị", "Đức", "Minh", "Thanh", "Quốc", "Ngọc", "Hữu", "Thu", "Gia"]);
        let given = self.pick(&[
            "An", "Bình", "Chi", "Dung", "Giang", "Hà", "Khải", "Lan", "Mai", "Nam", "Phúc", "Quân", "Sơn",
            "Trang", "Yến",
        ]);
        format!("{family} {middle} {given}")
    }
}

pub(super) const DISTRICT_NAMES: &[&str] = &[
    "An Khê Hạ",
    "Bình Lạc",
    "Cẩm Trạch",
    "Diên Thạch",
    "Đông Sa",
    "Giang Nguyên",
    "Hạ Lâm",
    "Hòa Diên",
    "Khê Sơn",
    "Kim Trạch",
    "Lạc Phong",
    "Lâm Nguyên",
    "Mai Thạch",
    "Minh Khê",
    "Nam Diên",
    "Ninh Sa",
    "Phong Lạc",
    "Phúc Khê",
    "Quang Trạch Hạ",
    "Sa Lâm",
    "Sơn Diên",
    "Tân Lạc Hạ",
    "Thạch Giang",
    "Thanh Diên",
    "Thiên Khê",
    "Trạch Minh",
    "Vân Sa",
    "Vĩnh Khê",
    "Xuân Thạch",
    "Yên Diên",
];

pub(super) const COMMUNE_NAMES: &[&str] = &[
    "An",
    "Bích",
    "Cẩm",
    "Diên",
    "Đoài",
    "Hạ",
    "Khê",
    "Lạc",
    "Lâm",
    "Minh",
    "Nguyên",
    "Ninh",
    "Phong",
    "Sa",
    "Sơn",
    "Thạch",
    "Thượng",
    "Trạch",
    "Vân",
    "Viên",
];

pub(super) const DEPARTMENTS: &[(&str, &str, Tree)] = &[
    ("VPTU", "Văn phòng Thành ủy", Tree::Party),
    ("BTCTU", "Ban Tổ chức Thành ủy", Tree::Party),
    ("UBKTTU", "Ủy ban Kiểm tra Thành ủy", Tree::Party),
    ("MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam Thành phố", Tree::Mass),
    ("SNV", "Sở Nội vụ", Tree::State),
    ("STC", "Sở Tài chính", Tree::State),
    ("STTTT", "Sở Thông tin và Truyền thông", Tree::State),
    ("STP", "Sở Tư pháp", Tree::State),
    ("VPUB", "Văn phòng UBND Thành phố", Tree::State),
];

pub(super) const PROGRAMMES: &[&str] = &[
    "Xây dựng tổ chức, cải cách hành chính",
    "Đổi mới cơ cấu kinh tế",
    "Chỉnh trang, phát triển đô thị",
    "Xây dựng nông thôn mới",
    "Quy hoạch và môi trường",
    "Phát triển văn hóa và nguồn nhân lực",
    "Khoa học, công nghệ và đổi mới sáng tạo",
    "An sinh xã hội",
    "Quốc phòng, an ninh, trật tự",
    "Phòng, chống lãng phí, tiêu cực",
];

pub(super) const FIELDS: &[&str] = &[
    "Chính trị, tư tưởng",
    "Tổ chức, cán bộ",
    "Cải cách hành chính",
    "Kiểm tra, giám sát",
    "Dân vận",
    "Kinh tế",
    "Đô thị",
];

pub(super) const VERBS: &[&str] = &[
    "Rà soát",
    "Ban hành quy trình",
    "Lập kế hoạch",
    "Tổ chức lớp",
    "Số hóa",
    "Kiểm tra",
    "Công khai",
    "Thí điểm",
    "Sắp xếp lại",
    "Khảo sát",
    "Đánh giá",
    "Nâng cấp",
];

pub(super) const OBJECTS: &[&str] = &[
    "bộ phận một cửa của các phường liền kề",
    "hồ sơ cán bộ thuộc diện quản lý",
    "thời gian trả kết quả cho người dân",
    "sinh hoạt chuyên đề của chi bộ khu dân cư",
    "thủ tục đất đai ở cơ sở",
    "trường học đạt chuẩn",
    "điểm úng ngập sau mưa",
    "tuyến phố kiểu mẫu",
    "dữ liệu hộ kinh doanh",
    "kỹ năng số của công chức phường",
    "việc trả lời kiến nghị của cơ sở",
    "danh mục phân cấp, ủy quyền",
    "tài sản công chưa sử dụng",
    "mô hình dân vận khéo",
    "chất lượng nước sinh hoạt",
];

/// Title, unit of measure, kind.
pub(super) const TARGETS: &[(&str, &str, &str)] = &[
    ("Mô hình mới được nhân rộng hằng năm", "mô hình", "count_per_year"),
    ("Lượt người được bồi dưỡng (cộng dồn)", "lượt", "cumulative"),
    ("Hồ sơ hoàn thành đúng hạn so với kế hoạch", "%", "share"),
];
