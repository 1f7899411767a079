//! Ways in and out: formats that other systems write and read.
//!
//! Here: releases of OCDS publishers as submissions, NDJSON of submissions line by line.
//! Not here: sending. These readers give values and issues; who sends them is the command line's
//! business. Not here either: what a submission looks like in JSON (`events::json`).
//!
//! *Invariant*: memory is bounded by one line or one release, never by the file.
//! *Invariant*: the same input gives the same submissions, so that a repeated import is a retry.
//!
//! Read `ocds` first.

pub mod ndjson;
pub mod ocds;
