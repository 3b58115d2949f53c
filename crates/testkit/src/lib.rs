//! What tests of several crates share: doubles that fail on purpose, and the same way each time.

pub mod sim_disk;
