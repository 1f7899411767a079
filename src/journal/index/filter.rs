//! A Bloom filter over the keys of a segment.

/// Bits per key and probes: under 1 % of absent keys pass.
const BITS_PER_KEY: usize = 10;
const PROBES: u64 = 7;

/// Bytes of a filter for so many keys.
pub(super) fn filter_bytes(keys: usize) -> usize {
    (keys * BITS_PER_KEY).div_ceil(8).max(8)
}

/// The bits that a key sets. Keys are uniform already: their halves drive double hashing.
fn bits(key: u64, filter: usize) -> impl Iterator<Item = usize> {
    let (step, start) = ((key >> 32) | 1, key & 0xFFFF_FFFF);
    let count = filter as u64 * 8;
    (0..PROBES).map(move |probe| (start.wrapping_add(step.wrapping_mul(probe)) % count) as usize)
}

/// Adds a key.
pub(super) fn insert(filter: &mut [u8], key: u64) {
    for bit in bits(key, filter.len()) {
        filter[bit / 8] |= 1 << (bit % 8);
    }
}

/// Whether a key may have been added; `false` is certain.
pub(super) fn may_contain(filter: &[u8], key: u64) -> bool {
    !filter.is_empty() && bits(key, filter.len()).all(|bit| filter[bit / 8] & (1 << (bit % 8)) != 0)
}
