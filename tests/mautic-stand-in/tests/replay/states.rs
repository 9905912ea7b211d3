//! The table of the states that the cases presuppose.

use std::fs;

use crate::recording::folder;

/// The rows of `states.txt`.
pub(crate) struct States(Vec<Row>);

pub(crate) struct Row {
    cases: String,
    pub(crate) plan: Plan,
}

/// What to do with a case.
pub(crate) enum Plan {
    /// Bring these about, then replay it.
    Replay(Vec<String>),
    /// Leave it out, for this reason.
    LeaveOut(String),
}

impl States {
    pub(crate) fn read() -> Self {
        let file = folder().join("states.txt");
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let rows = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        Self(rows.map(Row::parse).collect())
    }

    /// The first row that fits a case, with its number.
    pub(crate) fn of(&self, case: &str) -> (usize, &Row) {
        let mut rows = self.0.iter().enumerate();
        rows.find(|(_, row)| row.fits(case))
            .unwrap_or_else(|| panic!("states.txt says nothing about {case}"))
    }

    /// The rows that no case came to.
    pub(crate) fn unused(&self, used: &std::collections::BTreeSet<usize>) -> Vec<&str> {
        let rows = self
            .0
            .iter()
            .enumerate()
            .filter(|(number, _)| !used.contains(number));
        rows.map(|(_, row)| row.cases.as_str()).collect()
    }
}

impl Row {
    fn parse(line: &str) -> Self {
        let (cases, rest) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("states.txt: {line}"));
        let plan = match rest.trim().split_once(' ') {
            Some((":", "-")) => Plan::Replay(Vec::new()),
            Some((":", actions)) => Plan::Replay(
                actions
                    .split(';')
                    .map(|action| action.trim().to_owned())
                    .collect(),
            ),
            Some(("!", reason)) => Plan::LeaveOut(reason.to_owned()),
            _ => panic!("states.txt: {line}"),
        };
        Self {
            cases: cases.to_owned(),
            plan,
        }
    }

    fn fits(&self, case: &str) -> bool {
        match self.cases.strip_suffix('*') {
            Some(beginning) => case.starts_with(beginning),
            None => case == self.cases,
        }
    }
}
