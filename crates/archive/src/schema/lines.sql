-- The lines of a message that has several, as their author divided them: a JSON array of [goes on, text]; `text` has all of
-- it, with line feeds. NULL: it is one line.
ALTER TABLE messages ADD COLUMN lines TEXT;
