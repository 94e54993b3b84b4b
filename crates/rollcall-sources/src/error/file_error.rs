//! Why a CSV file is refused because of what it is, how it is encoded, or how it is packed.
//!
//! Beside `error.rs`, which has what concerns its rows and headings. Each text says what to do.

use super::file_kind::FileKind;

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is not CSV at all.
    #[error("{0}")]
    NotCsv(FileKind),
    /// A byte that is not UTF-8, and no encoding is configured.
    #[error(
        "line {line} is not UTF-8; save the file as \"CSV UTF-8\", or set `encoding` to the one that the program writes: \
         for Excel that is windows-1252 in Western Europe, windows-1250 in Poland, Czechia, Hungary and their neighbours, \
         windows-1251 for Cyrillic, windows-1254 in Turkey, shift_jis in Japan, gbk in China; a wrong one turns letters \
         into others, so look at some names in a dry run first"
    )]
    InvalidUtf8 {
        /// The line of the first such byte.
        line: u64,
    },
    /// Letters of a code page that is not read.
    #[error(
        "the file's letters are those of a code page of DOS or of an old Mac (437, 850, 852), which is not read here; export it \
         again as \"CSV UTF-8\": csvde with -u, PowerShell with -Encoding utf8, a command line after chcp 65001"
    )]
    CodePage,
    /// Bytes that the configured encoding does not have.
    #[error(
        "line {line} is not {encoding}, as `encoding` says; save the file as \"CSV UTF-8\" and take the setting out, or set \
         the encoding that the file has"
    )]
    InvalidBytes {
        /// The line of the first such byte.
        line: u64,
        /// The encoding.
        encoding: &'static str,
    },
    /// An odd number of bytes, or half a character.
    #[error(
        "line {line} is not whole UTF-16, which the file's first bytes promise; save the file as \"CSV UTF-8\""
    )]
    InvalidUtf16 {
        /// The line of the first such character.
        line: u64,
    },
    /// Every second byte is NUL.
    #[error(
        "the file looks like UTF-16 without a byte order mark (line 1: every second byte is zero); \
         save it as \"CSV UTF-8\" or as \"Unicode Text\", or set encoding = \"{encoding}\""
    )]
    Utf16WithoutMark {
        /// Which of the two.
        encoding: &'static str,
    },
    /// Everything in it is UTF-8, and the configuration says another encoding.
    #[error(
        "the file is UTF-8, but `encoding` says {encoding}, which would turn its letters into others (ü into Ã¼); \
         take `encoding` out of the configuration"
    )]
    IsUtf8 {
        /// The encoding of the configuration.
        encoding: &'static str,
    },
    /// Each line is one cell.
    #[error(
        "each line of the file is in quotes as a whole (line {line} is the first), so it has one column: a program with another \
         separator has saved it; export it again and do not save it in a spreadsheet program, or remove the first and the last \
         quote of each line in a text editor"
    )]
    QuotedLines {
        /// The line of the headings.
        line: u64,
    },
    /// The headings are further down.
    #[error(
        "line {line} has none of the headings that the configuration names, but line {found} has all of them; \
         set skip_lines = {} if {} always above the headings, or remove what is above them",
        found - 1,
        if *found == 2 { "this line is" } else { "these lines are" }
    )]
    HeadingsBelow {
        /// Where the headings were expected.
        line: u64,
        /// Where they are.
        found: u64,
    },
    /// The second line of headings looks like a person.
    #[error(
        "line {line} should be the second line of headings (second_headings = true), but its cell under {heading:?} looks like \
         a person's; take second_headings out of the configuration if the file no longer has that line"
    )]
    NoSecondHeadings {
        /// The line.
        line: u64,
        /// The heading of the column.
        heading: String,
    },
    /// Numbers of which a spreadsheet kept fifteen digits.
    #[error(
        "from line {line} on, all {keys} numbers of more than 15 digits under {heading:?} end in zeros behind the fifteenth: a \
         spreadsheet keeps no more, and two people may have one number now; format the column as text, fill it again from the \
         directory and export again"
    )]
    NumbersCut {
        /// The line of the first.
        line: u64,
        /// The heading of the column.
        heading: String,
        /// How many there are.
        keys: usize,
    },
    /// The last letter is not whole.
    #[error(
        "line {line}, the last one, ends inside a letter: the file is cut off, or is still being copied; upload it again as a \
         whole. If it is whole, its `encoding` is another"
    )]
    CutInLetter {
        /// The line.
        line: u64,
    },
    /// Headings below the first ones, in another order.
    #[error(
        "line {line} has headings in another order than the first line, so the rows below it would be read under wrong ones: two \
         lists were put together; bring their columns into one order, or drop each list as a source of its own"
    )]
    OtherOrder {
        /// The line.
        line: u64,
    },
    /// The addresses are not beside their people.
    #[error(
        "from line {line} on, the e-mail addresses stand one row {} than their people: nearly every address fits the person of \
         the row {}; fill that column again from the directory, or sort the whole table and not one column, and export again",
        if *is_down { "lower" } else { "higher" },
        if *is_down { "before it" } else { "after it" }
    )]
    AddressesMoved {
        /// The first line that was looked at.
        line: u64,
        /// Whether each address belongs to the row before.
        is_down: bool,
    },
    /// The addresses are those of other rows.
    #[error(
        "{rows} e-mail addresses, the first on line {line}, are those of people in other rows, and hardly one is its person's own: one \
         column was sorted alone, or filled from another list; fill it again from the directory, and export again"
    )]
    AddressesMixed {
        /// The first line.
        line: u64,
        /// How many, of those that were looked at.
        rows: usize,
    },
    /// An archive with no file in it, or with several.
    #[error("the .zip archive has {files} files; expected one, the CSV file; pack it alone")]
    NotOneFile {
        /// How many it has.
        files: usize,
    },
    /// An archive that needs a password.
    #[error("the .zip archive is encrypted, and Rollcall has no password for it; pack the file without one")]
    Encrypted,
    /// An archive that is packed in another way than usual.
    #[error(
        "the .zip archive is packed in a way that is not read here; pack the file as an ordinary .zip or as .gz"
    )]
    UnknownPacking,
    /// An archive that is cut off or damaged.
    #[error("the archive is cut off or damaged: it cannot be unpacked to its end; upload the file again")]
    DamagedArchive,
    /// An archive that grows without end.
    #[error(
        "the archive unpacks to more than {bytes_max} bytes, far more than a list of people does; \
         nothing was taken from it; look at what it is, and upload the CSV file unpacked"
    )]
    TooLarge {
        /// The most that is unpacked.
        bytes_max: u64,
    },
}
