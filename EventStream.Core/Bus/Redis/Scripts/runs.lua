-- Who started runs, and their leases, for append.lua and lease.lua.

-- Who started a run; nil when it wasn't said.
local function owner_of(start)
    local name = start and string.match(start, '^%S+ (.*)$')
    return name ~= '' and name or nil
end

-- When a lease ends, and how long it is, in ms.
local function lease_of(text)
    local ends, lease = string.match(text or '', '^(%d+) (%d+)')
    return tonumber(ends), tonumber(lease)
end

-- The agent and project of a run, from its start or, while it waits, from its lease; nil when neither was told.
local function about_of(text)
    return text and string.match(text, '^[^ /]+(/%S*)') or text and string.match(text, '^%d+ %d+ (/%S*)$')
end

-- A lease ends a little later than was asked for, so that not every event renews it.
local function lease_from(now, lease)
    return string.format('%.0f %.0f', now + lease + math.min(lease / 32, 1000), lease)
end

-- Whoever started the run is alive. False when it has no lease, or another publisher's.
local function renew_lease(owners, run, publisher, now)
    local held = redis.call('HMGET', owners, run, ' ' .. run)
    local ends, lease = lease_of(held[2])
    if not ends or not held[1] or owner_of(held[1]) ~= (publisher ~= '' and publisher or nil) then return false end
    if ends - now < lease then redis.call('HSET', owners, ' ' .. run, lease_from(now, lease)) end
    return true
end

