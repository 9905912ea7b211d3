//! Turns blocks and branches into the `if`, `while` and `switch` that they stand for.
//!
//! WebAssembly leaves a block by a branch to its end. Where such a branch is the last thing that
//! would happen anyway it is dropped, the code that it skips goes into an `else`, and a block that
//! nothing leaves any more disappears. Nothing is duplicated, so code never grows.

use crate::effects::Effects;
use crate::ir::{Case, Expr, Label, Stmt, Width, branches_to, walk};

/// The end of the function, for functions without a result. Decoding counts from 1.
pub(crate) const FUNCTION_END: Label = 0;

/// An `else` is not nested deeper than this: PHP's own compiler is recursive.
const MAX_DEPTH: usize = 60;

/// Nor does what follows a switch go further into its last case than this.
const MAX_RUN_ON: usize = 16;

/// Shapes the body of a function.
pub(crate) fn shape(body: &mut Vec<Stmt>, returns: bool) {
    if !returns {
        end_instead_of_return(body);
    }
    shape_list(body, 0);
    if !returns {
        drop_tail(body, FUNCTION_END, 0);
    }
    flatten(body);
}

fn end_instead_of_return(list: &mut Vec<Stmt>) {
    for stmt in list {
        if matches!(stmt, Stmt::Return(None)) {
            *stmt = Stmt::Branch(FUNCTION_END);
        }
        stmt.lists_mut(&mut end_instead_of_return);
    }
}

/// Shapes a list that is `nested` deep in cases that what follows a switch was put into.
fn shape_list(list: &mut Vec<Stmt>, nested: usize) {
    let mut result = Vec::with_capacity(list.len());
    let mut rest = std::mem::take(list).into_iter();
    while let Some(mut stmt) = rest.next() {
        stmt.lists_mut(&mut |inner| shape_list(inner, nested));
        match stmt {
            Stmt::Block { end, mut body } => {
                drop_tail(&mut body, end, 0);
                expose_switch(&mut body);
                if nested < MAX_RUN_ON
                    && let Some(case) = sole_case(&body, end)
                {
                    let mut after: Vec<Stmt> = rest.by_ref().collect();
                    shape_list(&mut after, nested + 1);
                    run_on(&mut body, case, after);
                    result.append(&mut body);
                } else {
                    // Nothing will run on into this switch: leaving it is leaving the block.
                    if let Some(Stmt::Switch {
                        end: switch_end,
                        cases,
                        ..
                    }) = body.last_mut()
                    {
                        for case in cases {
                            rename(&mut case.body, end, *switch_end);
                        }
                    }
                    if branches_to(&body, end) {
                        result.push(Stmt::Block { end, body });
                    } else {
                        result.append(&mut body);
                    }
                }
            }
            Stmt::Loop { head, end, body } => result.append(&mut shape_loop(head, end, body)),
            stmt => result.push(stmt),
        }
        if result.last().is_some_and(Stmt::leaves) {
            break;
        }
    }
    *list = result;
}

fn shape_loop(head: Label, end: Label, mut body: Vec<Stmt>) -> Vec<Stmt> {
    drop_tail(&mut body, head, 0);
    let repeats = branches_to(&body, head);
    if !repeats && body.last().is_some_and(Stmt::leaves) {
        drop_tail(&mut body, end, 0);
        if branches_to(&body, end) {
            return vec![Stmt::Block { end, body }];
        }
        return body;
    }
    match body.pop() {
        // The last thing is to leave or to go on: a condition at the end.
        Some(Stmt::If {
            condition,
            mut then,
            otherwise,
        }) if !repeats
            && otherwise.is_empty()
            && matches!(then.last(), Some(Stmt::Branch(target)) if *target == end) =>
        {
            then.pop();
            if then.is_empty() || !(branches_to(&body, end) || branches_to(&then, end)) {
                let condition = not(condition);
                let mut list = vec![Stmt::DoWhile {
                    end,
                    body,
                    condition,
                }];
                list.append(&mut then);
                return list;
            }
            then.push(Stmt::Branch(end));
            body.push(Stmt::If {
                condition,
                then,
                otherwise,
            });
        }
        last => body.extend(last),
    }
    vec![Stmt::Loop { head, end, body }]
}

/// Drops the branches to `label` from a list that `label` follows.
fn drop_tail(list: &mut Vec<Stmt>, label: Label, depth: usize) {
    nest(list, label, depth);
    while matches!(list.last(), Some(Stmt::Branch(target)) if *target == label) {
        list.pop();
    }
    match list.last_mut() {
        Some(Stmt::If {
            then, otherwise, ..
        }) => {
            drop_tail(then, label, depth + 1);
            drop_tail(otherwise, label, depth + 1);
            tidy_if(list);
        }
        Some(Stmt::Block { end, body }) => {
            rename(body, label, *end);
            drop_tail(body, *end, depth + 1);
            if !branches_to(body, *end) {
                let mut body = std::mem::take(body);
                list.pop();
                list.append(&mut body);
            }
        }
        Some(Stmt::Switch { end, cases, .. }) => {
            let end = *end;
            for case in cases.iter_mut() {
                let alone = matches!(case.body[..], [Stmt::Branch(target)] if target == label);
                // A case that only branches stays as it is: the code behind may still run on from it.
                if !alone {
                    rename(&mut case.body, label, end);
                }
            }
            if let Some(case) = cases.last_mut() {
                drop_tail(&mut case.body, end, depth + 1);
            }
        }
        Some(Stmt::Loop { end, body, .. } | Stmt::DoWhile { end, body, .. }) => {
            rename(body, label, *end);
        }
        _ => {}
    }
}

