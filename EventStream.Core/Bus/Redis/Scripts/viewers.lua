-- Takes how many clients of a server watch which session, and keeps it.
-- KEYS  the server's hash
-- ARGV  ms; 1 when it is all that there is to say; sessions, each with its number
-- Returns whether anything is kept.
if ARGV[2] == '1' then redis.call('DEL', KEYS[1]) end
for i = 3, #ARGV, 2 do
    if ARGV[i + 1] == '0' then redis.call('HDEL', KEYS[1], ARGV[i]) else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
