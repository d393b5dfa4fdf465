-- Removes a log and announces it. What stays is the meta with the mark 'd', so that everybody who comes back learns it.
-- KEYS  log, meta, runs, ids
-- ARGV  channel, lifetime of the mark in ms, envelope of the announcement
-- Returns the cursor of the announcement, or '' when there was nothing to remove.
local m = redis.call('HMGET', KEYS[2], 'e', 'o', 'd')
if not m[1] or m[3] then return '' end
local head = string.format('%.0f', m[2] + 1)
local cursor = m[1] .. '-' .. head
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
redis.call('HDEL', KEYS[2], 'x', 's')
redis.call('HSET', KEYS[2], 'o', head, 'b', 0, 'd', cursor)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', ARGV[1], '{"id":"' .. cursor .. '",' .. string.sub(ARGV[3], 2))
return cursor
