//! What another crate can name of the library: each item once, at the path at which it is public, with the
//! implementations for it; without bodies, private fields, documentation.

use super::names::{Meaning, Module, ModulePath, Names, is_public_item};
use core::slice;
use std::collections::{BTreeMap, BTreeSet};
use syn::{
    Attribute, Block, Fields, File, FnArg, ImplItem, Item, ItemImpl, ItemMod, Meta, Pat, Signature,
    TraitItem, Type, parse_quote,
};

/// Where a public item is listed, by where it is defined.
type Homes = BTreeMap<(ModulePath, String), (ModulePath, String)>;

pub(crate) fn of(names: &Names) -> File {
    let mut homes = Homes::new();
    visit(
        names,
        &[],
        &[],
        &mut BTreeSet::new(),
        &mut |name, path, meaning| {
            if let Meaning::Item(module, item) = meaning {
                let home = (path.to_vec(), name.to_owned());
                let known = homes
                    .entry((module.clone(), item.clone()))
                    .or_insert_with(|| home.clone());
                // Not at the root, where it is an abbreviation.
                if known.0.len() < path.len() {
                    *known = home;
                }
            }
        },
    );
    let outline = Outline {
        impls: impls(names, &homes),
        names,
        homes,
    };
    File {
        shebang: None,
        attrs: Vec::new(),
        items: outline.items(&[], &[]),
    }
}

/// Calls `each` for every public name of a module and those in it, with the path at which the module is public.
fn visit(
    names: &Names,
    module: &[String],
    path: &[String],
    open: &mut BTreeSet<ModulePath>,
    each: &mut impl FnMut(&str, &[String], &Meaning),
) {
    if !open.insert(module.to_vec()) {
        return;
    }
    for (name, meaning) in public_names(names, module) {
        each(&name, path, &meaning);
        if let Meaning::Module(inner) = &meaning {
            visit(names, inner, &[path, &[name]].concat(), open, each);
        }
    }
    open.remove(module);
}

/// The names that a module offers to other crates.
fn public_names(names: &Names, module: &[String]) -> BTreeSet<(String, Meaning)> {
    let mut found = BTreeSet::new();
    collect(names, module, &mut BTreeSet::new(), &mut found);
    // An exported macro is at the root, wherever it is defined.
    if module.is_empty() {
        for (path, module) in &names.modules {
            let exported = module.items.iter().filter(|(_, it)| is_exported_macro(it));
            found.extend(
                exported.map(|(name, _)| (name.clone(), Meaning::Item(path.clone(), name.clone()))),
            );
        }
    }
    found
}

fn collect(
    names: &Names,
    path: &[String],
    visited: &mut BTreeSet<ModulePath>,
    found: &mut BTreeSet<(String, Meaning)>,
) {
    if !visited.insert(path.to_vec()) {
        return;
    }
    let module = &names.modules[path];
    for child in &module.children {
        let inner = [path, slice::from_ref(child)].concat();
        if names.modules[&inner].is_public {
            found.insert((child.clone(), Meaning::Module(inner)));
        }
    }
    for (name, _) in module.items.iter().filter(|(_, it)| is_public(it)) {
        found.insert((name.clone(), Meaning::Item(path.to_vec(), name.clone())));
    }
    for it in module.uses.iter().filter(|it| it.is_public) {
        for meaning in names.used(path, it) {
            match (&it.name, meaning) {
                // A name may mean something private as well.
                (Some(_), Meaning::Item(of, name))
                    if !is_public(&names.modules[&of].items[&name]) => {}
                (Some(name), meaning) => drop(found.insert((name.clone(), meaning))),
                (None, Meaning::Module(of)) => collect(names, &of, visited, found),
                (None, Meaning::Foreign(of)) => {
                    found.insert((String::from("*"), Meaning::Foreign(of)));
                }
                (None, Meaning::Item(..)) => {}
            }
        }
    }
}

fn is_public(item: &Item) -> bool {
    match item {
        Item::Const(it) => is_public_item(&it.vis),
        Item::Enum(it) => is_public_item(&it.vis),
        Item::Fn(it) => is_public_item(&it.vis),
        Item::Macro(_) => is_exported_macro(item),
        Item::Static(it) => is_public_item(&it.vis),
        Item::Struct(it) => is_public_item(&it.vis),
        Item::Trait(it) => is_public_item(&it.vis),
        Item::Type(it) => is_public_item(&it.vis),
        Item::Union(it) => is_public_item(&it.vis),
        _ => false,
    }
}

