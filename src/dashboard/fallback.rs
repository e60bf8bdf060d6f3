//! Whether a window can be opened, asked before one is tried.

use bevy::render::settings::Backends;

/// Why there can be no window here; `None` when there can.
#[must_use]
pub fn obstacle() -> Option<String> {
    if cfg!(target_os = "linux") {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
            return Some("there is no display (DISPLAY and WAYLAND_DISPLAY are not set)".into());
        }
        if !set("WAYLAND_DISPLAY") && !library_present("libxkbcommon-x11.so") {
            return Some("the keyboard library libxkbcommon-x11 is not installed".into());
        }
    }
    adapter_missing()
}

/// Whether a shared library of this name lies where the loader looks.
fn library_present(stem: &str) -> bool {
    let own = std::env::var("LD_LIBRARY_PATH").unwrap_or_default();
    let arch = std::env::consts::ARCH;
    let mut places: Vec<String> = own.split(':').map(str::to_owned).collect();
    places.push(format!("/usr/lib/{arch}-linux-gnu"));
    places.extend(["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib"].map(String::from));
    places.push(format!("/lib/{arch}-linux-gnu"));
    places.iter().any(|place| {
        std::fs::read_dir(place).is_ok_and(|entries| {
            entries
                .filter_map(Result::ok)
                .any(|entry| entry.file_name().to_string_lossy().starts_with(stem))
        })
    })
}

fn adapter_missing() -> Option<String> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: Backends::all(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let request = instance.request_adapter(&wgpu::RequestAdapterOptions::default());
    match bevy::tasks::block_on(request) {
        Ok(_) => None,
        Err(error) => Some(format!("there is no graphics adapter ({error})")),
    }
}
