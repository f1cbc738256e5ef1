//! What `derive(Tsify)` is written for, which declares a Rust type to TypeScript. The crate `tsify` itself would bring the
//! standard library into the wasm, with the printing of panics, for two conversions that are not used here.

pub use tsify_macros::Tsify;

/// A type that TypeScript knows.
pub trait Tsify {
    /// A handle of a JavaScript value that should have this type.
    type JsType;

    /// The declaration.
    const DECL: &'static str;

    /// Settings of conversions that are not used here.
    const SERIALIZATION_CONFIG: SerializationConfig;
}

/// Settings of conversions that are not used here.
pub struct SerializationConfig {
    /// `None` as `null`.
    pub missing_as_null: bool,
    /// Maps as objects.
    pub hashmap_as_object: bool,
    /// Large numbers as BigInt.
    pub large_number_types_as_bigints: bool,
}

/// A value of the type `T`, in JavaScript.
pub type Ts<T> = <T as Tsify>::JsType;
