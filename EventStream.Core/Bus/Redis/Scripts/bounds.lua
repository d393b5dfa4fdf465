-- Keeps a stream's keys within their bounds, and its log in order, for append.lua.

-- Whether a log holds the id that an event would get, or a later one.
local function is_ahead(refusal)
    return string.find(refusal, 'smaller', 1, true) or string.find(refusal, 'exhausted', 1, true)
end

-- Another program's entry stands where an event belongs: without it the log takes events again.
local function replace_stranger(log, cursor, envelope)
    local ours = redis.call('XRANGE', log, '-', '(' .. cursor)
    redis.call('DEL', log)
    for _, entry in ipairs(ours) do redis.call('XADD', log, entry[1], entry[2][1], entry[2][2]) end
    redis.call('XADD', log, cursor, 'd', envelope)
end

-- Trimming goes 1 % below the number and 5 % below the bytes, so that a full log isn't read at every append.
-- Returns the bytes that are left.
local function trim_log(log, max_events, max_bytes, bytes)
    local length = redis.call('XLEN', log)
    if length <= max_events and bytes <= max_bytes then return bytes end
    local keep = length > max_events and math.ceil(max_events * 0.99) or max_events
    local keep_bytes = bytes > max_bytes and max_bytes * 0.95 or max_bytes
    -- About 64 KiB at a time.
    local page = math.max(1, math.min(64, math.floor(65536 * length / bytes)))
    local from, first_kept = '-', nil
    while not first_kept do
        local oldest = redis.call('XRANGE', log, from, '+', 'COUNT', page)
        for i = 1, #oldest do
            if length <= 1 or (length <= keep and bytes <= keep_bytes) then
                first_kept = oldest[i][1]
                -- The sum was wrong when so little is left.
                if length <= 1 then bytes = #oldest[i][2][2] end
                break
            end
            length, bytes = length - 1, bytes - #oldest[i][2][2]
            from = '(' .. oldest[i][1]
        end
    end
    redis.call('XTRIM', log, 'MINID', first_kept)
    return bytes
end

-- Drops runs of the publisher that started the most, so that nobody makes those of others fall out. Some more go, so that this isn't done at every start.
-- Returns how many leases went with them.
local function trim_owners(owners, max_runs, leases)
    local excess = redis.call('HLEN', owners) - leases - max_runs
    if excess <= 0 then return 0 end
    local of, all, dropped = {}, redis.call('HGETALL', owners), 0
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 1) ~= ' ' then
            local e, o, name = string.match(all[i + 1], '^(%d+)%-(%d+)%S* (.*)$')
            name = name or ''
            of[name] = of[name] or {}
            table.insert(of[name], { tonumber(e) or 0, tonumber(o) or 0, all[i] })
        end
    end
    for _, held in pairs(of) do table.sort(held, function(a, b) return a[1] > b[1] or (a[1] == b[1] and a[2] > b[2]) end) end
    for _ = 1, excess + math.floor(max_runs / 16) do
        local most = {}
        for _, held in pairs(of) do if #held > #most then most = held end end
        local run = table.remove(most)[3]
        redis.call('HDEL', owners, run)
        if leases > 0 then dropped = dropped + redis.call('HDEL', owners, ' ' .. run) end
    end
    return dropped
end

-- The producer whose last batch lies furthest back goes.
local function drop_producer(meta, epoch)
    local all, oldest, oldest_at = redis.call('HGETALL', meta), nil, math.huge
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 2) == 'p:' then
            local e, o = string.match(all[i + 1], '^(%d+) %d+ %d+:(%d+)')
            local at = tonumber(e) == epoch and tonumber(o) or 0
            if at < oldest_at then oldest, oldest_at = all[i], at end
        end
    end
    redis.call('HDEL', meta, oldest)
end

