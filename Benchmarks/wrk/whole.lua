-- The whole way: send, then wait for that very order and read its code. Two requests an order.
local threads = {}
function setup(thread)
    threads[#threads + 1] = thread
    thread:set("id", #threads)
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
    local body = '{"type":"ADSL","number":"036362608","value":1000,"ref":"' .. run .. "-" .. id .. "-" .. count .. '"}'
    return wrk.format("POST", "/v3/internet/send", headers, body)
end

function response(status, _, body)
    local order = body:match('"topupId":"(%x+)"')
    if order then
        waiting[#waiting + 1] = order
    elseif body:find('"status":"FULFILLED"', 1, true) and body:find('"card_code"', 1, true) then
        fulfilled = fulfilled + 1
    else
        other = other + 1
    end
end

function done(summary)
    local fulfilled, other = 0, 0
    for _, thread in ipairs(threads) do
        fulfilled = fulfilled + thread:get("fulfilled")
        other = other + thread:get("other")
    end
    print(string.format("orders fulfilled: %d, other answers: %d", fulfilled, other))
    print(string.format("orders/s: %.2f", fulfilled / (summary.duration / 1000000)))
end
