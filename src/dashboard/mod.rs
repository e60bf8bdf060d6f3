//! The dashboard: a worker's views → panels; a person's hands → inputs.
//!
//! A worker thread owns the simulation. It publishes a [`View`] whenever the last one was taken and
//! takes [`Order`]s; no frame waits for a tick. Panels are functions of an egui `Ui` and the
//! [`ViewState`], so tests drive them without a window. `controls::dashboard` is the whole picture,
//! `panels` the registry of what can stand in it, `driver` the time machine's hands.

pub mod theme;
pub mod column;
pub mod metrics;
pub mod chronicle;
pub mod order;
pub mod words;
pub mod facts;
pub mod view;
pub mod inspect;
pub mod worker;
pub mod driver;
pub mod obey;
pub mod force;
pub mod spacing;
pub mod packing;
pub mod graph_layout;
pub mod live_picture;
pub mod kymograph;
pub mod state;
pub mod commands;
pub mod execute;
pub mod keyboard;
mod question;
pub mod film;
pub mod palette;
pub mod panels;
pub mod arrangements;
mod notes_panel;
mod modes_panel;
mod sensor_panel;
pub mod plot_marks;
pub mod curve;
pub mod axes;
pub mod trace;
pub mod traces;
pub mod legend;
pub mod figures;
pub mod plot_menu;
pub mod plots;
pub mod edge_picture;
pub mod graph_edges;
pub mod graph_vertices;
pub mod graph_labels;
pub mod graph_hands;
pub mod graph_view;
pub mod field_panel;
pub mod circle_panel;
pub mod cluster_panels;
pub mod phi_picture;
pub mod phi_panel;
pub mod event_panel;
mod driven;
pub mod parameter_panel;
pub mod selection_panel;
mod plane_panel;
mod spectrum_panel;
mod sweep_panel;
mod files_list;
pub mod scenes;
pub mod export;
pub mod timebar;
pub mod tour;
pub mod layout;
mod banner;
pub mod controls;
pub mod fallback;
mod window_input;
pub mod window_pictures;
mod settings;
pub mod app;

pub use order::{Order, SceneSource};
pub use state::ViewState;
pub use view::View;
pub use worker::Worker;
