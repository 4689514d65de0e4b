-- As body.lua, but accepted and refused sales are told apart, and what was accepted is kept to be looked for later.
-- Arguments: the run's name, a file of keys, seconds at the beginning that are not counted, how many milliseconds a
-- connection pauses before a request (0: not at all), and a file for the accepted orders' ids (each thread adds its
-- number to the name).
dofile("Benchmarks/wrk/body.lua")
dofile("Benchmarks/wrk/times.lua")

local begin = init
function init(args)
    begin(args)
    local pause = tonumber(args[4])
    if pause > 0 then
        -- Not the same for all, or they would come in waves.
        function delay() return math.floor(pause * (0.5 + math.random()) + 0.5) end
    end
    ids = io.open(args[5] .. "-" .. id, "w")
    ids:setvbuf("full", 65536)
    accepted, shed, bare, other = 0, 0, 0, 0
    from = microseconds() + tonumber(args[3]) * 1000000
    last = from
end

-- A reference ends with the moment at which it was sent, so that its answer tells how long it took.
function request()
    count = count + 1
    headers["X-Access-Token"] = keys[math.random(#keys)]
    local body = string.format(
        '{"type":"ADSL","number":"036362608","value":1000,"ref":"%s-%d-%d-%.0f"}', run, id, count, microseconds())
    return wrk.format("POST", nil, headers, body)
end

function response(status, fields, body)
    local now = microseconds()
    local order, sent = body:match('"topupId":"(%x+)","topupRef":"[^"]-(%d+)"')
    if order then ids:write(order, "\n") end
    if now < from then return end
    last = now
    if status == 200 and order then
        accepted = accepted + 1
        sent = tonumber(sent)
        keep_time("any", now - sent)
        -- The others may have waited for their connection to be accepted.
        if sent >= from then keep_time("later", now - sent) end
    elseif status == 503 then
        shed = shed + 1
        if not fields["Retry-After"] or not body:find('"SERVICE_UNAVAILABLE"', 1, true) then bare = bare + 1 end
    else
        other = other + 1
    end
end

function more(threads)
    local sums, first, final = { accepted = 0, shed = 0, bare = 0, other = 0 }, math.huge, 0
    for _, thread in ipairs(threads) do
        for name in pairs(sums) do sums[name] = sums[name] + thread:get(name) end
        first, final = math.min(first, thread:get("from")), math.max(final, thread:get("last"))
    end
    return string.format(
        ',"accepted":%d,"shed":%d,"bare":%d,"unlike":%d,"counted":%.0f,"accepted_p50":%.0f,"accepted_p99":%.0f,'
        .. '"later_p99":%.0f',
        sums.accepted, sums.shed, sums.bare, sums.other, final - first,
        kept_percentile(threads, "any", 0.5), kept_percentile(threads, "any", 0.99),
        kept_percentile(threads, "later", 0.99))
end
