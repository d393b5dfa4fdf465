-- Renews a run's lease without an event.
-- KEYS  owners
-- ARGV  run, publisher as it is written in envelopes
-- Needs runs.lua before it. Returns 1; 0 when the run has no lease, or another publisher's.
local t = redis.call('TIME')
return renew_lease(KEYS[1], ARGV[1], ARGV[2], t[1] * 1000 + math.floor(t[2] / 1000)) and 1 or 0
