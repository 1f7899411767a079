//! Metrics, red flags and replays as the service tells them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tonic::Status;

use super::{query, status};
use crate::{
    events::v1,
    models::{Model, ModelError},
    rules::{Pack, Packs, packs},
    supervision::{
        indicators::{
            self, Outcome, Verdict, catalogue,
            outcome::{Figure, Reason},
        },
        metrics::{self, Dimension, Filters, Metric, MetricError, Period, Unit},
        picture::day_of,
    },
};

/// Rows behind a value that are told, at most.
const ROWS_BEHIND_MAX: u32 = 1_000;

/// A question about metrics.
pub struct Measured {
    metrics: Vec<&'static Metric>,
    dimension: Dimension,
    filters: Filters,
    period: Period,
    rows_behind: usize,
}

/// The dimension by its number.
fn dimension(number: i32) -> Result<Dimension, Status> {
    use v1::MetricDimension as D;
    Ok(match D::try_from(number) {
        Ok(D::Unspecified) => Dimension::Whole,
        Ok(D::Region) => Dimension::Region,
        Ok(D::Unit) => Dimension::Unit,
        Ok(D::Supplier) => Dimension::Supplier,
        Ok(D::Agency) => Dimension::Agency,
        Ok(D::Month) => Dimension::Month,
        Ok(D::Quarter) => Dimension::Quarter,
        Ok(D::Year) => Dimension::Year,
        Ok(D::Stage) => Dimension::Stage,
        Err(_) => {
            let message = format!("{number} is no dimension");
            return Err(status::invalid("dimension", message));
        }
    })
}

fn unit(unit: Unit) -> v1::MetricUnit {
    match unit {
        Unit::Bp => v1::MetricUnit::Bp,
        Unit::Fen => v1::MetricUnit::Fen,
        Unit::Days => v1::MetricUnit::Days,
        Unit::Count => v1::MetricUnit::Count,
        Unit::CountEach => v1::MetricUnit::CountEach,
    }
}

/// Dimensions that metrics have to know, with the fields that ask for them.
fn needed(asked: &v1::GetMetricsRequest, by: Dimension) -> Vec<(&'static str, Dimension)> {
    let mut needed = vec![("dimension", by)];
    for (field, value, dimension) in [
        ("region_code", &asked.region_code, Dimension::Region),
        ("unit", &asked.unit, Dimension::Unit),
        ("supplier", &asked.supplier, Dimension::Supplier),
        ("agency", &asked.agency, Dimension::Agency),
    ] {
        if !value.is_empty() {
            needed.push((field, dimension));
        }
    }
    needed
}

