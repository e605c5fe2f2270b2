//! A function that can be left in its middle and come back to.
//!
//! ```text
//!              resume(input)                       suspend(yielded)
//!   resumer ──────────────────► coroutine ──────────────────► resumer ── … ──► Complete(returned)
//! ```
//!
//! A [`Coroutine`] has a stack of its own; [`Coroutine::resume`] goes there (this file) and
//! [`Suspender::suspend`] comes back (`suspender.rs`). Between them the coroutine's function runs, above the
//! first frame of its stack (`bottom.rs`). What is handed over travels as `word.rs` says.
//!
//! Invariants:
//!
//! - `Coroutine::suspended` is null exactly if the coroutine is complete. Then nothing is alive on its
//!   stack.
//! - What goes in is an `Input`, or nothing if `Base::cancelled` says that the coroutine is to unwind.
//!   What comes out is a `Yield`, or, from a coroutine that is complete now, the address of a
//!   `thread::Result<Return>`.
//! - No unwinding crosses the switch: a panic is caught at the coroutine's bottom, carried over as a
//!   value, and raised again by the resumer.

mod bottom;
mod suspender;
mod word;

use std::any::Any;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, size_of};
use std::panic;
use std::ptr::{self, NonNull};
use std::thread;

pub(crate) use bottom::ForcedUnwind;
pub use suspender::Suspender;

use bottom::{Payload, entry, payload_below, take_result};
use word::{pack, unpack};

use crate::stack::Stack;
use crate::switch::{Base, StackPointer, Word, enter, prepare};
use crate::trace::TaskId;

/// How often a coroutine that is being dropped may catch the unwinding and suspend again.
const CANCEL_ATTEMPTS: usize = 3;

/// A closure larger than this is put on the heap, not on the coroutine's stack.
const LARGEST_CLOSURE: usize = 1024;

type BoxedFunction<Input, Yield, Return> =
    Box<dyn FnOnce(&Suspender<Input, Yield>, Input) -> Return>;

/// What [`Coroutine::resume`] came back with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoroutineState<Yield, Return> {
    /// The coroutine has suspended itself, and can be resumed.
    Yielded(Yield),
    /// The coroutine's function has returned.
    Complete(Return),
}

/// A function with a stack of its own, which can suspend itself and be resumed.
///
/// It stays on the OS thread that made it (it is not `Send`). Dropping one that is suspended unwinds
/// its stack, so that the destructors of what lives there run.
///
/// # Examples
///
/// ```
/// use stage1_green_threads::{Coroutine, CoroutineState};
///
/// let mut adder = Coroutine::new(|suspender, mut number: u32| {
///     let mut sum = 0;
///     while number != 0 {
///         sum += number;
///         number = suspender.suspend(sum);
///     }
///     "done"
/// })?;
/// assert_eq!(adder.resume(3), CoroutineState::Yielded(3));
/// assert_eq!(adder.resume(4), CoroutineState::Yielded(7));
/// assert_eq!(adder.resume(0), CoroutineState::Complete("done"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Coroutine<Input, Yield, Return> {
    base: NonNull<Base>,
    /// By what to enter it. Null once it is complete.
    suspended: StackPointer,
    /// Given back to the pool when the coroutine is dropped; leaked if it cannot be unwound.
    stack: ManuallyDrop<Stack>,
    /// Invariant in all three: values of these types may be alive on the stack, so that no type
    /// parameter may come to stand for something that lives longer or shorter.
    #[expect(clippy::type_complexity, reason = "it says what it says")]
    types: PhantomData<fn(Input, Yield, Return) -> (Input, Yield, Return)>,
}

impl<Input, Yield, Return> Coroutine<Input, Yield, Return> {
    /// Makes a coroutine that will run `f`, on a stack of the default size
    /// ([`DEFAULT_STACK_SIZE`](crate::stack::DEFAULT_STACK_SIZE)). Nothing runs before the first
    /// [`resume`](Self::resume).
    ///
    /// # Errors
    ///
    /// If the OS has no memory, or no mapping, for another stack.
    #[inline]
    pub fn new<F>(f: F) -> io::Result<Self>
    where
        F: FnOnce(&Suspender<Input, Yield>, Input) -> Return + 'static,
    {
        Self::with_stack_size(crate::stack::DEFAULT_STACK_SIZE, f)
    }

