-- Takes sessions whose log is gone off the list, unless they have begun again since.
-- KEYS  recent
-- ARGV  session, epoch, session, epoch, ...
-- Marked and removed by their score, by commands that the append may use anyway.
for i = 1, #ARGV, 2 do
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]) or -1) == tonumber(ARGV[i + 1]) then redis.call('ZADD', KEYS[1], -1, ARGV[i]) end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], -1, -1)
