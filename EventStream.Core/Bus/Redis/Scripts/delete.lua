-- Removes a log and announces it. What stays is the meta with the mark 'd', so that every client that comes back learns it.
-- KEYS  log, meta, runs, ids, owners
-- ARGV  channel, lifetime of the mark in ms, envelope of the announcement, epoch and offset of the farthest head that the caller knows of
-- Returns the cursor of the announcement, or '' when there was nothing to remove.
local m = redis.call('HMGET', KEYS[2], 'e', 'o', 'd')
if not m[1] or m[3] then return '' end
-- What another program wrote into the meta counts as lost.
local LIMIT = 9e14
local function whole(text)
    local number = tonumber(text)
    return number and number >= 0 and number < LIMIT and number == math.floor(number) and number or 0
end
local epoch, offset, known_epoch, known_offset = whole(m[1]), whole(m[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
-- A log that was rolled back is deleted behind what its watchers have seen.
if epoch < known_epoch or (epoch == known_epoch and offset < known_offset) then epoch, offset = known_epoch, known_offset end
if offset + 1 >= LIMIT then
    -- No offset is left behind what was seen.
    local t = redis.call('TIME')
    local clock = t[1] * 1000 + math.floor(t[2] / 1000)
    epoch, offset = math.max(clock, epoch + 1), 0
    if epoch >= LIMIT then epoch = clock end
end
local head = string.format('%.0f', offset + 1)
local cursor = string.format('%.0f', epoch) .. '-' .. head
redis.call('DEL', KEYS[1], KEYS[3], KEYS[4], KEYS[5])
redis.call('HDEL', KEYS[2], 'x', 's', 'l')
redis.call('HSET', KEYS[2], 'e', string.format('%.0f', epoch), 'o', head, 'b', 0, 'd', cursor)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', ARGV[1], '{"id":"' .. cursor .. '",' .. string.sub(ARGV[3], 2))
return cursor
