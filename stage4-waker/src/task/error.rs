//! Why a task gave no output.

use std::any::Any;
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use stage1_green_threads::trace::TaskId;

/// A task ended without an output: it panicked or was cancelled.
pub struct JoinError {
    id: TaskId,
    failure: Failure,
}

/// Why there is no output, without the task's number: one word, since each task keeps room for it.
pub(super) struct Failure(Option<Box<Panicked>>);

/// The panic's payload is `Send` but perhaps not `Sync`; the mutex makes it so.
type Panicked = Mutex<Box<dyn Any + Send>>;

impl Failure {
    pub(super) fn cancelled() -> Self {
        Failure(None)
    }

    pub(super) fn panicked(payload: Box<dyn Any + Send>) -> Self {
        Failure(Some(Box::new(Mutex::new(payload))))
    }

    /// The outcome, as events name it.
    pub(super) fn in_a_word(&self) -> &'static str {
        match self.0 {
            None => "cancelled",
            Some(_) => "panicked",
        }
    }
}

impl JoinError {
    pub(super) fn new(id: TaskId, failure: Failure) -> Self {
        JoinError { id, failure }
    }

    /// Whether the task was aborted, or its executor went away.
    pub fn is_cancelled(&self) -> bool {
        self.failure.0.is_none()
    }

    /// Whether the task panicked: while it was polled, or while its future was dropped.
    pub fn is_panic(&self) -> bool {
        !self.is_cancelled()
    }

    /// The payload of the panic, for [`std::panic::resume_unwind`].
    ///
    /// # Panics
    ///
    /// If the task did not panic; [`try_into_panic`](Self::try_into_panic) does not.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        self.try_into_panic()
            .expect("the task was cancelled, it did not panic")
    }

    /// The payload of the panic.
    ///
    /// # Errors
    ///
    /// The error itself if the task did not panic.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, JoinError> {
        match self.failure.0 {
            Some(payload) => Ok(payload.into_inner().unwrap_or_else(PoisonError::into_inner)),
            None => Err(self),
        }
    }

    /// The task that this is about.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Why, without the task's number, which differs from run to run.
    #[cfg(feature = "explore")]
    pub fn reason_in_words(&self) -> String {
        match self.is_cancelled() {
            true => "cancelled".into(),
            false => {
                self.with_message(|text| format!("panicked: {}", text.unwrap_or("(no message)")))
            }
        }
    }

    /// What the panic said, if it said it in words.
    fn with_message<R>(&self, f: impl FnOnce(Option<&str>) -> R) -> R {
        let Some(payload) = &self.failure.0 else {
            return f(None);
        };
        let payload = payload.lock().unwrap_or_else(PoisonError::into_inner);
        let words = payload.downcast_ref::<&'static str>().copied();
        f(words.or_else(|| payload.downcast_ref::<String>().map(String::as_str)))
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_cancelled() {
            return write!(f, "task {} was cancelled", self.id);
        }
        self.with_message(|message| match message {
            Some(message) => write!(f, "task {} panicked with message {message:?}", self.id),
            None => write!(f, "task {} panicked", self.id),
        })
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_cancelled() {
            return write!(f, "JoinError::Cancelled({:?})", self.id);
        }
        self.with_message(|message| write!(f, "JoinError::Panic({:?}, {message:?})", self.id))
    }
}

impl std::error::Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> Self {
        io::Error::other(error.to_string())
    }
}
