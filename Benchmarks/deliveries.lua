-- What a program does that makes deliveries over the API, for wrk: draft, file, its one chunk, send; then the next one.
-- Each thread has one connection and goes from step to step. Arguments: TOKEN RECIPIENTS ADDRESS… (HOST:PORT of each node).
local threads = {}
local octets = string.rep("Depesche", 8192)
local digest = "sha-256=:kteqIxRjDyI8f48PMJPxxN6oQJe6ku8llhBhyl1f/NM=:"

function setup(thread)
   thread:set("number", #threads)
   table.insert(threads, thread)
end

function init(arguments)
   token, recipients = arguments[1], tonumber(arguments[2])
   local node = arguments[3 + number % (#arguments - 2)]
   local host, port = node:match("^(.*):(%d+)$")
   wrk.thread.addr = wrk.lookup(host, port)[1]
   wrk.host = node
   step, drafts, sent, failed, first = 1, 0, 0, 0, ""
   next_draft()
end

function next_draft()
   drafts = drafts + 1
   local list = {}
   for recipient = 1, recipients do
      list[recipient] = string.format('"r%d-%d-%d@ziel.test"', number, drafts, recipient)
   end
   draft = string.format(
      '{"recipients":[%s],"subject":"Bench","level":1,"notifiesSender":false}', table.concat(list, ","))
end

local function call(method, path, kind, body, further)
   local headers = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = kind, ["Host"] = wrk.host}
   for name, value in pairs(further or {}) do headers[name] = value end
   return wrk.format(method, "/api/v1" .. path, headers, body)
end

-- wrk asks once more than it sends: what comes next is decided by the answers only.
function request()
   if step == 1 then return call("POST", "/deliveries", "application/json", draft) end
   if step == 2 then
      return call("POST", "/deliveries/" .. delivery .. "/files", "application/json", '{"name":"bench.bin","size":65536}')
   end
   if step == 3 then
      return call("PUT", "/files/" .. file .. "/chunks/0", "application/octet-stream", octets, {["Content-Digest"] = digest})
   end
   return call("POST", "/deliveries/" .. delivery .. "/send", "application/json", "{}")
end

function response(status, headers, body)
   if status >= 300 then
      failed = failed + 1
      if first == "" then first = step .. ": " .. status .. " " .. body end
      step = 1
      return
   end
   if step == 1 then delivery = body:match('"id"%s*:%s*"([^"]+)"') end
   if step == 2 then file = body:match('"id"%s*:%s*"([^"]+)"') end
   if step == 4 then
      sent = sent + 1
      next_draft()
   end
   step = step % 4 + 1
end

function done(summary, latency)
   local sent, failed = 0, 0
   for _, thread in ipairs(threads) do
      sent = sent + thread:get("sent")
      failed = failed + thread:get("failed")
      if thread:get("first") ~= "" then io.write("first-failure: ", thread:get("first"), "\n") end
   end
   io.write(string.format("sent: %d\nfailed: %d\nseconds: %f\nerrors: %d\n", sent, failed, summary.duration / 1e6,
      summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
