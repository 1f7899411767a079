//! The two languages of everything that people read.

use clap::ValueEnum;

/// Which languages to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文.
    Zh,
    /// English.
    En,
    /// Both, Chinese first.
    #[default]
    Both,
}

impl Lang {
    /// A short text on one line.
    pub fn inline(self, zh: &str, en: &str) -> String {
        self.join(zh, en, " ")
    }

    /// A text in a cell: one line per language.
    pub fn stacked(self, zh: &str, en: &str) -> String {
        self.join(zh, en, "\n")
    }

    fn join(self, zh: &str, en: &str, between: &str) -> String {
        match self {
            Self::Zh if !zh.is_empty() => zh.to_owned(),
            Self::En if !en.is_empty() => en.to_owned(),
            _ if zh.is_empty() || zh == en => en.to_owned(),
            _ if en.is_empty() => zh.to_owned(),
            _ => format!("{zh}{between}{en}"),
        }
    }
}

/// A sentence in both languages; one of them may be empty when nobody wrote it, as with messages
/// of the ledger, which are English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    /// The sentence in the languages asked for, one line each; never nothing when one is there.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        lang.stacked(&self.zh, &self.en)
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

impl<Z: Into<String>, E: Into<String>> From<(Z, E)> for Words {
    fn from((zh, en): (Z, E)) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_back_to_the_language_that_is_there() {
        let english_only = Words::from(("", "said in English"));
        for lang in [Lang::Zh, Lang::En, Lang::Both] {
            assert_eq!(english_only.lines(lang), ["said in English"]);
        }
        assert_eq!(Lang::Both.inline("位置", "position"), "位置 position");
        assert_eq!(Lang::Zh.inline("位置", "position"), "位置");
        assert_eq!(Lang::Both.stacked("E001", "E001"), "E001");
    }
}
