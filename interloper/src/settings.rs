//! What the environment overrides.

use std::{env, path::PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::explorer::{Limits, Mode};

/// The variables `INTERLOPER_*`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// `INTERLOPER_TARGETS`, separated by commas.
    pub(crate) targets: Option<Vec<String>>,
    /// `INTERLOPER_DEPTH`: the most handlers of a test on one core.
    pub(crate) depth: Option<usize>,
    /// `INTERLOPER_BESIDE_CORES`: the most handlers of a test on two cores.
    pub(crate) beside_cores: Option<usize>,
    /// `INTERLOPER_MODE`: `pruned`, `merged` or `exhaustive`.
    pub(crate) mode: Mode,
    /// `INTERLOPER_MODE=audit`: all of them, compared.
    pub(crate) audit: bool,
    /// `INTERLOPER_STEPS` and `INTERLOPER_STATES`.
    pub(crate) limits: Limits,
    /// `INTERLOPER_REPLAY`: one run, instead of all.
    pub(crate) replay: Option<String>,
    /// `INTERLOPER_RUSTC`: the compiler for the targets.
    pub(crate) rustc: Option<PathBuf>,
    /// `INTERLOPER_PIN=1`: what is found is taken for right.
    pub(crate) pin: bool,
    /// `INTERLOPER_JSON`: the directory for the records.
    pub(crate) json: Option<PathBuf>,
}

impl Settings {
    /// Reads the environment.
    pub(crate) fn from_env() -> Result<Self> {
        let variables = env::vars_os().filter_map(|(name, value)| {
            let name = name.to_str()?.strip_prefix("INTERLOPER_")?.to_owned();
            Some((name, value.to_string_lossy().into_owned()))
        });
        Self::new(variables)
    }

    fn new(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut settings = Self::default();
        for (name, value) in variables {
            settings
                .set(&name, &value)
                .with_context(|| format!("INTERLOPER_{name}={value:?}"))?;
        }
        Ok(settings)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        ensure!(!value.is_empty(), "a setting has a value: unset it instead");
        match name {
            "TARGETS" => self.targets = Some(value.split(',').map(str::to_owned).collect()),
            "DEPTH" => self.depth = Some(value.parse()?),
            "BESIDE_CORES" => self.beside_cores = Some(value.parse()?),
            "MODE" if value == "audit" => self.audit = true,
            "MODE" => {
                self.mode = match value {
                    "pruned" => Mode::Pruned,
                    "merged" => Mode::Merged,
                    "exhaustive" => Mode::Exhaustive,
                    _ => bail!("a mode is `pruned`, `merged`, `exhaustive` or `audit`"),
                }
            }
            "STEPS" => self.limits.steps = value.parse()?,
            "STATES" => self.limits.states = value.parse()?,
            "REPLAY" => self.replay = Some(value.to_owned()),
            "RUSTC" => self.rustc = Some(value.into()),
            "PIN" => {
                self.pin = match value {
                    "0" => false,
                    "1" => true,
                    _ => bail!("it is 0 or 1"),
                }
            }
            "JSON" => self.json = Some(value.into()),
            _ => bail!("there is no such setting"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(name: &str, value: &str) -> Result<Settings> {
        Settings::new([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn settings_are_read() {
        assert_eq!(
            settings("TARGETS", "a,b").unwrap().targets.unwrap(),
            ["a", "b"]
        );
        assert_eq!(settings("DEPTH", "3").unwrap().depth, Some(3));
        assert_eq!(settings("BESIDE_CORES", "1").unwrap().beside_cores, Some(1));
        assert_eq!(
            settings("MODE", "exhaustive").unwrap().mode,
            Mode::Exhaustive
        );
        assert_eq!(settings("STEPS", "7").unwrap().limits.steps, 7);
        assert!(settings("PIN", "1").unwrap().pin && !settings("PIN", "0").unwrap().pin);
        assert_eq!(Settings::new([]).unwrap().mode, Mode::Pruned);
    }

    #[test]
    fn mistakes_are_errors() {
        for (name, value) in [
            ("DEPHT", "1"),
            ("DEPTH", "deep"),
            ("MODE", "fast"),
            ("PIN", "true"),
            ("TARGETS", ""),
            ("JSON", ""),
        ] {
            let error = format!("{:#}", settings(name, value).unwrap_err());
            assert!(
                error.contains(&format!("INTERLOPER_{name}={value:?}: ")),
                "{error}"
            );
        }
    }
}
