using System.Text.Json;
using Heliostat.Mirroring.Ownership;
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
            "Lets a worker have nothing from now on: others take its slots over, and it stays ready.", [], async asked =>
                new Answer(null, await mirror.DrainAsync(asked.Flow, asked.Worker!, isDrained: true, asked.DryRun, asked.Ct)));
        yield return Action("/workers/{worker}/undrain", "undrain", "Lets a worker take part again.", [], async asked =>
            new Answer(null, await mirror.DrainAsync(asked.Flow, asked.Worker!, isDrained: false, asked.DryRun, asked.Ct)));
        yield return Action("/workers/{worker}/move", "move", "Lets a worker have certain slots from now on, while it is there.",
            [("slots", "A list of their numbers.")], async asked =>
                Of(await mirror.MoveSlotsAsync(asked.Flow, asked.Worker!, Slots(asked.Body), null, asked.DryRun, asked.Ct)));
        yield return Action("/topics/{topic}/lanes/{partition}/move", "move",
            "Lets a worker have the slot of the lane, with all other lanes in it, from now on, while it is there.",
            [("worker", "The worker, as the list of workers names it.")], async asked =>
                Of(await mirror.MoveSlotsAsync(asked.Flow, asked.Worker!, [], asked.Lane, asked.DryRun, asked.Ct)));
        yield return Action("/rebalance", "rebalance",
            "Levels the loads of the workers now, and forgets which slots were moved by hand.", [], async asked =>
                new Answer(null, await mirror.RebalanceAsync(asked.Flow, asked.DryRun, asked.Ct)));

        Route Action(
            string path, string name, string summary, (string Name, string Means)[] takes, Func<Asked, Task<Answer>> act) => new(
            "POST", $"/api/v1/flows/{{flow}}{path}", Role.Operate, summary, async call =>
            {
                var body = await call.BodyAsync();
                var wish = Wishes.Of(call, body);
                var there = await ThereAsync(mirror, call);
                var isNamed = path.Contains("{worker}", StringComparison.Ordinal);
                var worker = isNamed ? call["worker"] : Call.Text(body, "worker");
                if (isNamed && name != "undrain")
                {
                    Named(there, worker!);
                }
                else if (worker is null && takes.Any(one => one.Name == "worker"))
                {
                    throw new Refusal(StatusCodes.Status400BadRequest, "worker is missing", "a worker, as the list of workers names it");
                }

                var (slots, refusal) = await call.AskedAsync(
                    ct => act(new Asked(there.Flow, worker, Places.Of(call), body, wish.DryRun, ct)));
                if (refusal is not null)
                {
                    throw new Refusal(StatusCodes.Status409Conflict, refusal);
                }

                if (!wish.DryRun)
                {
                    desk.Tell(name, $"{(slots is null ? "" : $"slots {string.Join(' ', slots)} to ")}{worker ?? there.Flow}", wish.Reason,
                        call.Caller, there.Flow);
                }

                await call.JsonAsync(
                    new WorkerActionDocument(name, there.Flow, worker) { Slots = slots, DryRun = wish.DryRun, Reason = wish.Reason },
                    ApiJson.Plain.WorkerActionDocument);
            })
            {
                Gives = ApiJson.Default.WorkerActionDocument,
                Body = [.. takes, .. Wishes.Body.Take(1)],
                Query = Wishes.Query,
            };
    }

    /// <exception cref="Refusal">It is no list of numbers.</exception>
    private static IReadOnlyList<int> Slots(JsonElement body) =>
        body.TryGetProperty("slots", out var slots) && slots.ValueKind == JsonValueKind.Array && slots.EnumerateArray().All(IsSlot)
            ? [.. slots.EnumerateArray().Select(slot => slot.GetInt32())]
            : throw new Refusal(StatusCodes.Status400BadRequest, "slots: is not a list of numbers of slots");

    private static bool IsSlot(JsonElement slot) => slot.ValueKind == JsonValueKind.Number && slot.TryGetInt32(out _);

    private static async Task<WorkersDocument> ThereAsync(IMirror mirror, Call call)
    {
        var flow = Places.FlowOf(mirror.Look(false), Places.Of(call)).Flow;
        var there = await call.AskedAsync(ct => mirror.WorkersAsync(flow, ct));
        return there
            ?? throw new Refusal(StatusCodes.Status404NotFound,
                $"{flow} keeps its positions in a group of the source: who shares it is that group's matter");
    }

    private static Answer Of(SlotMove move) => new(move.Refusal is null ? move.Slots : null, move.Refusal);

    private static void Named(WorkersDocument there, string worker)
    {
        if (there.Workers.All(other => other.Worker != worker))
        {
            throw new Refusal(StatusCodes.Status404NotFound, $"there is no worker {worker} of {there.Flow}",
                $"workers: {string.Join(", ", there.Workers.Select(other => other.Worker))}");
        }
    }

    /// <summary>What came of it.</summary>
    /// <param name="Slots">That move; null where that was not asked.</param>
    /// <param name="Refusal">Why not; null where it is said.</param>
    private readonly record struct Answer(IReadOnlyList<int>? Slots, string? Refusal);

    /// <summary>What is asked for.</summary>
    private sealed record Asked(string Flow, string? Worker, Place Place, JsonElement Body, bool DryRun, CancellationToken Ct)
    {
        public TopicPartition Lane => new(Place.Topic!, Place.Partition!.Value);
    }
}
