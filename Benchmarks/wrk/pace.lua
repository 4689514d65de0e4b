-- As body.lua, but at a pace: each thread sends one request every so many milliseconds, which is the third argument,
-- whatever the answers take, as long as it has a connection that is free.
dofile("Benchmarks/wrk/body.lua")

local begin = init
-- What a pause of the server has kept back is made up for, but not more than this.
local behind = 100
function init(args)
    begin(args)
    gap = tonumber(args[3])
    due = microseconds() / 1000
end

function delay()
    local now = microseconds() / 1000
    due = math.max(due + gap, now - behind)
    return math.max(0, math.floor(due - now + 0.5))
end