fn is_exported_macro(item: &Item) -> bool {
    matches!(item, Item::Macro(it) if it.attrs.iter().any(|it| it.path().is_ident("macro_export")))
}

/// Whether it is one of those that the compiler's derives add for themselves.
fn is_of_the_compiler(it: &ItemImpl) -> bool {
    let name = it.trait_.as_ref().and_then(|(_, it, _)| it.segments.last());
    name.is_some_and(|it| {
        ["StructuralPartialEq", "TrivialClone"]
            .iter()
            .any(|own| it.ident == own)
    })
}

/// The implementations by the item that they are listed with: that of their type, or of their trait where the type is
/// no item of this crate.
fn impls(names: &Names, homes: &Homes) -> BTreeMap<(ModulePath, String), Vec<ItemImpl>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (path, module) in &names.modules {
        for it in module.impls.iter().filter(|it| !is_of_the_compiler(it)) {
            let item = |it: &syn::Path| {
                let segments: Vec<_> = it.segments.iter().map(|it| it.ident.to_string()).collect();
                let meanings = names.resolve(path, &segments);
                meanings.into_iter().find_map(|it| match it {
                    Meaning::Item(module, name) => Some((module, name)),
                    _ => None,
                })
            };
            let of_type = match &*it.self_ty {
                Type::Path(it) if it.qself.is_none() => item(&it.path),
                _ => None,
            };
            let of_trait = it.trait_.as_ref().and_then(|(_, it, _)| item(it));
            // Nothing of a private trait can be used by another crate.
            if of_trait.as_ref().is_some_and(|it| !homes.contains_key(it)) {
                continue;
            }
            let key = of_type.or(of_trait).filter(|it| homes.contains_key(it));
            if let (Some(key), Some(it)) = (key, without_bodies(it)) {
                found.entry(key).or_default().push(it);
            }
        }
    }
    found
}

/// `None` where nothing of it is public.
fn without_bodies(it: &ItemImpl) -> Option<ItemImpl> {
    let mut it = it.clone();
    it.attrs.clear();
    if it.trait_.is_some() {
        it.items.clear();
        return Some(it);
    }
    let public = |item: ImplItem| match item {
        ImplItem::Fn(mut it) if is_public_item(&it.vis) => {
            it.block = empty();
            keep(&mut it.attrs);
            signature(&mut it.sig);
            Some(ImplItem::Fn(it))
        }
        ImplItem::Const(mut it) if is_public_item(&it.vis) => {
            it.expr = parse_quote!(_);
            keep(&mut it.attrs);
            Some(ImplItem::Const(it))
        }
        _ => None,
    };
    it.items = it.items.into_iter().filter_map(public).collect();
    (!it.items.is_empty()).then_some(it)
}

fn empty() -> Block {
    parse_quote!({})
}

/// Keeps the attributes that matter to a caller, without their texts.
fn keep(attributes: &mut Vec<Attribute>) {
    const KEPT: [&str; 3] = ["must_use", "non_exhaustive", "deprecated"];
    attributes.retain(|it| KEPT.iter().any(|name| it.path().is_ident(name)));
    for it in attributes {
        it.meta = Meta::Path(it.path().clone());
    }
}

/// Whether a parameter is mutable in the body does not matter to a caller.
fn signature(it: &mut Signature) {
    for input in &mut it.inputs {
        if let FnArg::Typed(input) = input
            && let Pat::Ident(name) = &mut *input.pat
        {
            name.mutability = None;
        }
    }
}

struct Outline<'a> {
    names: &'a Names,
    homes: Homes,
    impls: BTreeMap<(ModulePath, String), Vec<ItemImpl>>,
}

