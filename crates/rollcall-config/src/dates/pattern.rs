//! A date as a pattern of letters says it: dd.mm.yyyy. Below `dates`, beside `month`.
//!
//! Promises that a value is read in one way only, and as a whole: what the pattern does not say is no date. A space more
//! or less, a point at the end and a fraction of a second change nothing, and neither does a leading zero but after dd/mm/.

use super::month::month_of;
use jiff::civil::{Date, DateTime, Time};
use std::str::Chars;

/// A pattern that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tokens: Vec<Token>,
    /// How many digits a day and a month have at least.
    digits: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Weekday,
    Hour,
    Minute,
    Second,
    /// AM or PM.
    Half,
    Sign(char),
}

/// Signs that stand for themselves. Others are put in single quotes.
const SIGNS: [char; 14] = ['.', '/', '-', ' ', ',', ':', 'T', '_', '年', '月', '日', '년', '월', '일'];

/// How AM and PM are said in a pattern.
const HALVES: [&str; 4] = ["am/pm", "am", "pm", "tt"];

impl Pattern {
    /// Reads a pattern. `mm` after hours means minutes.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix('\'') {
                let (word, left) = after.split_once('\'').ok_or("a quote is not closed")?;
                tokens.extend(word.chars().map(Token::Sign));
                rest = left;
                continue;
            }
            let is_half =
                |half: &&&str| rest.get(..half.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(half));
            if let Some(half) = HALVES.iter().find(is_half) {
                tokens.push(Token::Half);
                rest = rest.get(half.len()..).unwrap_or_default();
                continue;
            }
            let (run, left) = rest.split_at(rest.len() - rest.trim_start_matches(c).len());
            rest = left;
            if SIGNS.contains(&c) {
                tokens.extend(run.chars().map(Token::Sign));
                continue;
            }
            let is_time = tokens.contains(&Token::Hour)
                && matches!(tokens.last(), Some(Token::Sign(':' | '.') | Token::Hour));
            tokens.push(match (c.to_ascii_lowercase(), run.len()) {
                ('y', 4) => Token::Year,
                ('y', 2) => Token::ShortYear,
                ('m', 1 | 2) if is_time => Token::Minute,
                ('m', 1 | 2) => Token::Month,
                ('m', 3 | 4) => Token::MonthName,
                ('d', 1 | 2) => Token::Day,
                ('d', 3 | 4) => Token::Weekday,
                ('h', 1 | 2) => Token::Hour,
                ('s', 1 | 2) if tokens.contains(&Token::Hour) => Token::Second,
                _ => return Err("it has other letters than yyyy, mm, dd, hh, ss, am"),
            });
        }
        let count = |kinds: &[Token]| tokens.iter().filter(|token| kinds.contains(token)).count();
        let days = [&[Token::Year, Token::ShortYear][..], &[Token::Month, Token::MonthName], &[Token::Day]];
        if days.iter().any(|kinds| count(kinds) != 1) || count(&[Token::Hour]) > 1 {
            return Err("a year, a month and a day are needed, each once");
        }
        if count(&[Token::Half]) > count(&[Token::Hour]) {
            return Err("am belongs to hours: hh:mm am");
        }
        // 5 December, read as a date and saved again by a spreadsheet that writes the month first, is 12/5/2026: without zeros.
        let is_exact = text.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("dd/mm/"));
        Ok(Self { text: text.to_owned(), tokens, digits: if is_exact { 2 } else { 1 } })
    }

    /// As it is configured.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it says two digits of the year.
    pub(super) fn has_short_year(&self) -> bool {
        self.tokens.contains(&Token::ShortYear)
    }

    /// The day that a value means, and the time of the day where the pattern has one.
    pub(super) fn read(&self, value: &str) -> Option<(Date, Option<Time>)> {
        let mut parts = Parts::default();
        let mut rest = value.chars();
        for token in &self.tokens {
            parts.take(*token, self.digits, &mut rest)?;
        }
        // 31.10.2026., as it is written in several countries.
        let is_whole = matches!(rest.as_str().trim_start(), "" | ".");
        let day = Date::new(parts.year, parts.month, parts.day).ok().filter(|_| is_whole)?;
        if !self.tokens.contains(&Token::Hour) {
            return Some((day, None));
        }
        let hour = match (self.tokens.contains(&Token::Half), parts.is_afternoon) {
            (false, _) => parts.hour,
            // Twelve comes before one: 12:30 AM is half past midnight.
            (true, is_afternoon) if (1..=12).contains(&parts.hour) => {
                parts.hour % 12 + if is_afternoon { 12 } else { 0 }
            }
            (true, _) => return None,
        };
        let time = DateTime::new(parts.year, parts.month, parts.day, hour, parts.minute, parts.second, 0)
            .ok()?
            .time();
        Some((day, Some(time)))
    }
}

