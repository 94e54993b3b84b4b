//! The played tenant for other people's parts: `tests/outside/descriptions/graph` puts Microsoft's own schema and library in front of it.

use super::{completed, expected, people, states, world};
use crate::fakes::FakeDirectory as _;
use crate::fakes::entra::Entra;

const NAMES: [&str; 5] = ["ann", "ben", "cem", "dot", "eve"];

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set; tests/outside/descriptions/graph sets it"))
}

#[tokio::test]
#[ignore = "serves until it is killed, for tests/outside/descriptions/graph"]
async fn serve_a_tenant() {
    let entra = Entra::start().await;
    entra.fill(&people(&NAMES));
    let router = entra.router(&variable("ROLLCALL_GRAPH_PUBLIC"));
    let listener = tokio::net::TcpListener::bind(variable("ROLLCALL_GRAPH_LISTEN")).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

#[tokio::test]
#[ignore = "needs a proxy before a served tenant, from tests/outside/descriptions/graph"]
async fn a_run_through_a_proxy_that_judges_both_sides() {
    let url = variable("ROLLCALL_GRAPH_PUBLIC");
    let entra = Entra::start().await;
    let source = entra.source().replace(&entra.login_url, &url).replace(&entra.graph_url, &url);
    let world = world(&source).await;
    completed(&world).await;
    assert_eq!(states(&world).await, expected(&NAMES.map(|name| (name, "active"))));
    assert_eq!(completed(&world).await.summary.unwrap().writes, 0);
}
