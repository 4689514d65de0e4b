-- One JSON body a request; every thread counts in a range of its own, so that no reference comes twice.
-- Arguments: the run's name, then a key, or a file of keys of which each request takes any.
dofile("Benchmarks/wrk/report.lua")

function init(args)
    run = args[1] or "run"
    keys = {}
    local file = io.open(args[2] or "", "r")
    if file then
        for line in file:lines() do keys[#keys + 1] = line end
        file:close()
    else
        keys[1] = args[2]
    end
    -- The same choice in every run of this name, another one in each thread and beside other runs.
    local seed = id
    for letter in run:gmatch(".") do seed = (seed * 31 + letter:byte()) % 1000003 end
    math.randomseed(seed)
    headers = { ["Content-Type"] = "application/json" }
    count = 0
end

function request()
    count = count + 1
    headers["X-Access-Token"] = keys[math.random(#keys)]
    local body = '{"type":"ADSL","number":"036362608","value":1000,"ref":"' .. run .. "-" .. id .. "-" .. count .. '"}'
    return wrk.format("POST", nil, headers, body)
end
