//! In which number format the encoder computes.

use super::ModelError;

/// A precision, as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// `bf16` where the CPU has AVX512-BF16, else `f32`.
    #[default]
    Auto,
    /// 32-bit floats: the reference.
    F32,
    /// 16-bit brain floats. Fast only where the CPU has instructions for them.
    Bf16,
}

impl Precision {
    /// What `Auto` means on this machine; the others are themselves.
    #[must_use]
    pub fn resolve(self) -> Self {
        match self {
            Self::Auto if has_bf16() => Self::Bf16,
            Self::Auto => Self::F32,
            other => other,
        }
    }

    /// The name a record gives.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        }
    }

    /// The kernels this precision runs on here, as a record names them: results are equal bit for bit only where
    /// model, precision and kernel are.
    #[must_use]
    pub fn kernel(self) -> &'static str {
        match self.resolve() {
            Self::Bf16 if has_bf16() => "avx512-bf16",
            _ => vector_unit(),
        }
    }

    pub(crate) fn kind(self) -> Result<tch::Kind, ModelError> {
        match self.resolve() {
            Self::Bf16 => Ok(tch::Kind::BFloat16),
            Self::F32 => Ok(tch::Kind::Float),
            Self::Auto => Err(ModelError::Precision("the precision was not resolved".into())),
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn has_bf16() -> bool {
    std::arch::is_x86_feature_detected!("avx512bf16")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_bf16() -> bool {
    false
}

#[cfg(target_arch = "x86_64")]
fn vector_unit() -> &'static str {
    if std::arch::is_x86_feature_detected!("avx512f") {
        "avx512"
    } else if std::arch::is_x86_feature_detected!("avx2") {
        "avx2"
    } else {
        "x86-64"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vector_unit() -> &'static str {
    std::env::consts::ARCH
}