/// What has been read of a value.
#[derive(Default)]
struct Parts {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    is_afternoon: bool,
}

impl Parts {
    /// Reads the part that comes next; a day and a month have so many digits at least.
    fn take(&mut self, token: Token, digits: usize, rest: &mut Chars<'_>) -> Option<()> {
        match token {
            Token::Year => self.year = number(rest, 4, 4).filter(|year| *year >= 1000)?,
            Token::ShortYear => {
                let year = number(rest, 2, 2)?;
                self.year = year + if year < 69 { 2000 } else { 1900 };
            }
            Token::Month => self.month = short(rest, digits)?,
            Token::MonthName => {
                self.month = month_of(word(rest))?;
                take_sign(rest, '.');
            }
            Token::Day => self.day = short(rest, digits)?,
            Token::Weekday => {
                (!word(rest).is_empty()).then_some(())?;
                take_sign(rest, '.');
            }
            Token::Hour => self.hour = short(rest, 1)?,
            Token::Minute => self.minute = short(rest, 2)?,
            Token::Second => {
                self.second = short(rest, 2)?;
                let mut ahead = rest.clone();
                if matches!(ahead.next(), Some('.' | ',')) && number(&mut ahead, 1, 9).is_some() {
                    *rest = ahead;
                }
            }
            Token::Half => self.is_afternoon = half(rest)?,
            Token::Sign(' ') => skip_spaces(rest),
            Token::Sign(sign) => {
                skip_spaces(rest);
                take_sign(rest, sign).then_some(())?;
                // 31. 10. 2026
                if matches!(sign, '.' | ',') {
                    skip_spaces(rest);
                }
            }
        }
        Some(())
    }
}

/// A number of so many digits. One that is longer than any part of a date is cut, as a fraction may be.
fn number(rest: &mut Chars<'_>, at_least: usize, at_most: usize) -> Option<i16> {
    let text = rest.as_str();
    let length = text.bytes().take(at_most).take_while(u8::is_ascii_digit).count();
    let (digits, left) = text.split_at_checked(length).filter(|_| length >= at_least)?;
    *rest = left.chars();
    digits.get(..length.min(4))?.parse().ok()
}

fn short(rest: &mut Chars<'_>, at_least: usize) -> Option<i8> {
    number(rest, at_least, 2).and_then(|number| i8::try_from(number).ok())
}

fn word<'v>(rest: &mut Chars<'v>) -> &'v str {
    let text = rest.as_str();
    let length = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, left) = text.split_at_checked(length).unwrap_or((text, ""));
    *rest = left.chars();
    word
}

fn skip_spaces(rest: &mut Chars<'_>) {
    *rest = rest.as_str().trim_start().chars();
}

fn take_sign(rest: &mut Chars<'_>, sign: char) -> bool {
    let left = rest.as_str().strip_prefix(sign);
    if let Some(left) = left {
        *rest = left.chars();
    }
    left.is_some()
}

/// AM or PM in any case, also `a.m.` and `p. m.`; whether it is PM.
fn half(rest: &mut Chars<'_>) -> Option<bool> {
    skip_spaces(rest);
    let is_afternoon = match rest.next()? {
        'a' | 'A' => false,
        'p' | 'P' => true,
        _ => return None,
    };
    take_sign(rest, '.');
    skip_spaces(rest);
    matches!(rest.next()?, 'm' | 'M').then_some(())?;
    take_sign(rest, '.');
    Some(is_afternoon)
}
