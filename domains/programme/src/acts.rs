//! What people do with programmes and tasks. Each act is one transaction, one step, one line of the trail.

mod focus;
mod measures;
mod programmes;
mod steps;
mod tasks;
mod typed;

pub use focus::{answer_focus, choose_focus, note_focus};
pub use measures::{
    NewTarget, SPLITS, adds_up, allocate, change_target, create_target, measure, report_progress,
};
pub(crate) use programmes::free_code;
pub use programmes::{
    KINDS, ProgrammeEdit, change_programme, create_programme, named_programme, next_code, of_document,
    programme_from, rule_out,
};
pub use steps::{Many, With, rights_for, take_back, take_step, take_steps};
pub use tasks::{Draft, Edit, create_task, edit, expand, task_for};
pub(crate) use tasks::{differences, record};
pub use typed::{clauses_of, programme_typed, support_of, task_typed, weight_typed};
