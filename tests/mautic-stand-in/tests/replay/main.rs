//! Replays the recorded requests of each version against the stand-in, in order, and compares the
//! answers.

mod compare;
mod player;
mod recording;
mod states;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use compare::{Compared, compare};
use player::Player;
use recording::Recording;
use states::{Plan, States};

/// What came of a recording.
#[derive(Debug, Default)]
struct Tally {
    replayed: BTreeMap<Compared, usize>,
    left_out: BTreeMap<String, Vec<String>>,
}

async fn replay(version: &str, site_url: &str) -> Tally {
    let recording = Recording::of(version);
    let states = States::read();
    let mut player = Player::new(version, site_url, &recording).await;
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for case in &recording.cases {
        let (_, row) = states.of(&case.id);
        let actions = match &row.plan {
            Plan::Replay(actions) => actions,
            Plan::LeaveOut(reason) => {
                tally
                    .left_out
                    .entry(reason.clone())
                    .or_default()
                    .push(case.id.clone());
                continue;
            }
        };
        for action in actions {
            player.act(action, &case.request).await;
        }
        let answer = player.replay(&case.request).await;
        let (compared, differences) = compare(case, &answer, &mut player.known);
        *tally.replayed.entry(compared).or_default() += 1;
        failures.extend(
            differences
                .into_iter()
                .map(|difference| format!("{}: {difference}", case.id)),
        );
    }
    tally
        .print(version)
        .expect("standard output can be written to");
    assert!(
        failures.is_empty(),
        "{version} answers otherwise than recorded:\n{}",
        failures.join("\n")
    );
    tally
}

impl Tally {
    /// Prints past the test harness, which would keep it to itself: what is left out must show.
    fn print(&self, version: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "{version}: {} cases replayed, compared by {:?}",
            self.sum(),
            self.replayed
        )?;
        for (reason, cases) in &self.left_out {
            writeln!(
                out,
                "{version}: {} cases left out, {reason}: {}",
                cases.len(),
                cases.join(" ")
            )?;
        }
        Ok(())
    }

    fn sum(&self) -> usize {
        self.replayed.values().sum()
    }

    fn left_out(&self) -> usize {
        self.left_out.values().map(Vec::len).sum()
    }
}

#[tokio::test]
async fn mautic_5() {
    let tally = replay("5.1.1", "http://127.0.0.1:8190").await;
    assert_eq!((tally.sum(), tally.left_out()), (195, 20));
}

#[tokio::test]
async fn mautic_6() {
    let tally = replay("6.0.3", "http://127.0.0.1:8193").await;
    assert_eq!((tally.sum(), tally.left_out()), (264, 22));
}

#[tokio::test]
async fn mautic_7() {
    let tally = replay("7.0.0", "http://127.0.0.1:8191").await;
    assert_eq!((tally.sum(), tally.left_out()), (264, 22));
}

#[test]
fn every_row_of_the_table_is_used() {
    let states = States::read();
    let mut used = BTreeSet::new();
    for version in ["5.1.1", "6.0.3", "7.0.0"] {
        used.extend(
            Recording::of(version)
                .cases
                .iter()
                .map(|case| states.of(&case.id).0),
        );
    }
    assert_eq!(states.unused(&used), Vec::<&str>::new());
}
