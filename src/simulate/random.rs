//! Random numbers that are the same on every platform: xoshiro256++, seeded by `SplitMix64`.

/// A source of random numbers.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// A source for a seed and a purpose; different purposes give unrelated numbers.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut mix = seed ^ purpose.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let mut next = || {
            mix = mix.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = mix;
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^ (word >> 31)
        };
        Self {
            state: [next(), next(), next(), next()],
        }
    }

    /// Another source, of numbers that this one does not give, without drawing from it.
    pub(super) fn apart(&self) -> Self {
        let [a, b, c, d] = self.state;
        Self::new(a ^ c.rotate_left(17), b ^ d.rotate_left(31))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[0]
            .wrapping_add(state[3])
            .rotate_left(23)
            .wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A number from 0 to `count - 1`; 0 when `count` is 0.
    pub fn below(&mut self, count: u64) -> u64 {
        // The high half of a product: even enough for counts far below 2^64, and without loops.
        ((u128::from(self.bits()) * u128::from(count)) >> 64) as u64
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most.abs_diff(least) + 1).cast_signed()
    }

    /// True in `per_mille` of 1,000 cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of some things.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len() as u64) as usize]
    }

    /// One of some numbers by weight: an index into `weights`, which must not sum to 0.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        weights.len() - 1
    }

    /// An amount with a heavy tail: `base_fen` and up, each doubling half as likely as the one
    /// before (a Pareto law with exponent 1), at most `doublings_max` of them; whole yuan.
    pub fn heavy(&mut self, base_fen: i64, doublings_max: u32) -> i64 {
        let doublings = self.bits().trailing_zeros().min(doublings_max);
        let fen = (base_fen << doublings) + self.between(0, (base_fen << doublings) - 1);
        fen / 100 * 100
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes()[..chunk.len()]);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn repeats_from_a_seed_and_differs_by_purpose() {
        let draw = |seed, purpose| {
            let mut random = Random::new(seed, purpose);
            [random.bits(), random.bits(), random.bits()]
        };
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(2, 1));
        assert_ne!(draw(1, 2), draw(1, 3));
    }

    #[test]
    fn stays_in_range_and_reaches_both_ends() {
        let mut random = Random::new(7, 0);
        let mut seen = [0_u32; 6];
        for _ in 0..600 {
            seen[usize::try_from(random.between(0, 5)).unwrap()] += 1;
        }
        assert!(
            seen.iter().all(|count| (50..200).contains(count)),
            "{seen:?}"
        );
        assert_eq!(random.between(3, 3), 3);
        assert!(!random.chance(0) && random.chance(1000));
        assert_eq!(random.weighted(&[0, 5, 0]), 1);
    }

    #[test]
    fn draws_amounts_with_a_heavy_tail() {
        let mut random = Random::new(7, 1);
        let amounts: Vec<i64> = (0..4000).map(|_| random.heavy(100_000, 12)).collect();
        let above = |fen| amounts.iter().filter(|amount| **amount >= fen).count();
        assert_eq!(above(100_000), 4000);
        assert!((1800..2200).contains(&above(200_000)));
        assert!((180..330).contains(&above(1_600_000)));
        assert!(amounts.iter().all(|amount| amount % 100 == 0));
    }
}
