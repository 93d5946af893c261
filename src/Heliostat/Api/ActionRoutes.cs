namespace Heliostat.Api;

/// <summary>What can be done to flows, topics and lanes.</summary>
internal static class ActionRoutes
{
    private static readonly string[] Places = ["/api/v1/flows/{flow}", "/api/v1/flows/{flow}/topics/{topic}",
        "/api/v1/flows/{flow}/topics/{topic}/lanes/{partition}"];

    public static IEnumerable<Route> All(Desk desk)
    {
        foreach (var place in Places)
        {
            var what = place == Places[0] ? "the flow" : place == Places[1] ? "the topic, partitions to come too," : "the lane";
            yield return Action("pause", $"Lets {what} stand still until it is resumed; the answer waits up to 5 s for what is in flight.",
                desk.PauseAsync);
            yield return Action("resume", $"Lets {what} go on.", (at, wish, by, _) => Task.FromResult(desk.Resume(at, wish, by)));
            yield return Action("restart",
                $"Tries at once what stands still in {what} and would be tried later; nothing that runs is disturbed.",
                (at, wish, by, _) => Task.FromResult(desk.Restart(at, wish, by)));

            if (place != Places[2])
            {
                yield return new Route("POST", $"{place}/throttle", Role.Operate,
                    $"Lets {what} take no more bytes a second in this process, on average; at once, and until it ends or is "
                        + "told otherwise.",
                    async call =>
                    {
                        var body = await call.BodyAsync();
                        await call.JsonAsync(desk.Throttle(Api.Places.Of(call), Wishes.Rate(body), Wishes.Of(call, body), call.Caller),
                            ApiJson.Plain.ActionDocument);
                    })
                {
                    Gives = ApiJson.Default.ActionDocument,
                    Body = [("bytes_per_second", "So many; or a text as 50M; null, 0 or off: as much as it can."), .. Wishes.Body],
                    Query = Wishes.Query,
                };
            }

            Route Action(string verb, string summary, Func<Place, Wish, Caller, CancellationToken, Task<ActionDocument>> act) =>
                new("POST", $"{place}/{verb}", Role.Operate, summary.Replace(" ,", ","), async call =>
                    await call.JsonAsync(await act(Api.Places.Of(call), await Wishes.OfAsync(call), call.Caller, call.Gone),
                        ApiJson.Plain.ActionDocument))
                {
                    Gives = ApiJson.Default.ActionDocument,
                    Body = verb == "pause" ? Wishes.Body : Wishes.Body.Take(1).ToList(),
                    Query = Wishes.Query,
                };
        }
    }
}