impl Measured {
    /// Reads a question.
    pub fn of(asked: &v1::GetMetricsRequest) -> Result<Self, Status> {
        let by = dimension(asked.dimension)?;
        let needed = needed(asked, by);
        let mut chosen = Vec::new();
        for (index, id) in asked.metric_ids.iter().enumerate() {
            let metric = Metric::by_id(id).ok_or_else(|| {
                let message = format!("{id:?} is no metric");
                status::invalid(&format!("metric_ids[{index}]"), message)
            })?;
            let unknown = needed
                .iter()
                .find(|(_, of)| !metric.dimensions.contains(of));
            if let Some((field, of)) = unknown {
                let message = format!("{id} does not tell of a {}", of.as_str());
                return Err(status::invalid(field, message));
            }
            chosen.push(metric);
        }
        // In the order of the catalogue, each once.
        let place =
            |metric: &&'static Metric| metrics::CATALOGUE.iter().position(|of| of.id == metric.id);
        chosen.sort_by_key(place);
        chosen.dedup_by_key(|metric| metric.id);
        if chosen.is_empty() {
            let knows = |metric: &&&'static Metric| {
                needed.iter().all(|(_, of)| metric.dimensions.contains(of))
            };
            chosen = metrics::CATALOGUE.iter().filter(knows).copied().collect();
        }
        let period = Period {
            from: query::date_of("from", &asked.from)?,
            to: query::date_of("to", &asked.to)?,
        };
        if let (Some(from), Some(to)) = (period.from, period.to)
            && from > to
        {
            return Err(status::invalid(
                "to",
                format!("{to} is before from, {from}"),
            ));
        }
        if asked.rows_behind > 0 && asked.metric_ids.len() != 1 {
            let message = "rows are told of one metric at a time";
            return Err(status::invalid("rows_behind", message));
        }
        if asked.rows_behind > ROWS_BEHIND_MAX {
            let message = format!("{} rows; at most {ROWS_BEHIND_MAX}", asked.rows_behind);
            return Err(status::invalid("rows_behind", message));
        }
        Ok(Self {
            metrics: chosen,
            dimension: by,
            filters: Filters {
                region: asked.region_code.clone(),
                unit: asked.unit.clone(),
                supplier: asked.supplier.clone(),
                agency: asked.agency.clone(),
            },
            period,
            rows_behind: asked.rows_behind as usize,
        })
    }

    /// Answers it over a picture.
    pub fn answer(&self, model: &Model<'_>) -> Result<v1::GetMetricsResponse, ModelError> {
        let on = day_of(model.connection())?;
        let as_of = on.parse().unwrap_or(NaiveDate::MIN);
        let values = self
            .metrics
            .iter()
            .map(|metric| self.values(model, metric, as_of));
        Ok(v1::GetMetricsResponse {
            metrics: values.collect::<Result<_, _>>()?,
            on,
            reflects_position: model.end().checked_sub(1),
            simulated_clock: false,
        })
    }

    fn values(
        &self,
        model: &Model<'_>,
        metric: &Metric,
        as_of: NaiveDate,
    ) -> Result<v1::Metric, ModelError> {
        let question = metrics::Query {
            metric: metric.id.to_owned(),
            dimension: self.dimension,
            filters: self.filters.clone(),
            period: self.period,
            as_of,
        };
        let connection = model.connection();
        let mut values = Vec::new();
        for of in metrics::evaluate(connection, &question).map_err(unmeasured)? {
            let mut value = v1::MetricValue {
                numerator: of.numerator,
                denominator: of.denominator,
                value: of.value,
                rows_count: of.rows_count,
                ..v1::MetricValue::default()
            };
            if self.rows_behind > 0 {
                let behind =
                    metrics::behind(connection, &question, &of.key, self.rows_behind, None);
                value.rows = behind.map_err(unmeasured)?.into_iter().map(row).collect();
            }
            value.key = of.key;
            values.push(value);
        }
        Ok(v1::Metric {
            metric_id: metric.id.to_owned(),
            title_zh: metric.zh.to_owned(),
            title_en: metric.en.to_owned(),
            formula_zh: metric.formula_zh.to_owned(),
            formula_en: metric.formula_en.to_owned(),
            unit: unit(metric.unit).into(),
            source: metric.source.to_owned(),
            confidence: metric.confidence.to_owned(),
            values,
        })
    }
}

fn unmeasured(error: MetricError) -> ModelError {
    match error {
        MetricError::Read(error) => error.into(),
        // The question was read against the catalogue.
        error @ (MetricError::Unknown(_) | MetricError::Unsupported { .. }) => {
            ModelError::question("metric_ids", error.to_string())
        }
    }
}

fn row(of: metrics::RowBehind) -> v1::MetricRow {
    v1::MetricRow {
        stream: of.stream,
        subject: of.subject,
        on: of.day,
        amount_fen: of.amount_fen,
        numerator: of.part,
        denominator: of.whole,
    }
}

/// A question about red flags.
pub struct Flagged {
    query: indicators::Query,
    verdict: Verdict,
}

impl Flagged {
    /// Reads a question.
    pub fn of(asked: &v1::ListIndicatorsRequest) -> Result<Self, Status> {
        use v1::IndicatorVerdict as V;
        let verdict = match V::try_from(asked.verdict) {
            Ok(V::Unspecified | V::Fail) => Verdict::Fail,
            Ok(V::Pass) => Verdict::Pass,
            Ok(V::NotApplicable) => Verdict::NotApplicable,
            Err(_) => {
                let message = format!("{} is no verdict", asked.verdict);
                return Err(status::invalid("verdict", message));
            }
        };
        let origin = v1::Origin::try_from(asked.origin);
        let origin = origin.map_err(|_| {
            let message = format!("{} is no origin", asked.origin);
            status::invalid("origin", message)
        })?;
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let indicator = some(&asked.indicator_id);
        if let Some(id) = indicator
            .as_ref()
            .filter(|id| catalogue::ours().by_id(id).is_none())
        {
            let message = format!("{id:?} is no indicator");
            return Err(status::invalid("indicator_id", message));
        }
        Ok(Self {
            query: indicators::Query {
                indicator,
                region: some(&asked.region_code),
                unit: some(&asked.unit),
                supplier: some(&asked.supplier),
                origin: Some(origin.into()).filter(|number| *number != 0),
                verdict: None,
                as_of: NaiveDate::MIN,
            },
            verdict,
        })
    }

