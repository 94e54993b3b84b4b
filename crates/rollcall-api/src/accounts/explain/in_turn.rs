//! When somebody who waits is seated: their place in the line, and the seats that are free or must become so.

use super::Situation;
use crate::accounts::place::{InLine, Place};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::words::{grouped, several};

impl Situation<'_> {
    /// The line, the place in it, and what seats somebody who is in scope.
    pub(super) fn when_in_turn(&self, source: &str) -> String {
        // Without one it is by itself: a moment ago nobody waited.
        let in_line = self.place.unwrap_or(InLine { place: Place::At(1), of: None });
        let line = line(in_line, source);
        let then = match self.free() {
            None => String::from(
                "There is no limit: the next run seats them if they are still in scope. Sync now to have it at once.",
            ),
            Some(0) => self.when_none_is_free(in_line.place),
            Some(free) => self.when_some_are_free(free, in_line.place),
        };
        format!("{line} {then}")
    }

    fn when_none_is_free(&self, place: Place) -> String {
        let over = self.seats.over_by().get();
        let over =
            if over > 0 { format!(" (the licence is over by {})", grouped(over)) } else { String::new() };
        let lacking = self.lacking();
        let (seats, many) = match place {
            Place::At(place) if place + lacking == 1 => (String::from("One seat"), "one"),
            Place::At(place) => (format!("{} seats", grouped(place + lacking)), "as many"),
            // More than so many before them, and their own seat.
            Place::After(before) => (format!("More than {} seats", grouped(before + 1 + lacking)), "as many"),
            Place::Uncounted => (String::from("Seats"), "so many"),
        };
        let fewer =
            if place == Place::At(1) { "" } else { ", fewer if somebody before them leaves the line" };
        format!(
            "{seats} must become free{over}{fewer}, or the licence be raised by {many}; the next run then seats them{}.",
            self.unless()
        )
    }

    fn when_some_are_free(&self, free: u64, place: Place) -> String {
        let are_free = several(free, "seat is", "seats are");
        let unless = self.unless();
        match place {
            Place::At(place) if free < place => format!(
                "{are_free} free: the next run gives them to those before{unless}, and {} more must become free, fewer if somebody before them leaves the line.",
                grouped(place - free)
            ),
            Place::After(before) if free <= before => format!(
                "{are_free} free: the next run gives them to those before{unless}, and more than {} more must become free, fewer if somebody before them leaves the line.",
                grouped(before + 1 - free)
            ),
            Place::At(_) => format!(
                "A seat is free for them: the next run seats them if they are still in scope{unless}. Sync now to have it at once."
            ),
            Place::After(_) | Place::Uncounted => format!(
                "{are_free} free: the next run gives them out in the order of the line{unless}. Sync now to have it at once."
            ),
        }
    }

    /// Each run gives the seats that are free to its own line.
    fn unless(&self) -> &'static str {
        match self.config.sources.len() {
            1 => "",
            _ => ", unless a run of another source takes them first",
        }
    }

    /// How many seats the sync may give; none is without end.
    fn free(&self) -> Option<u64> {
        self.seats.free(self.config.policy.reserve).map(SeatCount::get)
    }

    /// How many seats must become free before the first one may be given.
    fn lacking(&self) -> u64 {
        match self.seats.limit {
            Limit::Unlimited => 0,
            Limit::Seats(limit) => self.seats.used.plus(self.config.policy.reserve).less(limit).get(),
        }
    }
}

/// Where somebody stands in the line of a source, in a sentence.
fn line(InLine { place, of }: InLine, source: &str) -> String {
    match (place, of) {
        (Place::At(place), Some(of)) => {
            format!("They are number {} of {} in the line of {source}.", grouped(place), grouped(of))
        }
        (Place::At(place), None) => format!("They are number {} in the line of {source}.", grouped(place)),
        (Place::After(before), of) => {
            let all = of.map(|of| format!("; {} wait in all", grouped(of))).unwrap_or_default();
            format!("More than {} people wait before them in the line of {source}{all}.", grouped(before))
        }
        (Place::Uncounted, of) => {
            let all =
                of.map_or(String::from("Many people wait"), |of| several(of, "person waits", "people wait"));
            format!("{all} in the line of {source}.")
        }
    }
}
