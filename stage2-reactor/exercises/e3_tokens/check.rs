//! Sockets come and go, and events arrive late.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use stage1_green_threads::course::{cannot_tell, check};

use super::Table;

/// Each token finds what it was given for.
#[test]
fn a_token_finds_its_own() {
    check(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let mut table = Table::new();
        let mut tokens: Vec<_> = (0..20)
            .map(|socket| (table.insert(socket), socket))
            .collect();
        tokens.shuffle(&mut random);
        for (token, socket) in tokens {
            let found = table.get(token).copied();
            assert!(
                found == Some(socket),
                "socket {socket} was registered as {token:?}\nan event comes for {token:?}: it finds {found:?}"
            );
        }
    });
}

/// When a socket is gone, late events for it find nobody.
#[test]
fn what_was_removed_is_gone() {
    check(|_| {
        let mut table = Table::new();
        let token = table.insert("a");
        let removed = table.remove(token);
        assert!(
            removed == Some("a"),
            "remove({token:?}) gave {removed:?}; the value is its owner's again"
        );
        let found = table.get(token);
        assert!(
            found.is_none(),
            "socket a was closed\na late event for {token:?} finds {found:?}"
        );
        let removed = table.remove(token);
        assert!(
            removed.is_none(),
            "socket a was closed\nclosed again: it gave {removed:?}"
        );
        let (b, c) = (table.insert("b"), table.insert("c"));
        let found = (table.get(b), table.get(c));
        assert!(
            found == (Some(&"b"), Some(&"c")),
            "socket a was closed, and closed again\nsocket b is {b:?}\nsocket c is {c:?}\nevents for both find {found:?}: one place \
             was freed twice, and so given to two"
        );
    });
}

/// A closed socket's place is given to the next one, so that the table does not grow for ever.
#[test]
fn a_place_is_used_again() {
    check(|seed| {
        let mut random = StdRng::seed_from_u64(seed);
        let mut table = Table::new();
        let mut open: Vec<_> = (0..10).map(|socket| table.insert(socket)).collect();
        for socket in 10..200 {
            let closed = open.swap_remove(random.random_range(0..open.len()));
            table.remove(closed);
            open.push(table.insert(socket));
        }
        let places = table.places();
        assert!(
            places <= 10,
            "there were never more than 10 sockets at once, 200 in all; the table has {places} places. It grows with every \
             connection that there ever was."
        );
    });
}

/// An event for a closed socket does not find the one that has taken its place.
#[test]
fn an_old_token_finds_nobody() {
    check(|_| {
        let mut table = Table::new();
        let old = table.insert("a");
        table.remove(old);
        let new = table.insert("b");
        let found = table.get(old);
        assert!(
            found.is_none(),
            "socket a is {old:?}, and is closed\nsocket b is {new:?}, in the place of a\na late event for a finds {found:?}: whoever \
             waits for b is woken for bytes that are not there, or is handed a's error"
        );
        let removed = table.remove(old);
        assert!(
            removed.is_none() && table.get(new) == Some(&"b"),
            "socket a is {old:?}, and is closed\nsocket b is {new:?}, in the place of a\nsomebody closes a again: it throws out {removed:?}"
        );
    });
}

/// Not even after seventy thousand others have had its place.
#[test]
fn a_very_old_token_finds_nobody() {
    check(|_| {
        let mut table = Table::new();
        let first = table.insert(0);
        table.remove(first);
        for socket in 1..=70_000 {
            let token = table.insert(socket);
            let found = table.get(first);
            if socket == 1 && found.is_some() {
                // The very next one: that is what another check asks.
                return cannot_tell();
            }
            assert!(
                found.is_none(),
                "socket 0 was {first:?}, and was closed\nsocket {socket} is {token:?}, in the same place\nan event for {first:?} finds \
                 {found:?}: what tells them apart has come round again"
            );
            table.remove(token);
        }
    });
}
