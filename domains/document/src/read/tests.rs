//! How offices lay documents out, and what is read.

use super::*;

#[test]
fn clauses_are_found_by_their_labels() {
    let draft = text(
        "KẾ HOẠCH\nvề một việc\nI. MỤC ĐÍCH\n1. Mục đích\nLàm tốt.\n2. Yêu cầu\n- một\n- hai\nII. NHIỆM VỤ\n1.\tViệc\na) Một\nb) Hai\nc) Ba\nd) Bốn\nđ) Năm\ne) Sáu\nCác nội dung tại điểm b) mục 1 làm trước.\n2. Việc khác\n1.000 người\nIII. THỰC HIỆN\n1. Ai: làm gì",
    );
    let keys: Vec<&str> = draft.clauses.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "I", "I.1", "I.2", "II", "II.1", "II.1.a", "II.1.b", "II.1.c", "II.1.d", "II.1.đ", "II.1.e",
            "II.2", "III", "III.1"
        ]
    );
    assert_eq!(draft.kind, "ke_hoach");
    assert_eq!(draft.title, "về một việc");
}

#[test]
fn what_is_attached_below_the_signature_is_told_and_rows_of_tables_are_kept() {
    let draft = text(
        "QUYẾT ĐỊNH\nvề quy chế\nĐiều 1. Ban hành\nĐiều 2. Hiệu lực\nTM. ỦY BAN NHÂN DÂN\nQUY CHẾ\nChương I\nĐiều 1. Phạm vi\nĐiều 2. Đối tượng",
    );
    assert_eq!((draft.clauses.len(), draft.attached), (2, 3));
    let lines = ["KẾ HOẠCH", "về", "I. MỘT", "1. Hai"].map(|text| Line::Text(text.to_owned()));
    let lines = lines.into_iter().chain([Line::Row("TT | Chỉ tiêu".to_owned())]).collect();
    let draft = finish(Draft::default(), lines);
    assert_eq!(draft.clauses.last().map(|c| c.text.as_str()), Some("Hai\nTT | Chỉ tiêu"));
    let draft = text(
        "THÀNH ỦY HÀ NỘI ĐẢNG CỘNG SẢN VIỆT NAM\n* Hà Nội, ngày 12/02/2023\nSố 5-KH/TU\nKẾ HOẠCH\nvề\nI. A",
    );
    assert_eq!((draft.issuer.as_str(), draft.issued), ("Thành ủy Hà Nội", Some(Date::constant(2023, 2, 12))));
}

#[track_caller]
fn keys(words: &str, want: &[&str]) {
    let draft = text(words);
    assert_eq!(draft.clauses.iter().map(|c| c.key.as_str()).collect::<Vec<_>>(), want);
}

#[test]
fn other_ways_to_number_are_read_too() {
    keys(
        "KẾ HOẠCH\nvề\nI- MỘT\n1- Hai\na- Ba\nb- Bốn\n2- Năm\nII- SÁU",
        &["I", "I.1", "I.1.a", "I.1.b", "I.2", "II"],
    );
    keys("KẾ HOẠCH\nvề\nI/ MỘT\n1/ Hai\n1/7/2023 xong.\n2/ Ba\nII/ BỐN", &["I", "I.1", "I.2", "II"]);
    keys("KẾ HOẠCH\nvề\nI. MỘT\n1) Hai\na. Ba\nb. Bốn\n2) Năm", &["I", "I.1", "I.1.a", "I.1.b", "I.2"]);
    keys(
        "NGHỊ QUYẾT\nvề\nPhần thứ nhất\nI. A\n1. B\nII. C\nPhần thứ hai\nI. D\n1. E",
        &["P1", "P1.I", "P1.I.1", "P1.II", "P2", "P2.I", "P2.I.1"],
    );
    keys(
        "KẾ HOẠCH\nvề\nI. MỘT\n1. A\ne) Không\na) X\nb) Y\nc) Z\nd) T\nđ) U\ne) V\nf) W\ng) S",
        &["I", "I.1", "I.1.a", "I.1.b", "I.1.c", "I.1.d", "I.1.đ", "I.1.e", "I.1.f", "I.1.g"],
    );
    keys(
        "NGHỊ QUYẾT\nvề\nA. TÌNH HÌNH\n1. Một\nB. NỘI DUNG\nI. Hai\n1. Ba\nC. TỔ CHỨC THỰC HIỆN\n1. Ban cán sự\nT/M BAN THƯỜNG VỤ\n1. Không",
        &["A", "A.1", "B", "B.I", "B.I.1", "C", "C.1"],
    );
    keys(
        "KẾ HOẠCH\nvề\nI- MỘT\n1- Hai\n1.1- Ba\na- X\nb- Y\n1.2- Bốn\n2- Năm",
        &["I", "I.1", "I.1.1", "I.1.1.a", "I.1.1.b", "I.1.2", "I.2"],
    );
    keys("KẾ HOẠCH\nvề\nI. MỘT\n1: Hai\n2– Ba\n3. Bốn\n5 – 10 % số xã", &["I", "I.1", "I.2", "I.3"]);
    keys("QUYẾT ĐỊNH\nĐiều 4. Một\nĐiều 4a. Hai\nĐiều 5. Ba", &["Đ4", "Đ4a", "Đ5"]);
    keys("KẾ HOẠCH\nvề\nA. MỤC ĐÍCH\n1. Một\nB. NỘI DUNG\n1. Hai", &["A", "A.1", "B", "B.1"]);
    let draft = text("KẾ HOẠCH\nvề\nI. MỘT\n1. Hai\n2. Ba\n5. Nhảy số\nNơi nhận:\n- Như trên;");
    assert_eq!(draft.passed_over, ["5. Nhảy số"]);
    assert!(!draft.clauses.iter().any(|c| c.text.contains("Như trên")));
    keys("QUYẾT ĐỊNH\nĐiều 1. Ban hành\nĐiều 7 Luật Tổ chức quy định.\nĐiều 2. Hiệu lực", &["Đ1", "Đ2"]);
}

