-- Finds where a run ended, at the same moment as the epoch that this is in.
-- KEYS  meta, runs
-- ARGV  run
-- Returns the cursor of its terminal event, with offset 0 when that went with an earlier epoch; '' while the run hasn't ended.
local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not score then return '' end
local m = redis.call('HMGET', KEYS[1], 'e', 's')
local offset = tonumber(score)
if offset < 0 then return (m[2] or '0') .. '-' .. string.format('%.0f', offset + 2 ^ 52) end
return (m[1] or '0') .. '-' .. string.format('%.0f', offset)
