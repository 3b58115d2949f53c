-- Whether a channel is somebody's: what was said there may be kept for another time.
ALTER TABLE conversations ADD COLUMN registered INTEGER NOT NULL DEFAULT 0;

UPDATE conversations SET registered = 1
WHERE channel IS NOT NULL AND 'channel_registered' = (
    SELECT kind FROM events
    WHERE channel = conversations.channel AND kind IN ('channel_registered', 'channel_unregistered')
    ORDER BY id DESC LIMIT 1
);
