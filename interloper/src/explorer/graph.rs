//! The states at which runs fork, and which of them can still end.

use std::collections::HashMap;

/// A graph of states, by their hashes.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: HashMap<u64, usize>,
    /// The nodes before each node.
    before: Vec<Vec<u32>>,
    /// The nodes from which a run ended without passing another node.
    ends: Vec<usize>,
}

impl Graph {
    /// Enters a state that a run reached from the node `from`; returns its node, and whether it is new.
    pub(super) fn enter(&mut self, hash: u64, from: Option<usize>) -> (usize, bool) {
        let next = self.before.len();
        let node = *self.nodes.entry(hash).or_insert(next);
        let is_new = node == next;
        if is_new {
            self.before.push(Vec::new());
        }
        self.before[node].extend(from.map(|from| from as u32));
        (node, is_new)
    }

    /// A run from this node ended.
    pub(super) fn end(&mut self, node: usize) {
        self.ends.push(node);
    }

    /// The number of states.
    pub(super) fn len(&self) -> usize {
        self.before.len()
    }

    /// The first node from which no end can be reached.
    pub(super) fn stuck(&self) -> Option<usize> {
        let mut can_end = vec![false; self.before.len()];
        let mut work = self.ends.clone();
        while let Some(node) = work.pop() {
            if !core::mem::replace(&mut can_end[node], true) {
                work.extend(self.before[node].iter().map(|&before| before as usize));
            }
        }
        can_end.iter().position(|can_end| !can_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_with_a_way_out_is_not_stuck() {
        let mut graph = Graph::default();
        let (first, _) = graph.enter(10, None);
        let (second, is_new) = graph.enter(20, Some(first));
        assert!(is_new);
        assert_eq!(graph.enter(10, Some(second)), (first, false));
        graph.end(second);
        assert_eq!((graph.stuck(), graph.len()), (None, 2));
    }

    #[test]
    fn a_cycle_without_a_way_out_is_stuck() {
        let mut graph = Graph::default();
        let (first, _) = graph.enter(10, None);
        let (second, _) = graph.enter(20, Some(first));
        let (third, _) = graph.enter(30, Some(first));
        graph.enter(20, Some(second));
        graph.end(third);
        assert_eq!(graph.stuck(), Some(second));
    }
}
