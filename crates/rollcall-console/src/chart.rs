//! Pictures, drawn on the server as SVG: the seats as a bar, and seats and waiting by day or over the last runs. Each has its
//! figures in words beside it, so nobody needs to see the picture.

use crate::model::{Licence, Run, SeatsOfDay};
use crate::words;

/// Runs in the chart.
const RUNS_MAX: usize = 100;

/// The drawing area of the chart, in units of its own.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;

/// The seats as a bar: parts of a hundred.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) parts: Vec<Part>,
    /// Where the licence ends; none without a limit.
    pub(crate) mark: Option<String>,
}

/// A part of the bar.
#[derive(Debug)]
pub(crate) struct Part {
    /// How it is coloured.
    pub(crate) class: &'static str,
    pub(crate) x: String,
    pub(crate) width: String,
}

impl Bar {
    /// The bar of a licence: active, reserve, free, over, and behind the end of the licence those who wait. Without a
    /// limit nothing is kept back, and nothing is free of it.
    pub(crate) fn of(licence: &Licence) -> Self {
        let limit = licence.limit.unwrap_or(licence.used);
        let active = licence.used.min(limit);
        let reserve = licence.reserve.min(limit - active);
        let free = limit - active - reserve;
        let parts = [
            ("active", active),
            ("reserve", reserve),
            ("free", free),
            ("over", licence.over_by),
            ("waiting", licence.waiting),
        ];
        let whole = parts.iter().map(|(_, count)| count).sum::<u64>().max(1);
        let mut x = 0.0;
        let mut part = |(class, count): (&'static str, u64)| {
            let width = share(count, whole) * 100.0;
            let part = Part { class, x: format!("{x:.2}"), width: format!("{width:.2}") };
            x += width;
            (count > 0).then_some(part)
        };
        let mark = licence.limit.map(|limit| format!("{:.2}", share(limit, whole) * 100.0));
        Self { parts: parts.into_iter().filter_map(&mut part).collect(), mark }
    }
}

/// Seats in use, the limit and those who wait, day by day, or after each of the last runs.
#[derive(Debug)]
pub(crate) struct Chart {
    /// Each row is a day, not a run.
    pub(crate) is_by_day: bool,
    pub(crate) used: String,
    pub(crate) limit: String,
    pub(crate) waiting: String,
    /// The values at the left, with a line each.
    pub(crate) marks: Vec<Mark>,
    /// The days below.
    pub(crate) days: Vec<Day>,
    pub(crate) rows: Vec<Row>,
}

/// The figures of a run.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) at: String,
    pub(crate) shown: String,
    pub(crate) used: u64,
    pub(crate) limit: Option<u64>,
    pub(crate) waiting: u64,
}

impl Chart {
    /// The chart of runs, newest first; none where fewer than two have anything to show.
    pub(crate) fn of(runs: &[Run]) -> Option<Self> {
        let rows = runs.iter().filter(|run| run.status == "completed" || run.status == "held");
        let mut rows: Vec<Row> = rows
            .filter_map(|run| {
                let summary = run.summary.as_ref()?;
                let (at, shown) = (run.started_at.clone(), words::time(&run.started_at));
                let (used, limit, waiting) = (summary.used, summary.limit, summary.waiting);
                Some(Row { at, shown, used, limit, waiting })
            })
            .take(RUNS_MAX)
            .collect();
        rows.reverse();
        Self::of_rows(rows, false)
    }

    /// The chart of days, in their order; none where fewer than two are known.
    pub(crate) fn by_day(days: &[SeatsOfDay]) -> Option<Self> {
        let row = |one: &SeatsOfDay| {
            let at = format!("{}T00:00:00Z", one.day);
            let shown = words::day(at.parse().ok()?);
            Some(Row { at, shown, used: one.used, limit: one.limit, waiting: one.waiting })
        };
        Self::of_rows(days.iter().filter_map(row).collect(), true)
    }

    fn of_rows(rows: Vec<Row>, is_by_day: bool) -> Option<Self> {
        if rows.len() < 2 {
            return None;
        }
        let top = rows.iter().map(|row| row.used.max(row.waiting).max(row.limit.unwrap_or(0))).max()?.max(1);
        Some(Self {
            is_by_day,
            used: line(&rows, top, |row| Some(row.used)),
            limit: line(&rows, top, |row| row.limit),
            waiting: line(&rows, top, |row| Some(row.waiting)),
            marks: marks(top),
            days: days(&rows),
            rows,
        })
    }
}

/// A value at the left of the chart.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) y: String,
    pub(crate) label: String,
}

/// A day below the chart.
#[derive(Debug)]
pub(crate) struct Day {
    pub(crate) x: String,
    pub(crate) anchor: &'static str,
    pub(crate) label: String,
}

/// Nothing, the half and the top.
fn marks(top: u64) -> Vec<Mark> {
    let values = if top < 2 { vec![0, top] } else { vec![0, top / 2, top] };
    let mark = |value| Mark {
        y: format!("{:.1}", HEIGHT - share(value, top) * HEIGHT),
        label: words::number(value),
    };
    values.into_iter().map(mark).collect()
}

/// The first and the last day, and the one in the middle where there is room between them.
fn days(rows: &[Row]) -> Vec<Day> {
    let (Some(first), Some(last)) = (rows.first().and_then(instant), rows.last().and_then(instant)) else {
        return Vec::new();
    };
    let middle = first.checked_add(last.duration_since(first) / 2).unwrap_or(first);
    let places = [(first, "0", "start"), (middle, "300", "middle"), (last, "600", "end")];
    let mut days: Vec<Day> = Vec::new();
    for (time, x, anchor) in places {
        let label = words::day(time);
        if days.iter().all(|day| day.label != label) {
            days.push(Day { x: x.to_owned(), anchor, label });
        }
    }
    days
}

fn instant(row: &Row) -> Option<jiff::Timestamp> {
    row.at.parse().ok()
}

/// The points of a line through the figures of all rows that have one.
fn line(rows: &[Row], top: u64, figure: impl Fn(&Row) -> Option<u64>) -> String {
    let millis = |row: &Row| instant(row).map(jiff::Timestamp::as_millisecond);
    let (begin, end) = (rows.first().and_then(millis), rows.last().and_then(millis));
    let whole = begin.zip(end).map_or(0, |(begin, end)| end - begin).max(1).unsigned_abs();
    let point = |row: &Row| {
        let after = millis(row)?.saturating_sub(begin?);
        let x = share(u64::try_from(after).unwrap_or(0).min(whole), whole) * WIDTH;
        let y = HEIGHT - share(figure(row)?, top) * HEIGHT;
        Some(format!("{x:.1},{y:.1}"))
    };
    rows.iter().filter_map(point).collect::<Vec<_>>().join(" ")
}

/// A share; exact enough for a picture.
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