#[test]
fn a_kind_may_have_a_few_words() {
    let draft = text(
        "UBND QUẬN X\nSố: 3/KH-UBND\nHà Nội, ngày 5 tháng 3 năm 2023\nCHƯƠNG TRÌNH CÔNG TÁC\nnăm 2023\nI. A",
    );
    assert_eq!((draft.kind.as_str(), draft.number.as_str()), ("chuong_trinh", "3"));
}

#[test]
fn a_resolution_without_a_head_table_has_its_issuer_title_and_sections() {
    let draft = text(
        "HỘI ĐỒNG NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTHÀNH PHỐ HÀ NỘI\tĐộc lập - Tự do - Hạnh phúc\n-------\nSố: 12/NQ-HĐND\tHà Nội, ngày 12 tháng 7 năm 2023\nNGHỊ QUYẾT\nVỀ PHÁT TRIỂN ĐÔ THỊ\nHỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HÀ NỘI\nKHÓA XVI, KỲ HỌP THỨ 12\nCăn cứ Luật\nChương I\nQUY ĐỊNH CHUNG\nMục 1\nPHẠM VI\nĐiều 1. Một\nMục 2. Đối tượng\nĐiều 2. Hai\nTheo\nMục 3 của Chương trình",
    );
    assert_eq!(draft.issuer, "Hội đồng nhân dân thành phố Hà Nội");
    assert_eq!((draft.number.as_str(), draft.symbol.as_str()), ("12", "NQ-HĐND"));
    assert_eq!(draft.title, "VỀ PHÁT TRIỂN ĐÔ THỊ");
    assert_eq!(draft.issued, Some(Date::constant(2023, 7, 12)));
    let keys: Vec<&str> = draft.clauses.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, ["I", "I.M1", "Đ1", "I.M2", "Đ2"]);
}

#[test]
fn parts_with_a_dash_are_parts_and_an_open_day_is_none() {
    let draft = text(
        "UBND QUẬN X\nSố: 3/KH-UBND\nHà Nội, ngày      tháng 4 năm 2022\nKẾ HOẠCH\nvề\nI – MỤC ĐÍCH\n1. Một\nII – NHIỆM VỤ\n1. Hai\na) Ba",
    );
    let keys: Vec<&str> = draft.clauses.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, ["I", "I.1", "II", "II.1", "II.1.a"]);
    assert_eq!(draft.issued, None);
}

#[test]
fn articles_have_items_and_points() {
    let draft = text("QUYẾT ĐỊNH\nĐiều 1. Ban hành\n1. Một\na) A\nb) B\n2. Hai\nĐiều 2. Hiệu lực");
    let keys: Vec<&str> = draft.clauses.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, ["Đ1", "Đ1.1", "Đ1.1.a", "Đ1.1.b", "Đ1.2", "Đ2"]);
}
