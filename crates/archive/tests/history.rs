//! History is the archive and the tail that it has not seen yet, wherever the line between them is.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod common;

use colvert_archive::{Archive, Error, NAME, Reader, Vfs};
use colvert_core::conversation::{Conversation, Side};
use colvert_core::event::{Event, Record, Source, Target};
use colvert_core::ids::{ChannelId, Millis, Position};
use colvert_core::modes::{Key, ModeChange, Status};
use colvert_core::work::{ConversationsQuery, End, HistoryQuery, Times, With};
use common::log::MemoryLog;
use common::talk::{Talk, channel, guest, message, private, source, text};
use common::{NAMES, latest};
use proptest::prelude::*;

fn words(history: &[Record]) -> Vec<&str> {
    let said = |record: &'_ Record| match &record.event {
        Event::Said { text, .. } => text.as_str().to_owned().leak() as &str,
        other => panic!("{other:?} is no message"),
    };
    history.iter().map(said).collect()
}

/// An archive of `log` up to `applied`, and a reader of it.
fn archive(log: &MemoryLog, applied: Position) -> (tempfile::TempDir, Archive, Reader) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(NAME);
    let mut archive = Archive::open(&path, &Vfs::Default).unwrap();
    archive.catch_up(log, applied).unwrap();
    let reader = Reader::open(&path, &Vfs::Default, NAMES).unwrap();
    (dir, archive, reader)
}

/// `#rust` with the words 1 to 9.
fn counting() -> MemoryLog {
    let log = MemoryLog::new(7);
    for n in 1..10 {
        log.append(vec![message(&source(1, "ginette"), 1, &channel("#rust"), &n.to_string())]);
    }
    log
}

fn delete(log: &MemoryLog, message: u64) {
    let by = source(1, "ginette");
    let to = Target::Channel { id: ChannelId(1), name: channel("#rust") };
    log.append(vec![Event::Redacted {
        author: by.nick.clone(),
        by,
        to,
        message: Position(message),
        generation: 1,
        said: Millis(0),
        reason: None,
    }]);
}

#[test]
fn what_is_deleted_is_gone_wherever_the_archive_is() {
    let log = counting();
    delete(&log, 9);
    delete(&log, 3);
    for applied in [4, 9, 10, 11] {
        let (dir, archive, mut reader) = archive(&log, Position(applied));
        let mut ask = |limit, end| {
            let query = HistoryQuery { limit, end, ..latest(&channel("#rust"), log.end(), 100) };
            words(&reader.history_with_tail(&query, &log).unwrap()).join("")
        };
        assert_eq!(ask(100, End::Newest), "1245678", "{applied}");
        assert_eq!(ask(2, End::Newest), "78", "a page stays as long as it is asked for");
        assert_eq!(ask(3, End::Oldest), "124");
        // Also a question about what was before it knows.
        let query = HistoryQuery {
            with: With::Reactions,
            as_of: log.end(),
            ..latest(&channel("#rust"), Position(4), 100)
        };
        assert_eq!(words(&reader.history_with_tail(&query, &log).unwrap()).join(""), "124");
        drop((dir, archive));
    }
}

fn rename(log: &MemoryLog, from: &str, to: &str) {
    let (name, to) = (channel(from), channel(to));
    let skeleton = to.skeleton(NAMES);
    let by = source(1, "ginette");
    log.append(vec![Event::ChannelRenamed { by, channel: ChannelId(1), name, to, skeleton, reason: None }]);
}

