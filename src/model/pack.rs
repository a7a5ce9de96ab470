//! Packs: neighbours that are scored in one go.

/// Tokens of a pack, a window's more or less: beyond this the matrices leave the cache, far below it calls cost more than work
/// (`cargo bench --bench engine`).
pub(crate) const PACK_TOKENS: usize = 512;

/// Cuts `items` into packs, each as many as `PACK_TOKENS` hold, and at least one.
pub(crate) fn packs<T>(items: &[T], tokens_of: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut packs = Vec::new();
    let mut rest = items;
    while !rest.is_empty() {
        let mut tokens = 0;
        let fitting = rest.iter().take_while(|item| {
            tokens += tokens_of(item);
            tokens <= PACK_TOKENS
        });
        let (pack, after) = rest.split_at(fitting.count().max(1));
        packs.push(pack);
        rest = after;
    }
    packs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_hold_what_fits_and_never_nothing() {
        let sizes = [400, 100, 14, 600, 512, 1];
        let cut: Vec<&[usize]> = packs(&sizes, |size| *size);
        assert_eq!(cut, [&[400, 100][..], &[14], &[600], &[512], &[1]]);
        assert!(packs(&[] as &[usize], |size| *size).is_empty());
    }
}
