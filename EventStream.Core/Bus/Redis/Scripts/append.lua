-- Appends a batch to one stream: dedupe, expected head, run check, next offsets, store, announce. All or nothing.
-- An empty batch only tells how far the log had been: a new epoch when it ends before that.
-- KEYS  log, meta, runs, ids, owners
-- meta  e epoch, o head offset, b bytes held, r when the expiry was last renewed, x where the session ended (with a 'd' behind it: for good),
--       d where it was deleted, p:<producer> '<epoch> <last sequence> <sequence>:<offset>:<length>,...' of its last batch
--       s the epoch of the entries that survived a rollback, l how many runs have a lease
-- runs  ended run -> offset of its terminal event (0: in an earlier epoch; offset - 2^52: in the epoch 's')
-- ids   event id given by a caller -> offset (0: in an earlier epoch)
-- owners  run that goes on -> '<cursor>[/<agent>/<project>] <publisher>' of its start; ' <run>' -> '<when its lease ends> <lease>[ /<agent>/<project>]' in ms, also while the run waits for its start
-- ARGV  the settings below, then three for each event: its id ('' when the producer's sequence stands for it),
--       its mark ('.' nothing, 'c' a command, 'q' asks for the run, 't' ends the run, 'l' ends it if its lease has ended, 'u' if nobody has started it in time, 'e' ends the session, 'd' deletes it, 's' starts it, 'o' starts the run, 'k' claims it) followed by its run; 'q', 'o' and 'k' by ' /<agent>/<project>' when one is known; its envelope
-- Returns { 2 or 3, head, place of an event } when the publisher may not end its run, or another one has used its id; { 4, head, ms until the lease ends, or -1 when there is none }; { 5, head, place of an event } when too many runs wait for somebody;
--         else { conflict, head, listeners } and, unless all was stored, one receipt an event: 's<offset>', 'd<offset>', 'd', 'r' when the run had ended, 'k' when it was started by another.
-- Needs runs.lua and bounds.lua before it.
local log, meta, runs, ids, owners = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local channel, now = ARGV[1], tonumber(ARGV[2])
local max_events, max_bytes, log_ttl, meta_ttl = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6]
local dedupe_events, dedupe_ttl, max_runs, max_producers = tonumber(ARGV[7]), ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10])
local known_epoch, known_offset, expected = tonumber(ARGV[11]), tonumber(ARGV[12]), ARGV[13]
local producer, sequence, acknowledged = ARGV[14], tonumber(ARGV[15]), tonumber(ARGV[16])
-- As it is written in envelopes; '' when it isn't known. 'a' ends any run, 'p' its own, 's' stores events whose ids are taken.
local publisher, rights = ARGV[17], ARGV[18]
-- Nil when the batch has none of 'k', 'l', 'u' and waiting 'q'. The lease of what is claimed or asked for; for 'l' and 'u' how long leases could be renewed without an outage.
local span = tonumber(ARGV[19])
local FIRST = 20

-- Numbers that another program wrote count as lost: 15 digits are a cursor's, and the largest leave room to count on.
local LIMIT = 9e14
local function whole(text)
    local number = tonumber(text)
    if number and number >= 0 and number < LIMIT and number == math.floor(number) then return number end
end
-- No epoch comes after it: what was seen there can't be told from what is there now.
if known_epoch + 1 >= LIMIT then known_epoch, known_offset = 0, 0 end