#[test]
fn what_was_said_goes_with_a_renamed_channel_wherever_the_archive_is() {
    let log = MemoryLog::new(7);
    let say =
        |name: &str, words: &str| log.append(vec![message(&source(1, "ginette"), 1, &channel(name), words)]);
    say("#ferris", "0");
    say("#rust", "1");
    rename(&log, "#rust", "#ferris");
    say("#ferris", "2");
    say("#rust", "a");
    rename(&log, "#ferris", "#Ferris");
    say("#Ferris", "3");
    rename(&log, "#ferris", "#crab");
    rename(&log, "#rust", "#ferris");
    say("#crab", "4");
    say("#ferris", "b");
    for applied in 0..=log.end().0 {
        let (dir, archive, mut reader) = archive(&log, Position(applied));
        let mut ask = |name: &str| {
            let query = latest(&channel(name), log.end(), 100);
            words(&reader.history_with_tail(&query, &log).unwrap()).join("")
        };
        assert_eq!(
            [ask("#crab"), ask("#ferris"), ask("#rust")],
            ["1234", "ab", ""],
            "archived up to {applied}"
        );
        drop((dir, archive));
    }
}

#[test]
fn a_renamed_channel_is_a_conversation_of_who_is_there_before_anything_new_is_said() {
    let log = MemoryLog::new(7);
    let say =
        |name: &str, words: &str| log.append(vec![message(&source(1, "ginette"), 1, &channel(name), words)]);
    say("#ferris", "old");
    say("#rust", "1");
    let said = say("#rust", "2");
    rename(&log, "#rust", "#ferris");
    for applied in 0..=log.end().0 {
        let (_dir, _archive, mut reader) = archive(&log, Position(applied));
        let mut ask = |name: &str| {
            let query = ConversationsQuery {
                channels: vec![channel(name).key()],
                side: Side::of(&guest(3, "ali")),
                private_max: 10,
                until: log.end(),
                times: Times::default(),
                limit: 10,
                end: End::Newest,
            };
            reader.conversations_with_tail(&query, &log).unwrap()
        };
        let ferris = Conversation::Channel(channel("#ferris").key());
        assert_eq!(ask("#ferris"), [(ferris, Millis(1_000_000 + said.0))], "archived up to {applied}");
        assert_eq!(ask("#rust"), [], "archived up to {applied}");
    }
}

/// Roger is in `#rust` and `#été`, and goes; Ginette kicks Ali.
fn coming_and_going() -> MemoryLog {
    let log = counting();
    let (ginette, roger, ali) = (source(1, "ginette"), source(2, "roger"), guest(3, "ali"));
    for (id, name) in [(1, "#rust"), (2, "#été")] {
        let (skeleton, name) = (channel(name).skeleton(NAMES), channel(name));
        let created = Event::ChannelCreated { id: ChannelId(id), name: name.clone(), skeleton, kept: false };
        let (by, status, realname) = (roger.clone(), Status::NONE, "Roger".into());
        let away = Some(text("gone"));
        log.append(vec![created, Event::Joined { by, channel: ChannelId(id), name, status, realname, away }]);
    }
    let (by, name) = (ginette.clone(), channel("#rust"));
    let changes = vec![ModeChange::Key { key: Key::new("secret") }];
    log.append(vec![Event::ModesChanged { by, channel: ChannelId(1), name: name.clone(), changes }]);
    let (by, target) = (ginette, ali);
    log.append(vec![Event::Kicked { by, channel: ChannelId(1), name: name.clone(), target, reason: None }]);
    let channels = Some(vec![name, channel("#été")]);
    log.append(vec![Event::Quit { by: roger, reason: None, channels }]);
    log
}

fn happened(reader: &mut Reader, log: &MemoryLog, name: &str) -> Vec<Record> {
    let query = HistoryQuery { with: With::Events, ..latest(&channel(name), log.end(), 100) };
    let found = reader.history_with_tail(&query, log).unwrap().into_iter();
    found.filter(|record| !matches!(record.event, Event::Said { .. })).collect()
}

