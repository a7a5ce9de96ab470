//! In which number format the encoder computes.

use super::int8::Kernel;

/// A precision, as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// `int8` where the CPU has the kernels, else `f32`.
    #[default]
    Auto,
    /// 32-bit floats: the reference.
    F32,
    /// 16-bit brain floats. Fast only where the CPU has instructions for them.
    Bf16,
    /// 8-bit whole numbers between scales: the fast path.
    Int8,
}

impl Precision {
    /// What `Auto` means on this machine; the others are themselves.
    #[must_use]
    pub fn resolve(self) -> Self {
        match self {
            Self::Auto if has_int8() => Self::Int8,
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
            Self::Int8 => "int8",
        }
    }

    /// The kernels this precision runs on here, as a record names them: results are equal bit for bit only where
    /// model, precision and kernel are.
    #[must_use]
    pub fn kernel(self) -> &'static str {
        match self.resolve() {
            Self::Bf16 if has_bf16() => "avx512-bf16",
            Self::Int8 => "exact",
            _ => vector_unit(),
        }
    }

    /// The kind of number that weights are held in, where they are floats.
    pub(crate) fn kind(self) -> tch::Kind {
        match self.resolve() {
            Self::Bf16 => tch::Kind::BFloat16,
            _ => tch::Kind::Float,
        }
    }
}

/// Whether whole numbers are faster than floats here.
fn has_int8() -> bool {
    Kernel::here() != Kernel::Plain
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
