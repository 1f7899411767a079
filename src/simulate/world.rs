//! Who takes part: regions, units that buy, regulators, agencies, suppliers, banks. All fictional.

use crate::{
    domain::{profile, values::uscc},
    events::v1::{BudgetLevel, EnterpriseSize, OrganisationKind},
};

use super::random::Random;

/// An organisation.
#[derive(Debug, Clone)]
pub(super) struct Organisation {
    pub uscc: String,
    pub name: String,
    pub kinds: Vec<OrganisationKind>,
    /// An index into [`World::regions`].
    pub region: usize,
    pub level: BudgetLevel,
    pub size: EnterpriseSize,
    /// The account that it is paid on, as the treasury calls it; empty for who is not paid.
    pub account_ref: String,
}

/// A region that owns facts.
#[derive(Debug, Clone)]
pub(super) struct Region {
    pub code: &'static str,
    pub name: &'static str,
    /// Its finance bureau.
    pub regulator: String,
    /// Its units: indices into [`World::units`].
    pub units: std::ops::Range<usize>,
}

/// Everyone.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// The prefecture's own level first, then its 14 areas.
    pub regions: Vec<Region>,
    pub regulators: Vec<Organisation>,
    pub units: Vec<Organisation>,
    pub suppliers: Vec<Organisation>,
    pub agencies: Vec<Organisation>,
    /// Banks that guarantee and lend.
    pub banks: Vec<Organisation>,
    /// Suppliers that take part in nothing: they merge into others or close in the year.
    pub passing: Vec<Organisation>,
    /// 市集采中心, 市公共资源交易中心.
    pub others: Vec<Organisation>,
    pub trading_centre: String,
}