#[test]
fn what_happened_is_kept_where_it_happened_without_keys_and_other_channels() {
    let log = coming_and_going();
    for applied in log.ends() {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let rust = happened(&mut reader, &log, "#rust");
        let [joined, keyed, kicked, quit] = rust.as_slice() else { panic!("{rust:?}") };
        let joined_away = |record: &Record| matches!(&record.event, Event::Joined { away: Some(_), .. });
        assert!(matches!(&joined.event, Event::Joined { by, .. } if by.nick.as_str() == "roger"));
        assert!(!joined_away(joined));
        let key = Some(Key::new("*").unwrap());
        let hidden = vec![ModeChange::Key { key }];
        assert!(matches!(&keyed.event, Event::ModesChanged { changes, .. } if *changes == hidden));
        assert!(matches!(&kicked.event, Event::Kicked { target, .. } if target.account.is_none()));
        assert!(matches!(&quit.event, Event::Quit { channels: None, .. }));
        assert_eq!(happened(&mut reader, &log, "#été").len(), 2);
        assert!(happened(&mut reader, &log, "#general").is_empty());
    }
}

#[test]
fn what_a_renamed_account_did_is_its_own_and_of_a_deleted_one_nothing_is_left() {
    let log = coming_and_going();
    let (from, to) = (source(2, "roger").nick.as_account(), source(2, "rodger").nick.as_account());
    let (skeleton, to_skeleton) = (from.skeleton(NAMES), to.skeleton(NAMES));
    let renamed = Event::AccountRenamed { account: from, skeleton, to: to.clone(), to_skeleton };
    log.append(vec![renamed]);
    let (_dir, _archive, mut reader) = archive(&log, log.end());
    let rust = happened(&mut reader, &log, "#rust");
    assert_eq!(rust[0].event.by().unwrap().account, Some(to.clone()));
    let skeleton = to.skeleton(NAMES);
    let before = log.end();
    log.append(vec![Event::AccountDeleted { account: to, skeleton, anonymous: true }]);
    for applied in [before, log.end()] {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let rust = happened(&mut reader, &log, "#rust");
        assert!(
            matches!(rust.as_slice(), [a, b] if [a, b].iter().all(|it| it.event.by().unwrap().id.0 == 1))
        );
    }
}

#[test]
fn what_happened_is_found_by_time_between_what_was_said() {
    let log = MemoryLog::new(7);
    let ginette = source(1, "ginette");
    let (id, name) = (ChannelId(1), channel("#rust"));
    let skeleton = name.skeleton(NAMES);
    log.append_at(Millis(10), vec![Event::ChannelCreated { id, name: name.clone(), skeleton, kept: false }]);
    for at in [20, 40, 60] {
        log.append_at(Millis(at), vec![message(&ginette, 1, &name, "words")]);
        let (by, name, topic) = (ginette.clone(), name.clone(), None);
        log.append_at(Millis(at + 10), vec![Event::TopicChanged { by, channel: id, name, topic }]);
    }
    let (_dir, _archive, mut reader) = archive(&log, log.end());
    let mut times = |after: Option<u64>, before: Option<u64>, limit, end| -> Vec<u64> {
        let times = Times { after: after.map(Millis), before: before.map(Millis) };
        let query = HistoryQuery { with: With::Events, times, end, ..latest(&name, log.end(), limit) };
        reader.history(&query).unwrap().iter().map(|record| record.time.0).collect()
    };
    assert_eq!(times(None, None, 100, End::Newest), [20, 30, 40, 50, 60, 70]);
    assert_eq!(times(Some(30), None, 100, End::Newest), [40, 50, 60, 70]);
    assert_eq!(times(Some(25), Some(50), 100, End::Oldest), [30, 40]);
    assert_eq!(times(None, Some(51), 2, End::Newest), [40, 50]);
    assert_eq!(times(Some(69), None, 3, End::Oldest), [70]);
    assert_eq!(times(Some(20), None, 3, End::Oldest), [30, 40, 50]);
}

