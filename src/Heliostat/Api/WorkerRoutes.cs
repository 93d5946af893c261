using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>
/// The processes that share a flow, and what operators want of them: read and said in the flow's state topic, so that any of them answers
/// for all.
/// </summary>
internal static class WorkerRoutes
{
    public static IEnumerable<Route> All(IMirror mirror, Desk desk)
    {
        yield return new Route("GET", "/api/v1/flows/{flow}/workers", Role.View,
            "The processes that share the flow, whichever is asked, and the slots of its lanes that each has; the target is asked.",
            async call => await call.JsonAsync(await ThereAsync(mirror, call), ApiJson.Plain.WorkersDocument))
        { Gives = ApiJson.Default.WorkersDocument };
        yield return Action("/workers/{worker}/drain", "drain",
            "Lets a worker have nothing from now on: others take its slots over, and it stays ready.", (there, worker) =>
            {
                Named(there, worker!);
                if (there.Workers.All(other => other.Worker == worker || other.Drained))
                {
                    throw new Refusal(StatusCodes.Status409Conflict,
                        $"{worker} is the only one: nobody else could take over what it has");
                }

                return ct => mirror.DrainAsync(there.Flow, worker!, isDrained: true, ct);
            });
        yield return Action("/workers/{worker}/undrain", "undrain", "Lets a worker take part again.", (there, worker) =>
            ct => mirror.DrainAsync(there.Flow, worker!, isDrained: false, ct));
        yield return Action("/rebalance", "rebalance",
            "Levels the loads of the workers now, and forgets which slots were moved by hand.", (there, _) =>
            ct => mirror.RebalanceAsync(there.Flow, ct));

        // What may not be said is refused in a dry run too.
        Route Action(
            string path, string name, string summary, Func<WorkersDocument, string?, Func<CancellationToken, Task>> checkedSay) => new(
            "POST", $"/api/v1/flows/{{flow}}{path}", Role.Operate, summary, async call =>
            {
                var wish = await Wishes.OfAsync(call);
                var there = await ThereAsync(mirror, call);
                var worker = call.Find("worker");
                var say = checkedSay(there, worker);
                if (!wish.DryRun)
                {
                    await call.AskedAsync(async ct =>
                    {
                        await say(ct);
                        return true;
                    });
                    desk.Tell(name, worker ?? there.Flow, wish.Reason, call.Caller, there.Flow);
                }

                await call.JsonAsync(
                    new WorkerActionDocument(name, there.Flow, worker) { DryRun = wish.DryRun, Reason = wish.Reason },
                    ApiJson.Plain.WorkerActionDocument);
            })
            {
                Gives = ApiJson.Default.WorkerActionDocument,
                Body = [.. Wishes.Body.Take(1)],
                Query = Wishes.Query,
            };
    }

    private static async Task<WorkersDocument> ThereAsync(IMirror mirror, Call call)
    {
        var flow = Places.FlowOf(mirror.Look(false), Places.Of(call)).Flow;
        var there = await call.AskedAsync(ct => mirror.WorkersAsync(flow, ct));
        return there
            ?? throw new Refusal(StatusCodes.Status404NotFound,
                $"{flow} keeps its positions in a group of the source: who shares it is that group's matter");
    }

    private static void Named(WorkersDocument there, string worker)
    {
        if (there.Workers.All(other => other.Worker != worker))
        {
            throw new Refusal(StatusCodes.Status404NotFound, $"there is no worker {worker} of {there.Flow}",
                $"workers: {string.Join(", ", there.Workers.Select(other => other.Worker))}");
        }
    }
}
