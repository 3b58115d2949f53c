-- What the archive is, and how far it is.
CREATE TABLE meta (
    one        INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
    schema     INTEGER NOT NULL, -- version of these tables
    log_id     TEXT,             -- the log that is projected, 32 hexadecimal digits
    applied    INTEGER NOT NULL, -- the last position that is in here
    generation INTEGER NOT NULL, -- generation of the entry it belongs to
    time_ms    INTEGER NOT NULL  -- time of that entry
) STRICT;

INSERT INTO meta VALUES (1, 1, NULL, 0, 0, 0);

-- What people said.
CREATE TABLE messages (
    id                INTEGER PRIMARY KEY, -- position of the event: ascending in the one order
    conversation      INTEGER NOT NULL,    -- conversations.id
    channel           TEXT COLLATE NOCASE, -- as people write it, with its #; NULL: a private message
    source            TEXT NOT NULL COLLATE NOCASE, -- nick of who said it, at that moment
    text              TEXT NOT NULL,
    time_ms           INTEGER NOT NULL,    -- Unix time in milliseconds, UTC
    kind              TEXT NOT NULL,       -- message, action, notice
    user              TEXT NOT NULL,       -- of nick!user@host
    host              TEXT NOT NULL,
    account           TEXT,                -- NULL: a guest
    source_id         INTEGER NOT NULL,    -- the presence that said it
    target_id         INTEGER NOT NULL,    -- the life of the channel, or the recipient's presence
    recipient         TEXT COLLATE NOCASE, -- nick of who was written to; NULL: a channel's message
    recipient_account TEXT,
    generation        INTEGER NOT NULL,    -- with id, the message id that clients see
    tags              TEXT                 -- client-only tags, a JSON array of [name, value]; NULL: none
) STRICT;

-- Each entry ends in the message's id, so the newest of a conversation are one range.
CREATE INDEX messages_by_conversation ON messages (conversation);

-- Who talks to whom: a channel by its name, two people by account, or by presence for guests.
CREATE TABLE conversations (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE, -- '#rust', folded; 'account:ginette guest:17'
    channel    TEXT,                 -- the name as it was last created; NULL: a private conversation
    created_ms INTEGER NOT NULL
) STRICT;

-- Channels that ended while strangers could not walk in: what was said up to there is read no more.
CREATE TABLE seals (
    conversation INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    PRIMARY KEY (conversation, position)
) STRICT, WITHOUT ROWID;

-- Channels that there are or were, and from which message on they can be read.
CREATE VIEW channels AS
SELECT id AS conversation, key, channel AS name, created_ms,
       coalesce((SELECT max(position) + 1 FROM seals WHERE conversation = id), 0) AS readable_from
FROM conversations WHERE channel IS NOT NULL;

-- Login identities.
CREATE TABLE accounts (
    key           TEXT PRIMARY KEY, -- folded name
    name          TEXT NOT NULL,
    role          TEXT NOT NULL,    -- member, moderator, administrator
    registered_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The server's event log: who came, went and did what. Never what people said to each other.
CREATE TABLE events (
    id      INTEGER PRIMARY KEY, -- position
    time_ms INTEGER NOT NULL,
    kind    TEXT NOT NULL,       -- connected, joined, kicked, …
    actor   TEXT,                -- nick of who did it; NULL: the server, or its command line
    account TEXT,                -- the actor's account; NULL: a guest, or the server
    channel TEXT,
    target  TEXT,                -- who it was done to: a nick, or an account
    detail  TEXT                 -- a reason, a topic, modes, a role, user@host
) STRICT;
