//! The present time as text, for names of run folders.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970 as `20261123T141500Z`.
///
/// Days to dates after Hinnant, "chrono-compatible low-level date algorithms" (2013).
#[must_use]
pub fn stamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Now.
#[must_use]
pub fn now() -> String {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    stamp(elapsed.map_or(0, |elapsed| elapsed.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::stamp;

    #[test]
    fn dates_of_leap_years_and_their_borders() {
        assert_eq!(stamp(0), "19700101T000000Z");
        assert_eq!(stamp(951_782_400), "20000229T000000Z");
        assert_eq!(stamp(1_795_442_399), "20261123T135959Z");
    }
}
