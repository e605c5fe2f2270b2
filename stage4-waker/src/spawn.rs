//! The executor for programs that do not know which one they have: futures-task's traits.
//!
//! A library that only needs to spawn takes an `impl Spawn` (or `LocalSpawn`, for futures that are not
//! `Send`), and runs wherever its user wants it to.

use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};

use crate::local::{LocalExecutor, LocalHandle};

impl Spawn for LocalHandle {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawn_local_obj(future.into())
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.status_local()
    }
}

impl LocalSpawn for LocalHandle {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.status_local()?;
        drop(self.spawn(future));
        Ok(())
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        if self.is_shut_down() {
            return Err(SpawnError::shutdown());
        }
        Ok(())
    }
}

impl Spawn for LocalExecutor {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.handle().spawn_obj(future)
    }
}

impl LocalSpawn for LocalExecutor {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.handle().spawn_local_obj(future)
    }
}
