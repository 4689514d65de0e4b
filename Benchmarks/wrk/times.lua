-- Times of several kinds in classes of 3 %, from 100 microseconds on. How many there are in a class is a global of its
-- own, for that is what a thread can be asked for.
local finest, width, classes = 100, math.log(1.03), 450

--- In a thread: one more time of this kind, in microseconds.
function keep_time(kind, took)
    local class = math.floor(math.log(math.max(took, finest) / finest) / width)
    local name = kind .. math.min(class, classes)
    _G[name] = (_G[name] or 0) + 1
end

--- At the end: the time that this part of those of a kind, in all threads, did not exceed.
function kept_percentile(threads, kind, part)
    local counts, total, seen = {}, 0, 0
    for class = 0, classes do
        counts[class] = 0
        for _, thread in ipairs(threads) do counts[class] = counts[class] + (thread:get(kind .. class) or 0) end
        total = total + counts[class]
    end
    for class = 0, classes do
        seen = seen + counts[class]
        if total > 0 and seen >= total * part then return finest * math.exp((class + 1) * width) end
    end
    return 0
end
