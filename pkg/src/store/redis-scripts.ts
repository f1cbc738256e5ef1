// What runs inside Redis, one script for each call: nothing else runs while a script does. All keys of a call lie in one
// hash slot. A record is a hash; the history of an account a hash of events and a sorted set of their ids in order; of
// all accounts of a slot there are a sorted set of what is due and one of the keys.
//
// Bodies are base64: no client must be told about bytes. Text goes back with `=` before it, since a client that reads
// JSON takes "123" for a number.

/** KEYS record; ARGV now. */
export const LOAD = `
local record = redis.call('HMGET', KEYS[1], 'revision', 'body', 'expires')
if not record[1] or (record[3] and tonumber(record[3]) <= tonumber(ARGV[1])) then return {} end
return { '=' .. record[1], '=' .. record[2] }`;

/**
 * KEYS record, events, order, due, keys; ARGV now, the expected revision or "", the revision of a new record, body,
 * expiry or "", key, and of each event: id, packed, due or "", its name among what is due.
 */
export const COMMIT = `
local now, expected, expires = tonumber(ARGV[1]), ARGV[2], ARGV[5]
local record = redis.call('HMGET', KEYS[1], 'revision', 'expires')
local revision = record[1] or ''
if record[2] and tonumber(record[2]) <= now then revision = '' end
if revision ~= expected then return 0 end
if expected == '' then
  redis.call('HSET', KEYS[1], 'revision', ARGV[3])
else
  redis.call('HINCRBY', KEYS[1], 'revision', 1)
end
redis.call('HSET', KEYS[1], 'body', ARGV[4])
local place = redis.call('ZCARD', KEYS[3])
for at = 7, #ARGV, 4 do
  redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
  redis.call('ZADD', KEYS[3], place, ARGV[at])
  if ARGV[at + 2] ~= '' then redis.call('ZADD', KEYS[4], ARGV[at + 2], ARGV[at + 3]) end
  place = place + 1
end
if expires == '' then
  redis.call('HDEL', KEYS[1], 'expires')
  for at = 1, 3 do redis.call('PERSIST', KEYS[at]) end
  redis.call('ZADD', KEYS[5], 0, ARGV[6])
else
  local left = math.ceil(tonumber(expires) - now)
  redis.call('HSET', KEYS[1], 'expires', expires)
  redis.call('ZREM', KEYS[5], ARGV[6])
  -- What is due outlives the record by longer than deliveries are tried.
  for at = 2, 3 do redis.call('PEXPIRE', KEYS[at], string.format('%.0f', left + 604800000)) end
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left))
end
return 1`;

/** KEYS due; ARGV now, limit. Answers names and times. */
export const DUE = `
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for at = 1, #found do found[at] = '=' .. found[at] end
return found`;

/** KEYS events, due; ARGV of each event: id, its name among what is due. Answers them packed. */
export const READ = `
local found = {}
for at = 1, #ARGV, 2 do
  local event = redis.call('HGET', KEYS[1], ARGV[at])
  if not event then redis.call('ZREM', KEYS[2], ARGV[at + 1]) end
  found[#found + 1] = '=' .. (event or '')
end
return found`;

/** KEYS events, due; ARGV id, its name among what is due, the time to try again or "", the reason or "-". */
export const SETTLE = `
local event = redis.call('HGET', KEYS[1], ARGV[1])
if not event then redis.call('ZREM', KEYS[2], ARGV[2]) return 0 end
local happened, due, attempts, dead, body = string.match(event, '^(%S+) (%S+) (%S+) (%S+) (.*)$')
if due == '-' then return 0 end
if ARGV[3] == '' then
  due = '-'
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  due = ARGV[3]
  redis.call('ZADD', KEYS[2], due, ARGV[2])
end
attempts = string.format('%.0f', attempts + 1)
redis.call('HSET', KEYS[1], ARGV[1], table.concat({ happened, due, attempts, ARGV[4], body }, ' '))
return 1`;

/** KEYS events, order; ARGV the id to begin after or "", limit. Answers ids and packed events. */
export const EVENTS = `
local start = 0
if ARGV[1] ~= '' then
  local place = redis.call('ZRANK', KEYS[2], ARGV[1])
  if not place then return {} end
  start = place + 1
end
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], start, start + ARGV[2] - 1)) do
  found[#found + 1] = '=' .. id
  found[#found + 1] = '=' .. (redis.call('HGET', KEYS[1], id) or '')
end
return found`;

/** KEYS keys; ARGV "-" or "(" and the key to begin after, limit. */
export const LIST = `
local found = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])
for at = 1, #found do found[at] = '=' .. found[at] end
return found`;

/** KEYS record, events, order, due, keys; ARGV key. */
export const REMOVE = `
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  redis.call('ZREM', KEYS[4], #id .. ':' .. id .. ARGV[1])
end
redis.call('ZREM', KEYS[5], ARGV[1])
return redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])`;

/** KEYS layout; ARGV the layout to begin with. Answers the layout, and what Redis does when its memory is full. */
export const LAYOUT = `
redis.call('SET', KEYS[1], ARGV[1], 'NX')
local info = redis.pcall('INFO', 'memory')
local policy = type(info) == 'string' and string.match(info, 'maxmemory_policy:([%w-]+)') or 'unknown'
return { '=' .. redis.call('GET', KEYS[1]), '=' .. policy }`;
