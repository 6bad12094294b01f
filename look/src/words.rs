//! Names of words in memory, from DWARF: `stats.total`, `free.next[0]`.

use std::sync::Arc;

use anyhow::Result;
use gimli::{
    AttributeValue, DebuggingInformationEntry, Operation, RunTimeEndian, Unit, UnitOffset,
};

type Reader = gimli::EndianArcSlice<RunTimeEndian>;
type Entry<'a> = DebuggingInformationEntry<'a, 'a, Reader>;

/// The statics of a firmware.
pub(crate) struct Words {
    dwarf: Arc<gimli::Dwarf<Reader>>,
    units: Vec<Unit<Reader>>,
    statics: Vec<Static>,
}

/// A static, or the piece of one that the compiler kept.
#[derive(Clone)]
struct Static {
    address: u32,
    /// Where the piece begins in the static.
    offset: u32,
    len: u32,
    name: String,
    unit: usize,
    of_type: UnitOffset,
}

/// A word in a static.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) size: u32,
    pub(crate) is_bool: bool,
}

/// A member of a struct: its name, offset, size and type.
type Member = (String, u32, u32, UnitOffset);

impl Words {
    /// Reads the statics.
    pub(crate) fn new(dwarf: Arc<gimli::Dwarf<Reader>>) -> Result<Self> {
        let mut words = Self {
            dwarf,
            units: Vec::new(),
            statics: Vec::new(),
        };
        let mut headers = words.dwarf.units();
        while let Some(header) = headers.next()? {
            words.units.push(words.dwarf.unit(header)?);
        }
        for index in 0..words.units.len() {
            let found = words.statics_of(index)?;
            words.statics.extend(found);
        }
        Ok(words)
    }

    fn statics_of(&self, index: usize) -> Result<Vec<Static>> {
        let unit = &self.units[index];
        let mut found = Vec::new();
        let mut entries = unit.entries();
        while let Some((_, entry)) = entries.next_dfs()? {
            if entry.tag() != gimli::DW_TAG_variable {
                continue;
            }
            let Some(AttributeValue::Exprloc(location)) =
                entry.attr_value(gimli::DW_AT_location)?
            else {
                continue;
            };
            let (Some(name), Some(of_type)) = (self.name(unit, entry), of_type(entry)) else {
                continue;
            };
            let whole = |address| Static {
                address,
                offset: 0,
                len: self.size(unit, of_type),
                name: name.clone(),
                unit: index,
                of_type,
            };
            let (mut address, mut offset, mut has_pieces) = (None, 0, false);
            let mut operations = location.operations(unit.encoding());
            while let Some(operation) = operations.next()? {
                match operation {
                    Operation::Address { address: at } => address = Some(at as u32),
                    Operation::AddressIndex { index } => {
                        address = self.dwarf.address(unit, index).ok().map(|at| at as u32);
                    }
                    // A static that was split: pieces, some of them left out.
                    Operation::Piece { size_in_bits, .. } => {
                        let len = (size_in_bits / 8) as u32;
                        found.extend(address.take().map(|at| Static {
                            offset,
                            len,
                            ..whole(at)
                        }));
                        offset += len;
                        has_pieces = true;
                    }
                    _ => {}
                }
            }
            if !has_pieces {
                found.extend(address.map(whole));
            }
        }
        Ok(found)
    }

    /// The word or the part of a word at an address.
    pub(crate) fn at(&self, address: u32) -> Option<Named> {
        let (name, size, is_bool) = self.path(address)?;
        Some(Named {
            name,
            size,
            is_bool,
        })
    }

    /// The static that begins at an address.
    pub(crate) fn static_at(&self, address: u32) -> Option<&str> {
        let found = self.statics.iter().find(|it| it.address == address);
        found.map(|it| it.name.as_str())
    }

