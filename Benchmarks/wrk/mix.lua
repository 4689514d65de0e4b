-- One send, then five questions about earlier orders. Arguments: the run's name, a file of keys, and a file of orders
-- made before it (as for get.lua), which are asked for until the run has enough of its own.
dofile("Benchmarks/wrk/body.lua")

local begin, send = init, request
-- So many orders ago is long enough for the answer to have come, whichever connection it came on.
local settled = 1000
-- wrk makes one request to look at it, and never sends it.
local first = 2
function init(args)
    begin(args)
    earlier = {}
    for line in io.lines(args[3]) do
        local path, key = line:match("^(%S+) (%S+)$")
        earlier[#earlier + 1] = wrk.format("GET", path, { ["X-Access-Token"] = key })
    end
    bought_with = {}
    turn = 0
end

function request()
    turn = turn + 1
    if turn % 6 == 1 then
        local order = send()
        bought_with[count] = headers["X-Access-Token"]
        return order
    end
    local last = count - settled
    if last < first then return earlier[math.random(#earlier)] end
    local number = math.random(first, last)
    return wrk.format(
        "GET", "/v3/internet/check-ref/" .. run .. "-" .. id .. "-" .. number,
        { ["X-Access-Token"] = bought_with[number] })
end
