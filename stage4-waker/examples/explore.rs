//! A bug that one schedule in a few shows, found by seeds and replayed.
//!
//! Run it: `cargo run -p stage4-waker --example explore`

use std::cell::Cell;
use std::rc::Rc;

use stage3_executor::future::yield_now;
use stage4_waker::explore::Explorer;
use stage4_waker::spawn_local;

fn main() {
    let Err(failure) = Explorer::new(0..1000).run(withdraw_twice) else {
        println!("no schedule overdraws the account");
        return;
    };
    print!("{failure}");
    let again = Explorer::seed(failure.seed).run(withdraw_twice);
    let same = again.is_err_and(|again| again.events == failure.events);
    println!(
        "replayed: {}",
        if same {
            "the same, byte for byte"
        } else {
            "different"
        }
    );
}

/// Two tasks look, then wait, then take: right only if they do it one after the other.
async fn withdraw_twice() {
    let balance = Rc::new(Cell::new(100));
    let tasks = [30, 80].map(|amount| spawn_local(withdraw(balance.clone(), amount)));
    for task in tasks {
        task.await.expect("a withdrawal does not panic");
    }
    assert!(
        balance.get() >= 0,
        "the account is overdrawn: {}",
        balance.get()
    );
}

async fn withdraw(balance: Rc<Cell<i32>>, amount: i32) {
    if balance.get() >= amount {
        yield_now().await;
        balance.set(balance.get() - amount);
    }
}

#[test]
fn some_schedule_overdraws_the_account() {
    assert!(Explorer::new(0..1000).run(withdraw_twice).is_err());
}
