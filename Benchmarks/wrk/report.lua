-- What every script has in common: each thread's number, and one line of JSON about the run at its end.
-- A script that counts something of its own says it as more fields of that line, in `more(threads)`.
local threads = {}
function setup(thread)
    threads[#threads + 1] = thread
    thread:set("id", #threads)
end

local ffi = require("ffi")
ffi.cdef [[
    typedef struct { long seconds; long nanoseconds; } rasid_time;
    int clock_gettime(int clock, rasid_time *time);
]]
local time, monotonic = ffi.new("rasid_time"), 1

--- Microseconds of a clock that is never set; the same one in all threads.
function microseconds()
    ffi.C.clock_gettime(monotonic, time)
    return tonumber(time.seconds) * 1000000 + math.floor(tonumber(time.nanoseconds) / 1000)
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"status":%d,"socket":%d%s}',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
        errors.connect + errors.read + errors.write + errors.timeout, more and more(threads) or ""))
end