/// Organs (class 11) and institutions (class 12) that buy.
const UNITS: [(&str, &str); 50] = [
    ("11", "教育局"),
    ("12", "第一中学"),
    ("11", "卫生健康局"),
    ("12", "人民医院"),
    ("11", "住房和城乡建设局"),
    ("12", "实验小学"),
    ("11", "交通运输局"),
    ("12", "中医医院"),
    ("11", "农业农村局"),
    ("11", "公安局"),
    ("12", "图书馆"),
    ("11", "水利局"),
    ("11", "民政局"),
    ("12", "职业中等专业学校"),
    ("11", "生态环境局"),
    ("12", "疾病预防控制中心"),
    ("11", "文化旅游广电局"),
    ("12", "幼儿园"),
    ("11", "应急管理局"),
    ("12", "档案馆"),
    ("11", "人力资源和社会保障局"),
    ("12", "第二中学"),
    ("11", "自然资源和规划局"),
    ("12", "妇幼保健院"),
    ("11", "市场监督管理局"),
    ("12", "特殊教育学校"),
    ("11", "城市管理和综合执法局"),
    ("12", "博物馆"),
    ("11", "林业局"),
    ("12", "公共就业服务中心"),
    ("11", "审计局"),
    ("12", "第三中学"),
    ("11", "统计局"),
    ("12", "中心血站"),
    ("11", "司法局"),
    ("12", "青少年活动中心"),
    ("11", "科学技术局"),
    ("12", "文化馆"),
    ("11", "退役军人事务局"),
    ("12", "社会福利院"),
    ("11", "医疗保障局"),
    ("12", "体育运动学校"),
    ("11", "信访局"),
    ("12", "园林绿化中心"),
    ("11", "商务局"),
    ("12", "农业技术推广中心"),
    ("11", "行政审批服务局"),
    ("12", "不动产登记中心"),
    ("11", "消防救援支队"),
    ("12", "广播电视台"),
];
/// How many agencies there are.
const AGENCIES: usize = 6;
/// How many suppliers end in the year.
const PASSING: usize = 4;
/// How many units the prefecture's own level has, and how many an area: of a small city and of one
/// with thousands of projects.
const OWN_UNITS: (usize, usize) = (20, UNITS.len());
const AREA_UNITS: (usize, usize) = (8, 25);
/// Projects for each unit of an area, about.
const PROJECTS_A_UNIT: usize = 80;
/// How many suppliers a city has.
const SUPPLIERS: (usize, usize) = (40, 3_000);
const SUPPLIER_TRADES: [&str; 12] = [
    "科技",
    "建筑",
    "医疗器械",
    "办公设备",
    "信息技术",
    "物业服务",
    "家具",
    "印刷",
    "汽车服务",
    "食品",
    "工程咨询",
    "环保",
];
const SUPPLIER_NAMES: [&str; 16] = [
    "恒远",
    "雁城",
    "湘衡",
    "启明",
    "蒸水",
    "南岳云",
    "石鼓",
    "耒河",
    "回雁",
    "金果",
    "祝融",
    "晟源",
    "博雅",
    "广济",
    "同泰",
    "新程",
];
/// The alphabet of codes: digits and capitals without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl World {
    /// Makes everyone of a city with so many projects a year.
    pub(super) fn new(seed: u64, projects: usize) -> Self {
        let suppliers = (projects / 4).max((projects * 2).saturating_sub(1_000));
        let suppliers = suppliers.clamp(SUPPLIERS.0, SUPPLIERS.1);
        let mut random = Random::new(seed, 1);
        let mut world = Self {
            regions: Vec::new(),
            regulators: Vec::new(),
            units: Vec::new(),
            suppliers: Vec::new(),
            agencies: Vec::new(),
            banks: Vec::new(),
            passing: Vec::new(),
            others: Vec::new(),
            trading_centre: uscc::compose("12", "430400", "00009906"),
        };
        let owners = profile::REGIONS.iter().filter(|entry| entry.may_own());
        for entry in owners.filter(|entry| entry.code != "430000") {
            world.add_region(entry, projects);
        }
        for index in 0..suppliers {
            world.add_supplier(index, &mut random);
        }
        for index in 0..PASSING {
            world.add_supplier(suppliers + index, &mut random);
        }
        world.passing = world.suppliers.split_off(suppliers);
        for (index, name) in SUPPLIER_NAMES.iter().enumerate().take(AGENCIES) {
            let code = uscc::compose("91", "430405", &format!("MA9TA00{index}"));
            let name = format!("虚构·{name}招标代理有限公司");
            let agency = organisation(code, name, OrganisationKind::Agency, 0);
            world.agencies.push(Organisation {
                size: EnterpriseSize::Small,
                ..agency
            });
        }
        let others = [
            (
                "12",
                "00009902",
                "虚构·衡阳市政府采购中心",
                OrganisationKind::CentralAgency,
            ),
            (
                "12",
                "00009906",
                "虚构·衡阳市公共资源交易中心",
                OrganisationKind::TradingCentre,
            ),
            ("91", "00009903", "虚构·雁城银行", OrganisationKind::Bank),
            (
                "91",
                "00009908",
                "虚构·湘江银行衡阳分行",
                OrganisationKind::Bank,
            ),
        ];
        for (class, body, name, kind) in others {
            let code = uscc::compose(class, "430400", body);
            let group = match kind {
                OrganisationKind::Bank => &mut world.banks,
                _ => &mut world.others,
            };
            group.push(organisation(code, name.into(), kind, 0));
        }
        world
    }

    fn add_region(&mut self, entry: &profile::RegionEntry, projects: usize) {
        let region = self.regions.len();
        let own = region == 0;
        // Areas have no code of GB/T 2260: their organisations are registered by the prefecture.
        let (digits, block) = match entry.code {
            "HY-GXQ" => ("430400", 50),
            "HY-SMQ" => ("430400", 70),
            code => (code, 10),
        };
        let bureau = match entry.code {
            "430400" => 5,
            "HY-GXQ" => 7,
            "HY-SMQ" => 8,
            _ => 4,
        };
        let regulator = uscc::compose("11", digits, &format!("000099{bureau:02}"));
        let level = if own {
            BudgetLevel::City
        } else {
            BudgetLevel::County
        };
        let name = format!("虚构·{}财政局", entry.name_zh);
        let kind = OrganisationKind::FinanceRegulator;
        self.regulators.push(Organisation {
            level,
            ..organisation(regulator.clone(), name, kind, region)
        });
        let first = self.units.len();
        let (least, most) = if own { OWN_UNITS } else { AREA_UNITS };
        let share = if own { 2 } else { 1 };
        let count = (share * projects / PROJECTS_A_UNIT).clamp(least, most);
        for (index, (class, title)) in UNITS[..count].iter().enumerate() {
            let body = match index < least {
                true => format!("000099{:02}", block + index),
                // Blocks of areas that share the prefecture's digits are too near for more.
                false => format!("0098{block:02}{index:02}"),
            };
            let code = uscc::compose(class, digits, &body);
            let name = format!("虚构·{}{title}", entry.name_zh);
            let unit = organisation(code, name, OrganisationKind::BudgetUnit, region);
            self.units.push(Organisation { level, ..unit });
        }
        let units = first..self.units.len();
        self.regions.push(Region {
            code: entry.code,
            name: entry.name_zh,
            regulator,
            units,
        });
    }

    fn add_supplier(&mut self, index: usize, random: &mut Random) {
        let region = random.below(self.regions.len() as u64) as usize;
        let (class, size) = match random.weighted(&[20, 35, 30, 10, 5]) {
            0 => ("92", EnterpriseSize::Micro),
            1 => ("91", EnterpriseSize::Small),
            2 => ("91", EnterpriseSize::Medium),
            3 => ("91", EnterpriseSize::Large),
            _ => ("91", EnterpriseSize::Micro),
        };
        let digits = match self.regions[region].code {
            code if code.starts_with("HY-") => "430400",
            code => code,
        };
        let letters = [index / 961 % 31, index / 31 % 31, index % 31];
        let serial: String = letters
            .iter()
            .map(|place| char::from(ALPHABET[*place]))
            .collect();
        let code = uscc::compose(class, digits, &format!("MA9TE{serial}"));
        let form = if class == "92" {
            "经营部"
        } else {
            "有限公司"
        };
        let (name, trade) = (random.pick(&SUPPLIER_NAMES), random.pick(&SUPPLIER_TRADES));
        let name = format!("虚构·{name}{trade}{form}{index:03}");
        let account_ref = format!("AC-{:012x}", random.bits() >> 16);
        let supplier = organisation(code, name, OrganisationKind::Supplier, region);
        self.suppliers.push(Organisation {
            size,
            account_ref,
            ..supplier
        });
    }

    /// The finance bureau of the prefecture.
    pub(super) fn city_regulator(&self) -> &Organisation {
        &self.regulators[0]
    }

    /// The code of a region.
    pub(super) fn region_code(&self, region: usize) -> &'static str {
        self.regions[region].code
    }
}

