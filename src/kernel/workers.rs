//! Running a schedule on all node Worlds, beside each other or one after the other.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bevy::ecs::error::{BevyError, ErrorContext};
use bevy::tasks::{TaskPool, TaskPoolBuilder};

use crate::registry::part::PartError;

use super::node::Node;

thread_local! {
    /// What systems refused in the schedule that runs on this thread.
    static FAILURES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Takes the error of a system, so that the kernel can end the run with it.
pub fn note_failure(error: BevyError, context: ErrorContext) {
    // What a part of a user did wrong names the part, and no system of the program.
    if let Some(PartError(text)) = error.downcast_ref() {
        FAILURES.with_borrow_mut(|list| list.push(text.clone()));
        return;
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().to_owned();
    FAILURES.with_borrow_mut(|list| list.push(format!("{}: {first}", context.name())));
}

/// Runs `work` on one World and gives what its systems refused, or the panic of one of them.
///
/// # Errors
/// With the first refusal.
pub fn guarded(node: &mut Node, work: &(impl Fn(&mut Node) + ?Sized)) -> Result<(), String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| work(node)));
    let failures = FAILURES.with_borrow_mut(std::mem::take);
    if let Err(panic) = outcome {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("without a message");
        return Err(format!("a system panicked: {text}"));
    }
    failures.into_iter().next().map_or(Ok(()), Err)
}

/// A fixed number of workers; the calling thread is one of them.
pub struct Workers {
    pool: Option<TaskPool>,
}

impl Workers {
    /// `count` workers; with one, everything runs on the calling thread.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let pool = (count > 1).then(|| {
            TaskPoolBuilder::new()
                .num_threads(count - 1)
                .thread_name("phantom worker".to_owned())
                .build()
        });
        Self { pool }
    }

    /// Number of workers.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, |pool| pool.thread_num() + 1)
    }

    /// Runs `work` on every World. `beside` allows several at a time; small Worlds are faster one
    /// after the other.
    ///
    /// # Errors
    /// With the refusal of the first node, in order of nodes, that had one.
    pub fn run(
        &self,
        nodes: &mut [Node],
        beside: bool,
        work: &(dyn Fn(&mut Node) + Sync),
    ) -> Result<(), String> {
        match &self.pool {
            Some(pool) if beside && nodes.len() > 1 => {
                let outcomes = pool.scope(|scope| {
                    for node in nodes.iter_mut() {
                        scope.spawn(async move { guarded(node, work) });
                    }
                });
                outcomes.into_iter().collect()
            }
            _ => nodes.iter_mut().try_for_each(|node| guarded(node, work)),
        }
    }
}