#[test]
fn what_happened_is_left_out_up_to_a_position_and_words_are_not() {
    let log = MemoryLog::new(7);
    let (ginette, id, name) = (source(1, "ginette"), ChannelId(1), channel("#rust"));
    for _ in 0..3 {
        log.append(vec![message(&ginette, 1, &name, "words")]);
        let (by, name) = (ginette.clone(), name.clone());
        log.append(vec![Event::TopicChanged { by, channel: id, name, topic: None }]);
    }
    for applied in [Position(0)].into_iter().chain(log.ends()) {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let mut after = |position, limit| -> Vec<u64> {
            let with = With::EventsAfter(Position(position));
            let query = HistoryQuery { with, ..latest(&name, log.end(), limit) };
            let found = reader.history_with_tail(&query, &log).unwrap();
            found.iter().map(|record| record.position.0).collect()
        };
        assert_eq!(after(0, 100), [1, 2, 3, 4, 5, 6]);
        assert_eq!(after(4, 100), [1, 3, 5, 6]);
        assert_eq!(after(4, 3), [3, 5, 6]);
        assert_eq!(after(6, 2), [3, 5]);
    }
}

#[test]
fn what_is_deleted_is_written_over() {
    let log = MemoryLog::new(7);
    log.append(vec![message(&source(1, "ginette"), 1, &channel("#rust"), "le-secret-de-ginette")]);
    delete(&log, 1);
    let is_there = |dir: &tempfile::TempDir| {
        let files =
            std::fs::read_dir(dir.path()).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(20).any(|window| window == b"le-secret-de-ginette"))
    };
    let (dir, mut archive, reader) = archive(&log, Position(1));
    archive.checkpoint().unwrap();
    assert!(is_there(&dir));
    archive.catch_up(&log, log.end()).unwrap();
    archive.checkpoint().unwrap();
    assert!(!is_there(&dir));
    drop(reader);
}

#[test]
fn the_newest_or_the_oldest_of_a_range() {
    let log = counting();
    let (_dir, _archive, mut reader) = archive(&log, log.end());
    let mut ask = |after, until, limit, end| {
        let (after, until) = (Position(after), Position(until));
        let of = Conversation::Channel(channel("#RUST").key());
        let query = HistoryQuery {
            of,
            after,
            until,
            with: With::Reactions,
            as_of: until,
            times: Times::default(),
            limit,
            end,
        };
        words(&reader.history(&query).unwrap()).join("")
    };
    assert_eq!(ask(0, 9, 100, End::Newest), "123456789");
    assert_eq!(ask(0, 9, 3, End::Newest), "789");
    assert_eq!(ask(0, 9, 3, End::Oldest), "123");
    assert_eq!(ask(2, 7, 3, End::Newest), "567");
    assert_eq!(ask(2, 7, 3, End::Oldest), "345");
    assert_eq!(ask(9, 9, 3, End::Oldest), "");
    assert_eq!(ask(0, 9, 0, End::Newest), "");
}

/// Nine messages, three for each time, and the span asked for: of the archive and of the tail alike.
#[test]
fn a_span_of_time_is_without_its_ends() {
    let log = MemoryLog::new(7);
    let (by, name) = (source(1, "ginette"), channel("#rust"));
    for n in 0..3 {
        log.append((1..=3).map(|i| message(&by, 1, &name, &(n * 3 + i).to_string())).collect());
    }
    let (_dir, _archive, mut whole) = archive(&log, log.end());
    let said = whole.history(&latest(&name, log.end(), 9)).unwrap();
    let mut times: Vec<_> = said.iter().map(|record| record.time).collect();
    times.dedup();
    for applied in log.ends().into_iter().chain([Position(0)]) {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let mut ask = |after: Option<Millis>, before: Option<Millis>| {
            let query = HistoryQuery { times: Times { after, before }, ..latest(&name, log.end(), 100) };
            words(&reader.history_with_tail(&query, &log).unwrap()).join("")
        };
        let [first, second, third] = [0, 1, 2].map(|n| Some(times[n]));
        assert_eq!(ask(None, None), "123456789", "{applied}");
        assert_eq!(ask(first, None), "456789", "{applied}");
        assert_eq!(ask(None, third), "123456", "{applied}");
        assert_eq!(ask(first, third), "456", "{applied}");
        assert_eq!(ask(second, second), "", "{applied}");
        assert_eq!(ask(third, first), "", "{applied}");
        assert_eq!(ask(Some(Millis(0)), Some(Millis(u64::MAX))), "123456789", "{applied}");
        assert_eq!(ask(Some(Millis(u64::MAX)), None), "", "{applied}");
        assert_eq!(ask(None, Some(Millis(0))), "", "{applied}");
    }
}

