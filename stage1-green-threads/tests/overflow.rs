//! An overflow ends the process with a message that says whose stack it was.

mod common;

use common::{in_a_child, sanitized, stderr};
use stage1_green_threads::{Builder, Coroutine, run, spawn};

/// Uses up any stack.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    if depth == u64::MAX {
        return 0;
    }
    deeper(depth + 1) + here[(depth % 64) as usize]
}

#[test]
fn the_message_names_the_green_thread_and_its_stack_size() {
    let name = "the_message_names_the_green_thread_and_its_stack_size";
    let Some(output) = in_a_child(name) else {
        run(|| {
            let builder = Builder::new().name("greedy".to_owned());
            let thread = builder.stack_size(128 * 1024).spawn(|| deeper(0));
            thread.unwrap().join().unwrap()
        });
        return;
    };
    let text = stderr(&output);
    assert!(!output.status.success());
    let expected = "\"greedy\" has overflowed its stack of 131072 bytes";
    assert!(
        text.contains("green thread ") && text.contains(expected),
        "{output:?}"
    );
}

#[test]
fn a_green_thread_without_a_name_is_known_by_its_number() {
    let Some(output) = in_a_child("a_green_thread_without_a_name_is_known_by_its_number") else {
        run(|| spawn(|| deeper(0)).join().unwrap());
        return;
    };
    let text = stderr(&output);
    assert!(!output.status.success());
    let expected = " has overflowed its stack of 65536 bytes";
    assert!(
        text.contains("\ngreen thread ") && text.contains(expected),
        "{output:?}"
    );
}

#[test]
fn a_coroutine_outside_of_the_scheduler_is_reported_too() {
    let Some(output) = in_a_child("a_coroutine_outside_of_the_scheduler_is_reported_too") else {
        Coroutine::<(), (), u64>::new(|_, ()| deeper(0))
            .unwrap()
            .resume(());
        return;
    };
    let expected = "a coroutine has overflowed its stack of 65536 bytes";
    assert!(stderr(&output).contains(expected), "{output:?}");
}

#[test]
fn the_overflow_of_an_ordinary_thread_is_still_reported_by_std() {
    let name = "the_overflow_of_an_ordinary_thread_is_still_reported_by_std";
    let Some(output) = in_a_child(name) else {
        // Our handler is in place once there is a stack.
        run(|| ());
        let builder = std::thread::Builder::new().name("ordinary".to_owned());
        builder.spawn(|| deeper(0)).unwrap().join().unwrap();
        return;
    };
    let text = stderr(&output);
    assert!(!output.status.success());
    assert!(!text.contains("green thread"), "{output:?}");
    // Windows: std's report does not appear under wine, with or without us.
    if cfg!(unix) && !sanitized() {
        let reported = text.contains("'ordinary'") && text.contains("overflowed");
        assert!(reported, "{output:?}");
    }
}

/// A thread that std has not made has no alternate signal stack of its own.
#[cfg(unix)]
#[test]
fn an_overflow_on_a_thread_of_another_language_is_reported() {
    let name = "an_overflow_on_a_thread_of_another_language_is_reported";
    let Some(output) = in_a_child(name) else {
        extern "C" fn body(_: *mut libc::c_void) -> *mut libc::c_void {
            run(|| spawn(|| deeper(0)).join().unwrap());
            std::ptr::null_mut()
        }
        let mut thread = std::mem::MaybeUninit::uninit();
        let nothing: *mut libc::c_void = std::ptr::null_mut();
        // SAFETY: `thread` is written before it is read; the body takes no argument.
        unsafe {
            libc::pthread_create(thread.as_mut_ptr(), nothing.cast(), body, nothing);
            libc::pthread_join(thread.assume_init(), nothing.cast());
        }
        return;
    };
    let expected = "has overflowed its stack of 65536 bytes";
    assert!(stderr(&output).contains(expected), "{output:?}");
}

/// A handler that was there before is called for faults that are not ours.
#[cfg(unix)]
#[test]
fn a_fault_elsewhere_goes_to_the_handler_that_was_there_before() {
    let name = "a_fault_elsewhere_goes_to_the_handler_that_was_there_before";
    let Some(output) = in_a_child(name) else {
        extern "C" fn before(_: libc::c_int) {
            let text = b"the handler from before\n";
            // SAFETY: both are async-signal-safe, and the text is valid.
            unsafe {
                libc::write(2, text.as_ptr().cast(), text.len());
                libc::_exit(3);
            }
        }
        let handler: extern "C" fn(libc::c_int) = before;
        // SAFETY: the handler is async-signal-safe; and the address that is read is no one's.
        unsafe {
            libc::signal(libc::SIGSEGV, handler as usize);
            libc::signal(libc::SIGBUS, handler as usize);
            run(|| ());
            std::ptr::without_provenance::<u8>(8).read_volatile();
        }
        return;
    };
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(stderr(&output).contains("the handler from before"));
}
