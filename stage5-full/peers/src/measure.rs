//! What a measurement can measure.

use std::fs;
use std::time::{Duration, Instant};

/// The figures of one measurement, by name.
pub type Figures = Vec<(&'static str, f64)>;

/// Does the work twice and measures the second time: by then threads run and the heap is warm.
pub async fn second_of_two(operations: u64, work: impl AsyncFn()) -> Figures {
    work().await;
    let stretch = Stretch::start();
    work().await;
    stretch.per_operation(operations)
}

/// A stretch of time, on the clock and on the CPU.
pub struct Stretch {
    wall: Instant,
    cpu: Duration,
}

impl Stretch {
    /// Starts here.
    pub fn start() -> Self {
        Self {
            wall: Instant::now(),
            cpu: cpu_time(),
        }
    }

    /// Nanoseconds per operation, on the clock and on the CPU.
    pub fn per_operation(&self, operations: u64) -> Figures {
        let wall = self.wall.elapsed().as_nanos() as f64 / operations as f64;
        let cpu = (cpu_time() - self.cpu).as_nanos() as f64 / operations as f64;
        vec![("ns", wall), ("cpu ns", cpu)]
    }
}

/// The CPU time of this process, all threads, user and system.
pub fn cpu_time() -> Duration {
    read_clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// What a clock of the OS shows.
pub fn read_clock(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes the `timespec` that it is given.
    let status = unsafe { libc::clock_gettime(clock, &mut time) };
    assert_eq!(status, 0, "the clock exists");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Keeps this thread, and those that it will start, on the core that it runs on.
pub fn stay_on_this_core() {
    // SAFETY: a `cpu_set_t` is plain data, for which zeroes are the empty set; the calls read it and change nothing else.
    let status = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(libc::sched_getcpu() as usize, &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &set)
    };
    assert_eq!(status, 0, "a thread may stay where it is");
}

/// Resident bytes of this process.
pub fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the measurement runs on Linux");
    field(&status, "VmRSS:") * 1024
}

/// How often the other threads of this process have gone to sleep so far, which is as often as they woke.
pub fn wakeups_of_others() -> u64 {
    // SAFETY: the call has no conditions.
    let own = unsafe { libc::gettid() }.to_string();
    let tasks = fs::read_dir("/proc/self/task").expect("the measurement runs on Linux");
    tasks
        .filter_map(Result::ok)
        .filter(|task| task.file_name() != *own)
        .filter_map(|task| fs::read_to_string(task.path().join("status")).ok())
        .map(|status| field(&status, "voluntary_ctxt_switches:"))
        .sum()
}

/// The number behind a name at the start of a line.
fn field(status: &str, name: &str) -> u64 {
    let rest = status.lines().find_map(|line| line.strip_prefix(name));
    let number = rest.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The milliseconds since then.
pub fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// The median of some times in milliseconds, and the longest.
pub fn of_milliseconds(mut samples: Vec<f64>) -> Figures {
    samples.sort_by(f64::total_cmp);
    vec![
        ("ms", percentile(&samples, 0.5)),
        ("max ms", samples[samples.len() - 1]),
    ]
}

/// The value below which a share of the sorted samples lies.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share) as usize;
    sorted[index.min(sorted.len() - 1)]
}
