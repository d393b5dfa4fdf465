-- The clock of the Redis that holds the index of leases.
-- KEYS  leases
-- Returns seconds, microseconds.
return redis.call('TIME')
