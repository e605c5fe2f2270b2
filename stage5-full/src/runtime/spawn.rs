//! The runtime for libraries that do not know which one they have: futures-task's [`Spawn`].

use futures_task::{FutureObj, Spawn, SpawnError};

use super::{Handle, Runtime};

impl Spawn for Handle {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.status()?;
        drop(self.spawn(future));
        Ok(())
    }

    fn status(&self) -> Result<(), SpawnError> {
        match self.shared().is_closing() {
            true => Err(SpawnError::shutdown()),
            false => Ok(()),
        }
    }
}

impl Spawn for Runtime {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.handle().spawn_obj(future)
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.handle().status()
    }
}
