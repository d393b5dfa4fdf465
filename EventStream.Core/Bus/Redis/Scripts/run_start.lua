-- Finds the agent and project of a run that goes on, or waits for its start.
-- KEYS  owners
-- ARGV  run
-- Needs runs.lua before it. Returns '/<agent>/<project>', either of them maybe empty; '' when neither was told, and nothing when there is no such run.
local held = redis.call('HMGET', KEYS[1], ARGV[1], ' ' .. ARGV[1])
local known = held[1] or held[2]
return known and (about_of(known) or '')
