//! The CPU work of a run: each reply is hashed slowly, and the run has one checksum.
//!
//! Hash and checksum depend on nothing but their arguments, so that they are the same in every
//! stage and on every machine. They are not cryptographic.

/// How many rounds of [`slow_hash`] take about a millisecond, in a release build on a machine of
/// the 2020s.
pub(crate) const ROUNDS_PER_MILLISECOND: u64 = 250_000;

/// Hashes `bytes`, then stirs the result `rounds` times. Each round needs the one before it, so
/// this can be neither skipped nor done in parallel.
pub fn slow_hash(bytes: &[u8], rounds: u64) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3) // FNV-1a
    });
    (0..rounds).fold(hash, |hash, round| stir(hash ^ round))
}

/// The checksum of a run: of (index, hash of the reply) for each request that got one, in index
/// order.
pub fn checksum(hashes: impl IntoIterator<Item = (usize, u64)>) -> u64 {
    hashes.into_iter().fold(0, |sum, (index, hash)| {
        stir(stir(sum ^ index as u64) ^ hash)
    })
}

/// The finalizer of SplitMix64: every bit of the input changes about half the bits of the output.
/// From Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
fn stir(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_depends_on_the_bytes_and_the_rounds() {
        assert_eq!(slow_hash(b"tea", 10), slow_hash(b"tea", 10));
        assert_ne!(slow_hash(b"tea", 10), slow_hash(b"tee", 10));
        assert_ne!(slow_hash(b"tea", 10), slow_hash(b"tea", 11));
    }

    #[test]
    fn the_checksum_depends_on_who_got_which_reply() {
        assert_ne!(checksum([(0, 5), (1, 6)]), checksum([(0, 6), (1, 5)]));
        assert_ne!(checksum([(0, 5), (1, 6)]), checksum([(0, 5), (2, 6)]));
        assert_ne!(checksum([]), checksum([(0, 0)]));
    }
}
