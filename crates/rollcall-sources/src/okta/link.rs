//! Where the next page is: the `Link` headers (RFC 8288), in lines of their own or joined by a proxy.

/// The target of the link with this relation.
pub(super) fn find<'a>(headers: impl Iterator<Item = &'a str>, relation: &str) -> Option<String> {
    headers.flat_map(split).find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_it = parameters.split(';').any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').eq_ignore_ascii_case(relation)
        });
        is_it.then(|| target.to_owned())
    })
}

/// The links of a header: a comma within an address is none between two.
fn split(header: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    header.split(move |c| {
        is_inside = match c {
            '<' => true,
            '>' => false,
            _ => is_inside,
        };
        c == ',' && !is_inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_however_the_links_are_written() {
        let own = "<https://a.example/x?limit=200>; rel=\"self\"";
        let next = "<https://a.example/x?after=1,2&limit=200>; rel=\"next\"";
        let target = Some(String::from("https://a.example/x?after=1,2&limit=200"));
        for headers in [vec![own, next], vec![&*format!("{own}, {next}")], vec![&*next.replace('"', "")]] {
            assert_eq!(find(headers.iter().copied(), "next"), target, "{headers:?}");
        }
        for headers in [vec![], vec![own], vec!["<https://a.example; rel=next"], vec!["rel=next"]] {
            assert_eq!(find(headers.iter().copied(), "next"), None, "{headers:?}");
        }
    }
}