#[test]
fn two_people_find_what_they_said_and_nobody_else_does() {
    let log = MemoryLog::new(7);
    let (ginette, roger, ali) = (source(1, "ginette"), source(2, "roger"), guest(3, "ali"));
    log.append(vec![private(&ginette, &roger, "1")]);
    log.append(vec![private(&roger, &ginette, "2")]);
    log.append(vec![private(&ali, &ginette, "3")]);
    log.append(vec![private(&ginette, &ginette, "4")]);
    for applied in log.ends().into_iter().chain([Position(0)]) {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let mut ask = |one: &Source, other: &Source| {
            let of = Conversation::private(Side::of(one), Side::of(other));
            let query = HistoryQuery { of, ..latest(&channel("#rust"), log.end(), 100) };
            words(&reader.history_with_tail(&query, &log).unwrap()).join("")
        };
        assert_eq!([ask(&ginette, &roger), ask(&roger, &ginette)], ["12", "12"], "{applied}");
        assert_eq!([ask(&ali, &ginette), ask(&ali, &roger)], ["3", ""], "{applied}");
        assert_eq!([ask(&ginette, &ginette), ask(&roger, &roger)], ["4", ""], "{applied}");
        assert_eq!(ask(&guest(4, "ali"), &ginette), "", "{applied}: another presence of that nick");
    }
}

#[test]
fn whom_somebody_talked_with_and_when() {
    let log = MemoryLog::new(7);
    let (ginette, roger, ali) = (source(1, "ginette"), source(2, "roger"), guest(3, "ali"));
    let (rust, gone) = (channel("#rust"), channel("#gone"));
    log.append(vec![
        private(&roger, &ginette, "1"),
        message(&roger, 1, &rust, "2"),
        message(&ali, 2, &gone, "3"),
    ]);
    log.append(vec![private(&ginette, &ali, "4"), private(&roger, &ali, "5")]);
    log.append(vec![Event::ChannelDropped { id: ChannelId(2), name: gone.clone(), sealed: true }]);
    log.append(vec![private(&ginette, &roger, "6")]);
    let with = |other: &Source| Conversation::private(Side::of(&ginette), Side::of(other));
    let [first, second, third] = [Conversation::Channel(rust.key()), with(&ali), with(&roger)];
    for applied in log.ends().into_iter().chain([Position(0)]) {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let mut ask = |limit, end, private_max| {
            let query = ConversationsQuery {
                channels: vec![rust.key(), gone.key()],
                side: Side::of(&ginette),
                private_max,
                until: log.end(),
                times: Times::default(),
                limit,
                end,
            };
            let found = reader.conversations_with_tail(&query, &log).unwrap();
            found.into_iter().map(|(conversation, _)| conversation).collect::<Vec<_>>()
        };
        let all = [first.clone(), second.clone(), third.clone()];
        assert_eq!(ask(10, End::Oldest, 10), all, "{applied}");
        assert_eq!(ask(2, End::Oldest, 10), all[..2], "{applied}");
        assert_eq!(ask(1, End::Newest, 10), all[2..], "{applied}");
        assert_eq!(ask(0, End::Newest, 10), [], "{applied}");
        assert_eq!(ask(10, End::Oldest, 1).len(), 2, "the channel and one more, {applied}");
        if applied == log.end() {
            assert_eq!(ask(10, End::Oldest, 1), all[..2], "those that began last");
        }
    }
}

