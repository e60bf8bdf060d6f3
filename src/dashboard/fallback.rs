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
        if let Some(display) = std::env::var("DISPLAY").ok().filter(|own| !own.is_empty())
            && !set("WAYLAND_DISPLAY")
            && !is_served(&display)
        {
            return Some(format!("no display answers at DISPLAY={display}"));
        }
        if !set("WAYLAND_DISPLAY") && !library_present("libxkbcommon-x11.so") {
            return Some("the keyboard library libxkbcommon-x11 is not installed".into());
        }
    }
    adapter_missing()
}

/// Whether something listens where an X11 display is: `[HOST]:NUMBER[.SCREEN]`.
#[cfg(target_os = "linux")]
fn is_served(display: &str) -> bool {
    use std::net::{TcpStream, ToSocketAddrs};
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};

    if display.starts_with('/') {
        return UnixStream::connect(display).is_ok();
    }
    let Some((host, rest)) = display.rsplit_once(':') else {
        return false;
    };
    let number = rest.split('.').next().unwrap_or_default();
    let Ok(number) = number.parse::<u16>() else {
        return false;
    };
    if host.is_empty() || host == "unix" || host.ends_with("/unix") {
        let path = format!("/tmp/.X11-unix/X{number}");
        let hidden = SocketAddr::from_abstract_name(&path);
        let hidden = hidden.and_then(|own| UnixStream::connect_addr(&own));
        return hidden.is_ok() || UnixStream::connect(path).is_ok();
    }
    let host = host.rsplit('/').next().unwrap_or(host);
    let addresses = (host, number.saturating_add(6000)).to_socket_addrs();
    let wait = std::time::Duration::from_secs(3);
    let answers = |own| TcpStream::connect_timeout(&own, wait).is_ok();
    addresses.is_ok_and(|mut list| list.any(answers))
}

/// Displays of X11 are not what windows of this system are opened on.
#[cfg(not(target_os = "linux"))]
fn is_served(_display: &str) -> bool {
    true
}

/// Begins this program anew with `XDG_RUNTIME_DIR` set, where there is a display and it is not.
/// Returns when it is set, or when the program cannot begin anew.
///
/// Mesa's Vulkan layer that selects devices asks libwayland for a compositor under X11 too, and
/// libwayland prints an error each time that the variable is missing. Safe code cannot change the
/// environment of a process, but hand one on.
#[cfg(target_os = "linux")]
pub fn name_runtime_dir() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    use std::path::{Path, PathBuf};

    let value = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let known = value("XDG_RUNTIME_DIR").is_some_and(|own| Path::new(&own).is_absolute());
    let display = value("DISPLAY").or_else(|| value("WAYLAND_DISPLAY"));
    if known || display.is_none() {
        return;
    }
    let user = std::fs::metadata("/proc/self").map(|own| own.uid());
    let usual = user.map(|user| PathBuf::from(format!("/run/user/{user}")));
    // Without the usual one, a path below which nothing is and nobody can put anything.
    let directory = usual.ok().filter(|path| path.is_dir());
    let directory = directory.unwrap_or_else(|| PathBuf::from("/dev/null"));
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut arguments = std::env::args_os();
    let mut anew = std::process::Command::new(program);
    if let Some(name) = arguments.next() {
        anew.arg0(name);
    }
    // Comes back only with an error; then the line is printed, and all else is as it was.
    let _ = anew
        .args(arguments)
        .env("XDG_RUNTIME_DIR", directory)
        .exec();
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