    /// Answers a page of it over a picture, from the outcome of a number on.
    pub fn answer(
        &self,
        model: &Model<'_>,
        (first, rows): (usize, usize),
    ) -> Result<(v1::ListIndicatorsResponse, bool), ModelError> {
        let on = day_of(model.connection())?;
        let query = indicators::Query {
            as_of: on.parse().unwrap_or(NaiveDate::MIN),
            ..self.query.clone()
        };
        let mut flags: BTreeMap<&str, i64> = BTreeMap::new();
        let (mut outcomes, mut passed_over, mut is_more) = (Vec::new(), 0, false);
        let told = indicators::each(model.connection(), &query, |indicator, told| {
            let fails = told.iter().filter(|of| of.verdict == Verdict::Fail).count();
            flags.insert(&indicator.id, i64::try_from(fails).unwrap_or(i64::MAX));
            for of in told.iter().filter(|of| of.verdict == self.verdict) {
                match (passed_over < first, outcomes.len() < rows) {
                    (true, _) => passed_over += 1,
                    (false, true) => outcomes.push(outcome(of)),
                    (false, false) => is_more = true,
                }
            }
        });
        told.map_err(|error| match error {
            indicators::IndicatorError::Tables(error) => error.into(),
            error @ indicators::IndicatorError::Unknown(_) => {
                ModelError::question("indicator_id", error.to_string())
            }
        })?;
        let asked = self.query.indicator.as_ref();
        let asked = |of: &&indicators::Indicator| asked.is_none_or(|id| *id == of.id);
        let catalogue = catalogue::ours().indicators.iter().filter(asked);
        let listed = catalogue.map(|of| v1::Indicator {
            indicator_id: of.id.clone(),
            title_zh: of.zh.clone(),
            title_en: of.en.clone(),
            source: of.source.clone(),
            flags_count: flags.get(of.id.as_str()).copied().unwrap_or_default(),
        });
        let listed = listed.collect();
        let response = v1::ListIndicatorsResponse {
            indicators: listed,
            outcomes,
            on,
            reflects_position: model.end().checked_sub(1),
            ..v1::ListIndicatorsResponse::default()
        };
        Ok((response, is_more))
    }
}

fn figure(of: &Figure) -> v1::IndicatorFigure {
    let (zh, en) = of.label();
    v1::IndicatorFigure {
        name: of.name.to_owned(),
        label_zh: zh.to_owned(),
        label_en: en.to_owned(),
        value: of.value.to_string(),
    }
}

fn outcome(of: &Outcome) -> v1::IndicatorOutcome {
    let verdict = match of.verdict {
        Verdict::Pass => v1::IndicatorVerdict::Pass,
        Verdict::Fail => v1::IndicatorVerdict::Fail,
        Verdict::NotApplicable => v1::IndicatorVerdict::NotApplicable,
    };
    let reason = of.reason.unwrap_or(Reason { zh: "", en: "" });
    v1::IndicatorOutcome {
        indicator_id: of.indicator.clone(),
        subject: of.subject.clone(),
        stream: of.belongs.stream.clone(),
        region_code: of.belongs.region_code.clone(),
        unit: of.belongs.unit.clone(),
        suppliers: of.belongs.suppliers.clone(),
        verdict: verdict.into(),
        reason_zh: reason.zh.to_owned(),
        reason_en: reason.en.to_owned(),
        figures: of.figures.iter().map(figure).collect(),
        threshold: of.threshold.as_ref().map(figure),
        positions: of.evidence.clone(),
    }
}

/// The packs in force with another in the place of its earlier versions.
pub fn with_pack(
    in_force: &Packs,
    content: &str,
    effective_from: Option<NaiveDate>,
) -> Result<Packs, Status> {
    let wrong = |message: String| status::invalid("content", message);
    let mut pack = Pack::read(content).map_err(|error| wrong(error.to_string()))?;
    pack.effective_from = effective_from.or(pack.effective_from);
    packs::replaced(in_force, pack).map_err(|conflict| wrong(conflict.to_string()))
}
