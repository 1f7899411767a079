//! Where releases stand in a file: packages, records, arrays, one value after another.
//!
//! A walk over the file that stops at each release. An object is known by its members: one with
//! `releases` is a release package or a record, one with `records` a record package, one with
//! `compiledRelease` a record; any other is held whole and is a release if it has an ocid.

use std::{collections::VecDeque, io::BufRead};

use super::{
    issue::{IssueReason, Place},
    release::{self, Found, Head},
    scan::{Fault, Scanner, Slice},
    submission::RELEASE_BYTES_MAX,
};

/// The longest name of a member that matters here.
const NAME_BYTES_MAX: usize = 64;

/// A release and where it starts.
pub(super) type Placed = (Place, Box<Head>, Vec<u8>);

/// What is open at a place of the walk.
enum Frame {
    /// A list of objects: `records`, or a list at the top.
    Objects { first: bool },
    /// A list `releases`.
    Releases { first: bool },
    /// An object that may be anything.
    Object(Box<Object>),
}

/// What is known of an open object.
struct Object {
    place: Place,
    first: bool,
    /// It has `releases`, `records` or `compiledRelease`, so that it is no release itself.
    container: bool,
    compiled: Option<Slice>,
    releases: u64,
    /// It has elements that are reported for themselves: records, or what is no release.
    filled: bool,
    links: u64,
    first_link: String,
}

/// The releases of one file.
pub(super) struct Document<R> {
    scanner: Scanner<R>,
    frames: Vec<Frame>,
    ready: VecDeque<Result<Placed, Fault>>,
    started: bool,
    ended: bool,
    /// Where the open value at the top started.
    top: Place,
}