    fn path(&self, address: u32) -> Option<(String, u32, bool)> {
        let holds = |it: &&Static| (it.address..it.address + it.len).contains(&address);
        let found = self
            .statics
            .iter()
            .filter(holds)
            .max_by_key(|it| (it.address, u32::MAX - it.len))?;
        let unit = &self.units[found.unit];
        let (mut path, mut offset, mut at) = (
            found.name.clone(),
            address - found.address + found.offset,
            found.of_type,
        );
        let mut is_bool = false;
        // A word has no deeper path.
        for _ in 0..32 {
            let entry = unit.entry(at).ok()?;
            match entry.tag() {
                gimli::DW_TAG_array_type => {
                    let element = of_type(&entry)?;
                    let size = self.size(unit, element).max(1);
                    path += &format!("[{}]", offset / size);
                    (offset, at) = (offset % size, element);
                }
                tag @ (gimli::DW_TAG_structure_type | gimli::DW_TAG_union_type) => {
                    let members = self.members(unit, at);
                    let name = self.name(unit, &entry).unwrap_or_default();
                    is_bool |= ["AtomicBool", "Atomic<bool>"].contains(&name.as_str());
                    // A wrapper has no name of its own in a path, nor has a union.
                    let is_wrapper = members.len() == 1 || tag == gimli::DW_TAG_union_type;
                    let inside =
                        |(_, start, size, _): &Member| (*start..start + size).contains(&offset);
                    let Some((name, start, _, inner)) = members.into_iter().find(inside) else {
                        break;
                    };
                    if !is_wrapper {
                        path = format!("{path}.{}", name.trim_start_matches("__"));
                    }
                    (offset, at) = (offset - start, inner);
                }
                gimli::DW_TAG_typedef => at = of_type(&entry)?,
                _ => break,
            }
        }
        let entry = unit.entry(at).ok()?;
        (offset == 0 || entry.tag() != gimli::DW_TAG_base_type)
            .then(|| (path, self.size(unit, at), is_bool))
    }

    fn members(&self, unit: &Unit<Reader>, at: UnitOffset) -> Vec<Member> {
        let mut members = Vec::new();
        let Ok(mut tree) = unit.entries_tree(Some(at)) else {
            return members;
        };
        let Ok(root) = tree.root() else {
            return members;
        };
        let mut children = root.children();
        while let Ok(Some(child)) = children.next() {
            let entry = child.entry();
            if entry.tag() != gimli::DW_TAG_member {
                continue;
            }
            let Some(member) = of_type(entry) else {
                continue;
            };
            let size = self.size(unit, member);
            if size > 0 {
                let start = number(entry, gimli::DW_AT_data_member_location).unwrap_or(0);
                members.push((
                    self.name(unit, entry).unwrap_or_default(),
                    start,
                    size,
                    member,
                ));
            }
        }
        members
    }

    fn name(&self, unit: &Unit<Reader>, entry: &Entry<'_>) -> Option<String> {
        let value = entry.attr_value(gimli::DW_AT_name).ok()??;
        let name = self.dwarf.attr_string(unit, value).ok()?;
        Some(String::from_utf8_lossy(&name).into_owned())
    }

    fn size(&self, unit: &Unit<Reader>, at: UnitOffset) -> u32 {
        let Ok(entry) = unit.entry(at) else { return 0 };
        if let Some(size) = number(&entry, gimli::DW_AT_byte_size) {
            return size;
        }
        match entry.tag() {
            gimli::DW_TAG_array_type => {
                of_type(&entry).map_or(0, |it| self.size(unit, it)) * count(unit, at)
            }
            gimli::DW_TAG_pointer_type => 4,
            _ => of_type(&entry).map_or(0, |it| self.size(unit, it)),
        }
    }
}

/// The elements of an array.
fn count(unit: &Unit<Reader>, at: UnitOffset) -> u32 {
    let Ok(mut tree) = unit.entries_tree(Some(at)) else {
        return 0;
    };
    let Ok(root) = tree.root() else { return 0 };
    let mut children = root.children();
    while let Ok(Some(child)) = children.next() {
        if let Some(count) = number(child.entry(), gimli::DW_AT_count) {
            return count;
        }
    }
    0
}

fn number(entry: &Entry<'_>, name: gimli::DwAt) -> Option<u32> {
    entry
        .attr_value(name)
        .ok()??
        .udata_value()
        .map(|it| it as u32)
}

fn of_type(entry: &Entry<'_>) -> Option<UnitOffset> {
    match entry.attr_value(gimli::DW_AT_type).ok()?? {
        AttributeValue::UnitRef(offset) => Some(offset),
        _ => None,
    }
}
