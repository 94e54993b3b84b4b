//! Pictures, drawn on the server as SVG: the seats as a bar, and seats and waiting over the last runs. Each has its
//! figures in words beside it, so nobody needs to see the picture.

use crate::model::{Licence, Run};
use crate::words;

/// Runs in the chart.
const RUNS_MAX: usize = 30;

/// The drawing area of the chart, in units of its own.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 120.0;

/// The seats as a bar: parts of a hundred.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) parts: Vec<Part>,
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
        Self { parts: parts.into_iter().filter_map(&mut part).collect() }
    }
}

/// Seats in use, the limit and those who wait, after each of the last runs.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) used: String,
    pub(crate) limit: String,
    pub(crate) waiting: String,
    pub(crate) top: u64,
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
        if rows.len() < 2 {
            return None;
        }
        rows.reverse();
        let top = rows.iter().map(|row| row.used.max(row.waiting).max(row.limit.unwrap_or(0))).max()?.max(1);
        Some(Self {
            used: line(&rows, top, |row| Some(row.used)),
            limit: line(&rows, top, |row| row.limit),
            waiting: line(&rows, top, |row| Some(row.waiting)),
            top,
            rows,
        })
    }
}

/// The points of a line through the figures of all rows that have one.
fn line(rows: &[Row], top: u64, figure: impl Fn(&Row) -> Option<u64>) -> String {
    let last = (rows.len() - 1).max(1) as u64;
    let point = |(at, row): (u64, &Row)| {
        let x = share(at, last) * WIDTH;
        let y = HEIGHT - share(figure(row)?, top) * HEIGHT;
        Some(format!("{x:.1},{y:.1}"))
    };
    (0..).zip(rows).filter_map(point).collect::<Vec<_>>().join(" ")
}

/// A share; exact enough for a picture.
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
