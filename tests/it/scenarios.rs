//! Plays every file of `tests/scenarios`: against the pure core, and through the handlers on the embedded servers with
//! each kind of directory.

use crate::scenario::core_world::CoreWorld;
use crate::scenario::embedded_world::{EmbeddedWorld, Kind};
use crate::scenario::play;

macro_rules! scenarios {
    ($($name:ident)*) => {
        const PLAYED: &[&str] = &[$(stringify!($name)),*];

        $(mod $name {
            use super::{CoreWorld, EmbeddedWorld, Kind, play};
            const TEXT: &str = include_str!(concat!("../scenarios/", stringify!($name), ".txt"));

            #[tokio::test]
            async fn in_the_core() {
                play(TEXT, &mut CoreWorld::default()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn through_the_handlers() {
                play(TEXT, &mut EmbeddedWorld::new(Kind::Csv).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn from_ldap() {
                play(TEXT, &mut EmbeddedWorld::new(Kind::Ldap).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn from_entra() {
                play(TEXT, &mut EmbeddedWorld::new(Kind::Entra).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn from_okta() {
                play(TEXT, &mut EmbeddedWorld::new(Kind::Okta).await).await;
            }
        })*
    };
}

scenarios! {
    a_limit_reached
    b_longest_waiting_has_left
    c_leaver_frees_for_who_waits
    d_admin_block_stays
    e_read_fails_half_way
    f_empty_file
    g_duplicate_key
    h_limit_lowered
    i_two_resets_and_the_timer_at_once
    j_again_changes_nothing
    k_last_administrator
    l_rename
    m_back_after_a_wrong_file
    m_taken_back
    n_keys_lost_a_zero
    o_column_moved_by_a_row
    p_new_mail_domain
    q_a_fifth_each_night
    rule_3_missing_key
    rule_4_used_again
    rule_6_disabled
    rule_7_username_conflict
    rule_7_username_handed_on
    rule_9_directory_wins
    rule_13_digits_as_numbers
    rule_13_order_of_waiting
    rule_14_leavers_waiting_newcomers
    rule_15_one_gate
    rule_16_over_by
    rule_16_trim
    rule_16_trim_and_guard
    rule_16_trim_and_the_protected
    rule_17_no_limit_and_zero
    rule_18_reserve
    rule_19_return_restores
    rule_20_exempt
    rule_20_successor_among_the_present
    rule_20_successor_in_the_same_run
    rule_21_a_grace_has_ended
    rule_21_grace
    rule_21_grace_and_guard
    rule_21_grace_is_for_seats
    rule_24_approved_and_no_more
    rule_24_held_and_approved
    rule_24_held_and_lapsed
    rule_24_held_stays_held
    rule_28_dry_run
    rule_41_scope
    rule_42_a_date_has_come
    rule_42_a_date_has_come_while_held
    rule_42_ends
    rule_42_guard
    rule_42_started_with_a_free_seat
    rule_42_starts
    rule_46_written_when_created
    rule_53_place_in_line
    rule_59_a_slip_on_block
    rule_60_a_seat_out_of_order
    section_4_held_while_blocked_by_admin
    section_4_left_while_blocked_by_admin
    s_block_credential
}

#[test]
fn every_scenario_file_is_played() {
    let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios"))
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    let mut played = PLAYED.to_vec();
    played.sort_unstable();
    assert_eq!(files, played);
}
