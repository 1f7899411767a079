//! The ledger's profile: Hengyang, China, as data. Regions, source systems and partitions that the
//! rest of the code asks for and never names itself, so that other profiles can follow.

use super::values::region::is_region;

/// What a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// 省.
    Province,
    /// 地级市, its own level (市直).
    Prefecture,
    /// 市辖区: a code for sums only, which owns nothing.
    Aggregate,
    /// 区.
    District,
    /// 县.
    County,
    /// 县级市.
    CountyCity,
    /// 功能区: an area without a code of GB/T 2260.
    Area,
}

/// A region of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionEntry {
    /// Its code.
    pub code: &'static str,
    /// What it is.
    pub kind: RegionKind,
    /// The region above it; empty for none in the profile.
    pub parent: &'static str,
    /// Its name in Chinese.
    pub name_zh: &'static str,
    /// Its name in English.
    pub name_en: &'static str,
}

impl RegionEntry {
    /// Whether facts and organisations may belong to it.
    pub fn may_own(&self) -> bool {
        self.kind != RegionKind::Aggregate
    }
}

/// A system that pushes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceSystem {
    /// Its code.
    pub code: &'static str,
    /// Its name in Chinese.
    pub name_zh: &'static str,
    /// Its name in English.
    pub name_en: &'static str,
}

/// The prefecture that the profile knows in full.
const HOME: &str = "4304";
/// The prefix of the home prefecture's areas.
const HOME_AREA: &str = "HY-";

const fn region_entry(
    code: &'static str,
    kind: RegionKind,
    parent: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
) -> RegionEntry {
    RegionEntry {
        code,
        kind,
        parent,
        name_zh,
        name_en,
    }
}

/// Regions (GB/T 2260 and own codes of areas), in order of code.
pub static REGIONS: [RegionEntry; 17] = {
    use RegionKind::{Aggregate, Area, County, CountyCity, District, Prefecture, Province};
    [
        region_entry("430000", Province, "", "湖南省", "Hunan Province"),
        region_entry("430400", Prefecture, "430000", "衡阳市", "Hengyang City"),
        region_entry(
            "430401",
            Aggregate,
            "430400",
            "市辖区",
            "Hengyang districts (sums only)",
        ),
        region_entry("430405", District, "430400", "珠晖区", "Zhuhui District"),
        region_entry("430406", District, "430400", "雁峰区", "Yanfeng District"),
        region_entry("430407", District, "430400", "石鼓区", "Shigu District"),
        region_entry(
            "430408",
            District,
            "430400",
            "蒸湘区",
            "Zhengxiang District",
        ),
        region_entry("430412", District, "430400", "南岳区", "Nanyue District"),
        region_entry("430421", County, "430400", "衡阳县", "Hengyang County"),
        region_entry("430422", County, "430400", "衡南县", "Hengnan County"),
        region_entry("430423", County, "430400", "衡山县", "Hengshan County"),
        region_entry("430424", County, "430400", "衡东县", "Hengdong County"),
        region_entry("430426", County, "430400", "祁东县", "Qidong County"),
        region_entry("430481", CountyCity, "430400", "耒阳市", "Leiyang City"),
        region_entry("430482", CountyCity, "430400", "常宁市", "Changning City"),
        region_entry(
            "HY-GXQ",
            Area,
            "430400",
            "高新区",
            "Hengyang High-tech Zone",
        ),
        region_entry(
            "HY-SMQ",
            Area,
            "430400",
            "松木经开区",
            "Songmu Economic Development Zone",
        ),
    ]
};

/// Statistical codes seen in public data, and the area that each means.
pub static REGION_ALIASES: [(&str, &str); 3] = [
    ("430472", "HY-GXQ"),
    ("430473", "HY-SMQ"),
    ("430476", "HY-GXQ"),
];

const fn system(code: &'static str, name_zh: &'static str, name_en: &'static str) -> SourceSystem {
    SourceSystem {
        code,
        name_zh,
        name_en,
    }
}

/// Source systems; banks besides, as `BANK_` and a number.
pub static SOURCE_SYSTEMS: [SourceSystem; 14] = [
    system(
        "BUDGET_INT",
        "预算管理一体化系统",
        "Integrated budget management system",
    ),
    system(
        "CCGP_HN",
        "中国湖南政府采购网",
        "Hunan government procurement site",
    ),
    system(
        "CCGP_HY",
        "湖南省政府采购网衡阳分网",
        "Hengyang government procurement site",
    ),
    system("ETRADE", "电子交易平台", "Electronic trading platform"),
    system(
        "FIN_PLATFORM",
        "政府采购合同融资平台",
        "Contract financing platform",
    ),
    system(
        "GP_MGMT",
        "政府采购管理系统",
        "Procurement management system",
    ),
    system("HN_EMALL", "湖南省电子卖场", "Hunan e-mall"),
    system(
        "HN_RURAL",
        "湖南省乡村振兴馆",
        "Hunan rural revitalisation store",
    ),
    system(
        "HY_SUPERVISION",
        "衡阳市政府采购监管平台",
        "Hengyang procurement supervision platform",
    ),
    system("INTRANET", "采购人自有系统", "The purchaser's own system"),
    system("OCDS_IMPORT", "OCDS 数据导入", "Import of OCDS releases"),
    system("P832", "832平台", "832 platform of farm products"),
    system(
        "PRTC",
        "公共资源交易中心",
        "Public resources trading centre",
    ),
    system("TREASURY_PAY", "资金支付系统", "Treasury payment system"),
];

