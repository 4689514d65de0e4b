-- check-id over a list of orders, one id a line.
function init(args)
    ids = {}
    for line in io.lines(args[1]) do ids[#ids + 1] = line end
    headers = { ["X-Access-Token"] = args[2] }
    count = 0
end

function request()
    count = count + 1
    return wrk.format("GET", "/v3/internet/check-id/" .. ids[count % #ids + 1], headers)
end
