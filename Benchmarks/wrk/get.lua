-- GETs over a list, one a line: the path, and after a space the key, or nothing.
dofile("Benchmarks/wrk/report.lua")

function init(args)
    requests = {}
    for line in io.lines(args[1]) do
        local path, key = line:match("^(%S+) ?(%S*)$")
        requests[#requests + 1] = wrk.format("GET", path, key ~= "" and { ["X-Access-Token"] = key } or {})
    end
    -- Threads begin at different places.
    count = id * 7919
end

function request()
    count = count + 1
    return requests[count % #requests + 1]
end
