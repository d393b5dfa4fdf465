-- Reads a piece of a log and its state at the same moment.
-- KEYS  log, meta
-- ARGV  cursor to read after, most entries, most bytes, most bytes of an event: what is larger is another program's, and only its place is told
-- Returns { epoch, head offset, ended at, deleted at, first held, held, id, envelope, id, envelope, ... }; absent values are ''.
local log, meta = KEYS[1], KEYS[2]
local wanted, max_bytes, max_event_bytes = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

-- Behind the largest id that Redis has, another program's, there is nothing to ask for.
local function after(id)
    return id ~= '18446744073709551615-18446744073709551615' and '(' .. id or nil
end
local from = ARGV[1] == '0-0' and '-' or after(ARGV[1])

local m = redis.call('HMGET', meta, 'e', 'o', 'x', 'd')
-- A log without its meta is what an eviction left over; the next append drops it.
if not m[1] then return { '0', '0', '', '', '', '0' } end

-- Another program may have put entries before the first event, whose ids are no cursors.
local function is_cursor(id)
    local epoch, offset = string.match(id, '^(%d+)-(%d+)$')
    return offset ~= '0' and #epoch <= 15 and #offset <= 15
end
local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
while first and not is_cursor(first[1]) do first = after(first[1]) and redis.call('XRANGE', log, after(first[1]), '+', 'COUNT', 1)[1] end
local result = { m[1], m[2] or '0', m[3] or '', m[4] or '', first and first[1] or '', tostring(redis.call('XLEN', log)) }
local bytes = 0
while first and from and wanted > 0 do
    local asked = math.min(wanted, 64)
    local page = redis.call('XRANGE', log, from, '+', 'COUNT', asked)
    for i = 1, #page do
        local envelope = page[i][2][2]
        if #envelope > max_event_bytes then envelope = '' end
        bytes = bytes + #envelope
        if bytes > max_bytes and #result > 6 then return result end
        result[#result + 1] = page[i][1]
        result[#result + 1] = envelope
        from = after(page[i][1])
    end
    if #page < asked then break end
    wanted = wanted - asked
end
return result
