//! The dashboard: a worker's views → panels; a person's hands → inputs.
//!
//! A worker thread owns the simulation. It publishes a [`View`] whenever the last one was taken and
//! takes [`Order`]s; no frame waits for a tick. Panels are functions of an egui `Ui` and the
//! [`ViewState`], so tests drive them without a window.

pub mod theme;
pub mod series;
pub mod view;
pub mod worker;
pub mod plots;
pub mod plant_panels;
pub mod cluster_panels;
pub mod controls;
pub mod layout;
pub mod fallback;
pub mod app;

pub use view::{Order, View, ViewState};
pub use worker::Worker;