/// Puts what follows an `if` that ends in a branch to `label` into its other side.
fn nest(list: &mut Vec<Stmt>, label: Label, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let goes =
        |side: &[Stmt]| matches!(side.last(), Some(Stmt::Branch(target)) if *target == label);
    let found = list.iter().position(
        |stmt| matches!(stmt, Stmt::If { then, otherwise, .. } if goes(then) || goes(otherwise)),
    );
    let Some(index) = found else { return };
    let rest = list.split_off(index + 1);
    if let Some(Stmt::If {
        then, otherwise, ..
    }) = list.last_mut()
    {
        let (leaving, staying) = if goes(then) {
            (then, otherwise)
        } else {
            (otherwise, then)
        };
        leaving.pop();
        staying.extend(rest);
    }
}

/// Leaves no `if` with an empty first side.
fn tidy_if(list: &mut Vec<Stmt>) {
    let Some(Stmt::If {
        then, otherwise, ..
    }) = list.last()
    else {
        return;
    };
    if !then.is_empty() {
        return;
    }
    let none = otherwise.is_empty();
    let Some(Stmt::If {
        condition,
        otherwise,
        ..
    }) = list.pop()
    else {
        return;
    };
    if !none {
        list.push(Stmt::If {
            condition: not(condition),
            then: otherwise,
            otherwise: Vec::new(),
        });
    } else if !Effects::of(&condition).is_pure() {
        list.push(Stmt::Eval(condition));
    }
}

fn rename(list: &mut Vec<Stmt>, from: Label, to: Label) {
    for stmt in list {
        if let Stmt::Branch(target) = stmt
            && *target == from
        {
            *target = to;
        }
        stmt.lists_mut(&mut |inner| rename(inner, from, to));
    }
}

/// Turns an `if` with a switch at its end around, so that the switch ends the list.
fn expose_switch(list: &mut Vec<Stmt>) {
    let is_switch = |stmt: &Stmt| matches!(stmt, Stmt::Switch { .. }) && stmt.leaves();
    let found = list.iter().rposition(|stmt| {
        matches!(stmt, Stmt::If { then, otherwise, .. }
            if otherwise.is_empty() && then.last().is_some_and(is_switch))
    });
    let Some(index) = found else { return };
    // The other way round there must be nothing to turn around again.
    if index + 1 == list.len()
        || !list.last().is_some_and(Stmt::leaves)
        || list.last().is_some_and(is_switch)
    {
        return;
    }
    let rest = list.split_off(index + 1);
    if let Some(Stmt::If {
        condition, then, ..
    }) = list.pop()
    {
        list.push(Stmt::If {
            condition: not(condition),
            then: rest,
            otherwise: Vec::new(),
        });
        list.extend(then);
        expose_switch(list);
    }
}

/// The case of the switch at the end of a block that is the only branch to the block's end.
fn sole_case(body: &[Stmt], end: Label) -> Option<usize> {
    let Some(Stmt::Switch {
        cases,
        end: switch_end,
        ..
    }) = body.last()
    else {
        return None;
    };
    if branches_to(body, *switch_end) {
        return None;
    }
    let mut branches = 0;
    walk(body, &mut |stmt| {
        branches += usize::from(matches!(stmt, Stmt::Branch(target) if *target == end));
    });
    let alone = |case: &Case| matches!(case.body[..], [Stmt::Branch(target)] if target == end);
    cases.iter().position(alone).filter(|_| branches == 1)
}

/// Makes what follows the block the last case of its switch.
fn run_on(body: &mut [Stmt], case: usize, after: Vec<Stmt>) {
    if let Some(Stmt::Switch { cases, .. }) = body.last_mut() {
        let mut case = cases.remove(case);
        case.body = after;
        cases.push(case);
    }
}

/// Takes the `else` away from behind an `if` that does not come to its end.
fn flatten(list: &mut Vec<Stmt>) {
    let mut result = Vec::with_capacity(list.len());
    for mut stmt in std::mem::take(list) {
        stmt.lists_mut(&mut flatten);
        if let Stmt::If {
            condition,
            then,
            otherwise,
        } = stmt
        {
            let (condition, then, mut after) = if then.last().is_some_and(Stmt::leaves) {
                (condition, then, otherwise)
            } else if otherwise.last().is_some_and(Stmt::leaves) {
                (not(condition), otherwise, then)
            } else {
                result.push(Stmt::If {
                    condition,
                    then,
                    otherwise,
                });
                continue;
            };
            result.push(Stmt::If {
                condition,
                then,
                otherwise: Vec::new(),
            });
            result.append(&mut after);
        } else {
            result.push(stmt);
        }
    }
    *list = result;
}

/// The condition that holds exactly when this one does not.
pub(crate) fn not(condition: Expr) -> Expr {
    match condition {
        Expr::IntCompare(width, op, a, b) => Expr::IntCompare(width, op.negated(), a, b),
        Expr::Eqz(Width::W32, inner) => *inner,
        other => Expr::Eqz(Width::W32, Box::new(other)),
    }
}