    /// As [`new`](Self::new), with a stack of at least `bytes`: see [`stack`](crate::stack) on sizes.
    ///
    /// # Errors
    ///
    /// If the OS has no memory, or no mapping, for another stack; if `bytes` is absurdly large, or too small
    /// for the result.
    #[inline]
    pub fn with_stack_size<F>(bytes: usize, f: F) -> io::Result<Self>
    where
        F: FnOnce(&Suspender<Input, Yield>, Input) -> Return + 'static,
    {
        if size_of::<F>() > LARGEST_CLOSURE || align_of::<F>() > LARGEST_CLOSURE {
            let boxed: BoxedFunction<Input, Yield, Return> = Box::new(f);
            return Self::on(Stack::new(bytes)?, boxed);
        }
        Self::on(Stack::new(bytes)?, f)
    }

    /// Lays `Base`, the payload and the first frame out on `stack`.
    #[inline]
    fn on<F>(stack: Stack, f: F) -> io::Result<Self>
    where
        F: FnOnce(&Suspender<Input, Yield>, Input) -> Return,
    {
        if size_of::<Payload<F, Return>>() + LARGEST_CLOSURE * 3 > stack.size() {
            let what = "the coroutine's result does not fit on its stack";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let base = stack.start().cast::<Base>().wrapping_sub(1);
        let payload = payload_below::<F, Return>(base);
        // SAFETY: all this fits on the stack, as a page has room for its colour, `Base`, the first frame
        // and more than is lost by alignment; nobody else uses it. The addresses are aligned: the start is
        // to a cache line, `Base` needs a word's, `payload_below` takes care of its own.
        let suspended = unsafe {
            payload.cast::<F>().write(f);
            base.write(Base {
                parent: ptr::null_mut(),
                task: 0,
                name: ptr::null(),
                name_length: 0,
                resumer_unwinds: false,
                cancelled: false,
            });
            let top = payload.cast::<u8>().map_addr(|address| address & !15);
            let entry = entry::<F, Input, Yield, Return>;
            prepare(top, base, entry, &stack)
        };
        Ok(Coroutine {
            // SAFETY: one record below the start of a mapped stack is not null.
            base: unsafe { NonNull::new_unchecked(base) },
            suspended,
            stack: ManuallyDrop::new(stack),
            types: PhantomData,
        })
    }

    /// Runs the coroutine until it suspends itself or its function returns. The first `input` becomes
    /// the function's argument; later ones are what [`Suspender::suspend`] returns.
    ///
    /// # Panics
    ///
    /// If the coroutine's function panics, the panic goes on here. If the coroutine is complete.
    // region: resume
    #[inline]
    #[track_caller]
    pub fn resume(&mut self, input: Input) -> CoroutineState<Yield, Return> {
        assert!(
            !self.is_complete(),
            "this coroutine is complete: it cannot be resumed"
        );
        let mut input = ManuallyDrop::new(input);
        // SAFETY: it is not complete, so it is suspended. The coroutine unpacks `input` once: in
        // `entry` or in `suspend`.
        let answer = unsafe { self.enter(pack(&mut input)) };
        if !self.is_complete() {
            // SAFETY: it is suspended, so this is what `suspend` has packed; it is unpacked once.
            return CoroutineState::Yielded(unsafe { unpack::<Yield>(answer) });
        }
        // SAFETY: it is complete, so this is what `entry` has returned; it is taken once.
        match unsafe { take_result(answer) } {
            Ok(returned) => CoroutineState::Complete(returned),
            Err(payload) => panic::resume_unwind(payload),
        }
    }
    // endregion: resume

    /// Whether the coroutine's function has returned or panicked.
    #[inline]
    pub fn is_complete(&self) -> bool {
        self.suspended.is_null()
    }

    /// Says in the report of an overflow which green thread this is.
    ///
    /// # Safety
    ///
    /// `name` must live, unmoved, until the coroutine is dropped.
    pub(crate) unsafe fn set_owner(&mut self, task: TaskId, name: Option<&str>) {
        let base = self.base.as_ptr();
        // SAFETY: `base` lies on our stack, and nobody else writes there now.
        unsafe {
            (*base).task = task.as_u64();
            (*base).name = name.map_or(ptr::null(), str::as_ptr);
            (*base).name_length = name.map_or(0, str::len);
        }
    }

    /// The switch into the coroutine. Returns when it suspends or completes.
    ///
    /// # Safety
    ///
    /// The coroutine must be suspended, and `argument` a packed `Input`, or anything if it is cancelled.
    #[inline]
    unsafe fn enter(&mut self, argument: Word) -> Word {
        // SAFETY: `suspended` is from the latest `enter`, or from `prepare`; all of it is on this OS
        // thread, as we are not `Send`. No reference into `base` is held across the switch.
        let (answer, suspended, base) =
            unsafe { enter(self.base.as_ptr(), self.suspended, argument) };
        self.suspended = suspended;
        // SAFETY: it is the address that we have entered with.
        self.base = unsafe { NonNull::new_unchecked(base) };
        answer
    }

    /// Ends a coroutine that is not complete: drops its closure if it has never run, else unwinds its
    /// stack. Returns the panic, if it ended with one of its own.
    fn cancel(&mut self) -> Option<Box<dyn Any + Send>> {
        // SAFETY: `base` lies on our stack, and nobody else writes there now.
        unsafe { (*self.base.as_ptr()).cancelled = true };
        for _ in 0..CANCEL_ATTEMPTS {
            // SAFETY: it is suspended, and cancelled.
            let answer = unsafe { self.enter(Word::uninit()) };
            if self.is_complete() {
                // SAFETY: as in `resume`.
                let result = unsafe { take_result::<Return>(answer) };
                return result.err().filter(|payload| !payload.is::<ForcedUnwind>());
            }
            // It has caught our unwinding and suspended again.
            // SAFETY: as in `resume`.
            drop(unsafe { unpack::<Yield>(answer) });
        }
        abort(format_args!(
            "a coroutine that is being dropped has caught the unwinding and suspended again \
             {CANCEL_ATTEMPTS} times: it can be neither resumed nor freed"
        ))
    }

    /// Gives the stack back.
    #[inline]
    fn recycle(&mut self) {
        debug_assert!(
            self.is_complete(),
            "a stack is given back with its coroutine on it"
        );
        // SAFETY: nothing is alive on the stack, and we are being dropped: nobody uses it again.
        unsafe {
            (*self.base.as_ptr()).name = ptr::null();
            ManuallyDrop::take(&mut self.stack).recycle();
        }
    }

    #[cold]
    fn drop_incomplete(&mut self) {
        if cfg!(panic = "abort") && self.has_started() {
            // Without unwinding there is no way to run its destructors, and what they would have taken
            // care of may be in use: the stack stays as it is.
            return;
        }
        let panicked = self.cancel();
        self.recycle();
        if let Some(payload) = panicked
            && !thread::panicking()
        {
            panic::resume_unwind(payload);
        }
    }

    fn has_started(&self) -> bool {
        // SAFETY: `base` lies on our stack, and nobody writes there now.
        unsafe { !(*self.base.as_ptr()).parent.is_null() }
    }
}

impl<Input, Yield, Return> Drop for Coroutine<Input, Yield, Return> {
    #[inline]
    fn drop(&mut self) {
        if self.is_complete() {
            self.recycle();
        } else {
            self.drop_incomplete();
        }
    }
}

impl<Input, Yield, Return> fmt::Debug for Coroutine<Input, Yield, Return> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coroutine")
            .field("stack", &*self.stack)
            .field("complete", &self.is_complete())
            .finish()
    }
}

#[cold]
fn abort(why: fmt::Arguments<'_>) -> ! {
    eprintln!("fatal: {why}");
    std::process::abort()
}
