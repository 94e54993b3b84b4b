//! The played organisation for other people's parts: `.ci/okta` puts Okta's own schema and library in front of it.

use crate::entra::{completed, expected, people, states, world};
use crate::fakes::FakeDirectory as _;
use crate::fakes::okta::Okta;

const NAMES: [&str; 5] = ["ann", "ben", "cem", "dot", "eve"];

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; .ci/okta sets it"))
}

#[tokio::test]
#[ignore = "serves until it is killed, for .ci/okta"]
async fn serve_an_organisation() {
    let okta = Okta::start().await;
    okta.fill(&people(&NAMES));
    let router = okta.router(&variable("ROLLCALL_OKTA_PUBLIC"));
    let listener = tokio::net::TcpListener::bind(variable("ROLLCALL_OKTA_LISTEN")).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a proxy before a served organisation, from .ci/okta"]
async fn a_run_through_a_proxy_that_judges_both_sides() {
    let okta = Okta::start().await;
    let source = |credential: &str| {
        okta.source_with(credential, "[\"staff\"]").replace(&okta.url, &variable("ROLLCALL_OKTA_PUBLIC"))
    };
    for credential in [okta.by_token("token"), okta.by_key()] {
        let world = world(&source(&credential)).await;
        completed(&world).await;
        assert_eq!(states(&world).await, expected(&NAMES.map(|name| (name, "active"))));
        assert_eq!(completed(&world).await.summary.unwrap().writes, 0);
    }
}
