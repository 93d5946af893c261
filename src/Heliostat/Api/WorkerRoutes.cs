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
            "Lets a worker have nothing from now on: others take its slots over, and it stays ready.", async (there, worker, call) =>
            {
                Named(there, worker!);
                if (there.Workers.All(other => other.Worker == worker || other.Drained))
                {
                    throw new Refusal(StatusCodes.Status409Conflict,
                        $"{worker} is the only one: nobody else could take over what it has");
                }

                await SaidAsync(call, wanted => mirror.DrainAsync(there.Flow, worker!, isDrained: true, wanted));
            });
        yield return Action("/workers/{worker}/undrain", "undrain", "Lets a worker take part again.", (there, worker, call) =>
            SaidAsync(call, wanted => mirror.DrainAsync(there.Flow, worker!, isDrained: false, wanted)));
        yield return Action("/rebalance", "rebalance",
            "Levels the loads of the workers now, and forgets which slots were moved by hand.", (there, _, call) =>
            SaidAsync(call, wanted => mirror.RebalanceAsync(there.Flow, wanted)));

        Route Action(string path, string name, string summary, Func<WorkersDocument, string?, Call, Task> act) => new(
            "POST", $"/api/v1/flows/{{flow}}{path}", Role.Operate, summary, async call =>
            {
                var wish = await Wishes.OfAsync(call);
                var there = await ThereAsync(mirror, call);
                var worker = call.Find("worker");
                await act(there, worker, call);
                if (!wish.DryRun)
                {
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
        var there = await AskedAsync(call, ct => mirror.WorkersAsync(flow, ct));
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

    private static Task SaidAsync(Call call, Func<CancellationToken, Task> say) => call.QueryFlag("dry_run")
        ? Task.CompletedTask
        : AskedAsync(call, async ct =>
        {
            await say(ct);
            return true;
        });

    /// <exception cref="Refusal">The target does not answer, or refuses it.</exception>
    private static async Task<T> AskedAsync<T>(Call call, Func<CancellationToken, Task<T>> ask)
    {
        try
        {
            return await ask(call.Gone);
        }
        catch (Exception failure) when (failure is Transport.KafkaConnectionException or Client.KafkaErrorException)
        {
            throw new Refusal(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
    }
}
