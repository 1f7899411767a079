//! A neighbour city that publishes in OCDS, and is imported for comparison.

use serde_json::{Value, json};

use super::{Clerk, clerk::Sender};
use crate::{
    events::v1::{ActorRole, OcdsReleaseImported, event_payload::Payload},
    simulate::draft::{instant, source},
};

/// The publisher's prefix.
const PREFIX: &str = "ocds-hyfict";
const PROCESSES: usize = 12;

pub(super) fn write(clerk: &mut Clerk<'_>) {
    for index in 1..=PROCESSES {
        clerk.begin(2, 1);
        clerk.pass(0, 150);
        let ocid = format!("{PREFIX}-{}-{index:03}", clerk.year());
        let budget = clerk.random.between(50, 900) * 1000;
        import(
            clerk,
            &ocid,
            "tender",
            json!({"tender": {
                "id": format!("{ocid}-T"),
                "title": "虚构·邻市办公设备采购",
                "status": "active",
                "value": {"amount": budget, "currency": "CNY"},
            }}),
        );
        clerk.pass(20, 40);
        let award = budget * clerk.random.between(80, 99) / 100;
        let supplier = format!("S-{index}");
        import(
            clerk,
            &ocid,
            "award",
            json!({
                "tender": {"id": format!("{ocid}-T"), "status": "complete"},
                "parties": [{
                    "id": supplier,
                    "name": format!("虚构·邻市供应商{index}"),
                    "roles": ["supplier"],
                }],
                "awards": [{
                    "id": format!("{ocid}-A"),
                    "status": "active",
                    "value": {"amount": award, "currency": "CNY"},
                    "suppliers": [{"id": supplier}],
                }],
            }),
        );
    }
}

fn import(clerk: &mut Clerk<'_>, ocid: &str, tag: &str, mut release: Value) {
    let release_id = format!("{ocid}-{tag}");
    let written = format!("{}T09:00:00+08:00", clerk.today);
    release["ocid"] = ocid.into();
    release["id"] = release_id.clone().into();
    release["date"] = written.clone().into();
    release["tag"] = json!([tag]);
    let imported = OcdsReleaseImported {
        ocid: ocid.into(),
        release_id,
        released_on: clerk.date(),
        undated: false,
        date_as_written: written,
        tags: vec![tag.into()],
        release_json: release.to_string().into_bytes().into(),
        publisher: "虚构·邻市公共资源交易平台".into(),
        package_uri: String::new(),
        ocds_version: "1.1".into(),
    };
    let sender = Sender {
        source: source::OCDS,
        actor: &clerk.world.city_regulator().uscc,
        role: ActorRole::Regulator,
        region: "430400",
    };
    let told = (
        instant(clerk.today, 9, 0),
        Payload::OcdsReleaseImported(imported),
    );
    let stream = format!("ocds/{PREFIX}/{ocid}");
    clerk.send_with(sender, stream, told, None, "release imported");
}
