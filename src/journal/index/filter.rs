//! A Bloom filter over the keys of a segment, in blocks of one cache line: whether a key is absent
//! is asked of every segment for every event, and costs one look at memory.

/// Bytes of a block, those of a cache line.
const BLOCK_BYTES: usize = 64;
/// Bits for each key, and bits that a key sets: under 1 % of absent keys pass.
const BITS_PER_KEY: usize = 12;
const PROBES: u32 = 7;
/// Bits of a place within a block.
const PLACE_BITS: u32 = 9;
/// Spreads keys over places in another way than over blocks: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Bytes of a filter for so many keys.
pub(super) fn filter_bytes(keys: usize) -> usize {
    (keys * BITS_PER_KEY).div_ceil(8 * BLOCK_BYTES).max(1) * BLOCK_BYTES
}

/// Where the block of a key begins. Keys are uniform already.
fn block_at(key: u64, bytes: usize) -> usize {
    let blocks = (bytes / BLOCK_BYTES) as u128;
    ((u128::from(key) * blocks) >> 64) as usize * BLOCK_BYTES
}

/// The places that a key sets in its block.
fn places(key: u64) -> impl Iterator<Item = usize> {
    let spread = key.wrapping_mul(SPREAD) >> 1;
    (0..PROBES).map(move |probe| (spread >> (probe * PLACE_BITS)) as usize % (8 * BLOCK_BYTES))
}

/// Adds a key.
pub(super) fn insert(filter: &mut [u8], key: u64) {
    let start = block_at(key, filter.len());
    let block = &mut filter[start..start + BLOCK_BYTES];
    for place in places(key) {
        block[place / 8] |= 1 << (place % 8);
    }
}

/// Whether a key may have been added; `false` is certain.
///
/// Looks at all bits without a branch: the processor then asks the next filter while this one's
/// memory is on its way.
#[inline]
pub(in crate::journal) fn may_contain(filter: &[u8], key: u64) -> bool {
    let start = block_at(key, filter.len());
    let Some(block) = filter[start..].first_chunk::<BLOCK_BYTES>() else {
        return false;
    };
    let bit = |place: usize| block[place / 8] >> (place % 8) & 1;
    places(key).fold(1, |all, place| all & bit(place)) == 1
}

/// Keys whose blocks are fetched before the first of them is looked at.
const AHEAD: usize = 16;

/// Clears the marks of keys that may have been added. Many keys in a row cost a fraction of as many
/// single look-ups: their blocks are on their way from memory at the same time.
pub(in crate::journal) fn sift(filter: &[u8], keys: &[u64], absent: &mut [bool]) {
    for (keys, absent) in keys.chunks(AHEAD).zip(absent.chunks_mut(AHEAD)) {
        let fetch = |sum: u8, key: &u64| sum ^ filter[block_at(*key, filter.len())];
        std::hint::black_box(keys.iter().fold(0, fetch));
        for (key, absent) in keys.iter().zip(absent) {
            *absent &= !may_contain(filter, *key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uniform numbers, as the ledger's fingerprints are.
    fn keys(count: u64, seed: u64) -> impl Iterator<Item = u64> {
        (0..count).map(move |number| {
            let mut mixed = (seed << 32) + number;
            for factor in [0xBF58_476D_1CE4_E5B9_u64, 0x94D0_49BB_1331_11EB] {
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(factor);
            }
            mixed ^ (mixed >> 31)
        })
    }

    #[test]
    fn knows_every_key_and_few_others() {
        for count in [0_u64, 1, 5, 1_000, 100_000] {
            let mut filter = vec![0; filter_bytes(count as usize)];
            keys(count, 1).for_each(|key| insert(&mut filter, key));
            assert!(keys(count, 1).all(|key| may_contain(&filter, key)));
            let passed = keys(100_000, 2).filter(|key| may_contain(&filter, *key));
            let passed = passed.count();
            assert!(passed < 1_000, "{passed} of 100000 absent keys pass");
            let asked: Vec<u64> = keys(count, 1).chain(keys(1_000, 2)).collect();
            let mut absent = vec![true; asked.len()];
            sift(&filter, &asked, &mut absent);
            let singly = asked.iter().map(|key| !may_contain(&filter, *key));
            assert!(absent.into_iter().eq(singly));
        }
    }
}