impl Outline<'_> {
    /// The public items of a module that is public at `path`.
    fn items(&self, module: &[String], path: &[String]) -> Vec<Item> {
        let (mut uses, mut items, mut modules) = (Vec::new(), Vec::new(), Vec::new());
        for (name, meaning) in public_names(self.names, module) {
            match meaning {
                Meaning::Module(inner) => {
                    let items = self.items(&inner, &[path, slice::from_ref(&name)].concat());
                    let name = ident(&name);
                    let mut outline: ItemMod = parse_quote!(pub mod #name {});
                    outline.content = outline.content.map(|(brace, _)| (brace, items));
                    modules.push(Item::Mod(outline));
                }
                Meaning::Foreign(of) => uses.push(used(&of, &name)),
                Meaning::Item(of, item) => {
                    let key = (of, item);
                    let home = &self.homes[&key];
                    if *home == (path.to_vec(), name.clone()) {
                        items.extend(self.with_impls(&key));
                    } else {
                        let from =
                            [&["self".to_owned()], &home.0[..], slice::from_ref(&home.1)].concat();
                        uses.push(used(&from.join("::"), &name));
                    }
                }
            }
        }
        [uses, items, modules].concat()
    }

    fn with_impls(&self, key: &(ModulePath, String)) -> Vec<Item> {
        let module: &Module = &self.names.modules[&key.0];
        let item = declaration(module.items[&key.1].clone());
        let mut impls = self.impls.get(key).cloned().unwrap_or_default();
        impls.sort_by_cached_key(|it| {
            let it = Item::Impl(it.clone());
            prettyplease::unparse(&parse_quote!(#it))
        });
        let impls = impls.into_iter().map(Item::Impl);
        core::iter::once(item).chain(impls).collect()
    }
}

fn ident(name: &str) -> syn::Ident {
    syn::Ident::new(name, proc_macro2::Span::call_site())
}

fn used(path: &str, name: &str) -> Item {
    let last = path.rsplit("::").next();
    let text = match name {
        "*" => format!("pub use {path}::*;"),
        name if last == Some(name) => format!("pub use {path};"),
        name => format!("pub use {path} as {name};"),
    };
    syn::parse_str(&text).unwrap()
}

/// The item without what other crates cannot see.
fn declaration(mut item: Item) -> Item {
    match &mut item {
        Item::Const(it) => {
            keep(&mut it.attrs);
            it.expr = parse_quote!(_);
        }
        Item::Enum(it) => {
            keep(&mut it.attrs);
            for variant in &mut it.variants {
                keep(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|it| it.attrs.clear());
            }
        }
        Item::Fn(it) => {
            keep(&mut it.attrs);
            signature(&mut it.sig);
            *it.block = empty();
        }
        Item::Macro(it) => {
            it.attrs.clear();
            it.mac.tokens = proc_macro2::TokenStream::new();
        }
        Item::Struct(it) => {
            keep(&mut it.attrs);
            public_fields(&mut it.fields);
        }
        Item::Trait(it) => {
            keep(&mut it.attrs);
            it.items.iter_mut().for_each(without_default);
        }
        Item::Type(it) => it.attrs.clear(),
        _ => {}
    }
    item
}

/// In place of all that are private, there is one: whether there are any matters to a caller.
fn public_fields(fields: &mut Fields) {
    let all = fields.len();
    let list = match fields {
        Fields::Named(it) => &mut it.named,
        Fields::Unnamed(it) => &mut it.unnamed,
        Fields::Unit => return,
    };
    let public = list.iter().filter(|it| is_public_item(&it.vis)).cloned();
    let mut public: Vec<syn::Field> = public.collect();
    public.iter_mut().for_each(|it| it.attrs.clear());
    let has_private = public.len() < all;
    *list = public.into_iter().collect();
    if has_private {
        match fields {
            Fields::Named(it) => it.named.push(parse_quote!(private: ())),
            Fields::Unnamed(it) => it.unnamed.push(parse_quote!(private)),
            Fields::Unit => {}
        }
    }
}

fn without_default(item: &mut TraitItem) {
    match item {
        TraitItem::Fn(it) => {
            keep(&mut it.attrs);
            signature(&mut it.sig);
            it.default = it.default.take().map(|_| empty());
        }
        TraitItem::Const(it) => {
            it.attrs.clear();
            it.default = it.default.take().map(|(eq, _)| (eq, parse_quote!(_)));
        }
        TraitItem::Type(it) => it.attrs.clear(),
        _ => {}
    }
}