fn organisation(uscc: String, name: String, kind: OrganisationKind, region: usize) -> Organisation {
    Organisation {
        uscc,
        name,
        kinds: vec![kind],
        region,
        level: BudgetLevel::Unspecified,
        size: EnterpriseSize::Na,
        account_ref: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::World;

    #[test]
    fn gives_every_organisation_its_own_code() {
        let world = World::new(1, 2_000);
        assert_eq!(world.regions.len(), 15);
        assert_eq!((world.units.len(), world.suppliers.len()), (400, 3_000));
        let small = World::new(1, 60);
        assert_eq!((small.units.len(), small.suppliers.len()), (132, 40));
        assert_eq!(world.city_regulator().uscc, "114304000000990553");
        assert_eq!(world.trading_centre, "12430400000099063T");
        let all = [
            &world.regulators,
            &world.units,
            &world.suppliers,
            &world.agencies,
            &world.banks,
            &world.others,
            &world.passing,
        ];
        let codes: HashSet<_> = all
            .iter()
            .flat_map(|group| group.iter())
            .map(|o| &o.uscc)
            .collect();
        let count: usize = all.iter().map(|group| group.len()).sum();
        assert_eq!(codes.len(), count);
        assert!(codes.contains(&"11430421000099047M".to_owned()));
    }
}
