//! A history judged by two laws.

use super::{
    super::{
        Law, Pack, Packs,
        replay::{Changes, replay},
    },
    Told,
    packs::{UPLOAD, city, uploaded},
};
use crate::{domain::calendar::Calendar, views::AsOf};

/// Five days to upload in ours, three in the city's later version.
fn changes(told: &Told, is_back: bool) -> Changes {
    let three = Pack::read(&city("2", "")).expect("sound");
    let three = Packs::with([three]).expect("it stands beside ours");
    let three = Law::of(three, Calendar::known());
    let five = Law::of(Packs::ours(), Calendar::known());
    let matter = told.matter("2023-12-31", AsOf::default());
    match is_back {
        true => replay(&three, &five, &matter),
        false => replay(&five, &three, &matter),
    }
}

#[test]
fn a_shorter_period_makes_findings_appear_and_the_longer_one_makes_them_vanish() {
    let mut told = Told::new();
    uploaded(&mut told, "2023-11-03", "2023-11-09");
    let there = changes(&told, false);
    let [finding] = &there.appear[..] else {
        panic!("one finding appears: {there:?}");
    };
    assert_eq!(finding.rule_id, UPLOAD);
    assert_eq!(
        (finding.late_calendar_days, finding.late_working_days),
        (Some(1), Some(1))
    );
    assert_eq!((&there.vanish, &there.changed), (&vec![], &vec![]));
    let back = changes(&told, true);
    assert_eq!(back.vanish, there.appear);
    assert_eq!((&back.appear, &back.changed), (&vec![], &vec![]));
}

#[test]
fn what_is_late_by_both_is_changed() {
    let mut told = Told::new();
    uploaded(&mut told, "2023-11-03", "2023-11-13");
    let there = changes(&told, false);
    let [(was, now)] = &there.changed[..] else {
        panic!("one finding changes: {there:?}");
    };
    let days = |of: &super::super::verdict::Finding| (of.late_calendar_days, of.late_working_days);
    // Due on Friday, 10 November; then on Wednesday, the 8th.
    assert_eq!(days(was), (Some(3), Some(1)));
    assert_eq!(days(now), (Some(5), Some(3)));
    assert!(there.appear.is_empty() && there.vanish.is_empty() && !there.is_empty());
}

#[test]
fn the_same_law_changes_nothing() {
    let mut told = Told::new();
    uploaded(&mut told, "2023-11-03", "2023-11-13");
    let law = Law::of(Packs::ours(), Calendar::known());
    let matter = told.matter("2023-12-31", AsOf::default());
    assert!(replay(&law, &law, &matter).is_empty());
}
