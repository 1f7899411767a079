//! Everything that the server offers, and the test that proves each part of it. The table is held
//! against what the server tells by reflection, against the refusals that the schema documents, and
//! against the tests that exist: it cannot grow old.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use tonic::{Code, transport::Channel};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use crate::{
    harness::{Server, run},
    sources,
};

/// A call that the server offers: the tests of its success, and of each refusal.
struct Rpc {
    name: &'static str,
    works: &'static [&'static str],
    refuses: &'static [(Code, &'static str)],
}

const CONFLICT: &str =
    "append::the_same_name_with_other_content_is_a_conflict_that_names_the_first_difference";

/// Every view refuses the same.
const VIEW_REFUSES: &[(Code, &str)] = &[
    (
        Code::InvalidArgument,
        "view_refusals::requests_with_a_field_out_of_range_name_it",
    ),
    (
        Code::NotFound,
        "view_refusals::what_nothing_is_known_of_is_not_found",
    ),
    (
        Code::DataLoss,
        "view_refusals::a_damaged_event_of_an_object_is_told_instead_of_a_view_with_a_hole",
    ),
    (
        Code::Unavailable,
        "view_refusals::a_stop_ends_views_that_wait_for_a_position",
    ),
];

/// What judgements refuse.
const LAW_REFUSES: &[(Code, &str)] = &[
    (
        Code::InvalidArgument,
        "law::requests_with_a_field_out_of_range_name_it",
    ),
    (Code::NotFound, "law::what_nothing_is_known_of_is_not_found"),
    (
        Code::DataLoss,
        "law::damage_in_a_stream_or_beside_it_is_told_instead_of_a_judgement",
    ),
    (
        Code::Unavailable,
        "law::a_stop_ends_judgements_that_wait_for_a_position",
    ),
];

/// What questions about everything refuse.
const PICTURE_REFUSES: &[(Code, &str)] = &[
    (
        Code::InvalidArgument,
        "supervision::refusals::questions_with_a_field_out_of_range_name_it",
    ),
    (
        Code::PermissionDenied,
        "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
    ),
    (
        Code::DataLoss,
        "supervision::refusals::damage_is_told_where_no_picture_can_be_made",
    ),
    (
        Code::Unavailable,
        "supervision::refusals::a_picture_that_cannot_be_made_says_so",
    ),
    (
        Code::Unavailable,
        "supervision::refusals::a_stop_ends_questions_that_wait_for_a_position",
    ),
];

/// Every list refuses the same.
const LIST_REFUSES: &[(Code, &str)] = &[
    (
        Code::InvalidArgument,
        "models::refusals::questions_with_a_field_out_of_range_name_it",
    ),
    (
        Code::DataLoss,
        "models::refusals::damage_is_told_where_no_models_can_be_made_and_sound_ones_are_served",
    ),
    (
        Code::Unavailable,
        "models::refusals::models_that_cannot_be_made_say_so_and_are_made_when_they_can",
    ),
    (
        Code::Unavailable,
        "models::refusals::a_stop_ends_lists_that_wait_for_a_position",
    ),
];

