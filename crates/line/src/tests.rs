//! Every wording, in every language.

mod samples;
mod wordings;
