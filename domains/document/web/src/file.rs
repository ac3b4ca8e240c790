//! Files, as downloads.

use axum::{extract::Path, response::Response};
use web::{Cx, form::download};

/// A file, as a download: the text of a document, the evidence of a task that one may see, or one's own.
pub(super) async fn send(cx: Cx, Path(sha): Path<String>) -> Response {
    let rooms = cx.site.rooms;
    let out = async {
        let found = cx
            .read(move |tx, actor| {
                if !web::room::may_have(rooms, tx, actor, &sha)? {
                    return base::Refusal::not_found().stop();
                }
                Ok(document::store::file(tx, &sha)?)
            })
            .await?;
        match found {
            Some((name, media, content)) => Ok(download(&name, &media, content)),
            None => base::Refusal::not_found().stop(),
        }
    };
    let out = out.await;
    cx.reply(out)
}
