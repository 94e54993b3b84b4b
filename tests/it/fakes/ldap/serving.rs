//! What the LDAP server of the tests answers on one connection: binds, searches, pages, and what goes wrong with them.

use super::{BIND_DN, Object, PASSWORD, State, Trouble};
use futures::{SinkExt as _, StreamExt as _};
use ldap3_proto::LdapCodec;
use ldap3_proto::control::LdapControl;
use ldap3_proto::proto::{
    LdapBindCred, LdapBindResponse, LdapMsg, LdapOp, LdapResult, LdapResultCode, LdapSearchRequest,
    LdapSearchResultReference, LdapSearchScope,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_util::codec::{Framed, FramedParts};

/// A search as it is answered: messages, and what happens to the connection in the end.
struct Reply {
    messages: Vec<LdapMsg>,
    then: Option<Trouble>,
}

/// Answers until the client or a planned fault ends the connection.
pub(super) async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
    let mut frames = Framed::new(stream, LdapCodec::default());
    while let Some(Ok(message)) = frames.next().await {
        let id = message.msgid;
        match message.op {
            LdapOp::BindRequest(bind) => {
                let is_known = bind.dn == BIND_DN && bind.cred == LdapBindCred::Simple(PASSWORD.to_owned());
                let refusal = state.lock().unwrap().refusal.clone();
                let is_in = is_known && refusal.is_none();
                let code = if is_in { LdapResultCode::Success } else { LdapResultCode::InvalidCredentials };
                let res = LdapResult { message: refusal.unwrap_or_default(), ..result(code) };
                let answer = LdapBindResponse { res, saslcreds: None };
                if frames.send(LdapMsg::new(id, LdapOp::BindResponse(answer))).await.is_err() {
                    return;
                }
            }
            LdapOp::SearchRequest(search) => {
                let reply = answer(id, &search, &message.ctrl, &mut state.lock().unwrap());
                let is_slow = reply.then == Some(Trouble::Drip);
                for message in reply.messages {
                    if is_slow {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    if frames.send(message).await.is_err() {
                        return;
                    }
                }
                match reply.then {
                    None => {}
                    Some(Trouble::Silence | Trouble::Drip) => {
                        tokio::time::sleep(Duration::from_secs(60)).await
                    }
                    Some(Trouble::Garbage) => {
                        return say(
                            frames,
                            &[0x30, 0x0c, 0x02, 0x01, 0x02, 0xff, 0x00, 0xff, 0xfe, 1, 2, 3, 4, 5],
                        )
                        .await;
                    }
                    Some(Trouble::Html) => {
                        return say(frames, b"HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE html><html></html>").await;
                    }
                    Some(_) => return,
                }
            }
            _ => return,
        }
    }
}

async fn say(frames: Framed<TcpStream, LdapCodec>, bytes: &[u8]) {
    let FramedParts { mut io, .. } = frames.into_parts();
    drop(io.write_all(bytes).await);
}

fn answer(id: i32, search: &LdapSearchRequest, controls: &[LdapControl], state: &mut State) -> Reply {
    let (flavour, items) = (state.flavour, state.page_items);
    let objects = Arc::clone(&state.objects);
    let mut found: Vec<&Object> = objects.iter().collect();
    match search.scope {
        LdapSearchScope::Base => found.retain(|object| object.dn.eq_ignore_ascii_case(&search.base)),
        _ => {
            let base = search.base.to_lowercase();
            found.retain(|object| {
                object.dn.to_lowercase().ends_with(&base) || object.is_person() && !object.dn.contains('=')
            });
        }
    }
    found.retain(|object| object.fits(&search.filter, flavour));
    if found.is_empty() && search.scope == LdapSearchScope::Base {
        return done(id, Vec::new(), LdapResultCode::NoSuchObject, None);
    }
    let paged = controls.iter().find_map(|control| match control {
        LdapControl::SimplePagedResults { size, cookie } => Some((*size, cookie.clone())),
        _ => None,
    });
    let Some((asked, cookie)) = paged else {
        return done(id, entries(id, &found, search, items), LdapResultCode::Success, None);
    };
    let items = items.min(usize::try_from(asked).unwrap());
    let start: usize =
        if cookie.is_empty() { 0 } else { String::from_utf8(cookie).unwrap().parse().unwrap() };
    let filter = format!("{:?}", search.filter);
    let is_of_people = filter.contains("person") && !filter.contains("Not(");
    let trouble = if is_of_people { state.trouble_of_next_page() } else { None };
    let too_large =
        state.limit.clone().filter(|(most, _)| is_of_people && usize::try_from(asked).unwrap() > *most);
    let trouble = too_large.map(|(_, code)| Trouble::Code(code)).or(trouble);
    page(id, search, &found, (start, items), trouble)
}

fn page(
    id: i32,
    search: &LdapSearchRequest,
    found: &[&Object],
    (start, items): (usize, usize),
    trouble: Option<Trouble>,
) -> Reply {
    let end = (start + items).min(found.len());
    let mut messages = entries(id, &found[start.min(end)..end], search, items);
    let mut next = if end < found.len() { end.to_string() } else { String::new() };
    match trouble {
        Some(
            trouble @ (Trouble::Cut | Trouble::Silence | Trouble::Drip | Trouble::Garbage | Trouble::Html),
        ) => {
            messages.truncate(1);
            return Reply { messages, then: Some(trouble) };
        }
        Some(Trouble::Code(code)) => return done(id, messages, code, None),
        Some(Trouble::Says(code, words)) => {
            let said = LdapResult { message: words, ..result(code) };
            return Reply { messages: vec![LdapMsg::new(id, LdapOp::SearchResultDone(said))], then: None };
        }
        Some(Trouble::PlaceExpired) => return done(id, Vec::new(), LdapResultCode::UnwillingToPerform, None),
        Some(Trouble::EmptyPage) => (messages, next) = (Vec::new(), start.to_string()),
        Some(Trouble::RepeatedPage) => {
            let before = start.saturating_sub(items);
            messages = entries(id, &found[before..start], search, items);
        }
        Some(Trouble::Loop) => next = String::from("0"),
        Some(Trouble::Referral) => {
            let uris = vec![String::from("ldap://elsewhere.invalid/DC=example,DC=com")];
            let reference = LdapSearchResultReference { uris };
            messages.insert(0, LdapMsg::new(id, LdapOp::SearchResultReference(reference)));
        }
        None => {}
    }
    done(id, messages, LdapResultCode::Success, Some(next))
}

fn entries(id: i32, found: &[&Object], search: &LdapSearchRequest, items: usize) -> Vec<LdapMsg> {
    found
        .iter()
        .map(|object| LdapMsg::new(id, LdapOp::SearchResultEntry(object.show(&search.attrs, items))))
        .collect()
}

fn done(id: i32, mut messages: Vec<LdapMsg>, code: LdapResultCode, cookie: Option<String>) -> Reply {
    let ctrl = cookie.map(|cookie| LdapControl::SimplePagedResults { size: 0, cookie: cookie.into_bytes() });
    let mut last = LdapMsg::new(id, LdapOp::SearchResultDone(result(code)));
    last.ctrl = ctrl.into_iter().collect();
    messages.push(last);
    Reply { messages, then: None }
}

fn result(code: LdapResultCode) -> LdapResult {
    LdapResult { code, matcheddn: String::new(), message: String::from("so it is"), referral: Vec::new() }
}
