-- What those with rights did: operators, moderators and the server's own command line. Lines are added, and neither
-- changed nor deleted.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY, -- position of the act in the one order
    time_ms INTEGER NOT NULL,    -- Unix time in milliseconds, UTC
    actor   TEXT,                -- nick of who did it; NULL: the server's own command line
    account TEXT,                -- the actor's account; NULL: a guest, or the command line
    oper    TEXT,                -- the operator of the configuration that they were; NULL: none
    act     TEXT NOT NULL,       -- kill, server-ban, role, …
    target  TEXT NOT NULL,       -- to whom or to what
    reason  TEXT,
    before  TEXT NOT NULL,       -- what was, where the act changed something
    after   TEXT NOT NULL        -- what is since then
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit trail is not changed'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit trail is not deleted'); END;