#[test]
fn whoever_takes_the_name_of_a_sealed_channel_reads_nothing_from_before() {
    let log = counting();
    let name = channel("#rust");
    let sealed =
        log.append(vec![Event::ChannelDropped { id: ChannelId(1), name: name.clone(), sealed: true }]);
    let last = log.append(vec![message(&source(2, "roger"), 2, &name, "new")]);
    for applied in [Position(0), Position(5), sealed, last] {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let mut at = |until| {
            let history = reader.history_with_tail(&latest(&name, until, 100), &log).unwrap();
            words(&history).join(" ")
        };
        assert_eq!(at(last), "new", "{applied}");
        assert_eq!(at(sealed), "", "{applied}");
        assert_eq!(at(Position(9)), "1 2 3 4 5 6 7 8 9", "{applied}: it was not sealed then");
        // A question about what was before the seal is answered as of now.
        let query = HistoryQuery { as_of: last, ..latest(&name, Position(9), 100) };
        assert_eq!(words(&reader.history_with_tail(&query, &log).unwrap()).join(" "), "", "{applied}");
    }
}

#[test]
fn what_an_open_channel_was_stays_readable() {
    let log = counting();
    let name = channel("#rust");
    log.append(vec![Event::ChannelDropped { id: ChannelId(1), name: name.clone(), sealed: false }]);
    let (_dir, _archive, mut reader) = archive(&log, log.end());
    assert_eq!(reader.history(&latest(&name, log.end(), 100)).unwrap().len(), 9);
}

#[test]
fn an_archive_that_stands_still_is_an_error_not_a_wait() {
    let log = MemoryLog::new(7);
    let said = message(&source(1, "ginette"), 1, &channel("#rust"), "x");
    for _ in 0..=200 {
        log.append(vec![said.clone(); 1000]);
    }
    let (_dir, _archive, mut reader) = archive(&log, Position(1000));
    let asked = reader.history_with_tail(&latest(&channel("#rust"), log.end(), 10), &log);
    assert_eq!(asked.unwrap().len(), 10);
    log.append(vec![said]);
    let asked = reader.history_with_tail(&latest(&channel("#rust"), log.end(), 10), &log);
    assert!(matches!(asked, Err(Error::TooFarBehind { .. })));
}

