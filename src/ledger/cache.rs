//! A cache in two generations: what was asked for lately stays, the rest goes, but never what is
//! pinned.

use std::{hash::Hash, mem};

use foldhash::{HashMap, HashMapExt as _};

/// Keeps between `capacity` and twice `capacity` entries, and all pinned ones.
#[derive(Debug)]
pub struct Cache<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    capacity: usize,
    /// Entries of the young generation at which it turns old.
    turn_at: usize,
}

impl<K: Hash + Eq + Clone, V> Cache<K, V> {
    /// Makes a cache that turns over every `capacity` new entries.
    pub fn new(capacity: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            capacity,
            turn_at: capacity,
        }
    }

    /// Finds an entry and keeps it for another generation.
    pub fn get<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if !self.young.contains_key(key) {
            let (key, value) = self.old.remove_entry(key)?;
            self.young.insert(key, value);
        }
        self.young.get_mut(key)
    }

    /// Whether an entry is there.
    pub fn has(&self, key: &K) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    /// Puts an entry in; `pinned` tells which of the old ones must outlive a turn.
    pub fn insert(&mut self, key: K, value: V, pinned: impl Fn(&V) -> bool) {
        self.old.remove(&key);
        self.young.insert(key, value);
        if self.young.len() > self.turn_at {
            let old = mem::replace(&mut self.old, mem::take(&mut self.young));
            self.young
                .extend(old.into_iter().filter(|(_, value)| pinned(value)));
            // What is pinned takes no room from the rest: more of it than there is room would
            // otherwise be moved at every insert.
            self.turn_at = self.capacity + self.young.len();
        }
    }

    /// Visits every entry.
    pub fn for_each(&mut self, mut visit: impl FnMut(&K, &mut V)) {
        let all = self.young.iter_mut().chain(self.old.iter_mut());
        all.for_each(|(key, value)| visit(key, value));
    }

    /// Takes an entry out.
    pub fn take<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let young = self.young.remove(key);
        young.or_else(|| self.old.remove(key))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
        self.turn_at = self.capacity;
    }

    /// How many entries are kept.
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_used_and_what_is_pinned() {
        let mut cache = Cache::new(4);
        cache.insert(0, true, |pinned| *pinned);
        cache.insert(1, false, |pinned| *pinned);
        for key in 2..40 {
            assert!(cache.get(&1).is_some(), "used before each insert");
            cache.insert(key, false, |pinned| *pinned);
        }
        assert!(cache.get(&0).is_some(), "pinned");
        assert!(cache.get(&2).is_none(), "neither used nor pinned");
        assert!(cache.len() <= 12);
    }
}
