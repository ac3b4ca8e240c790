//! How offices write deadlines, and what is read.

use super::*;
use jiff::civil::date;

#[test]
fn words_become_deadlines() {
    let on = |y, m, d| Due::Day { on: date(y, m, d) };
    let end = |y, m, d| Due::Period { on: date(y, m, d) };
    for (words, due) in [
        ("30/6/2023", on(2023, 6, 30)),
        ("08.01.2023", on(2023, 1, 8)),
        ("13-10-2023", on(2023, 10, 13)),
        ("6/12/22", on(2022, 12, 6)),
        ("Ngày 13 tháng 3 năm 2021", on(2021, 3, 13)),
        ("Trước ngày 27/5/2021", on(2021, 5, 27)),
        ("Xong trước 20/01/2023", on(2023, 1, 20)),
        ("31/6/2023", Due::Invalid),
        ("Quý III/2024", end(2024, 9, 30)),
        ("quý IV năm 2022", end(2022, 12, 31)),
        ("Quý 1 năm 2025", end(2025, 3, 31)),
        ("Tháng 9/2021", end(2021, 9, 30)),
        ("Trong tháng 02/2024", end(2024, 2, 29)),
        ("Năm 2023", end(2023, 12, 31)),
        ("Đến hết năm 2021", end(2021, 12, 31)),
        ("6 tháng đầu năm 2022", end(2022, 6, 30)),
        ("9 tháng đầu năm 2022", end(2022, 9, 30)),
        ("6 tháng cuối năm 2022", end(2022, 12, 31)),
        ("2021-2025", end(2025, 12, 31)),
        ("Giai đoạn 2021 – 2025", end(2025, 12, 31)),
        ("Quý III/2022 (sau khi có hướng dẫn của Trung ương)", end(2022, 9, 30)),
        ("Thường xuyên, liên tục", Due::Continuous),
        ("Hằng năm", Due::Recurring { every: Every::Year, day: None }),
        ("Hàng năm", Due::Recurring { every: Every::Year, day: None }),
        ("Hằng quý", Due::Recurring { every: Every::Quarter, day: None }),
        ("Định kỳ hằng tháng", Due::Recurring { every: Every::Month, day: None }),
        ("Trước ngày 15/12 hằng năm", Due::RecurringDay { month: 12, day: 15 }),
        ("31/01 hằng năm", Due::RecurringDay { month: 1, day: 31 }),
        ("Quý I hằng năm", Due::RecurringDay { month: 3, day: 31 }),
        ("", Due::None),
        ("-", Due::None),
        ("khi có điều kiện", Due::Invalid),
        ("Quý 3/2023", end(2023, 9, 30)),
        ("Q3/2023", end(2023, 9, 30)),
        ("Quý 4-2023", end(2023, 12, 31)),
        ("Quý 03 năm 2023", end(2023, 9, 30)),
        ("Quí III/2023", end(2023, 9, 30)),
        ("Quý V/2023", Due::Invalid),
        ("Quý III-IV/2023", end(2023, 12, 31)),
        ("Quý II, III năm 2023", end(2023, 9, 30)),
        ("Quý II và Quý III/2023", end(2023, 9, 30)),
        ("Quý IV năm 2022 - Quý I năm 2023", end(2023, 3, 31)),
        ("Quý II", Due::Invalid),
        ("IV/2023", end(2023, 12, 31)),
        ("06 tháng đầu năm 2023", end(2023, 6, 30)),
        ("3 tháng đầu năm 2023", end(2023, 3, 31)),
        ("9 tháng năm 2023", end(2023, 9, 30)),
        ("Tháng 6-9/2023", end(2023, 9, 30)),
        ("30 / 6 / 2023", on(2023, 6, 30)),
        ("15 tháng 6 năm 2023", on(2023, 6, 15)),
        ("Tuần 2 tháng 6/2023", Due::Invalid),
        ("Tháng Sáu năm 2023", end(2023, 6, 30)),
        ("Tháng mười hai năm 2023", end(2023, 12, 31)),
        ("(Trước 30/6/2023)", on(2023, 6, 30)),
        ("Sau khi Nghị định 05/2023/NĐ-CP có hiệu lực", Due::Invalid),
        ("Theo Quyết định số 123/QĐ-UBND ngày 05/3/2023", Due::Invalid),
        ("Theo tiến độ", Due::Invalid),
        ("Theo quý", Due::Recurring { every: Every::Quarter, day: None }),
        ("Từ tháng 6/2023", Due::Continuous),
        ("Năm 2023 và các năm tiếp theo", Due::Continuous),
        ("Từ tháng 6 đến tháng 9/2023", end(2023, 9, 30)),
        ("Năm học 2022-2023", Due::Invalid),
        ("Đầu năm 2023", Due::Invalid),
        ("Cuối năm 2023", end(2023, 12, 31)),
        ("Định kỳ 6 tháng", Due::Recurring { every: Every::HalfYear, day: None }),
        ("Định kỳ 6 tháng, hằng năm", Due::Recurring { every: Every::HalfYear, day: None }),
        ("15-20/6/2023", on(2023, 6, 20)),
        ("Trước Tết Nguyên đán 2024", Due::Invalid),
        ("30.6.23 và 31.12.23", on(2023, 12, 31)),
        ("Đầu tháng 3/2023", Due::Invalid),
        ("Cuối tháng 3/2023", end(2023, 3, 31)),
        ("Đã xong 15/3/2023", Due::Invalid),
        ("Hoàn thành trong năm 2023", end(2023, 12, 31)),
        ("Từ tháng 01/2023 đến tháng 6/2023", end(2023, 6, 30)),
        ("Tháng 01/2023 - tháng 6/2023", end(2023, 6, 30)),
        ("Từ tháng 3/2023 đến tháng 12", end(2023, 12, 31)),
        ("Từ 15/3/2023 đến hết năm", end(2023, 12, 31)),
        ("Trong tháng 4/2023 hoặc tháng 5/2023", end(2023, 5, 31)),
        ("Tháng 4/2023 và tháng 10/2023", end(2023, 10, 31)),
        ("Tháng 4/2023: dự thảo; tháng 5/2023: trình", end(2023, 5, 31)),
        ("Trước tháng 7/2023", end(2023, 6, 30)),
        ("Trước quý III/2023", end(2023, 6, 30)),
        ("Trước quý I/2023", end(2022, 12, 31)),
        ("Quý III (2023)", end(2023, 9, 30)),
        ("T.xuyên", Due::Continuous),
        ("30//6/2023", Due::Invalid),
        ("3O/6/2023", Due::Invalid),
        ("Ngày 25 hàng tháng", Due::Recurring { every: Every::Month, day: Some(25) }),
        ("Định kỳ quý", Due::Recurring { every: Every::Quarter, day: None }),
    ] {
        assert_eq!(read(words), due, "{words}");
    }
}

