//! Connections: how long a request may take to arrive, how many there may be, and how they end.
//!
//! A connection that has not yet said what it wants costs its sender nothing and holds a place here. Such connections
//! give way, oldest first, when places run out; whoever speaks at once is not touched by how many others stay silent.

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tower::ServiceExt as _;
use web::Proxies;

/// How long the head of a request may take, and how long a connection may wait for its next one.
const HEAD: Duration = Duration::from_secs(15);
/// Bytes of a head at most: a long filter fits.
const LONGEST_HEAD: usize = 64 * 1024;
/// How long running requests may take after the server was told to stop.
pub const GRACE: Duration = Duration::from_secs(10);
/// Connections of one address at most. Three hundred people behind one address, six connections each, fit; a proxy may
/// have as many as there are.
const MOST_OF_ADDRESS: usize = 2_000;
/// Connections at most where the system allows as many.
const MOST: usize = 20_000;
/// Files and sockets that are kept for the database and for what is served.
const KEPT_FILES: u64 = 256;

/// Raises the number of open files as far as the system lets us, and says how many connections fit.
pub fn room_for_connections() -> usize {
    let wanted = u64::try_from(MOST).unwrap_or(u64::MAX) + KEPT_FILES;
    let files = rlimit::increase_nofile_limit(wanted).unwrap_or(1024);
    usize::try_from(files.saturating_sub(KEPT_FILES)).unwrap_or(MOST).clamp(64, MOST)
}

/// Who is connected.
struct Book {
    most: usize,
    proxies: Arc<Proxies>,
    all: usize,
    by_address: HashMap<IpAddr, usize>,
    /// Those that have not sent a whole head yet, oldest first, each with the way to end it.
    silent: BTreeMap<u64, (IpAddr, oneshot::Sender<()>)>,
}

impl Book {
    /// Takes a new connection in, ending the oldest silent one where there is no place; false where that does not help.
    fn enter(&mut self, id: u64, address: IpAddr, end: oneshot::Sender<()>) -> bool {
        let own = self.by_address.get(&address).copied().unwrap_or(0);
        let is_full_for_address = own >= MOST_OF_ADDRESS && !self.proxies.trusts(address);
        if is_full_for_address || self.all >= self.most {
            let oldest = self.silent.iter().find(|(_, (from, _))| !is_full_for_address || *from == address);
            let Some(oldest) = oldest.map(|(id, _)| *id) else { return false };
            if let Some((_, end)) = self.silent.remove(&oldest) {
                let _ = end.send(());
            }
        }
        self.all += 1;
        *self.by_address.entry(address).or_default() += 1;
        self.silent.insert(id, (address, end));
        true
    }

    fn leave(&mut self, id: u64, address: IpAddr) {
        self.silent.remove(&id);
        self.all = self.all.saturating_sub(1);
        if let Some(n) = self.by_address.get_mut(&address) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.by_address.remove(&address);
            }
        }
    }
}

fn open(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves until `stop` is done, then lets running requests end for [`GRACE`].
///
/// # Errors
/// Never at present: a connection that breaks ends alone.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    proxies: Arc<Proxies>,
    most: usize,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let book = Arc::new(Mutex::new(Book {
        most,
        proxies,
        all: 0,
        by_address: HashMap::new(),
        silent: BTreeMap::new(),
    }));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    let mut next = 0;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(fault) => {
                // Mostly no free file: those that end make room.
                tracing::warn!(%fault, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        next += 1;
        let (id, (end, ended)) = (next, oneshot::channel());
        if open(&book).enter(id, peer.ip(), end) {
            one(stream, peer, id, ended, app.clone(), Arc::clone(&book), &graceful);
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("requests that did not end in time were cut off"),
    }
    Ok(())
}

fn one(
    stream: TcpStream,
    peer: SocketAddr,
    id: u64,
    ended: oneshot::Receiver<()>,
    app: Router,
    book: Arc<Mutex<Book>>,
    graceful: &GracefulShutdown,
) {
    let _ = stream.set_nodelay(true);
    let (has_spoken, kept) = (AtomicBool::new(false), Arc::clone(&book));
    let service = service_fn(move |mut request: Request<Incoming>| {
        if !has_spoken.swap(true, Ordering::Relaxed) {
            open(&kept).silent.remove(&id);
        }
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request.map(Body::new))
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // The way to end it is dropped once it has spoken; only a message ends it.
        let told_to_end = async {
            if ended.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            // What goes wrong on one connection is its own affair.
            _ = connection => {}
            () = told_to_end => {}
        }
        open(&book).leave(id, peer.ip());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_connections_give_way_and_an_office_fits() {
        let mut book = Book {
            most: 3,
            proxies: Arc::new(Proxies(Vec::new())),
            all: 0,
            by_address: HashMap::new(),
            silent: BTreeMap::new(),
        };
        let address: IpAddr = "203.0.113.7".parse().unwrap();
        let mut ends = Vec::new();
        for n in 0..4 {
            let (end, mut ended) = oneshot::channel();
            assert!(book.enter(n + 1, address, end));
            assert!(ended.try_recv().is_err());
            ends.push(ended);
        }
        // The first one gave way to the fourth.
        assert!(ends[0].try_recv().is_ok());
        book.leave(1, address);
        assert_eq!(book.all, 3);
        // Those that have spoken are not ended for a new one.
        book.silent.clear();
        let (end, _ended) = oneshot::channel();
        assert!(!book.enter(9, address, end));
        const { assert!(MOST_OF_ADDRESS >= 300 * 6) };
    }
}
