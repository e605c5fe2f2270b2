//! What may go wrong in a simulated world, and how often.

/// How probable each fault is, at every operation that it can strike: at least 0, and below 1.
///
/// All of them happen in reality, and programs must live with all of them.
///
/// ```
/// use stage2_reactor::simulation::{Faults, World};
///
/// let world = World::with_faults(7, Faults { reset: 0.01, ..Faults::harmless() });
/// # let _ = world;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// A read gets fewer bytes than it could.
    pub short_read: f64,
    /// A write takes fewer bytes than there is room for.
    pub short_write: f64,
    /// An operation is refused with `WouldBlock` (`EAGAIN`) although it could be done; the event
    /// follows.
    pub would_block: f64,
    /// At a turn, a socket is reported ready that is not.
    pub spurious: f64,
    /// A connection breaks at a read or write (`ECONNRESET`), or before it is accepted
    /// (`ECONNABORTED`).
    pub reset: f64,
    /// Connecting or accepting fails for want of descriptors (`EMFILE`).
    pub too_many_files: f64,
    /// A datagram does not arrive.
    pub lost_datagram: f64,
}

impl Faults {
    /// Faults that a right program does not even notice, often: short reads and writes, refusals, and
    /// spurious events.
    pub fn harmless() -> Self {
        Faults {
            short_read: 0.3,
            short_write: 0.3,
            would_block: 0.2,
            spurious: 0.2,
            ..Faults::default()
        }
    }

    /// Everything, now and then.
    pub fn all() -> Self {
        Faults {
            reset: 0.02,
            too_many_files: 0.05,
            lost_datagram: 0.05,
            ..Faults::harmless()
        }
    }

    pub(super) fn check(&self) {
        let Faults {
            short_read,
            short_write,
            would_block,
            spurious,
            reset,
            too_many_files,
            lost_datagram,
        } = *self;
        let all = [
            short_read,
            short_write,
            would_block,
            spurious,
            reset,
            too_many_files,
            lost_datagram,
        ];
        assert!(
            all.iter()
                .all(|probability| (0.0..1.0).contains(probability)),
            "the probability of a fault must be at least 0 and below 1: {self:?}"
        );
    }
}