local m = redis.call('HMGET', meta, 'e', 'o', 'b', 'r', 'x', 'd', 'p:' .. producer, 'l')
local epoch, head, bytes, renewed = whole(m[1]), whole(m[2] or 0), whole(m[3]) or 0, whole(m[4]) or 0
if not epoch or not head then epoch, head = nil, 0 end
local ended, leases = m[5], whole(m[8]) or 0
local held = redis.call('EXISTS', log) == 1
local of_epoch, last, runs_of_batch = string.match(m[7] or '', '^(%d+) (%d+) (.*)$')
-- Others may have filled the log up again after a rollback: then it lacks a number that the producer was answered for. Only a producer that was dropped as one too many has none.
local lacks = acknowledged > 0 and epoch == known_epoch and (whole(last) or 0) < acknowledged and (m[7] or redis.call('HLEN', meta) < max_producers)
local rolled_back = epoch and (epoch < known_epoch or (epoch == known_epoch and head < known_offset) or lacks)
local count = (#ARGV - FIRST + 1) / 3
-- Only another program's numbers are so large that none are left for these events.
local full = epoch and count > 0 and head + count >= LIMIT
local lost = not epoch or not held or m[6] or rolled_back or full
-- What a rollback left over is still in the log, and still recognised; its place is told no more.
local survives = (rolled_back or full) and held and not m[6]
local before = string.format('%.0f-%.0f', epoch or 0, head)

-- The producer's last batch as sequence -> offset; false for an offset of an earlier epoch.
local last_sequence, batch = 0, {}
if m[7] and (not lost or survives) then
    last_sequence = whole(last) or 0
    for s, o, n in string.gmatch(runs_of_batch or '', '(%d+):(%d+):(%d+)') do
        for i = 0, math.min(n, 1000) - 1 do batch[s + i] = tonumber(of_epoch) == epoch and not survives and o + i end
    end
end

-- Whether an event that is held was published by somebody else who is known. The publisher is an envelope's last member, and takes 1,536 bytes at most.
local function is_anothers(offset)
    local entry = offset > 0 and not survives and redis.call('XRANGE', log, string.format('%.0f-%.0f', epoch, offset), string.format('%.0f-%.0f', epoch, offset))[1]
    local name = entry and string.match(string.sub(entry[2][2], -1600), '.*,"publisher":"(.*)"}$')
    return name and name ~= publisher and not string.find(string.gsub(name, '\\.', ''), '"', 1, true)
end

-- What is a duplicate is known before anything is written, because an expected head speaks of new events only.
local duplicate, fresh, first_of = {}, 0, {}
for i = 1, count do
    local id = ARGV[FIRST + 3 * (i - 1)]
    if id == '' then
        local s = sequence + i - 1
        if s <= last_sequence then
            duplicate[i] = batch[s] and 'd' .. string.format('%.0f', batch[s]) or (batch[s] == false and 'd' or 'd?')
        end
    elseif first_of[id] then
        duplicate[i] = first_of[id]
    else
        local offset = (not lost or survives) and whole(redis.call('ZSCORE', ids, id))
        if offset and offset > head - dedupe_events and publisher ~= '' and is_anothers(offset) then
            if rights ~= 's' then return { 3, before, i - 1 } end
            first_of[id] = i
            id = id .. ' ' .. publisher
            ARGV[FIRST + 3 * (i - 1)] = id
            offset = whole(redis.call('ZSCORE', ids, id))
        end
        if offset and offset > head - dedupe_events then
            duplicate[i] = (survives or offset == 0) and 'd' or 'd' .. string.format('%.0f', offset)
        end
        first_of[id] = i
    end
    if not duplicate[i] then fresh = fresh + 1 end
end
if expected ~= '' and fresh > 0 and expected ~= before then return { 1, before, 0 } end

-- Who may end which run is known before anything is written, too.
if rights == 'p' and not m[6] then
    for i = 1, count do
        local run = string.match(ARGV[FIRST + 3 * (i - 1) + 1], '^t(.+)$')
        local owner = run and not duplicate[i] and owner_of(redis.call('HGET', owners, run))
        if owner and owner ~= publisher then return { 2, before, i - 1 } end
    end
end

local clock
local function now_of_redis()
    if not clock then
        local t = redis.call('TIME')
        clock = t[1] * 1000 + math.floor(t[2] / 1000)
    end
    return clock
end

-- Runs that another has claimed or started. A claim that left no offset was refused the first time.
local taken = {}
for i = 1, span and count or 0 do
    local mark, run = string.match(ARGV[FIRST + 3 * (i - 1) + 1], '^([kluq])(%S+)')
    if mark == 'k' and (duplicate[i] == 'd?' or (not duplicate[i] and (not lost or survives) and redis.call('HEXISTS', owners, run) == 1)) then
        taken[run] = true
    elseif mark == 'q' and not duplicate[i] and leases >= max_runs then
        return { 5, before, i - 1 }
    elseif (mark == 'l' or mark == 'u') and not duplicate[i] and not redis.call('ZSCORE', runs, run) then
        local state = redis.call('HMGET', owners, run, ' ' .. run)
        local ends, lease = lease_of(state[2])
        if (mark == 'l') ~= (state[1] and true or false) then ends = nil end
        local left = ends and math.max(ends - now_of_redis(), lease - span) or -1
        if not ends or left > 0 then return { 4, before, left } end
    end
end

local function begin_epoch()
    epoch, head, ended, renewed = math.max(now_of_redis(), (epoch or 0) + 1, known_epoch + 1), 0, false, 0
    -- Nothing that is held may stand behind what follows.
    if epoch >= LIMIT then epoch, survives = now_of_redis(), false end
    -- First of all a command that Redis refuses when its memory is full: after a DEL it would let everything pass.
    redis.call('HSET', meta, 'e', string.format('%.0f', epoch), 'o', 0)
    redis.call('HDEL', meta, 'x', 'd', 's')
    -- A node that doesn't know of owners may have deleted the session.
    if m[6] then
        redis.call('DEL', owners)
        leases = 0
    end
    if survives then
        redis.call('HSET', meta, 's', m[1])
        local ends = redis.call('ZRANGE', runs, 0, -1, 'WITHSCORES')
        for i = 1, #ends, 2 do
            local offset = tonumber(ends[i + 1])
            redis.call('ZADD', runs, offset > 0 and string.format('%.0f', offset - 2 ^ 52) or 0, ends[i])
        end
        redis.call('ZUNIONSTORE', ids, 1, ids, 'WEIGHTS', 0)
        redis.call('PEXPIRE', ids, dedupe_ttl)
    else
        redis.call('ZUNIONSTORE', runs, 1, runs, 'WEIGHTS', 0)
        redis.call('DEL', log, ids)
        bytes = 0
        for _, field in ipairs(redis.call('HKEYS', meta)) do
            if string.sub(field, 1, 2) == 'p:' then redis.call('HDEL', meta, field) end
        end
    end
    lost = false
end

local receipts, run_ended, new_ids, sequences, stored, listeners, starts, alive = {}, {}, {}, {}, 0, 0, false, {}
-- Why an announcement was refused: what is stored by then is finished all the same, and recognised when it is repeated.
local refusal
for i = 1, count do
    local a = FIRST + 3 * (i - 1)
    local id, mark, run = ARGV[a], string.sub(ARGV[a + 1], 1, 1), string.sub(ARGV[a + 1], 2)
    local known, about = duplicate[i], ''
    if mark == 'q' or mark == 'o' or mark == 'k' then run, about = string.match(run, '^(%S*) ?(.*)$') end
    if run ~= '' and run_ended[run] == nil then run_ended[run] = redis.call('ZSCORE', runs, run) ~= false end
    -- A sequence that left no offset was refused the first time, because its run had ended by then.
    if known == 'd?' then known = run ~= '' and run_ended[run] and 'r' or taken[run] and 'k' or 'd' end
    if type(known) == 'number' then
        local first = receipts[known]
        receipts[i] = string.sub(first, 1, 1) == 's' and 'd' .. string.sub(first, 2) or first
    elseif known then
        receipts[i] = known
    elseif run ~= '' and run_ended[run] then
        receipts[i] = 'r'
    elseif taken[run] then
        receipts[i] = 'k'
    else
        if lost then begin_epoch() end
        head, stored = head + 1, stored + 1
        local cursor = string.format('%.0f-%.0f', epoch, head)
        local envelope = ARGV[a + 2]
        local added = redis.pcall('XADD', log, cursor, 'd', envelope)
        if type(added) == 'table' and added.err then
            -- Only a log that is ahead of its meta refuses the next id: a script was broken off, as by a right that was missing; or another program wrote there.
            if stored > 1 or not is_ahead(added.err) then return redis.error_reply(added.err) end
            survives = true
            begin_epoch()
            head = 1
            cursor = string.format('%.0f-1', epoch)
            added = redis.pcall('XADD', log, cursor, 'd', envelope)
            if type(added) == 'table' and added.err then
                if not is_ahead(added.err) then return redis.error_reply(added.err) end
                replace_stranger(log, cursor, envelope)
            end
        end
        local heard = redis.pcall('PUBLISH', channel, '{"id":"' .. cursor .. '",' .. string.sub(envelope, 2))
        if type(heard) == 'table' then refusal = heard.err else listeners = heard end
        bytes = bytes + #envelope
        receipts[i] = 's' .. string.format('%.0f', head)
        if id ~= '' then
            new_ids[#new_ids + 1] = head
            new_ids[#new_ids + 1] = id
        else
            local s, last = sequence + i - 1, sequences[#sequences]
            if last and last[1] + last[3] == s and last[2] + last[3] == head then
                last[3] = last[3] + 1
            else
                sequences[#sequences + 1] = { s, head, 1 }
            end
        end
        if ended and string.sub(ended, -1) == 'd' then ended = false end
        if leases > 0 and run ~= '' and mark ~= 'c' and mark ~= 'q' then alive[run] = true end
        if (mark == 't' or mark == 'l' or mark == 'u') and run ~= '' then
            run_ended[run] = true
            redis.call('ZADD', runs, head, run)
            redis.call('ZREMRANGEBYRANK', runs, 0, -max_runs - 1)
            redis.call('PEXPIRE', runs, meta_ttl)
            redis.call('HDEL', owners, run)
            if leases > 0 then leases = leases - redis.call('HDEL', owners, ' ' .. run) end
        elseif (mark == 'o' or mark == 'k') and run ~= '' then
            -- The first that is known owns it.
            local owner = mark == 'o' and redis.call('HGET', owners, run)
            if about == '' then about = about_of(owner) or leases > 0 and about_of(redis.call('HGET', owners, ' ' .. run)) or '' end
            -- What a run had while it waited is over.
            if mark == 'o' and not owner and leases > 0 then leases = leases - redis.call('HDEL', owners, ' ' .. run) end
            if not owner or (publisher ~= '' and not owner_of(owner)) then
                redis.call('HSET', owners, run, cursor .. about .. ' ' .. publisher)
                starts = true
            end
            if mark == 'k' and span > 0 then
                leases = leases + redis.call('HSET', owners, ' ' .. run, lease_from(now_of_redis(), span))
            elseif mark == 'k' and leases > 0 then
                leases = leases - redis.call('HDEL', owners, ' ' .. run)
            end
        elseif mark == 'q' and run ~= '' and span and span > 0 and redis.call('HEXISTS', owners, run) == 0 then
            leases = leases + redis.call('HSET', owners, ' ' .. run, lease_from(now_of_redis(), span) .. (about ~= '' and ' ' .. about or ''))
            starts = true
        elseif mark == 'e' then
            ended = cursor
        elseif mark == 'd' then
            ended = cursor .. 'd'
        elseif mark == 's' then
            ended = false
        end
    end
end
if count == 0 and survives then begin_epoch() elseif stored == 0 then return { 0, before, 0, receipts } end

bytes = trim_log(log, max_events, max_bytes, bytes)

local fields = { 'e', string.format('%.0f', epoch), 'o', string.format('%.0f', head), 'b', bytes }
local function set(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
end
if ended then set('x', ended) elseif m[5] then redis.call('HDEL', meta, 'x') end
if #sequences > 0 then
    for i = 1, #sequences do sequences[i] = string.format('%.0f:%.0f:%.0f', sequences[i][1], sequences[i][2], sequences[i][3]) end
    set('p:' .. producer, string.format('%.0f %.0f %s', epoch, sequence + count - 1, table.concat(sequences, ',')))
end
if #new_ids > 0 then
    redis.call('ZADD', ids, unpack(new_ids))
    redis.call('ZREMRANGEBYSCORE', ids, '-inf', head - dedupe_events)
    redis.call('PEXPIRE', ids, dedupe_ttl)
end
if starts then
    redis.call('PEXPIRE', owners, meta_ttl)
    leases = leases - trim_owners(owners, max_runs, leases)
end
if leases > 0 then
    for run in pairs(alive) do
        if not run_ended[run] then renew_lease(owners, run, publisher, now_of_redis()) end
    end
end
if leases ~= (whole(m[8]) or 0) then set('l', leases) end
-- Renewing the expiry at every append would cost as much as a small event.
local renew = math.abs(now - renewed) * 64 > tonumber(log_ttl)
if renew then set('r', now) end
redis.call('HSET', meta, unpack(fields))
-- Beside its producers the meta holds e, o, b, r and maybe x, s and l.
if #sequences > 0 and not m[7] and redis.call('HLEN', meta) > max_producers + 4 + (ended and 1 or 0) + redis.call('HEXISTS', meta, 's') + redis.call('HEXISTS', meta, 'l') then
    drop_producer(meta, epoch)
end
if renew then
    redis.call('PEXPIRE', log, log_ttl)
    redis.call('PEXPIRE', meta, meta_ttl)
    redis.call('PEXPIRE', runs, meta_ttl)
    redis.call('PEXPIRE', owners, meta_ttl)
end

if refusal then return redis.error_reply(refusal) end
local cursor = string.format('%.0f-%.0f', epoch, head)
if stored == count then return { 0, cursor, listeners } end
return { 0, cursor, listeners, receipts }
