//! Serves the pages, and seals the trail while it runs.

use super::{Common, Open, disk, keeping, said, say, say_error};
use crate::{
    listen, pages,
    post::{Caller, Post, Reach},
    seal,
};
use anyhow::Context as _;
use base::{Clock, Outcome, Span, texts::Texts};
use chase::{
    acts::{digest, hooks, outbox},
    store::Kind,
};
use db::{Database, Tx};
use std::{
    fs::File,
    net::SocketAddr,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};
use web::{Doors, Pool, Promised, Site, Who};

/// Between two rounds of what goes on in the background.
const ROUND: Duration = Duration::from_secs(15);
/// Where acts run side by side, lines so young wait for their neighbours before they are sealed.
const SETTLED_SECONDS: i64 = 3;
/// Sign-ins that may wait for their hash: a whole city at eight in the morning.
const WAITING_SIGN_INS: usize = 1_000;
/// Files that may wait to be read; each is up to 50 MB of memory.
const WAITING_FILES: usize = 8;

fn of_account(tx: &Tx<'_>, clock: &Clock, account: base::Uuid) -> Outcome<Option<Who>> {
    let account = account::store::by_id(tx, base::ids::AccountId(account))?.filter(|found| !found.disabled);
    let Some(account) = account else { return Ok(None) };
    let actor = account::acts::actor_of(tx, clock, &account)?;
    let place = place_of(tx, clock, &actor)?;
    Ok(Some(Who { actor, place, may_change: true, is_stale: false }))
}

fn place_of(tx: &Tx<'_>, clock: &Clock, actor: &base::Actor) -> Outcome<String> {
    Ok(match actor.unit {
        Some(unit) => organisation::Snapshot::at(tx, clock.today())?.name(unit),
        None => String::new(),
    })
}

fn resolve(tx: &Tx<'_>, clock: &Clock, token: &str, idle_minutes: i64) -> Outcome<Option<Who>> {
    let found = match token.strip_prefix(web::BEARER) {
        Some(token) => account::acts::actor_of_token(tx, clock, token)?.map(|(who, may)| (who, may, false)),
        None => match account::acts::actor(tx, clock, token, idle_minutes)? {
            Some(actor) => Some((actor, true, account::acts::is_stale(tx, clock, token)?)),
            None => None,
        },
    };
    let Some((actor, may_change, is_stale)) = found else { return Ok(None) };
    let place = place_of(tx, clock, &actor)?;
    Ok(Some(Who { actor, place, may_change, is_stale }))
}

/// Builds the site that the routes share.
pub fn site(db: &Database, clock: &Clock, demo: bool) -> anyhow::Result<Site> {
    Ok(Site {
        db: db.clone(),
        clock: clock.clone(),
        answers: web::Answers { of: account::store::answer_of, keep: account::store::keep_answer },
        rooms: crate::ROOMS,
        catalogue: crate::catalogue()?,
        resolve: Arc::new(resolve),
        of_account: Arc::new(of_account),
        promised: Promised::default(),
        touch: Arc::new(account::acts::touch),
        demo,
        has_mail: false,
        doors: Doors::default(),
        hashing: Pool::new("hashing", WAITING_SIGN_INS)?,
        reading: Pool::new("reading", WAITING_FILES)?,
    })
}

/// Makes the calls that wait, each signed with its address's secret.
///
/// # Errors
/// When the database fails.
pub fn tell_all(db: &Database, clock: &Clock, caller: &Caller) -> Outcome<usize> {
    let hooks = db.read_now(|tx| Ok(chase::store::hooks(tx)?))?;
    outbox::send_by_target(db, clock, Kind::Call, &|call| {
        let hook = hooks.iter().find(|h| h.id == call.target).context("an address that is no more")?;
        caller.tell(&hook.secret, call, clock.now())
    })
}

fn told(what: &str, outcome: Outcome<usize>) {
    if let Err(stop) = outcome {
        tracing::error!(%stop, "{what}");
    }
}

/// Calls what is due and writes what others are to be told.
fn look(db: &Database, clock: &Clock, texts: &Texts) {
    let c = clock.clone();
    told("calling what is due", db.act_now(move |tx| chase::acts::sweep(tx, &c, &crate::OWES)));
    let (c, t) = (clock.clone(), texts.clone());
    told("writing digests", db.act_now(move |tx| digest::write_digests(tx, &c, &t)));
    let c = clock.clone();
    told("writing what other programs are told", db.act_now(move |tx| hooks::write_calls(tx, &c)));
}

/// Repeats something on a thread of its own, with a pause between, until what it returns is dropped.
fn every(name: &str, pause: Duration, mut work: impl FnMut() + Send + 'static) -> anyhow::Result<Sender<()>> {
    let (running, stopped) = channel::<()>();
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        loop {
            // What panics once is tried again like anything else that failed.
            if std::panic::catch_unwind(std::panic::AssertUnwindSafe(&mut work)).is_err() {
                tracing::error!("work in the background panicked");
            }
            if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    })?;
    Ok(running)
}

