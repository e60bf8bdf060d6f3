//! The tests of the whole, in one binary.

mod abuse;
mod actuator_lines;
mod fixtures;
mod hostile_input;
mod hostile_signal;
mod hostile_control;
mod control_command;
mod history;
mod digest;
mod scenes;
mod signal_command;
mod signal_stream;
mod stl_command;
mod bad_scenes;
mod safety_rules;
mod scene_versions;
mod snapshots;
mod edges;
mod sensors;
mod registry;
mod regulation;
mod run_folder;
mod records;
mod commands;
mod guide;
mod by_name;
mod figure_command;
mod fit;
mod report;
mod diff;
mod own_files;
mod own_scenes;
mod plant_delays;
mod plant_rules;
mod plant_steps;
mod step_check;
mod sum_range;
mod sweep;
mod own_model;
mod parts;
mod parts_faults;
mod reference_dynamics;
mod bench_dynamics;
mod field_diffusion;
mod field_finite;
mod field_probe;
mod field_waves;
mod integrate_border;
mod integrate_cases;
mod reference_graph;
mod reference_gauss;
mod reference_iit3;
mod reference_iit4;
mod reference_control;
mod reference_signal;
mod formula_oracle;
mod logic_property;
mod logic_rules;
mod reference_stl;
mod phi_command;
mod phi_live;
mod phi_limits;
#[cfg(feature = "dashboard")]
mod dashboard;
#[cfg(feature = "dashboard")]
mod window_pictures;
#[cfg(feature = "dashboard")]
mod window_exports;
#[cfg(feature = "dashboard")]
mod window_hands;
#[cfg(feature = "dashboard")]
mod signal_panels;
#[cfg(feature = "dashboard")]
mod tour;
#[cfg(feature = "dashboard")]
mod phi_panel;
#[cfg(feature = "dashboard")]
mod sensor_panel;
#[cfg(feature = "dashboard")]
mod regulation_panels;
#[cfg(feature = "dashboard")]
mod time_machine;
#[cfg(feature = "dashboard")]
mod window_runs;
