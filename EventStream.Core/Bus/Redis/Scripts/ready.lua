-- Proves that events can be stored, read and announced: runs each command of the other scripts once, on keys of its own.
-- KEYS  a stream of one entry, which stays; a hash and a sorted set, which are deleted; the kinds of streams that only the keys' names stand for
-- ARGV  the channels to announce on, one of each kind of stream
local log, meta, ids = KEYS[1], KEYS[2], KEYS[3]
local calls = {
    -- First what Redis refuses when its memory is full.
    { 'XADD', log, 'MAXLEN', '1', '*', 'd', '' }, { 'PEXPIRE', log, '86400000' }, { 'XLEN', log }, { 'XRANGE', log, '-', '+', 'COUNT', '1' }, { 'XTRIM', log, 'MINID', '1' },
    { 'HSET', meta, 'e', '1' }, { 'HMGET', meta, 'e' }, { 'HGET', meta, 'e' }, { 'HDEL', meta, 'x' }, { 'HKEYS', meta }, { 'HLEN', meta }, { 'HGETALL', meta }, { 'HEXISTS', meta, 's' }, { 'EXISTS', meta },
    { 'ZADD', ids, '1', 'e' }, { 'ZSCORE', ids, 'e' }, { 'ZRANGE', ids, '0', '-1', 'WITHSCORES' }, { 'ZREMRANGEBYRANK', ids, '0', '-2' },
    { 'ZREMRANGEBYSCORE', ids, '-inf', '0' }, { 'ZUNIONSTORE', ids, '1', ids, 'WEIGHTS', '0' }, { 'DEL', meta, ids }, { 'TIME' },
}
for _, channel in ipairs(ARGV) do calls[#calls + 1] = { 'PUBLISH', channel, '' } end
for _, call in ipairs(calls) do
    local answer = redis.pcall(unpack(call))
    -- Not all versions of Redis name the command that they refuse.
    if type(answer) == 'table' and answer.err then return redis.error_reply(answer.err .. " '" .. string.lower(call[1]) .. "' command") end
end
return 1
