-- Finds the claims whose lease may have ended by Redis' clock, the oldest first.
-- KEYS  leases
-- ARGV  how many at most
local t = redis.call('TIME')
return redis.call('ZRANGE', KEYS[1], '-inf', t[1] * 1000 + math.floor(t[2] / 1000), 'BYSCORE', 'LIMIT', 0, ARGV[1])
