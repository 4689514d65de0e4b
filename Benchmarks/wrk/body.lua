-- One JSON body a request; every thread counts in a range of its own, so that no reference comes twice.
local threads = 0
function setup(thread)
    threads = threads + 1
    thread:set("id", threads)
end

function init(args)
    run = args[1] or "run"
    key = args[2]
    count = 0
    headers = { ["Content-Type"] = "application/json", ["X-Access-Token"] = key }
end

function request()
    count = count + 1
    local body = '{"type":"ADSL","number":"036362608","value":1000,"ref":"' .. run .. "-" .. id .. "-" .. count .. '"}'
    return wrk.format("POST", nil, headers, body)
end
