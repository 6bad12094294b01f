//! The attribute `no_const`, which makes a `const fn` an ordinary one.

use proc_macro::{TokenStream, TokenTree};

/// Removes the first `const` of the function: the one before `fn`.
#[proc_macro_attribute]
pub fn no_const(_: TokenStream, function: TokenStream) -> TokenStream {
    let mut is_found = false;
    let is_kept = |token: &TokenTree| {
        let is_const =
            !is_found && matches!(token, TokenTree::Ident(word) if word.to_string() == "const");
        is_found |= is_const;
        !is_const
    };
    function.into_iter().filter(is_kept).collect()
}