#[test]
fn a_beginning_is_the_first_day_of_what_is_named() {
    for (words, day) in [
        ("2020", Some((date(2020, 1, 1), false))),
        ("7/2021", Some((date(2021, 7, 1), false))),
        ("Tháng 7/2021", Some((date(2021, 7, 1), false))),
        ("Quý II/2021", Some((date(2021, 4, 1), false))),
        ("15/7/2021", Some((date(2021, 7, 15), true))),
        ("30/2/2021", None),
    ] {
        assert_eq!(beginning(words), day, "{words}");
    }
}

#[test]
fn several_deadlines_in_one_cell_are_told() {
    for (words, told) in [
        ("30.6.23 và 31.12.23", true),
        ("tháng 6 và tháng 12/2023", true),
        ("Từ 01/01/2023 đến 30/6/2023", false),
        ("01/01/2023 - 30/6/2023", false),
        ("quý 1,2,3/2023", true),
        ("Quý II và Quý III/2023", true),
        ("Quý III-IV/2023", false),
        ("Từ tháng 6 đến tháng 9/2023", false),
        ("6 tháng đầu năm 2022", false),
        ("15-20/6/2023", false),
        ("30/6/2023", false),
        ("Quý IV/2023", false),
        ("Thường xuyên, hằng năm", false),
    ] {
        assert_eq!(remark(words).is_some(), told, "{words}");
    }
}

#[test]
fn a_repetition_knows_its_next_day() {
    let yearly = Due::RecurringDay { month: 12, day: 15 };
    assert_eq!(yearly.next(date(2023, 12, 15)), Some(date(2023, 12, 15)));
    assert_eq!(yearly.next(date(2023, 12, 16)), Some(date(2024, 12, 15)));
    assert_eq!(
        Due::Recurring { every: Every::Quarter, day: None }.next(date(2023, 4, 19)),
        Some(date(2023, 6, 30))
    );
}
