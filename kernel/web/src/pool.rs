//! A few threads for work that takes long and touches no database: hashing passwords, reading workbooks.
//!
//! Such work inside the one writer or inside the threads that answer would hold everybody up. Here at most half of the
//! machine is busy with it, at a lower priority than pages, and what does not fit into the queue is refused at once.

use base::{Outcome, Refusal, Status, Stop};
use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};
use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// The threads; cheap to clone.
#[derive(Clone)]
pub struct Pool(SyncSender<Work>);

/// Threads for such work: half of the machine's cores, at least one.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).div_ceil(2).max(1)
}

/// How much less a thread of a pool gets than one that answers a page, from 0 to 19.
const NICE: i32 = 10;

impl Pool {
    /// Starts the threads of a pool that lets `queue` pieces of work wait.
    pub fn new(name: &str, queue: usize) -> anyhow::Result<Self> {
        let (give, take) = sync_channel::<Work>(queue);
        let take = Arc::new(Mutex::new(take));
        for _ in 0..threads() {
            let take = Arc::clone(&take);
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&take))?;
        }
        Ok(Self(give))
    }

    /// Runs a piece of work and gives back what it made.
    ///
    /// # Errors
    /// Refuses when too much waits already; a fault when the work panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
        let (reply, answer) = oneshot::channel();
        let job: Work = Box::new(move || {
            // Whoever asked may have gone away while the work waited: then it is not done at all.
            if !reply.is_closed() {
                let _ = reply.send(work());
            }
        });
        if self.0.try_send(job).is_err() {
            return Refusal { status: Status::TooMany, ..Refusal::new("refusal-busy") }.stop();
        }
        answer.await.map_err(|_| Stop::Fault(anyhow::anyhow!("a piece of work broke")))
    }
}

fn work(take: &Mutex<Receiver<Work>>) {
    // Where the system does not let a thread step back, it works on all the same.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE);
    loop {
        let next = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)).is_err() {
            tracing::error!("a piece of work panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_is_told_and_a_panic_ends_only_its_own_work() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let pool = Pool::new("thử", 1).unwrap();
            assert!(matches!(pool.run(|| panic!("on purpose")).await, Err::<(), _>(Stop::Fault(_))));
            assert_eq!(pool.run(|| 6 * 7).await.unwrap(), 42);
            let (open, wait) = std::sync::mpsc::channel::<()>();
            let wait = Arc::new(Mutex::new(wait));
            let mut waiting = Vec::new();
            let mut refused = false;
            for _ in 0..threads() + 8 {
                let (pool, wait) = (pool.clone(), Arc::clone(&wait));
                let one =
                    Box::pin(async move { pool.run(move || wait.lock().unwrap().recv().is_ok()).await });
                waiting.push(one);
            }
            let mut started = Vec::new();
            for mut one in waiting {
                let now = std::future::poll_fn(|at| std::task::Poll::Ready(one.as_mut().poll(at))).await;
                match now {
                    std::task::Poll::Ready(Err(Stop::Refused(r))) => refused |= r.status == Status::TooMany,
                    _ => started.push(one),
                }
            }
            assert!(refused);
            for _ in &started {
                open.send(()).unwrap();
            }
        });
    }
}
