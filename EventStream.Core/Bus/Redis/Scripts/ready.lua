-- Proves that an append would be taken: by its own commands, on a key that holds one entry.
-- KEYS  ready
redis.call('XADD', KEYS[1], 'MAXLEN', '1', '*', 'd', '')
redis.call('PEXPIRE', KEYS[1], 86400000)
return 1
