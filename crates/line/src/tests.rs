//! Every wording, in every language, and the page about them.

mod page;
mod samples;
mod wordings;
