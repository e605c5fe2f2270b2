//! Linux, macOS and the other Unixes.

use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::time::Duration;

/// CPU time that all threads of this process have used, in user and kernel mode.
pub(crate) fn cpu_time() -> Option<Duration> {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `usage` is large enough, and getrusage only writes to it.
    let result = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    // SAFETY: all zeroes is a valid rusage, whatever getrusage has written.
    let usage = unsafe { usage.assume_init() };
    (result == 0).then(|| duration(usage.ru_utime) + duration(usage.ru_stime))
}

fn duration(time: libc::timeval) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000)
}

/// OS threads that this process has now.
pub(crate) fn os_threads() -> Option<usize> {
    num_threads::num_threads().map(usize::from)
}

/// How many bytes around `address`, which lies in a stack of `size` bytes, are in memory: the run
/// of resident pages that it belongs to. A stack is touched from its top downwards without gaps,
/// and the pages next to a stack are guards, which never are in memory.
pub(crate) fn touched_stack(address: usize, size: usize) -> Option<usize> {
    let page = page_size()?;
    let most = size / page;
    let here = address / page * page;
    let below = (1..most).take_while(|n| is_resident(here.wrapping_sub(n * page), page));
    let below = below.count();
    let above = (1..most - below).take_while(|n| is_resident(here.wrapping_add(n * page), page));
    Some((below + 1 + above.count()) * page)
}

fn page_size() -> Option<usize> {
    // SAFETY: sysconf only reads.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()
}

fn is_resident(page_address: usize, page: usize) -> bool {
    let mut state = 0;
    // SAFETY: mincore reads no memory at the address, it looks at the page tables (and says so if
    // nothing is mapped there); it writes one byte for one page.
    let result = unsafe {
        libc::mincore(
            std::ptr::without_provenance_mut(page_address),
            page,
            &raw mut state,
        )
    };
    result == 0 && state & 1 == 1
}

/// Raises the number of files that this process may have open to at least `wanted`, as far as the
/// system permits, and gives what it is now. `None`: there is no such limit.
pub(crate) fn open_files_limit(wanted: u64) -> Option<u64> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is valid, and getrlimit only writes to it.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return None;
    }
    let wanted = wanted as libc::rlim_t;
    #[allow(clippy::unnecessary_cast, reason = "FreeBSD counts with a sign")]
    let files = |number: libc::rlim_t| Some(number as u64);
    if limit.rlim_cur >= wanted {
        return files(limit.rlim_cur);
    }
    // First all that is permitted; then less, as macOS has a second limit that it does not tell.
    for target in [limit.rlim_max, wanted, 10_240] {
        let raised = libc::rlimit {
            rlim_cur: target.min(limit.rlim_max),
            ..limit
        };
        // SAFETY: setrlimit only reads `raised`.
        let result = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) };
        if result == 0 && raised.rlim_cur > limit.rlim_cur {
            return files(raised.rlim_cur);
        }
    }
    files(limit.rlim_cur)
}

/// Lets more clients wait to be accepted than the 128 that std asks for: the programs connect a
/// thousand at once, and a client that finds no room tries again only after a second.
pub(crate) fn deepen_backlog(listener: &TcpListener) {
    // SAFETY: the descriptor is open, and to listen again only changes the backlog. If the system
    // says no, the old one stays.
    unsafe { libc::listen(listener.as_raw_fd(), 4096) };
}
