-- Whose private conversations there are: each is here for both of its sides, once for who talks to themselves.
CREATE TABLE sides (
    side         TEXT NOT NULL,    -- 'account:ginette', 'guest:17'
    conversation INTEGER NOT NULL, -- conversations.id
    PRIMARY KEY (side, conversation)
) STRICT, WITHOUT ROWID;

-- A side has no space in it.
INSERT INTO sides
SELECT substr(key, 1, instr(key, ' ') - 1), id FROM conversations WHERE channel IS NULL
UNION
SELECT substr(key, instr(key, ' ') + 1), id FROM conversations WHERE channel IS NULL;