impl<R: BufRead> Document<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            scanner: Scanner::new(input, RELEASE_BYTES_MAX),
            frames: Vec::new(),
            ready: VecDeque::new(),
            started: false,
            ended: false,
            top: Place::START,
        }
    }

    fn step(&mut self) -> Result<(), Fault> {
        match self.frames.last_mut() {
            None => self.step_top(),
            Some(Frame::Object(_)) => self.step_object(),
            Some(Frame::Objects { first } | Frame::Releases { first }) => {
                let was_first = std::mem::replace(first, false);
                self.step_list(was_first)
            }
        }
    }

    fn step_top(&mut self) -> Result<(), Fault> {
        if !self.started {
            self.scanner.pass_mark()?;
        }
        let next = self.scanner.peek_token()?;
        self.top = self.scanner.place();
        if next.is_none() {
            self.ended = true;
            if !self.started {
                return Err((Place::START, IssueReason::Empty));
            }
            return Ok(());
        }
        self.started = true;
        if next == Some(b'[') {
            self.scanner.pass();
            self.frames.push(Frame::Objects { first: true });
            return Ok(());
        }
        self.open_object(next)
    }

    fn step_list(&mut self, first: bool) -> Result<(), Fault> {
        let mut next = self.scanner.peek_token()?;
        if next == Some(b']') {
            self.scanner.pass();
            return self.close_list(first);
        }
        if !first {
            if next != Some(b',') {
                return Err(self.scanner.expected("a comma or a closing bracket"));
            }
            self.scanner.pass();
            next = self.scanner.peek_token()?;
        }
        if matches!(self.frames.last(), Some(Frame::Releases { .. })) {
            return self.release_element();
        }
        self.open_object(next)
    }

    /// Closes a list; an empty one at the top is reported, one in an object with the object.
    fn close_list(&mut self, empty: bool) -> Result<(), Fault> {
        let list = self.frames.pop();
        match self.frames.last_mut() {
            Some(Frame::Object(object)) => {
                object.filled |= !empty && matches!(list, Some(Frame::Objects { .. }));
                Ok(())
            }
            _ if empty => self.report(self.top, IssueReason::NoReleases),
            _ => Ok(()),
        }
    }

    /// Opens an object; any other value is passed and reported.
    fn open_object(&mut self, next: Option<u8>) -> Result<(), Fault> {
        let place = self.scanner.place();
        if next != Some(b'{') {
            self.scanner.value()?;
            return self.report(place, IssueReason::NotOcds);
        }
        self.scanner.hold();
        self.scanner.pass();
        self.frames.push(Frame::Object(Box::new(Object {
            place,
            first: true,
            container: false,
            compiled: None,
            releases: 0,
            filled: false,
            links: 0,
            first_link: String::new(),
        })));
        Ok(())
    }

    fn step_object(&mut self) -> Result<(), Fault> {
        let Some(Frame::Object(object)) = self.frames.last_mut() else {
            return Ok(());
        };
        let first = std::mem::replace(&mut object.first, false);
        let next = self.scanner.peek_token()?;
        if next == Some(b'}') {
            self.scanner.pass();
            return self.close_object();
        }
        if !first {
            if next != Some(b',') {
                return Err(self.scanner.expected("a comma or a closing bracket"));
            }
            self.scanner.pass();
            self.scanner.peek_token()?;
        }
        let name = self.scanner.name(NAME_BYTES_MAX)?;
        self.scanner.colon()?;
        let next = self.scanner.peek_token()?;
        match (name.as_slice(), next) {
            (b"releases", Some(b'[')) => {
                self.open_list(Frame::Releases { first: true });
                Ok(())
            }
            (b"records", Some(b'[')) => {
                self.open_list(Frame::Objects { first: true });
                Ok(())
            }
            (b"compiledRelease", Some(b'{')) => self.compiled_member(),
            _ => self.scanner.value(),
        }
    }

    /// Opens a list that makes the object a container.
    fn open_list(&mut self, list: Frame) {
        self.scanner.release();
        if let Some(Frame::Object(object)) = self.frames.last_mut() {
            object.container = true;
        }
        self.scanner.pass();
        self.frames.push(list);
    }

    /// Holds a compiled release until the record ends without a full one.
    fn compiled_member(&mut self) -> Result<(), Fault> {
        self.scanner.hold();
        self.scanner.value()?;
        let slice = self.scanner.release();
        if let Some(Frame::Object(object)) = self.frames.last_mut() {
            object.container = true;
            object.compiled = slice.filter(|_| object.releases == 0);
        }
        Ok(())
    }

    /// Reads an element of `releases`.
    fn release_element(&mut self) -> Result<(), Fault> {
        self.scanner.hold();
        self.scanner.value()?;
        let Some(slice) = self.scanner.release() else {
            return Ok(());
        };
        let place = slice.place;
        let found = found_in(slice);
        let owner = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Object(object) => Some(object),
            _ => None,
        });
        match (found, owner) {
            (Ok((Found::Link(url), _)), Some(object)) => {
                object.links += 1;
                if object.first_link.is_empty() {
                    object.first_link = url;
                }
            }
            (Ok((Found::Release(head), bytes)), owner) => {
                if let Some(object) = owner {
                    object.releases += 1;
                    object.compiled = None;
                }
                self.ready.push_back(Ok((place, head, bytes)));
            }
            (Ok(_), owner) => {
                if let Some(object) = owner {
                    object.filled = true;
                }
                return self.report(place, IssueReason::NotOcds);
            }
            (Err(fault), owner) => {
                // A full release stands here, if a faulty one: the compiled one is no substitute.
                if let Some(object) = owner {
                    object.releases += 1;
                    object.compiled = None;
                }
                self.ready.push_back(Err(fault));
            }
        }
        Ok(())
    }

    fn close_object(&mut self) -> Result<(), Fault> {
        let Some(Frame::Object(object)) = self.frames.pop() else {
            return Ok(());
        };
        if !object.container {
            let Some(slice) = self.scanner.release() else {
                return Ok(());
            };
            return self.give(slice);
        }
        let compiled_read = object.compiled.is_some();
        if object.links > 0 {
            let (count, first) = (object.links, object.first_link);
            self.report(
                object.place,
                IssueReason::LinkedOnly {
                    count,
                    first,
                    compiled_read,
                },
            )?;
        } else if object.releases == 0 && !object.filled && !compiled_read {
            self.report(object.place, IssueReason::NoReleases)?;
        }
        object.compiled.map_or(Ok(()), |slice| self.give(slice))
    }

    /// Gives a release, or reports what stands in its place.
    fn give(&mut self, slice: Slice) -> Result<(), Fault> {
        let place = slice.place;
        match found_in(slice) {
            Ok((Found::Release(head), bytes)) => self.ready.push_back(Ok((place, head, bytes))),
            Ok(_) => return self.report(place, IssueReason::NotOcds),
            Err(fault) => self.ready.push_back(Err(fault)),
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "ends a step that goes on")]
    fn report(&mut self, place: Place, reason: IssueReason) -> Result<(), Fault> {
        self.ready.push_back(Err((place, reason)));
        Ok(())
    }

    /// Goes on after a fault, where a file of one value per line allows it.
    ///
    /// A value at the top that starts a line is taken for a line of its own if the fault is found
    /// in that line, or where a later line starts an object.
    fn recover(&mut self, place: Place) {
        self.frames.clear();
        self.scanner.release();
        let near = place.line == self.top.line || place.column == 1;
        self.ended = !near || self.top.column != 1 || !self.started;
        if !self.ended && place.line == self.top.line {
            self.ended = self.scanner.pass_line().is_err();
        }
        if self.ended {
            return;
        }
        let next = self.scanner.peek_token();
        let at = self.scanner.place();
        let found = matches!(next, Ok(Some(b'{'))) && at.column == 1 && at.line > self.top.line;
        self.ended = !found;
    }
}

impl<R: BufRead> Iterator for Document<R> {
    type Item = Result<Placed, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            if self.ended {
                return None;
            }
            if let Err(fault) = self.step() {
                self.recover(fault.0);
                self.ready.push_back(Err(fault));
            }
        }
    }
}

/// Reads a held slice, if it is small enough.
fn found_in(slice: Slice) -> Result<(Found, Vec<u8>), Fault> {
    let (bytes, bytes_max) = (slice.length, RELEASE_BYTES_MAX as u64);
    if bytes > bytes_max {
        return Err((slice.place, IssueReason::TooLarge { bytes, bytes_max }));
    }
    let found = release::read(&slice)?;
    Ok((found, slice.bytes))
}
