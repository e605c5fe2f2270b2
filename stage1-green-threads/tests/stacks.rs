//! Where stacks come from: many to a mapping, and an error when there are no more.
#![cfg(target_os = "linux")]

mod common;

use std::fs;

use common::{in_a_child, runner, sanitized, stderr};
use stage1_green_threads::{Builder, Coroutine, park, run, spawn};

type Plain = Coroutine<(), (), ()>;

fn coroutine() -> std::io::Result<Plain> {
    Coroutine::new(|suspender, ()| suspender.suspend(()))
}

fn mappings() -> usize {
    fs::read_to_string("/proc/self/maps")
        .unwrap()
        .lines()
        .count()
}

/// Makes the kernel refuse MADV_GUARD_INSTALL as one that does not know it. False if it cannot.
fn refuse_guard_install() -> bool {
    const fn statement(code: u32, k: u32) -> libc::sock_filter {
        jump(code, k, 0, 0)
    }
    const fn jump(code: u32, k: u32, jt: u8, jf: u8) -> libc::sock_filter {
        libc::sock_filter {
            code: code as u16,
            jt,
            jf,
            k,
        }
    }
    const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    const EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    const RETURN: u32 = libc::BPF_RET | libc::BPF_K;
    let mut filter = [
        statement(LOAD, 0), // The system call's number …
        jump(EQUAL, libc::SYS_madvise as u32, 0, 3),
        statement(LOAD, 16 + 2 * 8), // … and the low half of its third argument.
        jump(EQUAL, 102, 0, 1),
        statement(RETURN, libc::SECCOMP_RET_ERRNO | libc::EINVAL as u32),
        statement(RETURN, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog {
        len: 6,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program is valid, and lives during the call.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(
                libc::PR_SET_SECCOMP,
                libc::SECCOMP_MODE_FILTER,
                &raw const program,
            ) == 0
    }
}

/// Whether the kernel guards pages inside a mapping.
fn kernel_has_guard_install() -> bool {
    // SAFETY: a mapping of our own, which stays.
    unsafe {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let page = libc::mmap(std::ptr::null_mut(), 4096, protection, flags, -1, 0);
        runner().is_none() && libc::madvise(page, 4096, 102) == 0
    }
}

#[test]
fn many_stacks_share_one_mapping() {
    let name = "many_stacks_share_one_mapping";
    let Some(output) = in_a_child(name) else {
        let before = mappings();
        let coroutines: Vec<_> = (0..1000).map(|_| coroutine().unwrap()).collect();
        println!("mappings: {}", mappings() - before);
        drop(coroutines);
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let more = text.lines().find_map(|line| line.split_once("mappings: "));
    let more: usize = more.unwrap().1.parse().unwrap();
    if kernel_has_guard_install() {
        assert!(more < 50, "{more} mappings for 1000 stacks");
    } else {
        assert!(more >= 1000, "each stack has a guard of its own");
    }
}

#[test]
fn a_kernel_that_refuses_guards_gets_mprotect_and_overflows_are_caught_all_the_same() {
    let name = "a_kernel_that_refuses_guards_gets_mprotect_and_overflows_are_caught_all_the_same";
    let Some(output) = in_a_child(name) else {
        let refused = refuse_guard_install();
        assert!(refused || runner().is_some(), "no seccomp here");
        let before = mappings();
        let coroutines: Vec<_> = (0..100).map(|_| coroutine().unwrap()).collect();
        eprintln!("mappings: {}", mappings() - before);
        drop(coroutines);
        #[expect(unconditional_recursion, reason = "that is the point")]
        fn forever(depth: u64) -> u64 {
            forever(std::hint::black_box(depth) + 1) + depth
        }
        run(|| {
            let builder = Builder::new().name("old kernel".to_owned());
            builder.spawn(|| forever(0)).unwrap().join().unwrap()
        });
        return;
    };
    let text = stderr(&output);
    let more = text
        .lines()
        .find_map(|line| line.strip_prefix("mappings: "));
    let more: usize = more
        .unwrap_or_else(|| panic!("{output:?}"))
        .parse()
        .unwrap();
    assert!(
        more >= 100,
        "{more} mappings for 100 stacks with guards of their own"
    );
    assert!(
        text.contains("\"old kernel\" has overflowed its stack"),
        "{output:?}"
    );
}

#[test]
fn when_memory_runs_out_the_next_stack_is_an_error() {
    if runner().is_some() || sanitized() {
        return; // An emulator keeps no such limit, and a sanitizer cannot live with one.
    }
    let Some(output) = in_a_child("when_memory_runs_out_the_next_stack_is_an_error") else {
        let limit = libc::rlimit {
            rlim_cur: 1 << 30,
            rlim_max: 1 << 30,
        };
        // SAFETY: the limit is a local.
        let result = unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) };
        assert_eq!(result, 0);
        let large = || Coroutine::<(), (), ()>::with_stack_size(64 << 20, |_, ()| ());
        let mut coroutines = Vec::new();
        let error = loop {
            match large() {
                Ok(coroutine) => coroutines.push(coroutine),
                Err(error) => break error,
            }
        };
        assert!(!coroutines.is_empty());
        assert_eq!(error.kind(), std::io::ErrorKind::OutOfMemory, "{error}");
        println!("error: {error}");
        // What is given back can be used again.
        coroutines.clear();
        large().unwrap().resume(());
        return;
    };
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("error: cannot map a stack"), "{text}");
}

#[test]
fn a_stack_that_no_address_space_can_hold_is_an_error() {
    for bytes in [usize::MAX, usize::MAX / 2, 1 << 60] {
        Plain::with_stack_size(bytes, |_, ()| ()).unwrap_err();
    }
}

#[test]
fn a_tiny_stack_becomes_a_page_and_works() {
    let mut tiny = Plain::with_stack_size(1, |suspender, ()| suspender.suspend(())).unwrap();
    tiny.resume(());
    tiny.resume(());
    assert!(tiny.is_complete());
}

#[test]
fn a_panic_with_a_backtrace_fits_on_the_documented_minimum() {
    if sanitized() {
        return; // What a sanitizer adds to every function needs more.
    }
    let name = "a_panic_with_a_backtrace_fits_on_the_documented_minimum";
    let Some(output) = in_a_child(name) else {
        std::panic::set_hook(Box::new(|info| {
            eprintln!("{info}\n{}", std::backtrace::Backtrace::force_capture());
        }));
        run(|| {
            let builder =
                Builder::new().stack_size(stage1_green_threads::stack::MIN_PANIC_STACK_SIZE);
            let thread = builder.spawn(|| panic!("on a small stack")).unwrap();
            assert!(thread.join().is_err());
        });
        return;
    };
    assert!(output.status.success(), "{output:?}");
    assert!(stderr(&output).contains("on a small stack"));
}

#[test]
fn ten_thousand_green_threads_are_parked_at_once() {
    // ThreadSanitizer takes all of an OS thread's calls for one stack, of at most 65,536 of them.
    let count = if sanitized() { 500 } else { 10_000 };
    run(move || {
        let threads: Vec<_> = (0..count).map(|_| spawn(park)).collect();
        stage1_green_threads::yield_now();
        threads.iter().for_each(|thread| thread.thread().unpark());
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    });
}
