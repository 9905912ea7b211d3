//! What emission must know beforehand: of a function, and of all functions together.

mod assigned;
mod calls;
mod fact;

pub(crate) use assigned::{assigned_in, read_before_set};
pub(crate) use calls::CallGraph;
pub(crate) use fact::{Fact, U32_MAX};