/// What goes on beside the pages, each on a thread of its own, so that a mail server or an address that hangs holds
/// nothing else up.
fn begin_background(
    open: &Open,
    caller: Caller,
    post: Option<Post>,
    idle_minutes: i64,
) -> anyhow::Result<Vec<Sender<()>>> {
    let mut running = Vec::new();
    let (db, clock, key) = (open.db.clone(), open.clock.clone(), open.key);
    running.push(every("sealing", Duration::from_secs(2), move || {
        let (clock, settled) = (clock.clone(), Span::new().seconds(SETTLED_SECONDS));
        if let Err(stop) = db.act_beside_now(move |tx| Ok(db::trail::seal(tx, &clock, &key, settled)?)) {
            tracing::error!(%stop, "sealing the trail");
        }
    })?);
    let (db, clock, texts) = (open.db.clone(), open.clock.clone(), open.texts.clone());
    running.push(every("calling", ROUND, move || look(&db, &clock, &texts))?);
    let (db, clock) = (open.db.clone(), open.clock.clone());
    running.push(every("telling", ROUND, move || {
        told("telling other programs", tell_all(&db, &clock, &caller));
    })?);
    if let Some(post) = post {
        let (db, clock) = (open.db.clone(), open.clock.clone());
        running.push(every("mailing", ROUND, move || {
            told("sending mail", outbox::send(&db, &clock, Kind::Mail, &|mail| post.send(mail)));
        })?);
    }
    let (db, clock) = (open.db.clone(), open.clock.clone());
    running.push(every("sweeping", Duration::from_secs(3600), move || {
        let clock = clock.clone();
        if let Err(stop) = db.act_now(move |tx| account::acts::sweep(tx, &clock, idle_minutes)) {
            tracing::error!(%stop, "removing what has run out");
        }
    })?);
    Ok(running)
}

/// How a server is to run.
pub(crate) struct Serving {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// The mail server.
    pub(crate) post: Option<Post>,
    /// How the door is kept.
    pub(crate) doors: Doors,
    /// Where calls to other programs may go.
    pub(crate) reach: Reach,
    /// Whether a second server on the folder, or another day, is meant.
    pub(crate) is_rehearsal: bool,
}

impl Serving {
    /// A server for trying out.
    pub(crate) fn on(listen: SocketAddr) -> Self {
        Self { listen, post: None, doors: Doors::default(), reach: Reach::default(), is_rehearsal: false }
    }
}

/// Holds the folder's lock for one server: a second one would send the same mails and calls twice over.
pub(super) fn alone(common: &Common, texts: &Texts, is_rehearsal: bool) -> anyhow::Result<Option<File>> {
    disk::make_folder(&common.data)?;
    let lock = keeping::lock_file(&common.data, "trongtam.serve.lock")?;
    if lock.try_lock().is_ok() {
        return Ok(Some(lock));
    }
    anyhow::ensure!(is_rehearsal, "{}", texts.say("cli-second-server"));
    say_error(&texts.say("cli-second-server-rehearsal"));
    Ok(None)
}

pub(crate) fn serve(open: Open, how: Serving) -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    // A demo city stays marked as one, however it is served.
    let demo =
        open.db.read_now(|tx| Ok(tx.setting("demo")?.is_some())).map_err(|stop| said(&open.texts, stop))?;
    let clock = open.clock.clone();
    let link = open
        .db
        .act_now(move |tx| account::acts::first_link(tx, &clock))
        .map_err(|stop| said(&open.texts, stop))?;
    let doors = how.doors;
    let (proxies, idle) = (Arc::clone(&doors.proxies), doors.idle_minutes);
    let site = Site { has_mail: how.post.is_some(), doors, ..site(&open.db, &open.clock, demo)? };
    let most = listen::room_for_connections();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(how.listen)
            .await
            .with_context(|| format!("listening on {}", how.listen))?;
        let address = listener.local_addr()?;
        say(&format!("http://{address}"));
        if let Some(link) = link {
            say(&format!("{}: http://{address}/bat-dau?ma={link}", open.texts.say("cli-first-link")));
        }
        // A rehearsal on a folder that others work in calls nobody, sends nothing and removes nothing.
        let _running = match how.is_rehearsal {
            true => Vec::new(),
            false => begin_background(&open, Caller::new(how.reach, Caller::PATIENCE), how.post, idle)?,
        };
        listen::serve(listener, pages::router(site), proxies, most, stopped()).await
    });
    // Work that still runs ends with the process; an act that is not acknowledged is not kept.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served?;
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
