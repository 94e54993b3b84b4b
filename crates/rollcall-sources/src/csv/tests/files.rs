//! Files that are packed, or are no CSV (rule 44).

use super::{check, settings, show_row};
use crate::csv::read_file;
use crate::error::{Error, FileError, FileKind};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const STAFF: &[u8] = b"email\na\nb\n";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes).expect("is packed");
    writer.finish().expect("is packed")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("is begun");
        writer.write_all(bytes).expect("is packed");
    }
    writer.finish().expect("is packed").into_inner()
}

/// The rows of a packed file, or its refusal.
fn opened(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let mut rows = Vec::new();
    read_file(&settings(), Cursor::new(bytes), bytes.len() as u64, &mut |row| {
        rows.push(show_row(&row.record))
    })?;
    Ok(rows)
}

#[track_caller]
fn refused(bytes: &[u8]) -> FileError {
    match opened(bytes) {
        Err(Error::File(error)) => error,
        other => panic!("expected the refusal of a file, not {other:?}"),
    }
}

#[test]
fn packed_files_are_read() {
    let rows = ["2 a", "3 b"];
    assert_eq!(opened(STAFF).expect("is read"), rows);
    assert_eq!(opened(&gz(STAFF)).expect("is read"), rows);
    let two_members = [gz(b"email\na\n"), gz(b"b\n")].concat();
    assert_eq!(opened(&two_members).expect("is read"), rows);
    assert_eq!(opened(&zip(&[("staff.csv", STAFF)])).expect("is read"), rows);
    let with_others =
        zip(&[("x/", b""), ("__MACOSX/._staff.csv", b"x"), ("x/.DS_Store", b"x"), ("x/staff.csv", STAFF)]);
    assert_eq!(opened(&with_others).expect("is read"), rows);
    let marked: Vec<u8> =
        [&[0xFF, 0xFE][..], &"email\na\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()]
            .concat();
    assert_eq!(opened(&gz(&marked)).expect("is read"), ["2 a"]);
}

#[test]
fn archive_must_have_one_whole_file() {
    assert_eq!(refused(&zip(&[("a.csv", STAFF), ("b.csv", STAFF)])), FileError::NotOneFile { files: 2 });
    assert_eq!(refused(&zip(&[("x/", b"")])), FileError::NotOneFile { files: 0 });
    let (gz, zip) = (gz(&STAFF.repeat(1000)), zip(&[("a.csv", STAFF)]));
    assert_eq!(refused(&gz[..gz.len() - 5]), FileError::DamagedArchive);
    assert_eq!(refused(&zip[..zip.len() - 5]), FileError::DamagedArchive);
    let mut torn = zip;
    torn[37] ^= 1;
    assert_eq!(refused(&torn), FileError::DamagedArchive);
}

#[test]
fn files_that_are_no_csv_are_named() {
    for (bytes, kind) in [
        (zip(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<x/>")]), FileKind::Workbook),
        (zip(&[("mimetype", b"x"), ("META-INF/manifest.xml", b"<x/>")]), FileKind::OpenDocument),
        (zip(&[("content.xml", b"<x/>"), ("META-INF/manifest.xml", b"<x/>")]), FileKind::OpenDocument),
        (zip(&[("Index/Document.iwa", b"x"), ("Metadata/Properties.plist", b"x")]), FileKind::Numbers),
        (zip(&[("preview.jpg", b"x"), ("Index/Tables/DataList.iwa", b"x")]), FileKind::Numbers),
        (zip(&[("Index.zip", b"x"), ("preview.jpg", b"x")]), FileKind::Numbers),
        (zip(&[("index.xml", b"x"), ("buildVersionHistory.plist", b"x")]), FileKind::Numbers),
        (
            zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")]),
            FileKind::OfficeDocument,
        ),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), FileKind::OldWorkbook),
        (b"%PDF-1.7\n%\xE2\xE3\n".to_vec(), FileKind::Pdf),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n".to_vec(), FileKind::Html),
        (b"<?xml version=\"1.0\"?>\n<users/>\n".to_vec(), FileKind::Xml),
        (b"{\"error\": \"token, expired\"}\n".to_vec(), FileKind::Json),
        (b"[\n{\"email\": \"a\"}\n]\n".to_vec(), FileKind::Json),
        (gz(&zip(&[("xl/workbook.xml", b"<x/>")])), FileKind::Workbook),
        (gz(&gz(STAFF)), FileKind::Gzip),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n".to_vec(), FileKind::Encrypted),
        (b"dn: uid=ann,dc=x\nuid: ann\n\ndn: uid=bob,dc=x\n".to_vec(), FileKind::Ldif),
        (gz(b"BEGIN:VCARD\nN:Lee;Ann\nEND:VCARD\n"), FileKind::VCard),
    ] {
        let error = refused(&bytes);
        assert_eq!(error, FileError::NotCsv(kind), "{error}");
    }
    let shown = FileError::NotCsv(FileKind::Workbook).to_string();
    assert_eq!(
        shown,
        "the file is an Excel workbook (.xlsx), not CSV text; open it and save it as \"CSV UTF-8\""
    );
}

#[test]
fn folders_of_other_programs_in_an_archive_hide_no_file() {
    for name in ["Index/staff.csv", "word.csv", "xl.csv", "mimetype/staff.csv", "META-INF.csv", "Index.csv"] {
        assert_eq!(opened(&zip(&[(name, STAFF)])).expect("is read"), ["2 a", "3 b"], "{name}");
    }
}

#[test]
fn headings_that_begin_as_another_file_are_headings() {
    let mut settings = settings();
    for heading in [
        "dn: ",
        "Begin:VCard",
        "MIME-Version:",
        "<mail>",
        "{mail}",
        "[mail]",
        "PK",
        "BZh",
        "%PD",
        "{\"mail\"}",
    ] {
        settings.match_field = super::column(heading);
        let quoted = heading.replace('"', "\"\"");
        check(heading, &settings, format!("\"{quoted}\"\na\n").as_bytes(), &["2 a"]);
    }
}
