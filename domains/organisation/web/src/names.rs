//! How offices write the names of units, as somebody decided.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use base::{Right, Stop};
use organisation::{Snapshot, need_unit};
use web::form::{Form, Sent, field};
use web::{Cx, Reply, Shell, see_other};

#[derive(Template)]
#[template(path = "names.html")]
struct NamesPage {
    s: Shell,
    synonyms: Vec<(String, String, String)>,
    wrong: String,
    /// The check of the import that asked.
    back: String,
}

async fn names_page(cx: &Cx, status: StatusCode, wrong: String, back: String) -> Reply {
    let today = cx.today;
    let synonyms = cx
        .read(move |tx, actor| {
            actor.need_somewhere(Right::Assign).or_else(|_| actor.need_somewhere(Right::Administer))?;
            let names = Snapshot::at(tx, today)?;
            Ok(organisation::store::synonyms(tx)?
                .into_iter()
                .map(|s| (s.written, s.unit.map_or(s.group, |u| names.name(u)), s.decided_by))
                .collect())
        })
        .await?;
    let s = cx.shell(cx.t.say("nav-names"), "/qt/ten-goi");
    cx.page_with(status, &NamesPage { s, synonyms, wrong, back })
}

pub(super) async fn names(cx: Cx) -> Response {
    let out = names_page(&cx, StatusCode::OK, String::new(), String::new()).await;
    cx.reply(out)
}

pub(super) async fn decide(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        // Asked from the check of an import: the answer leads back there.
        let asked = form.get("ve").filter(|to| to.starts_with("/nhap/")).cloned().unwrap_or_default();
        let back = if asked.is_empty() { "/qt/ten-goi?xong=saved".to_owned() } else { asked.clone() };
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Assign).or_else(|_| actor.need_somewhere(Right::Administer))?;
                if form.contains_key("written") {
                    let unit = need_unit(tx, today, &form, "unit")?;
                    let written = field(&form, "written");
                    organisation::acts::decide_spelling(tx, clock, actor, &written, None, Some(unit), "")?;
                    return Ok(Vec::new());
                }
                let mut unknown = Vec::new();
                // Many at once, from the check of an import; empty ones are decided another time.
                for (name, text) in &form {
                    let Some(number) = name.strip_prefix("unit.") else { continue };
                    let written = field(&form, &format!("written.{number}"));
                    let unit = match text.trim() {
                        "" => continue,
                        "-" => None,
                        text => {
                            let one: Form = [("unit".to_owned(), text.to_owned())].into();
                            match need_unit(tx, today, &one, "unit") {
                                Ok(unit) => Some(unit),
                                // The other answers are kept; this one is asked again.
                                Err(Stop::Refused(refusal)) => {
                                    unknown.push(refusal);
                                    continue;
                                }
                                Err(fault) => return Err(fault),
                            }
                        }
                    };
                    organisation::acts::decide_spelling(tx, clock, actor, &written, None, unit, "")?;
                }
                Ok(unknown)
            })
            .await;
        match done {
            Ok(unknown) if unknown.is_empty() => Ok(see_other(&back)),
            Ok(unknown) => {
                let told: Vec<String> = unknown.iter().map(|refusal| cx.t.refusal(refusal)).collect();
                names_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, told.join(" "), asked).await
            }
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                names_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, cx.t.refusal(&r), asked).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}
