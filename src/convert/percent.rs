//! Names in places where some characters mean something: these are written `%28` and the like.

/// `text` with all characters but those to `keep` as the codes of their bytes; `%` must not be kept.
pub(super) fn encoded(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let mut bytes = [0; 4];
        match c.encode_utf8(&mut bytes) {
            plain if keep(c) => out.push_str(plain),
            coded => coded.bytes().for_each(|b| out.push_str(&format!("%{b:02X}"))),
        }
    }
    out
}

/// What was encoded; a `%` without a code is itself, and what is then no UTF-8 was never encoded.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_code_stays() {
        assert_eq!(decoded("100% of %zz, %E2%82%AC"), "100% of %zz, €");
        assert_eq!(decoded("%FF"), "%FF", "no UTF-8");
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(text in "\\PC*|[%a-f0-9()é😀]*") {
            prop_assert_eq!(decoded(&encoded(&text, char::is_alphanumeric)), text);
        }
    }
}
