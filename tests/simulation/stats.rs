//! How often what happened: a simulation in which something no longer happens has gone blind.

use std::collections::BTreeMap;

/// Counts by name.
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) steps: u64,
    pub(crate) counts: BTreeMap<String, u64>,
}

impl Stats {
    pub(crate) fn count(&mut self, name: &str) {
        match self.counts.get_mut(name) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(name.to_owned(), 1);
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.steps += other.steps;
        for (name, count) in other.counts {
            *self.counts.entry(name).or_default() += count;
        }
    }
}
