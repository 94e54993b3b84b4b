//! What a file is when it is not CSV, and what to do about it (rule 44). `csv::kind` finds it out.

use std::fmt;

/// What a file is that is not CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `.xlsx`
    Workbook,
    /// `.xls`, and everything else that Office wrote before 2007.
    OldWorkbook,
    /// `.ods`
    OpenDocument,
    /// `.numbers`, or another document of Apple's office programs.
    Numbers,
    /// `.docx` or `.pptx`
    OfficeDocument,
    /// `.zip`
    Zip,
    /// `.gz`
    Gzip,
    /// `.tar`
    Tar,
    /// `.7z`, `.rar`, `.bz2`, `.xz`, `.zst`
    OtherArchive,
    /// `.pdf`
    Pdf,
    /// `.rtf`
    RichText,
    /// Encrypted: PGP or age.
    Encrypted,
    /// LDIF, the text of an LDAP directory.
    Ldif,
    /// `.vcf`
    VCard,
    /// A picture.
    Picture,
    /// A database, or a file of columns.
    Database,
    /// A web page.
    Html,
    /// XML
    Xml,
    /// JSON
    Json,
    /// YAML
    Yaml,
    /// A few lines that stand for a file which is elsewhere: Git LFS, git-annex, a link of Windows.
    Pointer,
    /// What a server says in the place of the file.
    ServerError,
    /// UTF-32
    Utf32,
    /// What macOS puts beside a file: `._staff.csv`.
    AppleDouble,
    /// Base64
    Base64,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SAVE: &str = "open it and save it as \"CSV UTF-8\"";
        const EXPORT: &str = "export the file as CSV";
        let (what, cure) = match self {
            Self::Workbook => ("an Excel workbook (.xlsx)", SAVE),
            Self::OldWorkbook => {
                ("an Excel workbook of the old form (.xls), or another old Office file", SAVE)
            }
            Self::OpenDocument => ("an OpenDocument file (.ods)", SAVE),
            Self::Numbers => (
                "a document of Apple Numbers (.numbers)",
                "open it, and choose File, Export To, CSV, Unicode (UTF-8)",
            ),
            Self::OfficeDocument => ("an Office document, and no table", EXPORT),
            Self::Zip => ("a .zip archive", "unpack it"),
            Self::Gzip => ("a .gz archive", "unpack it"),
            Self::Tar => ("a .tar archive", "unpack it, and drop the one CSV file in it"),
            Self::OtherArchive => {
                ("an archive (.7z, .rar, .bz2, .xz or .zst)", "unpack it, or pack it as .gz or .zip")
            }
            Self::Pdf => ("a PDF", EXPORT),
            Self::RichText => ("a text with formatting (.rtf)", EXPORT),
            Self::Encrypted => {
                ("encrypted (PGP or age)", "Rollcall has no key for it; decrypt it before it is dropped")
            }
            Self::Ldif => (
                "an export of an LDAP directory (LDIF)",
                "export it as CSV, or use a source of the kind \"ldap\"",
            ),
            Self::VCard => ("a file of address cards (.vcf)", EXPORT),
            Self::Picture => ("a picture", EXPORT),
            Self::Database => ("a file of a database", EXPORT),
            Self::Html => (
                "a web page (HTML)",
                "it may be the sign-in page or the error of the server that should have sent the file; \
                 look at it in a browser, and fetch the export again",
            ),
            Self::Xml => ("XML", EXPORT),
            Self::Yaml => ("YAML", EXPORT),
            Self::Pointer => (
                "only a pointer to another file (Git LFS, git-annex or a link)",
                "fetch the file itself, with `git lfs pull` for example",
            ),
            Self::ServerError => (
                "the error of a server or a program",
                "it should have sent the file: look at what it says, and fetch the export again",
            ),
            Self::Utf32 => ("text in UTF-32", SAVE),
            Self::AppleDouble => (
                "what macOS keeps beside a file (its name begins with ._)",
                "the file itself has the same name without that",
            ),
            Self::Base64 => ("packed as text (Base64)", "unpack it"),
            Self::Json => (
                "JSON",
                "it may be the error of the server that should have sent the file; export the file as CSV",
            ),
        };
        write!(f, "the file is {what}, not CSV text; {cure}")
    }
}
