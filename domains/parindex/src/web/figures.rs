//! All named figures: what each counts, and whether this program knows it.

use crate::figures::{self, Source};
use askama::Template;
use axum::response::Response;
use web::{Cx, Shell};

#[derive(Template)]
#[template(path = "figures.html")]
struct FiguresPage {
    s: Shell,
    sources: &'static [Source],
}

pub(super) async fn show(cx: Cx) -> Response {
    let out = async {
        cx.read(|_, _| Ok(())).await?;
        let mut s = cx.shell(cx.t.say("index-figures"), "/chi-so");
        s.crumbs = vec![("/chi-so".to_owned(), cx.t.say("nav-indices")), (String::new(), s.title.clone())];
        cx.page(&FiguresPage { s, sources: figures::ALL })
    };
    let out = out.await;
    cx.reply(out)
}
