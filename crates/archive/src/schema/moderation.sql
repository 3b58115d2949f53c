-- The trail has what moderators of channels did as well, and in which channel an act was done.
ALTER TABLE audit ADD COLUMN channel_id INTEGER; -- the channel for as long as it lives, whatever it is called
ALTER TABLE audit ADD COLUMN channel    TEXT;    -- as it was called then, folded
ALTER TABLE audit ADD COLUMN status     TEXT;    -- by which status there it was done; NULL: by a right of the server's

CREATE INDEX audit_by_channel ON audit (channel_id, id) WHERE channel_id IS NOT NULL;
CREATE INDEX audit_by_name ON audit (channel, id) WHERE channel IS NOT NULL;
