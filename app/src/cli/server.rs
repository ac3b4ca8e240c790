//! Serves the pages, and seals the trail while it runs.

use super::{Open, said, say};
use crate::{pages, post::Post, seal};
use anyhow::Context as _;
use base::{Clock, Outcome};
use chase::{
    acts::{digest, hooks, outbox},
    store::Kind,
};
use db::{Database, Tx};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use web::Site;

fn resolve(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<Option<(base::Actor, String)>> {
    let found = match token.strip_prefix(web::BEARER) {
        Some(token) => account::acts::actor_of_token(tx, clock, token)?,
        None => account::acts::actor(tx, clock, token)?,
    };
    let Some(actor) = found else { return Ok(None) };
    let place = match actor.unit {
        Some(unit) => organisation::Snapshot::at(tx, clock.today())?.name(unit),
        None => String::new(),
    };
    Ok(Some((actor, place)))
}

/// Builds the site that the routes share.
pub fn site(db: &Database, clock: &Clock, demo: bool) -> anyhow::Result<Site> {
    Ok(Site {
        db: db.clone(),
        clock: clock.clone(),
        catalogue: crate::catalogue()?,
        resolve: Arc::new(resolve),
        demo,
        has_mail: false,
    })
}

/// Makes the calls that wait, each signed with its address's secret.
///
/// # Errors
/// When the database fails.
pub fn tell_all(db: &Database, clock: &Clock) -> Outcome<usize> {
    let hooks = db.read_now(|tx| Ok(chase::store::hooks(tx)?))?;
    outbox::send(db, clock, Kind::Call, &|call| {
        let hook = hooks.iter().find(|h| h.id == call.target).context("an address that is no more")?;
        crate::post::tell(&hook.secret, call, clock.now())
    })
}

/// Calls what is due, writes digests and, with a mail server, sends them.
fn look(db: &Database, clock: &Clock, texts: &base::texts::Texts, post: Option<&Post>) {
    let told = |what: &str, outcome: Outcome<usize>| {
        if let Err(stop) = outcome {
            tracing::error!(%stop, "{what}");
        }
    };
    let c = clock.clone();
    told("calling what is due", db.act_now(move |tx| chase::acts::sweep(tx, &c, crate::matters::SOURCES)));
    let (c, t) = (clock.clone(), texts.clone());
    told("writing digests", db.act_now(move |tx| digest::write_digests(tx, &c, &t)));
    let c = clock.clone();
    told("writing what other programs are told", db.act_now(move |tx| hooks::write_calls(tx, &c)));
    told("telling other programs", tell_all(db, clock));
    if let Some(post) = post {
        told("sending mail", outbox::send(db, clock, Kind::Mail, &|mail| post.send(mail)));
    }
}

pub(crate) fn serve(open: Open, listen: SocketAddr, post: Option<Post>) -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    // A demo city stays marked as one, however it is served.
    let demo =
        open.db.read_now(|tx| Ok(tx.setting("demo")?.is_some())).map_err(|stop| said(&open.texts, stop))?;
    let clock = open.clock.clone();
    let link = open
        .db
        .act_now(move |tx| account::acts::first_link(tx, &clock))
        .map_err(|stop| said(&open.texts, stop))?;
    let site = Site { has_mail: post.is_some(), ..site(&open.db, &open.clock, demo)? };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener =
            tokio::net::TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
        let address = listener.local_addr()?;
        say(&format!("http://{address}"));
        if let Some(link) = link {
            say(&format!("{}: http://{address}/bat-dau?ma={link}", open.texts.say("cli-first-link")));
        }
        let (db, clock, key) = (open.db.clone(), open.clock.clone(), open.key);
        let sealing = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(2)).await;
                let clock = clock.clone();
                if let Err(stop) = db.act(move |tx| Ok(db::trail::seal(tx, &clock, &key)?)).await {
                    tracing::error!(%stop, "sealing the trail");
                }
            }
        });
        let (db, clock, texts) = (open.db.clone(), open.clock.clone(), open.texts.clone());
        let post = post.map(Arc::new);
        let calling = tokio::spawn(async move {
            loop {
                let (db, clock, texts, post) = (db.clone(), clock.clone(), texts.clone(), post.clone());
                let looked = tokio::task::spawn_blocking(move || look(&db, &clock, &texts, post.as_deref()));
                if let Err(fault) = looked.await {
                    tracing::error!(%fault, "calling what is due");
                }
                tokio::time::sleep(Duration::from_secs(15)).await;
            }
        });
        let service = pages::router(site).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(stopped()).await?;
        sealing.abort();
        calling.abort();
        anyhow::Ok(())
    })?;
    seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupted => {}, _ = term.recv() => {} }
            return;
        }
    }
    let _ = interrupted.await;
}