#[test]
fn a_tail_with_a_hole_is_no_answer() {
    let log = counting();
    let (_dir, _archive, mut reader) = archive(&log, Position(4));
    log.lose(6);
    let asked = reader.history_with_tail(&latest(&channel("#rust"), Position(9), 10), &log);
    assert!(matches!(asked, Err(Error::Gap { expected: Position(7), .. })));
    log.lose(6);
    log.lose(6);
    let asked = reader.history_with_tail(&latest(&channel("#rust"), Position(9), 10), &log);
    assert!(matches!(asked, Err(Error::Gap { expected: Position(7), got: None })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// However far the archive is, the answer is that of one that has everything.
    #[test]
    fn the_answer_does_not_depend_on_how_far_the_archive_is(
        seed in any::<u64>(),
        splits in prop::collection::vec(any::<prop::sample::Index>(), 3),
        asked in prop::collection::vec((0_u64..150, 0_u64..150, 0_usize..40, any::<bool>()), 12),
    ) {
        let log = Talk::of(seed, 60);
        let end = log.end().0;
        let (_dir, _archive, mut whole) = archive(&log, log.end());
        let mut ends = log.ends();
        ends.insert(0, Position(0));
        for split in splits {
            let (_dir, _archive, mut part) = archive(&log, *split.get(&ends));
            for (channel, (after, until, limit, oldest)) in Talk::channels().cycle().zip(&asked) {
                let (after, until) = (Position(*after), Position((*until).min(end)));
                let end = if *oldest { End::Oldest } else { End::Newest };
                let of = Conversation::Channel(channel.key());
                let query = HistoryQuery { of, after, until, with: With::Events, as_of: log.end(), times: Times::default(), limit: *limit, end };
                prop_assert_eq!(part.history_with_tail(&query, &log).unwrap(), whole.history(&query).unwrap());
                let lines = part.event_log_with_tail(*limit, until, &log).unwrap();
                prop_assert_eq!(lines, whole.event_log(*limit, until).unwrap());
            }
        }
    }
}

#[test]
fn nobody_said_what_a_deleted_account_said_wherever_the_archive_is() {
    let log = counting();
    let account = source(1, "ginette").account.clone().unwrap();
    let skeleton = account.skeleton(NAMES);
    log.append(vec![message(&source(2, "roger"), 1, &channel("#rust"), "x")]);
    log.append(vec![Event::AccountDeleted { account, skeleton, anonymous: true }]);
    let query = latest(&channel("#rust"), log.end(), 100);
    for applied in 0..=log.end().0 {
        let (_dir, _archive, mut reader) = archive(&log, Position(applied));
        let history = reader.history_with_tail(&query, &log).unwrap();
        let authors: Vec<_> =
            history.iter().filter_map(|record| record.event.by()).map(Source::mask).collect();
        assert_eq!(authors[..9], ["deleted!deleted@deleted"; 9].map(str::to_owned), "{applied}");
        assert!(authors[9].starts_with("roger!"), "{applied}");
    }
}

#[test]
fn what_was_said_to_an_account_is_found_under_its_new_name() {
    let log = MemoryLog::new(7);
    let (one, other) = (source(1, "ginette"), source(2, "roger"));
    log.append(vec![private(&one, &other, "psst")]);
    let (account, to) = (one.account.clone().unwrap(), source(3, "gigi").account.clone().unwrap());
    let (skeleton, to_skeleton) = (account.skeleton(NAMES), to.skeleton(NAMES));
    let renamed = one.but(|who| who.account = Some(to.clone()));
    log.append(vec![Event::AccountRenamed { account, skeleton, to, to_skeleton }]);
    log.append(vec![private(&renamed, &other, "again")]);
    let with = |by: &Source| Conversation::private(Side::of(by), Side::of(&other));
    for applied in log.ends().into_iter().chain([Position(0)]) {
        let (_dir, _archive, mut reader) = archive(&log, applied);
        let found = |reader: &mut Reader, by: &Source| {
            let query = HistoryQuery { of: with(by), ..latest(&channel("#rust"), log.end(), 100) };
            reader.history_with_tail(&query, &log).unwrap().len()
        };
        assert_eq!([found(&mut reader, &renamed), found(&mut reader, &one)], [2, 0], "{applied}");
        for who in [&renamed, &other] {
            let query = ConversationsQuery {
                channels: Vec::new(),
                side: Side::of(who),
                private_max: 10,
                until: log.end(),
                times: Times::default(),
                limit: 10,
                end: End::Newest,
            };
            let all = reader.conversations_with_tail(&query, &log).unwrap();
            assert_eq!(all.into_iter().map(|(of, _)| of).collect::<Vec<_>>(), [with(&renamed)], "{applied}");
        }
    }
}

#[test]
fn what_an_account_said_comes_a_page_at_a_time_wherever_the_archive_is() {
    let log = counting();
    log.append(vec![message(&source(2, "roger"), 1, &channel("#rust"), "x")]);
    let account = source(1, "ginette").account.clone().unwrap();
    for applied in 0..=log.end().0 {
        let (_dir, _archive, mut reader) = archive(&log, Position(applied));
        let (mut after, mut pages) = (Position(0), Vec::new());
        loop {
            let page = reader.said_by_with_tail(&account, (after, log.end()), 4, &log).unwrap();
            pages.push(words(&page.said).join(""));
            let Some(next) = page.next else { break };
            after = next;
        }
        assert_eq!(pages.concat(), "123456789", "{applied}");
        assert!(pages.iter().all(|page| page.len() <= 4), "{applied}: {pages:?}");
    }
}
