-- Says when claims are looked at, by Redis' clock.
-- KEYS  leases
-- ARGV  ms from now, claims
local t = redis.call('TIME')
local at = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], string.format('%.0f', at), ARGV[i]) end
return 0
