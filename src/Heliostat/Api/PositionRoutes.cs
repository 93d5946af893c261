using System.Globalization;
using System.Text.Json;
using Heliostat.Client.Admin;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>Where lanes go on: to look at, and to change.</summary>
internal static class PositionRoutes
{
    private const string Offset = "offset";

    public static IEnumerable<Route> All(IMirror mirror, Desk desk)
    {
        yield return new Route("GET", "/api/v1/flows/{flow}/positions", Role.View,
            "The next source offset of each lane of the flow that this process has, by topic and partition.", call =>
            {
                var lanes = Places.FlowOf(mirror.Look(true),
                    Places.Of(call)).ByLane.Where(lane => call.Query("topic") is not { } topic || lane.Topic == topic);
                PositionDocument[] positions = [.. lanes.Select(lane => new PositionDocument(lane.Topic, lane.Partition, lane.Position))];
                return call.JsonAsync(StatusRoutes.PageOf(call, positions, position => $"{position.Topic}/{position.Partition}"),
                    ApiJson.Plain.PagePositionDocument);
            })
        {
            Gives = ApiJson.Default.PagePositionDocument,
            Query = [("topic", "Only of this topic."), .. StatusRoutes.Paging],
        };
        yield return new Route(
            "POST", "/api/v1/flows/{flow}/topics/{topic}/lanes/{partition}/position", Role.Admin,
            "Lets the lane, which is paused or halted, go on at another offset: after a restart too. What is passed over is not mirrored, "
                + "what is behind it is mirrored once more.", async call =>
            {
                var body = await call.BodyAsync();
                await call.JsonAsync(await desk.MoveAsync(Places.Of(call), Where(body), Wishes.Of(call, body), call.Caller, call.Gone),
                    ApiJson.Plain.ActionDocument);
            })
        {
            Gives = ApiJson.Default.ActionDocument,
            Body = [(Offset, "The next source offset to mirror; or earliest or latest."), .. Wishes.Body.Take(1)],
            Query = Wishes.Query,
        };
        yield return new Route(
            "POST", "/api/v1/flows/{flow}/topics/{topic}/lanes/{partition}/skip", Role.Admin,
            "Lets the lane, which is paused or halted, pass records over, whichever process has it: they are not mirrored. The answer "
                + "waits up to 20 s for that process.", async call =>
            {
                var body = await call.BodyAsync();
                await call.JsonAsync(
                    await desk.SkipAsync(call, Places.Of(call), (Number(body, "to"), Number(body, "count")), Wishes.Of(call, body)),
                    ApiJson.Plain.ActionDocument);
            })
        {
            Gives = ApiJson.Default.ActionDocument,
            Body =
            [
                ("to", "The next source offset to mirror."),
                ("count", "In its place: so many source offsets from where the lane is; 1 is the record that it stands before."),
                .. Wishes.Body.Take(1),
            ],
            Query = Wishes.Query,
        };
    }

    /// <summary>A number, or a text that is one; null where it is not there.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    private static long? Number(JsonElement body, string name) => !body.TryGetProperty(name, out var asked) ? null
        : asked.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Number when asked.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(asked.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                number,
            _ => throw new Refusal(StatusCodes.Status400BadRequest, $"{name}: {asked.GetRawText()} is not a whole number"),
        };

    /// <exception cref="Refusal">It is no offset.</exception>
    private static long Where(JsonElement body) => !body.TryGetProperty(Offset, out var asked)
        ? throw new Refusal(StatusCodes.Status400BadRequest, "offset is missing", "a source offset, or earliest or latest")
        : asked.ValueKind switch
        {
            JsonValueKind.Number when asked.TryGetInt64(out var offset) && offset >= 0 => offset,
            JsonValueKind.String when asked.GetString() == "earliest" => OffsetSpec.Earliest,
            JsonValueKind.String when asked.GetString() == "latest" => OffsetSpec.Latest,
            JsonValueKind.String when long.TryParse(asked.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) =>
                offset,
            _ => throw new Refusal(StatusCodes.Status400BadRequest,
                $"offset: {asked.GetRawText()} is not a source offset, earliest or latest"),
        };
}

/// <summary>Where a lane goes on.</summary>
/// <param name="Topic">Its topic on the source.</param>
/// <param name="Partition">Its partition there.</param>
/// <param name="Offset">The next source offset to mirror; null of a lane that was not open yet.</param>
internal sealed record PositionDocument(string Topic, int Partition, long? Offset);
