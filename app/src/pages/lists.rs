//! Every list as a file, `/xuat/units.xlsx`, in the layout that its import reads back.

use crate::exports;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::Refusal;
use web::Cx;
use web::form::{Form, asked_day, download};

pub(super) async fn export(cx: Cx, Path(name): Path<String>, Query(query): Query<Form>) -> Response {
    let out = async {
        let on = asked_day(&query)?.unwrap_or(cx.today);
        let (kind, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        if !exports::is_kind(kind) || !matches!(ending, "xlsx" | "csv") {
            cx.actor()?;
            return Refusal::not_found().stop();
        }
        let (t, wanted) = (cx.t.clone(), kind.to_owned());
        let clock = cx.site.clock.clone();
        let list = cx.read(move |tx, actor| exports::by_kind(tx, &clock, &t, actor, &wanted, on)).await?;
        let name = format!("{}.{ending}", base::fold::fold(&list.name).replace(' ', "-"));
        Ok(match ending {
            "csv" => download(&name, "text/csv; charset=utf-8", list.csv()?),
            _ => download(&name, paper::FileKind::Xlsx.media_type(), list.xlsx()?),
        })
    };
    let out = out.await;
    cx.reply(out)
}
