//! A survey of citizens about the districts, still being collected: half of them have enough answers.

use super::{City, Dice};
use base::{Actor, Clock, Outcome};
use db::Tx;
use survey::{
    acts, rules, store,
    words::{Answer, Kind, Question, Values},
};

/// The questions, with the leaf of the index that each feeds.
const QUESTIONS: &[(&str, &str)] = &[
    ("Bạn hài lòng về sự chỉ đạo, điều hành của lãnh đạo ở mức nào?", "1.10"),
    ("Văn bản, thông báo của cơ quan có rõ ràng, dễ hiểu không?", "2.5"),
    ("Công chức tiếp bạn có đúng mực, tận tình không?", "3.10.1"),
    ("Bạn hài lòng về thời gian giải quyết hồ sơ ở mức nào?", "3.10.2"),
    ("Khi hồ sơ trễ hẹn, bạn có hài lòng về lời xin lỗi và ngày hẹn mới không?", ""),
    ("Bạn hài lòng về dịch vụ công trực tuyến ở mức nào?", "7.10"),
    ("Nhìn chung, bạn hài lòng về phục vụ của cơ quan ở mức nào?", "8.4"),
];

fn values(good: usize, dice: &mut Dice) -> Values {
    let one = |at: usize, dice: &mut Dice| {
        // Most were never late, so that the question on apologies seldom applies.
        if at == 4 && dice.below(4) > 0 {
            return None;
        }
        let drop = if dice.below(100) < good { dice.below(2) } else { 1 + dice.below(4) };
        u8::try_from(5 - drop).ok()
    };
    (0..QUESTIONS.len()).map(|at| one(at, dice)).collect()
}

pub(super) fn surveys(tx: &Tx<'_>, clock: &Clock, actor: &Actor, city: &City) -> Outcome<()> {
    let mut dice = Dice::new(23);
    let last = clock.today().year() - 1;
    let issuer = city.home_affairs();
    let new = acts::New {
        title: format!("Hài lòng của người dân về phục vụ của cơ quan hành chính năm {last}"),
        respondents: "Người dân đã giải quyết thủ tục trong 12 tháng qua".to_owned(),
        feeds: format!("CD-{last}-01"),
        least_seconds: 20,
    };
    let made = acts::make(tx, clock, actor, issuer, new)?;
    let questions = (1_i64..).zip(QUESTIONS).map(|(position, (words, leaf))| Question {
        position,
        words: (*words).to_owned(),
        kind: Kind::Likert,
        leaf: (*leaf).to_owned(),
    });
    acts::put_questions(tx, clock, actor, (&made.code, made.version), questions.collect())?;
    for district in &city.districts {
        store::put_sample(tx, made.id, district.office, 40, 30)?;
    }
    acts::turn(tx, clock, actor, &made.code, ("open", made.version + 1))?;
    for (n, district) in city.districts.iter().enumerate() {
        let answers = if n % 2 == 0 { 36 } else { 12 };
        for at in 0..answers {
            let channel = ["link", "kiosk", "paper"].get(dice.below(3)).copied().unwrap_or("link");
            // One in a while answers without reading.
            let values =
                if at == 7 { vec![Some(5); QUESTIONS.len()] } else { values(88 - n % 7 * 4, &mut dice) };
            let flags = rules::flags(
                &values,
                (channel != "paper").then_some(if at == 7 { 6 } else { 60 }),
                made.least_seconds,
                &[],
            );
            let answer = Answer {
                seq: store::next_seq(tx, made.id)?,
                unit: district.office,
                channel: channel.to_owned(),
                given_on: clock.today(),
                values,
                state: if flags.is_empty() { "valid" } else { "flagged" }.to_owned(),
                flags: flags.into_iter().map(str::to_owned).collect(),
            };
            store::insert_answer(tx, made.id, &answer)?;
        }
    }
    Ok(())
}
