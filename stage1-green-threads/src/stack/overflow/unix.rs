//! On Unix an overflow is a SIGSEGV (Linux) or SIGBUS (macOS).
//!
//! The handler runs on the thread's alternate signal stack. Threads of std have one; others get one
//! from us.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use super::message_for;
use crate::stack::sys;

/// For a handler, with room for the largest registers of any machine.
const ALTERNATE_STACK_SIZE: usize = 64 * 1024;

/// Who handled a signal before us.
struct Previous {
    signal: libc::c_int,
    /// SIG_DFL, SIG_IGN, or a function.
    action: AtomicUsize,
    flags: AtomicI32,
}

static PREVIOUS: [Previous; 2] = [previous(libc::SIGSEGV), previous(libc::SIGBUS)];

const fn previous(signal: libc::c_int) -> Previous {
    Previous {
        signal,
        action: AtomicUsize::new(libc::SIG_DFL),
        flags: AtomicI32::new(0),
    }
}

pub(in crate::stack) fn watch_this_thread() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| PREVIOUS.iter().for_each(install));
    provide_alternate_stack();
}

/// Puts our handler before the one that is there.
fn install(previous: &Previous) {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: all pointers are to locals; zeros are a valid sigaction; the handler has the signature
    // that SA_SIGINFO asks for and is async-signal-safe.
    unsafe {
        libc::sigaction(previous.signal, ptr::null(), action.as_mut_ptr());
        let mut action = action.assume_init();
        // Ordering: whoever runs the handler does so after `sigaction` below, a system call.
        previous
            .action
            .store(action.sa_sigaction, Ordering::Relaxed);
        previous.flags.store(action.sa_flags, Ordering::Relaxed);
        let function: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = handle;
        action.sa_sigaction = function as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(previous.signal, &raw const action, ptr::null_mut());
    }
}

/// Gives this OS thread an alternate signal stack, unless it has one. It stays for ever: such threads
/// are few, and one that ends may still have a signal to come.
fn provide_alternate_stack() {
    // SAFETY: all pointers are to locals, and the stack given is mapped for this alone.
    unsafe {
        let mut stack = MaybeUninit::<libc::stack_t>::zeroed().assume_init();
        libc::sigaltstack(ptr::null(), &raw mut stack);
        if stack.ss_flags & libc::SS_DISABLE == 0 {
            return;
        }
        let Ok(start) = sys::map(ALTERNATE_STACK_SIZE) else {
            return; // Then an overflow is a fault without a message.
        };
        stack.ss_sp = start.as_ptr().cast();
        stack.ss_size = ALTERNATE_STACK_SIZE;
        stack.ss_flags = 0;
        libc::sigaltstack(&raw const stack, ptr::null_mut());
    }
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel gives us a valid siginfo, and both signals have an address.
    let address = unsafe { (*info).si_addr() }.addr();
    if let Some(message) = message_for(address) {
        let text = message.as_bytes();
        // SAFETY: `write` and `abort` are async-signal-safe, and the text is valid.
        unsafe {
            libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len());
            libc::abort();
        }
    }
    pass_on(signal, info, context);
}

/// Does what would have been done without us.
fn pass_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(previous) = PREVIOUS.iter().find(|previous| previous.signal == signal) else {
        return;
    };
    let action = previous.action.load(Ordering::Relaxed);
    let flags = previous.flags.load(Ordering::Relaxed);
    // SAFETY: what was a handler of this kind still is one; zeros are a valid sigaction.
    unsafe {
        match action {
            // To return with the default action in place repeats the fault, which then ends the process.
            libc::SIG_DFL | libc::SIG_IGN => {
                let mut default = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &raw const default, ptr::null_mut());
            }
            _ if flags & libc::SA_SIGINFO != 0 => {
                type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
                std::mem::transmute::<usize, Handler>(action)(signal, info, context);
            }
            _ => std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(action)(signal),
        }
    }
}
