-- What happened in conversations besides words: who came and went, and what was changed. It begins here: what was before is in
-- the event log only.
CREATE TABLE happenings (
    conversation   INTEGER NOT NULL, -- conversations.id
    id             INTEGER NOT NULL, -- position
    time_ms        INTEGER NOT NULL,
    account        TEXT,             -- of who did it; NULL: a guest, or the server
    target_account TEXT,             -- of who was kicked
    entry          BLOB NOT NULL,    -- the event as the log has it, without keys and other channels
    PRIMARY KEY (conversation, id)
) STRICT, WITHOUT ROWID;
