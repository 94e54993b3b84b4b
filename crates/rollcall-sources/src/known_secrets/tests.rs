//! Every way in which a server may write a secret that it was shown.

use super::{KnownSecrets, STRUCK};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;
use url::form_urlencoded::byte_serialize;

const SECRET: &str = "p4ss \"word\"/+&<ü>\\=";

fn knowing(secret: &str) -> KnownSecrets {
    let known = KnownSecrets::default();
    known.learn(secret);
    known
}

/// How a server may write it.
fn writings(secret: &str) -> Vec<String> {
    let form: String = byte_serialize(secret.as_bytes()).collect();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let json = serde_json::to_string(secret).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    let unicode: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
    let html: String = secret.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let named = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let ldap = secret.replace('\\', "\\5c").replace('"', "\\22");
    let twice: String = byte_serialize(form.as_bytes()).collect();
    let debug = format!("{secret:?}");
    let mut all = vec![
        secret.to_owned(),
        secret.to_ascii_uppercase(),
        form.clone(),
        form.replace('+', "%20").to_ascii_lowercase(),
        percent,
        json.clone(),
        serde_json::to_string(&json).unwrap(),
        unicode,
        html,
        named,
        ldap,
        twice,
        debug[1..debug.len() - 1].to_owned(),
        secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
    ];
    for before in ["", "a", "ab", "user:", "client%3Aid:"] {
        for behind in ["", "!", "\n"] {
            all.push(BASE64_STANDARD.encode(format!("{before}{secret}{behind}")));
            all.push(BASE64_URL_SAFE_NO_PAD.encode(format!("{before}{secret}{behind}")));
            all.push(BASE64_STANDARD.encode(format!("{before}{form}{behind}")));
        }
    }
    all
}

#[test]
fn secret_is_removed_in_every_encoding() {
    let known = knowing(SECRET);
    for writing in writings(SECRET) {
        let text = format!("Ünvalid \"{writing}\", try again");
        for struck in [known.in_words(&text), known.in_text(&text), known.in_data(&text).unwrap_or_default()]
        {
            assert!(
                struck.starts_with("Ünvalid \"") && struck.ends_with(", try again"),
                "{writing}: {struck}"
            );
            assert_eq!(struck.matches(STRUCK).count(), 1, "{writing}: {struck}");
            // Of base64 the characters at its ends belong to the neighbours as well.
            assert!(
                struck.len() <= "Ünvalid \"\", try again".len() + STRUCK.len() + 20,
                "{writing}: {struck}"
            );
        }
    }
}

#[test]
fn piece_of_a_secret_in_a_cut_text_is_removed() {
    let token = "00TestTokenThatNobodyMustSee_4LkXk7Qq2mWvZ";
    let known = knowing(token);
    for cut in 12..token.len() {
        let struck = known.in_words(&format!("invalid {}", &token[..cut]));
        assert_eq!(struck, format!("invalid {STRUCK}"), "{cut}");
        let struck = known.in_text(&format!("...{} is no token", &token[token.len() - cut..]));
        assert_eq!(struck, format!("...{STRUCK} is no token"), "{cut}");
    }
    assert_eq!(known.in_data("00TestToken"), None);
    assert_eq!(known.in_words(&format!("{token}{token}, {token}")), format!("{STRUCK}, {STRUCK}"));
}

#[test]
fn ordinary_word_is_removed_from_messages_not_from_data() {
    for word in ["example", "everyone", "sales", "7", "administrator"] {
        let known = knowing(word);
        assert_eq!(known.in_words(&format!("wrong password {word}!")), format!("wrong password {STRUCK}!"));
        assert_eq!(known.in_text(&format!("the group {word:?}")), format!("the group {word:?}"));
        assert_eq!(known.in_data(&format!("CN=ann,OU={word},DC=example")), None);
    }
    for password in ["hunter2", "very-secret-7", "correct horse battery"] {
        assert!(knowing(password).in_data(&format!("CN={password}")).is_some(), "{password}");
    }
}

#[test]
fn each_line_of_a_key_is_a_secret() {
    let known = knowing(
        "-----BEGIN PRIVATE KEY-----\r\nMIIBOgIBAAJBAKj34GkxFhD9\r\nAAAA\n-----END PRIVATE KEY-----\n",
    );
    assert_eq!(known.in_words("it is MIIBOgIBAAJBAKj34GkxFhD9"), format!("it is {STRUCK}"));
    assert_eq!(known.in_words("-----BEGIN PRIVATE KEY----- AAAA"), "-----BEGIN PRIVATE KEY----- AAAA");
    assert_eq!(format!("{known:?}"), "KnownSecrets(..)");
    assert_eq!(knowing("").in_words("nothing is known"), "nothing is known");
}

#[test]
fn copies_share_secrets_and_keep_the_configured_one() {
    let known = knowing("configured-1");
    let copy = known.clone();
    for number in 0..500 {
        known.learn(&format!("assertion-number-{number:03}"));
    }
    assert_eq!(copy.in_words("configured-1"), STRUCK);
    assert_eq!(copy.in_words("assertion-number-499"), STRUCK);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_contains_the_secret_afterwards(secret in "[ -~]{6,40}[0-9][a-z]", before in ".{0,20}", behind in ".{0,20}") {
        let known = knowing(&secret);
        for writing in writings(secret.trim()) {
            let struck = known.in_words(&format!("{before}{writing}{behind}"));
            prop_assert!(struck.contains(STRUCK), "{}: {}", writing, struck);
            prop_assert!(!struck.contains(&writing));
        }
    }

    #[test]
    fn text_without_a_secret_is_unchanged(text in ".{0,200}") {
        prop_assert_eq!(knowing("00TestTokenThatNobodyMustSee").in_words(&text), text);
    }
}