/// Two digits of GB/T 2260 that name a province.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71",
    "81", "82",
];

/// Why the profile does not take a region as an owner of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnerFault {
    /// Not a region code at all.
    #[error("must be six digits (GB/T 2260) or an area such as HY-GXQ")]
    Syntax,
    /// A code for sums only.
    #[error("430401 市辖区 serves sums only and owns nothing; name the district or 430400")]
    Aggregate,
    /// A statistical code.
    #[error("a statistical code; the area's own code is {0}")]
    Alias(&'static str),
    /// No such region.
    #[error("no region of GB/T 2260 and no area of this ledger's profile")]
    Unknown,
}

/// The profile's entry of a region.
pub fn region(code: &str) -> Option<&'static RegionEntry> {
    REGIONS
        .binary_search_by(|entry| entry.code.cmp(code))
        .ok()
        .map(|index| &REGIONS[index])
}

/// Checks that facts may belong to a region: one of the home prefecture's that may own, or a code
/// of GB/T 2260 elsewhere, of which the profile knows the provinces only.
pub fn check_owner(code: &str) -> Result<(), OwnerFault> {
    if let Some(entry) = region(code) {
        return if entry.may_own() {
            Ok(())
        } else {
            Err(OwnerFault::Aggregate)
        };
    }
    if !is_region(code) {
        return Err(OwnerFault::Syntax);
    }
    if let Some((_, area)) = REGION_ALIASES.iter().find(|(alias, _)| *alias == code) {
        return Err(OwnerFault::Alias(area));
    }
    let is_elsewhere = PROVINCES.contains(&&code[..2]) && !code.starts_with(HOME);
    if is_elsewhere {
        Ok(())
    } else {
        Err(OwnerFault::Unknown)
    }
}

/// The partition of a region: the prefecture. `4304` for Hengyang, its counties and areas, the
/// first four digits elsewhere.
pub fn partition_of(region: &str) -> &str {
    if region.starts_with(HOME_AREA) {
        HOME
    } else {
        region.get(..4).unwrap_or(region)
    }
}

/// The profile's source system of a code; a bank's is the bank pattern's, with its own number.
pub fn source_system(code: &str) -> Option<SourceSystem> {
    if is_bank(code) {
        return Some(system(
            "BANK_n",
            "政府采购贷合作银行业务系统",
            "Partner bank",
        ));
    }
    SOURCE_SYSTEMS
        .iter()
        .find(|system| system.code == code)
        .copied()
}

/// Whether a code is a bank's: `BANK_` and a number.
pub fn is_bank(code: &str) -> bool {
    code.strip_prefix("BANK_")
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_sorted_and_fourteen_own_below_the_prefecture() {
        assert!(REGIONS.is_sorted_by_key(|entry| entry.code));
        let below = REGIONS
            .iter()
            .filter(|entry| entry.parent == "430400" && entry.may_own());
        assert_eq!(below.count(), 14);
        for entry in &REGIONS[1..] {
            assert!(region(entry.parent).is_some(), "{}", entry.code);
        }
    }

    #[test]
    fn tells_who_may_own() {
        for good in ["430000", "430400", "430482", "HY-GXQ", "430100", "110105"] {
            assert_eq!(check_owner(good), Ok(()), "{good}");
        }
        let bad = [
            ("430401", OwnerFault::Aggregate),
            ("430472", OwnerFault::Alias("HY-GXQ")),
            ("430471", OwnerFault::Unknown),
            ("430499", OwnerFault::Unknown),
            ("990000", OwnerFault::Unknown),
            ("HY-XXX", OwnerFault::Unknown),
            ("hy-gxq", OwnerFault::Syntax),
            ("衡阳", OwnerFault::Syntax),
            ("", OwnerFault::Syntax),
        ];
        for (code, fault) in bad {
            assert_eq!(check_owner(code), Err(fault), "{code}");
        }
    }

    #[test]
    fn partitions_are_prefectures() {
        let partitions = [
            ("430400", "4304"),
            ("430421", "4304"),
            ("HY-SMQ", "4304"),
            ("430100", "4301"),
        ];
        for (region, partition) in partitions {
            assert_eq!(partition_of(region), partition);
        }
        assert_eq!(partition_of("é"), "é");
    }

    #[test]
    fn knows_the_source_systems() {
        assert_eq!(
            source_system("GP_MGMT").unwrap().name_zh,
            "政府采购管理系统"
        );
        assert!(source_system("BANK_12").is_some());
        for unknown in ["BANK_", "BANK_A", "gp_mgmt", ""] {
            assert!(source_system(unknown).is_none());
        }
    }
}
