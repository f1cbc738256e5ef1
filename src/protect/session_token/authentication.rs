//! How someone was authenticated, and what that is worth, by the names of the standards.

use crate::base::Error;
use crate::base::json::{Read, Reader, Write};
use alloc::string::String;

/// Declares names as they stand in a token.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident, $first:ident { $($variant:ident $text:literal $doc:literal)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = $doc] $variant,)+
        }

        impl $name {
            /// As it stands in a token.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The one that has this name.
            ///
            /// # Errors
            /// [`Error::CommandInvalid`] for any other text.
            pub fn parse(name: &str) -> Result<Self, Error> {
                match name {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(Error::CommandInvalid),
                }
            }
        }

        impl Read for $name {
            fn start() -> Self {
                Self::$first
            }

            fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
                *self = Self::parse(&from.borrowed()?).ok()?;
                Some(())
            }
        }

        impl Write for $name {
            fn write(&self, to: &mut String) {
                self.name().write(to);
            }
        }
    };
}

names! {
    /// How a person was authenticated: the values of RFC 8176 section 2.
    ///
    /// ```
    /// use edge_mfa::{Error, protect::session_token::Method};
    /// assert_eq!(Method::Otp.name(), "otp");
    /// assert_eq!(Method::parse("hwk"), Ok(Method::Hwk));
    /// assert_eq!(Method::parse("OTP"), Err(Error::CommandInvalid));
    /// ```
    Method, Face {
        Face "face" "Facial recognition."
        Fpt "fpt" "A fingerprint."
        Geo "geo" "The place."
        Hwk "hwk" "A key kept in hardware."
        Iris "iris" "An iris scan."
        Kba "kba" "Knowledge-based questions."
        Mca "mca" "Several channels, such as a message to a phone."
        Mfa "mfa" "More than one factor."
        Otp "otp" "A one-time code."
        Pin "pin" "A PIN."
        Pop "pop" "Proof of possession of a key."
        Pwd "pwd" "A password."
        Rba "rba" "Risk-based."
        Retina "retina" "A retina scan."
        Sc "sc" "A smart card."
        Sms "sms" "A text message."
        Swk "swk" "A key kept in software."
        Tel "tel" "A telephone call."
        User "user" "Presence of the person was tested."
        Vbm "vbm" "A voice."
        Wia "wia" "Windows integrated authentication."
    }
}

names! {
    /// What an authentication is worth: the assurance levels of NIST SP 800-63B.
    ///
    /// ```
    /// use edge_mfa::protect::session_token::Level;
    /// assert_eq!(Level::Aal2.name(), "aal2");
    /// assert!(Level::Aal2 > Level::Aal1);
    /// ```
    Level, Aal1 {
        Aal1 "aal1" "One factor."
        Aal2 "aal2" "Two factors."
        Aal3 "aal3" "Two factors, one of them hardware that phishing cannot pass."
    }
}
