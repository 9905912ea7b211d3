//! Which contacts a list shows: `search`, `where`, `orderBy`, `start`, `limit`.

use std::cmp::Ordering;

use serde_json::Value;

use crate::exchange::{Params, text};
use crate::model::Contact;

/// Mautic's `default_pagelimit`.
const DEFAULT_LIMIT: usize = 30;

/// A part of Mautic's database query fails: a column that is not there, an unknown operator.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SqlError;

/// The page that the query asks for, and how many contacts there are on all pages.
pub(crate) fn page<'a>(
    contacts: &'a [Contact],
    query: &Params,
) -> Result<(Vec<&'a Contact>, usize), SqlError> {
    let mut found: Vec<&Contact> = contacts
        .iter()
        .filter(|contact| is_found(contact, &param(query, "search")))
        .collect();
    for number in 0.. {
        let part = |name| param(query, &format!("where[{number}][{name}]"));
        let column = part("col");
        if column.is_empty() {
            break;
        }
        let accepts = operator(&part("expr"))?;
        let value = part("val");
        known(&column)?;
        found.retain(|contact| accepts(compare(&column_of(contact, &column), &value)));
    }
    for (column, descending) in order(query).into_iter().rev() {
        known(&column)?;
        found.sort_by(|a, b| {
            let ordering = compare(&column_of(a, &column), &column_of(b, &column));
            if descending {
                ordering.reverse()
            } else {
                ordering
            }
        });
    }
    let total = found.len();
    let number = |name| param(query, name).parse().ok();
    let limit = number("limit").filter(|limit| *limit > 0);
    let page = found
        .into_iter()
        .skip(number("start").unwrap_or(0))
        .take(limit.unwrap_or(DEFAULT_LIMIT))
        .collect();
    Ok((page, total))
}

fn param(query: &Params, name: &str) -> String {
    text(query, name).unwrap_or_default()
}

/// The columns to sort by, each with whether it descends: those of `order`, else those of `orderBy`.
fn order(query: &Params) -> Vec<(String, bool)> {
    let descends = |direction: &str| direction.eq_ignore_ascii_case("desc");
    let listed: Vec<(String, bool)> = (0..)
        .map(|number| {
            let part = |name| param(query, &format!("order[{number}][{name}]"));
            (part("col"), descends(&part("dir")))
        })
        .take_while(|(column, _)| !column.is_empty())
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let descending = descends(&param(query, "orderByDir"));
    param(query, "orderBy")
        .split(',')
        .map(|column| column.trim().trim_start_matches("l.").to_owned())
        .filter(|column| !column.is_empty())
        .map(|column| (column, descending))
        .collect()
}

const COLUMNS: [&str; 9] = [
    "id",
    "date_added",
    "dateAdded",
    "email",
    "firstname",
    "lastname",
    "company",
    "city",
    "points",
];

fn known(column: &str) -> Result<(), SqlError> {
    COLUMNS.contains(&column).then_some(()).ok_or(SqlError)
}

fn column_of(contact: &Contact, column: &str) -> String {
    match column {
        "id" => contact.id.to_string(),
        "date_added" | "dateAdded" => contact.added.to_string(),
        "points" => "0".to_owned(),
        _ => {
            let value = contact.fields.get(column).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        }
    }
}

/// Numbers by value, other text by MySQL's collation, which knows no upper case.
fn compare(a: &str, b: &str) -> Ordering {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.to_lowercase().cmp(&b.to_lowercase()),
    }
}

fn operator(name: &str) -> Result<fn(Ordering) -> bool, SqlError> {
    match name {
        "eq" => Ok(Ordering::is_eq),
        "neq" => Ok(Ordering::is_ne),
        "gt" => Ok(Ordering::is_gt),
        "gte" => Ok(Ordering::is_ge),
        "lt" => Ok(Ordering::is_lt),
        "lte" => Ok(Ordering::is_le),
        _ => Err(SqlError),
    }
}

/// A search for some text, or for `email:` and some text.
fn is_found(contact: &Contact, search: &str) -> bool {
    let contains = |column: &str, wanted: &str| {
        column_of(contact, column)
            .to_lowercase()
            .contains(&wanted.to_lowercase())
    };
    match search.split_once(':') {
        Some(("email", wanted)) => contains("email", wanted),
        _ => ["firstname", "lastname", "email", "company", "city"]
            .iter()
            .any(|column| contains(column, search)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::{SqlError, page};
    use crate::exchange::Params;
    use crate::model::Contact;

    fn contacts(count: u32) -> Vec<Contact> {
        let contact = |id: u32| Contact {
            id,
            added: 1_700_000_000 + i64::from(id),
            created_by: None,
            created_by_user: String::new(),
            fields: Map::from_iter([(
                "email".to_owned(),
                json!(format!("{}@example.test", id % 4)),
            )]),
            tags: Vec::new(),
        };
        (1..=count).map(contact).collect()
    }

    /// The ids of a page, and the total.
    fn ids(query: &[(&str, &str)]) -> Result<(Vec<u32>, usize), SqlError> {
        let query: Params = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        let contacts = contacts(120);
        page(&contacts, &query)
            .map(|(page, total)| (page.iter().map(|contact| contact.id).collect(), total))
    }

    #[test]
    fn pages_follow_each_other() {
        assert_eq!(ids(&[]), Ok(((1..=30).collect(), 120)));
        let second = [("start", "50"), ("limit", "50")];
        assert_eq!(ids(&second), Ok(((51..=100).collect(), 120)));
        let last = [("start", "100"), ("limit", "50")];
        assert_eq!(ids(&last), Ok(((101..=120).collect(), 120)));
        let beyond = [("start", "120"), ("limit", "50")];
        assert_eq!(ids(&beyond), Ok((Vec::new(), 120)));
    }

    #[test]
    fn ids_are_sorted_as_numbers() {
        let up = [("orderBy", "id"), ("limit", "3"), ("start", "8")];
        assert_eq!(ids(&up), Ok((vec![9, 10, 11], 120)));
        let down = [("orderBy", "l.id"), ("orderByDir", "DESC"), ("limit", "2")];
        assert_eq!(ids(&down), Ok((vec![120, 119], 120)));
        let both = [
            ("order[0][col]", "email"),
            ("order[0][dir]", "desc"),
            ("order[1][col]", "id"),
            ("order[1][dir]", "asc"),
            ("limit", "3"),
        ];
        assert_eq!(ids(&both), Ok((vec![3, 7, 11], 120)));
    }

    #[test]
    fn a_condition_counts_for_the_total_too() {
        let after = [
            ("where[0][col]", "id"),
            ("where[0][expr]", "gt"),
            ("where[0][val]", "100"),
            ("limit", "2"),
        ];
        assert_eq!(ids(&after), Ok((vec![101, 102], 20)));
        let mail = [("search", "email:0@Example"), ("limit", "2")];
        assert_eq!(ids(&mail), Ok((vec![4, 8], 30)));
    }

    #[test]
    fn what_the_database_does_not_know_fails() {
        assert_eq!(ids(&[("orderBy", "nothing")]), Err(SqlError));
        let operator = [
            ("where[0][col]", "id"),
            ("where[0][expr]", "above"),
            ("where[0][val]", "1"),
        ];
        assert_eq!(ids(&operator), Err(SqlError));
    }
}
