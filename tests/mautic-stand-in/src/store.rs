//! The state file.

use std::fs;
use std::path::PathBuf;

use crate::model::Database;

/// Keeps the database in a JSON file, if there is one to keep it in.
#[derive(Debug)]
pub(crate) struct Store {
    file: Option<PathBuf>,
    written: String,
}

impl Store {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            written: String::new(),
        }
    }

    /// What an earlier run left; None if there was none.
    pub(crate) fn load(&self) -> Result<Option<Database>, String> {
        let Some(file) = self.file.as_ref().filter(|file| file.exists()) else {
            return Ok(None);
        };
        let named =
            |error: &dyn std::fmt::Display| format!("the state file {}: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| named(&error))?;
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| named(&error))
    }

    /// Writes the database if it changed, whole or not at all.
    pub(crate) fn save(&mut self, database: &Database) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let text = serde_json::to_string(database).map_err(|error| error.to_string())?;
        if text == self.written {
            return Ok(());
        }
        let beside = file.with_extension("new");
        let result = fs::write(&beside, &text).and_then(|()| fs::rename(&beside, file));
        result.map_err(|error| format!("the state file {}: {error}", file.display()))?;
        self.written = text;
        Ok(())
    }
}
