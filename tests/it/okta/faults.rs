//! Whatever goes wrong with whichever page: the run is completed with the right accounts, or it fails and nothing is
//! changed; nobody is ever removed, and no stranger sees the token (rule 23).

use super::{assert_completed, assert_no_secret, five, run, seen, set_limits, with_five};
use crate::every_call::is_played;
use crate::fakes::okta::{EVERYBODY, Group, Okta, User};
use crate::fakes::{FakeDirectory as _, Fault};
use crate::world::World;
use rollcall_sync::store::RunStatus;

/// How the run ends, for the first, the middle and the last page: completed, or failed and why.
type Endings = [Option<&'static str>; 3];

const COMPLETED: Endings = [None; 3];
const UNREACHABLE: Endings = [Some("could not be read"); 3];

/// What goes wrong, how many times, and how that ends.
fn table() -> Vec<(Fault, usize, Endings)> {
    let status = |status| Fault::Status(status, Vec::new(), "");
    let gone = r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#;
    let search = r#"{"errorCode":"E0000031","errorSummary":"Invalid search criteria."}"#;
    let media = r#"{"errorCode":"E0000021","errorSummary":"Bad request."}"#;
    let twice = Some("a page came twice");
    let circle = Some("its pages lead in a circle");
    let unusable = Some("gave an answer that cannot be used");
    vec![
        (status(500), 1, COMPLETED),
        // Smaller pages are asked for.
        (status(500), 3, COMPLETED),
        (status(502), 7, COMPLETED),
        (status(500), 1000, UNREACHABLE),
        (status(503), 2, COMPLETED),
        (status(503), 3, UNREACHABLE),
        (status(429), 1, COMPLETED),
        (status(200), 1, COMPLETED),
        (status(200), 3, UNREACHABLE),
        (status(302), 1, [unusable; 3]),
        (status(404), 1, [Some("does not exist in Okta"), None, None]),
        (Fault::Status(404, Vec::new(), gone), 1, [Some("does not exist in Okta"), None, None]),
        (Fault::Status(400, Vec::new(), search), 1, [unusable, None, None]),
        (Fault::Status(400, Vec::new(), media), 1, [unusable; 3]),
        (Fault::Status(200, Vec::new(), "{}"), 1, [unusable; 3]),
        (Fault::Status(200, Vec::new(), "null"), 1, [unusable; 3]),
        (Fault::Status(200, Vec::new(), "[{\"id\":\"00u1\""), 3, UNREACHABLE),
        (
            Fault::Status(200, vec![("link", String::from("next"))], "[]"),
            1,
            [Some("links on it cannot be read"); 3],
        ),
        (Fault::Cut(0), 1, COMPLETED),
        (Fault::Cut(300), 2, COMPLETED),
        (Fault::Cut(300), 3, UNREACHABLE),
        (Fault::Html, 1, COMPLETED),
        (Fault::Html, 3, UNREACHABLE),
        (Fault::ErrorInside, 1, [unusable; 3]),
        (Fault::Drip, 1, COMPLETED),
        (Fault::EmptyPage, 1, COMPLETED),
        (Fault::EmptyPage, 4, COMPLETED),
        (Fault::RepeatedPage, 1, [None, twice, twice]),
        (Fault::LoopingLink, 1, [twice; 3]),
        (Fault::SelfLink, 1, [twice, circle, circle]),
        (Fault::ForeignLink, 1, [Some("must not see the token"); 3]),
        (Fault::PlaceExpired, 1, [unusable, None, None]),
        (Fault::PlaceExpired, 2, [unusable; 3]),
        (Fault::AccessExpired, 1, COMPLETED),
        (Fault::AccessExpired, 2, [Some("does not accept the credentials"); 3]),
    ]
}

/// The fifth of five people is another one each time, so that every completed run has something to do.
fn change(okta: &Okta, round: usize) -> String {
    let mut users = five();
    let login = format!("eve{round}@example.com");
    users[4] = User::new("00ueve", &login, "ACTIVE");
    okta.set_groups(vec![Group::new(EVERYBODY, users)]);
    login
}

async fn play(okta: &Okta, world: &World, round: &mut usize) {
    let first = *round;
    for (number, (fault, times, endings)) in table().into_iter().enumerate() {
        for (page, ending) in endings.into_iter().enumerate() {
            if !is_played(first + number + page) {
                continue;
            }
            *round += 1;
            let context = format!("{fault:?} x {times} on page {page}");
            let before = seen(&world.shell).await;
            let login = change(okta, *round);
            okta.faults().plan(page, times, fault.clone());
            let ran = run(world).await;
            okta.faults().clear();
            let error = ran.error.as_deref().unwrap_or_default();
            let after = seen(&world.shell).await;
            match ending {
                None => {
                    assert_eq!(ran.status, RunStatus::Completed, "{context}: {error}");
                    assert!(after.contains_key(&login), "{context}");
                }
                Some(words) => {
                    assert_eq!(ran.status, RunStatus::Failed, "{context}");
                    assert!(error.contains(words), "{context}: {error}");
                    assert_no_secret(error);
                    assert_eq!(after, before, "{context}");
                }
            }
            assert_eq!(after.len(), 5, "{context}");
            assert!(after.values().all(|(_, _, state)| *state == "active"), "{context}: {after:?}");
            assert_eq!(okta.foreign_calls(), 0, "{context}");
        }
    }
}

#[tokio::test]
async fn no_fault_of_any_page_removes_anybody() {
    let (okta, world) = with_five().await;
    let mut round = 0;
    play(&okta, &world, &mut round).await;
    change(&okta, 0);
    assert_completed(&run(&world).await);
}

#[tokio::test]
async fn nor_where_every_page_is_read_by_a_process_of_its_own() {
    let (okta, mut world) = with_five().await;
    set_limits(&mut world, |limits| limits.pages = Some(1));
    let mut round = 1000;
    play(&okta, &world, &mut round).await;
    change(&okta, 0);
    assert_completed(&run(&world).await);
}

#[tokio::test]
async fn a_place_that_is_lost_again_and_again_ends_the_run() {
    let (okta, world) = with_five().await;
    let before = seen(&world.shell).await;
    // The groups of an organisation whose pages are never known a moment later.
    okta.lose_every_place();
    super::assert_failed(&run(&world).await, "it had to be begun anew too often");
    assert_eq!(seen(&world.shell).await, before);
}
