//! Which item a path of the library means.

use core::slice;
use std::collections::{BTreeMap, BTreeSet};
use syn::{File, Item, ItemImpl, UseTree, Visibility};

/// The path of a module from the crate's root.
pub(crate) type ModulePath = Vec<String>;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    Module(ModulePath),
    Item(ModulePath, String),
    /// Of another crate.
    Foreign(String),
}

/// A `use` of one name, or of all of a module.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) is_public: bool,
    /// `None` for `*`.
    pub(crate) name: Option<String>,
    path: Vec<String>,
}

/// A module as it is written.
#[derive(Default)]
pub(crate) struct Module {
    pub(crate) is_public: bool,
    pub(crate) items: BTreeMap<String, Item>,
    pub(crate) uses: Vec<Use>,
    pub(crate) impls: Vec<ItemImpl>,
    pub(crate) children: BTreeSet<String>,
}

/// All modules by their paths.
pub(crate) struct Names {
    pub(crate) modules: BTreeMap<ModulePath, Module>,
}

impl Names {
    pub(crate) fn of(file: File) -> Self {
        let mut names = Self {
            modules: BTreeMap::new(),
        };
        names.add(Vec::new(), true, file.items);
        names
    }

    fn add(&mut self, path: ModulePath, is_public: bool, items: Vec<Item>) {
        let mut module = Module {
            is_public,
            ..Module::default()
        };
        for item in items {
            match item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let (_, items) = inner.content.unwrap_or_default();
                    let inner_path = [&path[..], slice::from_ref(&name)].concat();
                    self.add(inner_path, is_public_item(&inner.vis), items);
                    module.children.insert(name);
                }
                Item::Use(item) => {
                    let is_public = is_public_item(&item.vis);
                    let first = item.leading_colon.map(|_| String::from("::"));
                    flatten(
                        &item.tree,
                        first.into_iter().collect(),
                        is_public,
                        &mut module.uses,
                    );
                }
                Item::Impl(item) => module.impls.push(item),
                item => {
                    // An anonymous constant has no name that another crate could use.
                    if let Some(name) = name_of(&item).filter(|it| it != "_") {
                        module.items.insert(name, item);
                    }
                }
            }
        }
        self.modules.insert(path, module);
    }

    /// All that `name` means in a module, also through its imports.
    fn search(
        &self,
        path: &[String],
        name: &str,
        visited: &mut BTreeSet<(ModulePath, String)>,
    ) -> BTreeSet<Meaning> {
        let mut found = BTreeSet::new();
        if !visited.insert((path.to_vec(), name.to_owned())) {
            return found;
        }
        let module = &self.modules[path];
        if module.children.contains(name) {
            found.insert(Meaning::Module([path, &[name.to_owned()]].concat()));
        }
        if module.items.contains_key(name) {
            found.insert(Meaning::Item(path.to_vec(), name.to_owned()));
        }
        let named = module
            .uses
            .iter()
            .filter(|it| it.name.as_deref() == Some(name));
        for it in named {
            found.extend(self.meanings(path, &it.path, visited));
        }
        if found.is_empty() {
            for glob in module.uses.iter().filter(|it| it.name.is_none()) {
                for meaning in self.meanings(path, &glob.path, &mut visited.clone()) {
                    if let Meaning::Module(of) = meaning {
                        found.extend(self.search(&of, name, visited));
                    }
                }
            }
        }
        found
    }

    /// What a path means in a module.
    pub(crate) fn resolve(&self, module: &[String], path: &[String]) -> BTreeSet<Meaning> {
        self.meanings(module, path, &mut BTreeSet::new())
    }

    fn meanings(
        &self,
        module: &[String],
        path: &[String],
        visited: &mut BTreeSet<(ModulePath, String)>,
    ) -> BTreeSet<Meaning> {
        let foreign = || BTreeSet::from([Meaning::Foreign(path.join("::").replace("::::", "::"))]);
        let parent = || module[..module.len() - 1].to_vec();
        let Some((first, rest)) = path.split_first() else {
            return BTreeSet::from([Meaning::Module(module.to_vec())]);
        };
        let mut found = match first.as_str() {
            "crate" => BTreeSet::from([Meaning::Module(Vec::new())]),
            "self" => BTreeSet::from([Meaning::Module(module.to_vec())]),
            "super" => BTreeSet::from([Meaning::Module(parent())]),
            name => self.search(module, name, visited),
        };
        if found.is_empty() {
            return foreign();
        }
        for name in rest {
            let step = |meaning: &Meaning| match meaning {
                Meaning::Module(of) if name == "super" => {
                    BTreeSet::from([Meaning::Module(of[..of.len() - 1].to_vec())])
                }
                Meaning::Module(of) => self.search(of, name, visited),
                Meaning::Foreign(of) => BTreeSet::from([Meaning::Foreign(format!("{of}::{name}"))]),
                // A variant of an enum, or an associated item.
                Meaning::Item(..) => BTreeSet::new(),
            };
            found = found.iter().flat_map(step).collect();
        }
        found
    }

    /// What a `use` means.
    pub(crate) fn used(&self, module: &[String], it: &Use) -> BTreeSet<Meaning> {
        self.resolve(module, &it.path)
    }
}

pub(crate) fn is_public_item(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn flatten(tree: &UseTree, mut path: Vec<String>, is_public: bool, uses: &mut Vec<Use>) {
    let mut add = |name: Option<String>, path: Vec<String>| {
        uses.push(Use {
            is_public,
            name,
            path,
        });
    };
    match tree {
        UseTree::Path(it) => {
            path.push(it.ident.to_string());
            flatten(&it.tree, path, is_public, uses);
        }
        UseTree::Name(it) if it.ident == "self" => add(path.last().cloned(), path),
        UseTree::Name(it) => {
            path.push(it.ident.to_string());
            add(Some(it.ident.to_string()), path);
        }
        UseTree::Rename(it) => {
            path.push(it.ident.to_string());
            add(Some(it.rename.to_string()), path);
        }
        UseTree::Glob(_) => add(None, path),
        UseTree::Group(it) => {
            for tree in &it.items {
                flatten(tree, path.clone(), is_public, uses);
            }
        }
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(it) => &it.ident,
        Item::Enum(it) => &it.ident,
        Item::Fn(it) => &it.sig.ident,
        Item::Macro(it) => it.ident.as_ref()?,
        Item::Static(it) => &it.ident,
        Item::Struct(it) => &it.ident,
        Item::Trait(it) => &it.ident,
        Item::Type(it) => &it.ident,
        Item::Union(it) => &it.ident,
        _ => return None,
    };
    Some(name.to_string())
}
