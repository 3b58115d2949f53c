//! The rules of the conversation, pure and deterministic.