const RPCS: [Rpc; 34] = [
    Rpc {
        name: "bihuan.v1.LedgerService/AppendEvents",
        works: &[
            "append::a_receipt_names_position_revision_time_and_a_leaf_that_recomputes",
            "append::retries_get_the_first_receipts_and_append_nothing",
            "python::a_python_client_made_from_the_schema_does_all_that_a_client_does",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "refusals::shape::each_shape_code_is_told_by_its_name",
            ),
            (
                Code::PermissionDenied,
                "refusals::authority::refuses_what_a_role_may_not_append",
            ),
            (Code::AlreadyExists, CONFLICT),
            (
                Code::Aborted,
                "append::expectations_hold_as_of_the_start_of_the_batch",
            ),
            (
                Code::FailedPrecondition,
                "wire::a_stream_refuses_a_batch_in_the_words_of_a_call",
            ),
            (
                Code::ResourceExhausted,
                "operations::a_full_queue_turns_callers_away_with_a_time_to_come_again",
            ),
            (
                Code::ResourceExhausted,
                "wire::a_full_disk_says_when_to_come_again",
            ),
            (
                Code::Unavailable,
                "wire::a_disk_that_refuses_a_write_stops_appends_until_a_restart",
            ),
            (
                Code::DataLoss,
                "wire::appends_to_a_damaged_ledger_are_refused_by_the_file_that_is_damaged",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.LedgerService/AppendEventStream",
        works: &["append::a_stream_answers_in_order_and_goes_on_after_refusals"],
        refuses: &[
            (
                Code::InvalidArgument,
                "wire::a_stream_refuses_a_batch_in_the_words_of_a_call",
            ),
            (
                Code::PermissionDenied,
                "wire::a_stream_refuses_a_batch_in_the_words_of_a_call",
            ),
            (
                Code::AlreadyExists,
                "wire::a_stream_refuses_a_batch_in_the_words_of_a_call",
            ),
            (
                Code::Aborted,
                "wire::a_stream_refuses_a_batch_in_the_words_of_a_call",
            ),
            (
                Code::FailedPrecondition,
                "wire::a_stream_refuses_a_batch_in_the_words_of_a_call",
            ),
            (
                Code::ResourceExhausted,
                "wire::a_full_disk_says_when_to_come_again",
            ),
            (
                Code::Unavailable,
                "wire::a_disk_that_refuses_a_write_stops_appends_until_a_restart",
            ),
            (
                Code::DataLoss,
                "wire::appends_to_a_damaged_ledger_are_refused_by_the_file_that_is_damaged",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.LedgerService/ReadEvents",
        works: &[
            "reads::reads_streams_entities_and_everything_in_both_directions_from_any_start",
            "reads::filters_match_alone_and_together",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "reads::fields_out_of_range_are_named",
            ),
            (Code::NotFound, "reads::what_is_not_there_is_not_found"),
            (
                Code::DataLoss,
                "wire::every_way_to_read_a_damaged_event_says_so_and_serves_the_others",
            ),
            (
                Code::Unavailable,
                "stalled::a_stop_ends_reads_that_wait_for_a_position",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.LedgerService/SubscribeEvents",
        works: &[
            "subscriptions::sees_every_event_once_and_in_order_while_others_append",
            "python::a_python_client_made_from_the_schema_does_all_that_a_client_does",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "reads::fields_out_of_range_are_named",
            ),
            (
                Code::DataLoss,
                "wire::every_way_to_read_a_damaged_event_says_so_and_serves_the_others",
            ),
            (
                Code::Unavailable,
                "subscriptions::ends_when_the_server_stops_after_everything_was_served",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.LedgerService/GetEvent",
        works: &["reads::an_event_tells_what_amended_it"],
        refuses: &[
            (
                Code::InvalidArgument,
                "reads::fields_out_of_range_are_named",
            ),
            (Code::NotFound, "reads::what_is_not_there_is_not_found"),
            (
                Code::PermissionDenied,
                "parts::asking_for_parts_without_right_is_refused_and_recorded",
            ),
            (
                Code::DataLoss,
                "wire::every_way_to_read_a_damaged_event_says_so_and_serves_the_others",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.LedgerService/GetLedger",
        works: &["operations::the_clock_is_the_one_that_the_folder_was_made_with"],
        refuses: &[],
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetProject",
        works: &[
            "views::a_project_shows_nine_stages_and_its_money_with_the_events_behind_it",
            "views::a_project_is_told_as_of_a_legal_date_and_a_record_time",
        ],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/WatchProject",
        works: &["views::a_watcher_gets_the_view_again_when_an_event_of_the_project_may_be_known"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetBudgetLine",
        works: &["views::a_budget_line_shows_what_each_project_holds_and_every_movement"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetContract",
        works: &["views::a_contract_shows_its_payments_and_acceptances_alone"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetOrder",
        works: &["views::an_order_is_followed_from_placing_to_payment"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetFramework",
        works: &["views::suppliers_units_and_frameworks_tell_their_own_streams_and_the_registry"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetSupplier",
        works: &["views::suppliers_units_and_frameworks_tell_their_own_streams_and_the_registry"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetUnit",
        works: &["views::suppliers_units_and_frameworks_tell_their_own_streams_and_the_registry"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ProjectService/GetProcess",
        works: &["views::a_process_merges_its_releases_in_the_order_of_their_dates"],
        refuses: VIEW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.SearchService/ListProjects",
        works: &[
            "models::lists::rows_of_a_city_are_what_its_views_tell_and_pages_are_whole",
            "models::lists::filters_and_orders_choose_as_a_reader_of_all_rows_would",
            "models::following::a_correction_and_a_void_change_the_rows",
        ],
        refuses: LIST_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.SearchService/SearchProjects",
        works: &[
            "models::following::a_search_finds_chinese_words_of_two_characters_and_follows_names",
        ],
        refuses: LIST_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.SearchService/ListContracts",
        works: &["models::lists::rows_of_a_city_are_what_its_views_tell_and_pages_are_whole"],
        refuses: LIST_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.SearchService/ListPayments",
        works: &["models::lists::rows_of_a_city_are_what_its_views_tell_and_pages_are_whole"],
        refuses: LIST_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.SearchService/ListOrganisations",
        works: &["models::lists::organisations_are_listed_by_kind_region_name_and_ban"],
        refuses: LIST_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.SearchService/GetStatistics",
        works: &["models::statistics::statistics_sum_what_the_lists_hold"],
        refuses: LIST_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/ListRules",
        works: &[
            "law::rules_are_told_as_their_packs_have_them",
            "supervision::adoption::an_adopted_version_applies_from_its_day_on",
            "supervision::site::a_pack_in_a_folder_of_the_site_adds_its_rule",
        ],
        refuses: &[(
            Code::InvalidArgument,
            "law::requests_with_a_field_out_of_range_name_it",
        )],
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/GetCompliance",
        works: &[
            "scenarios::open_tender::a_clean_open_tender_is_taken_act_by_act",
            "scenarios::late_payment::a_final_payment_waits_for_acceptance_and_may_be_late",
            "scenarios::complaint::a_complaint_is_corrected_accepted_decided_late_and_published",
        ],
        refuses: LAW_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/ListObligations",
        works: &[
            "supervision::pictures::a_picture_of_an_earlier_day_is_what_was_shown_on_that_day",
        ],
        refuses: PICTURE_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/ListFindings",
        works: &[
            "supervision::pictures::a_picture_of_an_earlier_day_is_what_was_shown_on_that_day",
        ],
        refuses: PICTURE_REFUSES,
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/GetFinding",
        works: &["supervision::watching::a_finding_names_its_rule_its_counting_and_its_evidence"],
        refuses: &[
            (
                Code::InvalidArgument,
                "supervision::refusals::questions_with_a_field_out_of_range_name_it",
            ),
            (
                Code::NotFound,
                "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
            ),
            (
                Code::PermissionDenied,
                "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
            ),
            (
                Code::DataLoss,
                "supervision::refusals::damage_is_told_where_no_picture_can_be_made",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_picture_that_cannot_be_made_says_so",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/WatchObligations",
        works: &[
            "supervision::watching::an_obligation_is_told_when_it_comes_near_falls_due_and_is_met",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "supervision::refusals::questions_with_a_field_out_of_range_name_it",
            ),
            (
                Code::PermissionDenied,
                "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
            ),
            (
                Code::ResourceExhausted,
                "supervision::refusals::more_than_is_watched_at_once_needs_a_narrower_filter",
            ),
            (
                Code::DataLoss,
                "supervision::refusals::damage_is_told_where_no_picture_can_be_made",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_stop_ends_questions_that_wait_for_a_position",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/GetMetrics",
        works: &[
            "supervision::metrics::a_metric_is_told_of_the_whole_and_of_each_of_its_parts",
            "supervision::metrics::filters_and_periods_choose_rows",
            "supervision::metrics::the_rows_behind_a_value_make_it_up",
            "supervision::metrics::metrics_stand_as_of_earlier_days_and_as_they_were_known",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "supervision::refusals::questions_about_metrics_with_a_field_out_of_range_name_it",
            ),
            (
                Code::PermissionDenied,
                "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
            ),
            (
                Code::DataLoss,
                "supervision::refusals::damage_is_told_where_no_picture_can_be_made",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_picture_that_cannot_be_made_says_so",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_stop_ends_questions_that_wait_for_a_position",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/ListIndicators",
        works: &[
            "supervision::indicators::a_flag_tells_its_figures_its_threshold_and_its_events",
            "supervision::indicators::verdicts_filters_and_pages_choose_outcomes",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "supervision::refusals::questions_about_red_flags_name_the_field",
            ),
            (
                Code::PermissionDenied,
                "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
            ),
            (
                Code::DataLoss,
                "supervision::refusals::damage_is_told_where_no_picture_can_be_made",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_picture_that_cannot_be_made_says_so",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_stop_ends_questions_that_wait_for_a_position",
            ),
        ],
    },
    Rpc {
        name: "bihuan.v1.ComplianceService/ReplayRules",
        works: &[
            "supervision::replay::a_shorter_deadline_shows_exactly_the_findings_that_appear",
            "supervision::replay::all_changes_are_counted_and_as_many_told_as_are_asked_for",
        ],
        refuses: &[
            (
                Code::InvalidArgument,
                "supervision::refusals::replays_with_a_field_out_of_range_name_it",
            ),
            (
                Code::PermissionDenied,
                "supervision::refusals::only_who_may_see_what_falls_to_others_sees_it",
            ),
            (
                Code::DataLoss,
                "supervision::refusals::damage_is_told_where_no_picture_can_be_made",
            ),
            (
                Code::Unavailable,
                "supervision::refusals::a_picture_that_cannot_be_made_says_so",
            ),
        ],
    },
    Rpc {
        name: "grpc.health.v1.Health/Check",
        works: &["python::a_python_client_needs_nothing_but_reflection"],
        refuses: &[(
            Code::NotFound,
            "operations::health_is_told_until_the_server_stops",
        )],
    },
    Rpc {
        name: "grpc.health.v1.Health/Watch",
        works: &["operations::health_is_told_until_the_server_stops"],
        refuses: &[],
    },
    Rpc {
        name: "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        works: &["python::a_python_client_needs_nothing_but_reflection"],
        refuses: &[],
    },
    Rpc {
        name: "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        works: &["python::a_python_client_needs_nothing_but_reflection"],
        refuses: &[],
    },
];

/// A method as the schema describes it.
struct Method {
    comment: String,
}

type Schema = BTreeMap<String, FileDescriptorProto>;

/// Asks for everything that reflection tells: services, and the files that define them.
async fn reflected(channel: Channel) -> (BTreeSet<String>, Schema) {
    let mut client = ServerReflectionClient::new(channel);
    let mut ask = async |request| {
        let host = String::new();
        let message_request = Some(request);
        let asked = tokio_stream::iter([ServerReflectionRequest {
            host,
            message_request,
        }]);
        let answers = client.server_reflection_info(asked).await.expect("answers");
        let answer = answers.into_inner().message().await.expect("answers");
        answer
            .and_then(|answer| answer.message_response)
            .expect("an answer")
    };
    let listed = ask(MessageRequest::ListServices(String::new())).await;
    let MessageResponse::ListServicesResponse(listed) = listed else {
        panic!("{listed:?}");
    };
    let services: BTreeSet<_> = listed
        .service
        .into_iter()
        .map(|service| service.name)
        .collect();
    let mut schema = Schema::new();
    for service in &services {
        let told = ask(MessageRequest::FileContainingSymbol(service.clone())).await;
        let MessageResponse::FileDescriptorResponse(files) = told else {
            panic!("{told:?}");
        };
        for file in files.file_descriptor_proto {
            let file = FileDescriptorProto::decode(file.as_slice()).expect("a descriptor");
            schema.insert(file.name().to_owned(), file);
        }
    }
    (services, schema)
}

/// The methods of services, by full name.
fn methods(schema: &Schema) -> BTreeMap<String, Method> {
    let mut methods = BTreeMap::new();
    for file in schema.values() {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let comments: BTreeMap<_, _> = locations
            .map(|location| {
                (
                    location.path.clone(),
                    location.leading_comments().to_owned(),
                )
            })
            .collect();
        for (s, service) in (0..).zip(&file.service) {
            for (m, method) in (0..).zip(&service.method) {
                let name = format!("{}.{}/{}", file.package(), service.name(), method.name());
                let comment = comments.get(&vec![6, s, 2, m]).cloned().unwrap_or_default();
                methods.insert(name, Method { comment });
            }
        }
    }
    methods
}

/// The status codes that a comment names.
fn codes_named(comment: &str) -> BTreeSet<String> {
    let is_upper = |c: char| c.is_ascii_uppercase() || c == '_';
    let words = comment.split(|c: char| !is_upper(c));
    let known: BTreeSet<_> = (1..=16).map(|code| name_of(Code::from(code))).collect();
    words
        .map(str::to_owned)
        .filter(|word| known.contains(word))
        .collect()
}

/// `NotFound` as `NOT_FOUND`.
fn name_of(code: Code) -> String {
    bihuan::cli::answer::code_name(code).to_owned()
}

/// Every test that runs, by `module::name`, with its text.
fn tests() -> BTreeMap<String, String> {
    let mut tests = BTreeMap::new();
    for (module, source) in sources::modules() {
        for text in source.split("#[test]\n").skip(1) {
            let (_, rest) = text.split_once("fn ").expect("a function follows");
            let (name, _) = rest.split_once('(').expect("with arguments");
            tests.insert(format!("{module}::{name}"), text.to_owned());
        }
    }
    tests
}

#[test]
fn everything_that_the_server_offers_is_reached_by_reflection_and_in_the_table() {
    let (services, schema) = run(async {
        let server = Server::start().await;
        let address = format!("http://{}", server.address);
        let channel = Channel::from_shared(address).expect("an address");
        reflected(channel.connect().await.expect("connects")).await
    });
    let methods = methods(&schema);
    let offered: BTreeSet<_> = methods.keys().map(String::as_str).collect();
    let listed: BTreeSet<_> = RPCS.iter().map(|rpc| rpc.name).collect();
    assert_eq!(offered, listed);
    let of_table: BTreeSet<_> = RPCS
        .iter()
        .filter_map(|rpc| rpc.name.split('/').next())
        .collect();
    assert_eq!(
        services.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        of_table
    );

    // What is told over the wire is what the crate was made from, and that says what it is for.
    let set = FileDescriptorSet::decode(bihuan::events::DESCRIPTOR_SET).expect("a set");
    for file in set.file.iter().filter(|file| file.package() == "bihuan.v1") {
        if let Some(told) = schema.get(file.name()) {
            assert_eq!(told.service, file.service, "{}", file.name());
        }
    }
    let ours = methods
        .iter()
        .filter(|(name, _)| name.starts_with("bihuan."));
    for (name, method) in ours {
        assert!(
            !method.comment.trim().is_empty(),
            "{name} has no documentation"
        );
    }
}

#[test]
fn every_documented_refusal_of_a_call_has_a_test_and_no_other_is_claimed() {
    let set = FileDescriptorSet::decode(bihuan::events::DESCRIPTOR_SET).expect("a set");
    let files = set
        .file
        .into_iter()
        .map(|file| (file.name().to_owned(), file));
    let methods = methods(&files.collect());
    for rpc in RPCS.iter().filter(|rpc| rpc.name.starts_with("bihuan.")) {
        let documented = codes_named(&methods[rpc.name].comment);
        let tested: BTreeSet<_> = rpc.refuses.iter().map(|(code, _)| name_of(*code)).collect();
        assert_eq!(tested, documented, "{}", rpc.name);
    }
}

#[test]
fn every_test_of_the_table_exists_and_looks_for_the_status_that_it_is_named_for() {
    let tests = tests();
    for rpc in &RPCS {
        assert!(!rpc.works.is_empty(), "{} is not shown to work", rpc.name);
        for name in rpc.works {
            assert!(tests.contains_key(*name), "{}: no test {name}", rpc.name);
        }
        for (code, name) in rpc.refuses {
            let text = tests.get(*name);
            let text = text.unwrap_or_else(|| panic!("{}: no test {name}", rpc.name));
            let wanted = format!("Code::{code:?}");
            assert!(text.contains(&wanted), "{name} does not look for {wanted}");
        }
    }
}
