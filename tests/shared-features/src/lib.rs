//! Empty: the manifest has all.
