//! A runtime that has nothing to do.

use super::Settings;
use crate::measure::{Figures, wakeups_of_others};
use crate::peer::Full;
use futures::channel::oneshot;
use std::net::TcpListener;
use std::time::Duration;

const WATCHED: Duration = Duration::from_secs(1);

/// How often the runtime's threads wake while a task waits for connections that do not come, and another for a timer.
pub fn wakeups<P: Full>(settings: Settings) -> Figures {
    P::run(settings.workers, async move {
        P::spawn_detached(async {
            let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
            listener.set_nonblocking(true).expect("a socket");
            let listener = P::listener(listener).expect("within the runtime");
            let _never = P::accept(&listener).await;
        });
        P::spawn_detached(P::sleep(Duration::from_secs(3600)));
        let (tell, told) = oneshot::channel();
        let watcher = std::thread::spawn(move || {
            // By then whatever the start set in motion has come to rest.
            std::thread::sleep(settings.time(Duration::from_millis(300)));
            let before = wakeups_of_others();
            std::thread::sleep(settings.time(WATCHED));
            let _root_waits = tell.send(wakeups_of_others() - before);
        });
        let wakeups = told.await.expect("a watcher");
        watcher.join().expect("the watcher does not panic");
        vec![(
            "wakeups/s",
            wakeups as f64 / settings.time(WATCHED).as_secs_f64(),
        )]
    })
}
