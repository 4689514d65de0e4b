-- The whole way: send, then wait for that very order and read its code. Two requests an order.
-- Arguments: the run's name and a key. A reference ends with the moment at which it was sent, so that the answer with
-- the code tells how long the order took.
dofile("Benchmarks/wrk/report.lua")

-- Times in classes of 3 %, from 100 microseconds on; each is a global, for that is what a thread can be asked for.
local finest, width, classes = 100, math.log(1.03), 450
local names = {}
for class = 0, classes do
    names[class] = "class" .. class
    _G[names[class]] = 0
end

function init(args)
    run = args[1]
    headers = { ["Content-Type"] = "application/json", ["X-Access-Token"] = args[2] }
    count, fulfilled, other = 0, 0, 0
    waiting = {}
end

function request()
    local order = table.remove(waiting)
    if order then
        return wrk.format("GET", "/v3/internet/check-id/" .. order .. "?wait=30", headers)
    end
    count = count + 1
    local ref = string.format("%s-%d-%d-%.0f", run, id, count, microseconds())
    local body = '{"type":"ADSL","number":"036362608","value":1000,"ref":"' .. ref .. '"}'
    return wrk.format("POST", "/v3/internet/send", headers, body)
end

function response(status, _, body)
    local order = body:match('"topupId":"(%x+)"')
    if order then
        waiting[#waiting + 1] = order
    elseif body:find('"status":"FULFILLED"', 1, true) and body:find('"card_code"', 1, true) then
        fulfilled = fulfilled + 1
        local took = microseconds() - tonumber(body:match('"ref":"[^"]-(%d+)"'))
        local class = math.floor(math.log(math.max(took, finest) / finest) / width)
        local name = names[math.min(class, classes)]
        _G[name] = _G[name] + 1
    else
        other = other + 1
    end
end

local function percentile(counts, total, part)
    local seen = 0
    for class = 0, classes do
        seen = seen + counts[class]
        if seen >= total * part then return finest * math.exp((class + 1) * width) end
    end
    return 0
end

function more(threads)
    local fulfilled, other, counts = 0, 0, {}
    for _, thread in ipairs(threads) do
        fulfilled = fulfilled + thread:get("fulfilled")
        other = other + thread:get("other")
        for class = 0, classes do counts[class] = (counts[class] or 0) + thread:get(names[class]) end
    end
    return string.format(
        ',"orders":%d,"other":%d,"order_p50":%.0f,"order_p99":%.0f', fulfilled, other,
        percentile(counts, fulfilled, 0.5), percentile(counts, fulfilled, 0.99))
end
