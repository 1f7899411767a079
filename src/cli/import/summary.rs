//! What an import came to, by publisher.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use comfy_table::Cell;
use prost::Message as _;

use crate::{
    cli::{
        append::{counts::Counts, report::Report, send::Outcome},
        lang::Lang,
        render,
    },
    events::v1::{Event, event_payload::Payload},
    exchange::ocds::{OcdsItem, Place},
};

/// Where a release comes from.
#[derive(Clone, Debug)]
pub struct ReleaseSource {
    /// Its file.
    pub path: Arc<Path>,
    /// Where it starts in the file.
    pub place: Place,
    /// Its publisher: the name that the package gives, and the prefix of its process.
    pub publisher: Arc<str>,
    /// The contracting process.
    pub ocid: String,
    /// The release.
    pub release_id: String,
    /// Its bytes.
    pub bytes: u64,
}

impl ReleaseSource {
    /// Tells where an item comes from.
    pub fn of(item: &OcdsItem) -> Self {
        let event = Event::decode(item.submission.event.clone()).unwrap_or_default();
        let partition = event
            .stream
            .split('/')
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let payload = event.payload.and_then(|payload| payload.payload);
        let (publisher, bytes) = match payload {
            Some(Payload::OcdsReleaseImported(release)) => {
                (release.publisher, release.release_json.len() as u64)
            }
            _ => (String::new(), 0),
        };
        let publisher = if publisher.is_empty() {
            partition
        } else {
            format!("{partition}\n{}", render::shorten(&publisher, 40))
        };
        Self {
            path: item.path.clone(),
            place: item.place,
            publisher: publisher.into(),
            ocid: item.ocid.clone(),
            release_id: item.release_id.clone(),
            bytes,
        }
    }

    /// `file:line:column`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.path.display(), self.place)
    }
}

#[derive(Debug, Default)]
struct Publisher {
    files: BTreeSet<Arc<Path>>,
    bytes: u64,
    counts: Counts,
}

/// Counts by publisher, refusals by reason.
#[derive(Debug, Default)]
pub struct Summary {
    publishers: BTreeMap<Arc<str>, Publisher>,
    /// Everything together, refusals by reason.
    pub report: Report,
    /// Files and places that could not be read.
    pub issues: u64,
    /// Remarks that lose nothing, such as an empty package.
    pub notes: u64,
}

impl Summary {
    /// Notes what became of a release.
    pub fn note(&mut self, source: &ReleaseSource, outcome: &Outcome) {
        self.report.note(&source.name(), outcome);
        let publisher = self.publishers.entry(source.publisher.clone()).or_default();
        publisher.files.insert(source.path.clone());
        publisher.bytes += source.bytes;
        publisher.counts.add(outcome);
    }

    /// The summary for people.
    pub fn render(&self, lang: Lang, seconds: f64) -> String {
        let mut parts = Vec::new();
        if !self.report.refusals.is_empty() {
            let source = lang.inline("发布", "release");
            parts.push(render::lines(&self.report.refusal_table(lang, &source)));
        }
        parts.push(render::lines(&self.table(lang)));
        let bytes: u64 = self
            .publishers
            .values()
            .map(|publisher| publisher.bytes)
            .sum();
        let total = self.report.counts.answered();
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is shown in whole bytes, and is not negative"
        )]
        let per_second = (bytes as f64 / seconds.max(0.001)) as u64;
        let (per_release, per_second) = (render::rate(total, seconds), render::bytes(per_second));
        let mut end = lang.stacked(
            &format!("{seconds:.1} 秒，每秒 {per_release} 个发布、{per_second}"),
            &format!("{seconds:.1} s, {per_release} releases and {per_second} a second"),
        );
        if self.issues + self.notes > 0 {
            let (issues, notes) = (self.issues, self.notes);
            let zh = format!("{issues} 处不可读，{notes} 处备注（见上）");
            let en = format!("{issues} could not be read, {notes} remarks (above)");
            end = format!("{end}\n{}", lang.stacked(&zh, &en));
        }
        parts.push(end);
        parts.join("\n")
    }

    fn table(&self, lang: Lang) -> comfy_table::Table {
        let mut table = render::table([
            lang.stacked("发布者", "publisher"),
            lang.stacked("文件", "files"),
            lang.stacked("发布", "releases"),
            lang.stacked("新", "new"),
            lang.stacked("已有", "already"),
            lang.stacked("拒绝", "refused"),
            lang.stacked("大小", "size"),
        ]);
        let mut all = Publisher::default();
        for (name, publisher) in &self.publishers {
            table.add_row(row(name, publisher));
            all.files.extend(publisher.files.iter().cloned());
            all.bytes += publisher.bytes;
        }
        all.counts = self.report.counts;
        if self.publishers.len() != 1 {
            table.add_row(row(&lang.inline("合计", "all"), &all));
        }
        table
    }
}

fn row(name: &str, publisher: &Publisher) -> Vec<Cell> {
    let counts = &publisher.counts;
    let number = |count: u64| render::number(render::count(count));
    vec![
        Cell::new(name),
        number(publisher.files.len() as u64),
        number(counts.answered()),
        number(counts.appended + counts.valid),
        number(counts.already + counts.voided),
        number(counts.refused),
        render::number(render::bytes(publisher.bytes)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        events::v1::{Receipt, ReceiptStatus},
        exchange::ocds::{self, Importer},
    };

    #[test]
    fn counts_releases_by_publisher() {
        let path = Path::new("desks.json");
        let mut summary = Summary::default();
        for item in ocds::read_stream(path, ocds::EXAMPLE, &Importer::default()) {
            let source = ReleaseSource::of(&item.unwrap());
            assert!(source.bytes > 0 && source.name().starts_with("desks.json:"));
            let status = ReceiptStatus::Appended.into();
            let receipt = Receipt {
                status,
                ..Receipt::default()
            };
            summary.note(&source, &Outcome::Receipt(receipt));
        }
        assert_eq!(summary.report.counts.appended, 5);
        let text = summary.render(Lang::Both, 2.0);
        assert!(
            text.contains("publisher") && text.contains("每秒"),
            "{text}"
        );
    }
}
