//! Scenes like those of the report: desks merged into one, and people moved between districts.

use super::{City, back, unit};
use base::{Actor, Clock, Outcome, Span};
use db::Tx;
use organisation::{
    Kind, Tree,
    reorganise::{self, Change, Into, Newcomer},
};
use reporting::rules::PartStep;
use review::{acts, store};

/// Three reception desks of the second district became one, as a reorganisation that was sealed long ago.
pub(super) fn desks(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<()> {
    let Some(district) = city.districts.get(1) else { return Ok(()) };
    let mut desks = Vec::new();
    for n in 1..=3 {
        let name = format!("Bộ phận tiếp nhận và trả kết quả số {n}, {}", district.name);
        let code = format!("UB002.{n:02}");
        let of = (code.as_str(), Kind::OFFICE, Tree::State, name.as_str());
        desks.push(unit(tx, clock, actor, of, Some(district.office), None)?);
    }
    for (desk, seed) in desks.iter().zip(2700..) {
        let person = super::words::Dice::new(seed).person();
        let (person, _) = people::store::insert_person(tx, clock, &person)?;
        let post = people::store::insert_post(tx, clock, *desk, "Cán bộ tiếp nhận", false)?;
        people::store::insert_holding(tx, clock, person, post, true, back(clock.today(), 900), "")?;
    }
    tx.bump("organisation")?;
    let on = back(clock.today(), 500);
    let title = format!("Hợp nhất ba bộ phận một cửa, {}", district.name);
    let of = reorganise::draft(tx, clock, actor, &title, "27/QĐ-UBND", on)?;
    let one = Newcomer {
        code: "UB002.10".to_owned(),
        name: format!("Bộ phận một cửa hiện đại {}", district.name),
        kind: Kind::OFFICE.to_owned(),
        parent: district.office,
    };
    reorganise::add(tx, clock, actor, &of.code, &Change::Merge { units: desks, into: Into::New(one) })?;
    reorganise::apply(tx, clock, actor, &of.code, &crate::FOLLOWERS, false)?;
    reorganise::seal(tx, clock, actor, &of.code)
}

/// A dozen people who left a post in one district for a post in the next, half a year ago.
pub(super) fn moves(tx: &Tx<'_>, clock: &Clock, city: &City) -> Outcome<()> {
    let on = back(clock.today(), 180);
    let pairs = city.districts.iter().zip(city.districts.iter().skip(1)).take(12);
    for ((from, to), seed) in pairs.zip(3100..) {
        let held = people::store::holders(tx, from.party, on)?;
        let Some(leaver) = held.iter().find(|h| h.is_head) else { continue };
        people::store::end_holding(tx, leaver.person, leaver.post, on)?;
        let post = people::store::insert_post(tx, clock, to.party, "Phó Bí thư", false)?;
        people::store::insert_holding(tx, clock, leaver.person, post, true, on, "QĐ luân chuyển")?;
        // Somebody else takes the post that became free.
        let name = super::words::Dice::new(seed).person();
        let (next, _) = people::store::insert_person(tx, clock, &name)?;
        let after = on.checked_add(Span::new().days(14)).unwrap_or(on);
        people::store::insert_holding(tx, clock, next, leaver.post, true, after, "QĐ luân chuyển")?;
    }
    tx.bump("rights")?;
    Ok(())
}

/// A few overdue tasks that the city chose as focus points of this quarter.
pub(super) fn focus(tx: &Tx<'_>, clock: &Clock, actor: &Actor) -> Outcome<()> {
    let today = clock.today();
    let period = format!("{}-Q{}", today.year(), (today.month() + 2) / 3);
    let f = programme::store::Filter {
        seen: base::Reach::everything(),
        standing: "overdue".to_owned(),
        ..programme::store::Filter::default()
    };
    for row in programme::store::first(tx, &f, today, today, 4)? {
        programme::acts::choose_focus(
            tx,
            clock,
            actor,
            &row.code,
            &period,
            "Chậm phối hợp giữa hai cơ quan",
            "Giao một đầu mối, họp hằng tuần đến khi xong",
        )?;
    }
    Ok(())
}

/// A mid-term review of the first programme that is being written: some parts taken, one sent back, two papers.
pub(super) fn review(tx: &Tx<'_>, clock: &Clock, actor: &Actor) -> Outcome<()> {
    let Some(programme) = programme::store::programme_by_code(tx, "CT-01")? else { return Ok(()) };
    let today = clock.today();
    let new = acts::NewReview {
        kind: "so_ket".to_owned(),
        as_of: today,
        parts_due: today.checked_add(Span::new().days(10)).ok(),
    };
    let code = acts::open(tx, clock, actor, &programme, &new)?;
    let (opened, _) = acts::load(tx, &code)?;
    for (n, part) in store::parts(tx, opened.id)?.into_iter().enumerate() {
        let of = (code.as_str(), part.unit);
        let step = match n % 4 {
            0 => continue,
            1 => PartStep::Save,
            _ => PartStep::Send,
        };
        acts::part_step(tx, clock, actor, of, step, said(), "", part.version)?;
        if step == PartStep::Send {
            let why = "Bổ sung số liệu cụ thể cho từng hạn chế.";
            let (step, note) = if n % 8 == 3 { (PartStep::Return, why) } else { (PartStep::Accept, "") };
            acts::part_step(tx, clock, actor, of, step, said(), note, part.version + 1)?;
        }
    }
    let section = |(name, words): (&str, &str)| acts::Section {
        name: name.to_owned(),
        words: words.to_owned(),
        seen: acts::mark_of(""),
    };
    acts::write(tx, clock, actor, &code, &SECTIONS.map(section))?;
    for (place, part) in (1..).zip(store::parts(tx, opened.id)?.into_iter().take(2)) {
        let paper = store::Paper {
            id: clock.uuid(),
            unit: part.unit,
            place,
            topic: "Cách làm một đầu mối ở cơ sở".to_owned(),
            speaker: super::words::Dice::new(4100 + place.unsigned_abs()).person(),
            words: String::new(),
            version: 0,
        };
        acts::put_paper(tx, clock, actor, &code, &paper)?;
    }
    for (context, worked) in LESSONS {
        let lesson = store::Lesson {
            code: String::new(),
            unit: Some(opened.issuer),
            field: String::new(),
            context: context.to_owned(),
            worked: worked.to_owned(),
            made_by: String::new(),
            made_on: today,
        };
        acts::learn(tx, clock, actor, Some(&code), &lesson)?;
    }
    Ok(())
}

/// What a unit of the demo city wrote.
fn said() -> store::PartWords {
    store::PartWords {
        strengths: "Thủ tục được giải quyết nhanh hơn nhờ một đầu mối.".to_owned(),
        weaknesses: "Một số việc phối hợp giữa hai cơ quan còn chậm.".to_owned(),
        causes: "Chủ quan: phân công chưa rõ người. Khách quan: nhân sự thay đổi trong năm.".to_owned(),
        proposals: "Đề nghị thành phố hướng dẫn thống nhất mẫu báo cáo.".to_owned(),
    }
}

const SECTIONS: [(&str, &str); 4] = [
    ("context", "Chương trình được triển khai trong điều kiện bộ máy vừa sắp xếp, khối lượng việc mới lớn."),
    ("strengths", "Các đơn vị chủ động ban hành kế hoạch sớm, phân công rõ người, rõ việc."),
    ("lessons", "Giao mỗi việc cho đúng một đơn vị chủ trì thì tiến độ nhanh hơn hẳn."),
    ("directions", "Tập trung các nhiệm vụ quá hạn, các khâu đột phá và chỉ tiêu khó đạt."),
];

const LESSONS: [(&str, &str); 2] = [
    (
        "Rà soát thủ tục hành chính ở nhiều cơ quan",
        "Lập một danh mục chung trước, chia theo lĩnh vực, họp ngắn hằng tuần.",
    ),
    (
        "Hợp nhất bộ phận một cửa liền kề",
        "Giữ nguyên số máy và chỗ ngồi trong tháng đầu để người dân quen dần.",
    ),
];
