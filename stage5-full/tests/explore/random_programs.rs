//! Programs that are drawn at random, as their schedules are: tasks that start, await, abort, time out, wake, call and drop each
//! other in every way, and destructors that do so too. Each future is dropped once, and each task ends.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use stage4_waker::channel::oneshot;
use stage5_full::explore::{Explorer, Faults};
use stage5_full::net::{TcpListener, TcpStream};
use stage5_full::spawn;
use stage5_full::task::{AbortHandle, JoinHandle, JoinSet, yield_now};
use stage5_full::time::{sleep, timeout};

use crate::seeds;

/// What the tasks of a program know of each other.
#[derive(Default)]
struct Crowd {
    born: AtomicUsize,
    gone: AtomicUsize,
    to_abort: Mutex<Vec<AbortHandle>>,
    to_wake: Mutex<Vec<Waker>>,
}

impl Crowd {
    fn may_abort(&self, handle: AbortHandle) {
        self.to_abort.lock().unwrap().push(handle);
    }

    fn abort_one(&self, index: usize) {
        let handles = self.to_abort.lock().unwrap();
        let handle = handles.get(index % handles.len().max(1)).cloned();
        drop(handles);
        handle.iter().for_each(AbortHandle::abort);
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.to_wake.lock().unwrap());
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// A future's life. Its end disturbs others.
struct Life {
    crowd: Arc<Crowd>,
    number: usize,
}

impl Life {
    fn new(crowd: &Arc<Crowd>) -> Self {
        let number = crowd.born.fetch_add(1, Relaxed);
        let crowd = crowd.clone();
        Life { crowd, number }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.crowd.gone.fetch_add(1, Relaxed);
        match self.number % 4 {
            0 => self.crowd.wake_all(),
            1 => self.crowd.abort_one(self.number),
            _ => {}
        }
    }
}

/// One task's behaviour, and by what it is drawn.
struct Actor {
    life: Life,
    random: SmallRng,
    /// How many generations it may have.
    depth: u32,
}

type Behaviour = Pin<Box<dyn Future<Output = usize> + Send>>;

impl Actor {
    fn child(&mut self) -> Actor {
        Actor {
            life: Life::new(&self.life.crowd),
            random: SmallRng::seed_from_u64(self.random.random()),
            depth: self.depth.saturating_sub(1),
        }
    }

    fn start_child(&mut self) -> JoinHandle<usize> {
        let handle = spawn(self.child().live());
        self.life.crowd.may_abort(handle.abort_handle());
        handle
    }

    fn live(mut self) -> Behaviour {
        Box::pin(async move {
            for _ in 0..self.random.random_range(1..5) {
                match self.depth {
                    0 => self.act_alone().await,
                    _ => self.act_with_children().await,
                }
            }
            self.life.number
        })
    }

    async fn act_alone(&mut self) {
        match self.random.random_range(0..6) {
            0 => yield_now().await,
            1 => sleep(Duration::from_millis(self.random.random_range(0..5))).await,
            2 => self.wait_for_a_nudge().await,
            3 => self.life.crowd.wake_all(),
            4 => self.life.crowd.abort_one(self.random.random_range(0..1000)),
            _ if self.random.random_bool(0.2) => resume_unwind(Box::new("on purpose")),
            _ => {}
        }
    }

    /// Leaves its waker to others for one poll, or for ever if that is what they do with it.
    async fn wait_for_a_nudge(&self) {
        let mut polls = 0;
        let nudge = poll_fn(|cx| {
            polls += 1;
            let waker = cx.waker().clone();
            self.life.crowd.to_wake.lock().unwrap().push(waker);
            if polls > 2 {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        });
        let _ = timeout(Duration::from_millis(3), nudge).await;
    }

    async fn act_with_children(&mut self) {
        let mut child = self.start_child();
        match self.random.random_range(0..8) {
            0 => drop(child.await),
            1 => drop(child),
            2 => {
                child.abort();
                let result = child.await;
                assert!(result.is_err(), "it had not begun");
            }
            3 => drop(timeout(Duration::from_millis(2), child).await),
            4 => drop(timeout(Duration::from_millis(2), &mut child).await),
            5 => self.keep_a_set().await,
            6 => self.talk_over_tcp().await,
            _ => self.talk().await,
        }
        self.act_alone().await;
    }

    /// Awaits some tasks of a set, and drops it with the others in it.
    async fn keep_a_set(&mut self) {
        let mut set = JoinSet::new();
        for _ in 0..4 {
            set.spawn(self.child().live());
        }
        for _ in 0..self.random.random_range(0..=4) {
            assert!(set.join_next().await.is_some());
        }
        if self.random.random() {
            set.shutdown().await;
            assert!(set.is_empty());
        }
    }

    async fn talk(&mut self) {
        let (sender, receiver) = oneshot::channel();
        let mut child = self.child();
        let speaks = spawn(async move {
            child.act_alone().await;
            sender.send(child.life.number)
        });
        // A child that was aborted or has panicked says nothing.
        let heard = receiver.await;
        let spoken = speaks.await;
        assert_eq!(heard.is_ok(), spoken.is_ok_and(|sent| sent.is_ok()));
    }

    /// Whoever speaks may be aborted or panic at any moment. What it has sent to the end arrives whole.
    async fn talk_over_tcp(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let count = self.random.random_range(0..200_000);
        let mut child = self.child();
        let speaks = spawn(async move {
            let stream = TcpStream::connect(address).await?;
            child.act_alone().await;
            stream.write_all(&vec![7; count]).await
        });
        self.life.crowd.may_abort(speaks.abort_handle());
        let Ok(accepted) = timeout(Duration::from_millis(3), listener.accept()).await else {
            return;
        };
        let mut bytes = Vec::new();
        let read = accepted.unwrap().0.read_to_end(&mut bytes).await;
        assert_eq!(read.unwrap(), bytes.len());
        if let Ok(Ok(())) = speaks.await {
            assert_eq!(bytes.len(), count);
        }
    }
}

async fn random_program(seed: u64, crowd: Arc<Crowd>) {
    let root = Actor {
        life: Life::new(&crowd),
        random: SmallRng::seed_from_u64(seed),
        depth: 3,
    };
    let _ = spawn(root.live()).await;
    // Some have been left to themselves.
    while crowd.born.load(Relaxed) > crowd.gone.load(Relaxed) {
        sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn in_random_programs_each_task_ends_and_each_future_is_dropped_once() {
    for seed in seeds(200) {
        let crowd = Arc::<Crowd>::default();
        let program = || random_program(seed, crowd.clone());
        let explorer = Explorer::seed(seed).workers(3).faults(Faults::harmless());
        explorer.run(program).unwrap();
        assert_eq!(crowd.born.load(Relaxed), crowd.gone.load(Relaxed));
    }
}

#[test]
fn random_programs_replay_byte_for_byte() {
    for seed in seeds(20) {
        let events = || {
            let explorer = Explorer::seed(seed).faults(Faults::harmless());
            explorer.events(|| random_program(seed, Arc::default()))
        };
        assert_eq!(events(), events());
    }
}
