-- Says when runs are looked at, by Redis' clock.
-- KEYS  leases
-- ARGV  ms from now, 0 for never; entries
-- Marked and removed by their score, by commands that the append may use anyway.
local t = redis.call('TIME')
local at = tonumber(ARGV[1]) > 0 and t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1] or -1
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], string.format('%.0f', at), ARGV[i]) end
if at < 0 then redis.call('ZREMRANGEBYSCORE', KEYS[1], -1, -1) end
return 0
