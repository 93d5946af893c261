using Heliostat.Mirroring.Flows;
using Microsoft.AspNetCore.Http;

namespace Heliostat.Api;

/// <summary>Places in a snapshot.</summary>
internal static class Places
{
    public static bool Has(Place place, LaneProgress lane) =>
        (place.Topic is null || place.Topic == lane.Topic) && (place.Partition is null || place.Partition == lane.Partition);

    /// <summary>What a call's path names.</summary>
    public static Place Of(Call call) =>
        new(Place.FlowName(call["flow"]), call.Find("topic"), call.Find("partition") is { } text ? Number(text) : null);

    /// <summary>The flow of a place.</summary>
    /// <exception cref="Refusal">There is none of the name.</exception>
    public static FlowSnapshot FlowOf(EngineSnapshot engine, Place place) =>
        engine.Flows.FirstOrDefault(flow => flow.Flow == place.Flow)
        ?? throw new Refusal(StatusCodes.Status404NotFound, $"there is no flow {place.Flow}",
            $"flows: {string.Join(", ", engine.Flows.Select(flow => flow.Flow))}");

    /// <summary>The lanes of a place.</summary>
    /// <exception cref="Refusal">There is no such flow, or none such in it; or not yet, as it has not looked at its topics.</exception>
    public static IReadOnlyList<LaneProgress> LanesOf(EngineSnapshot engine, Place place)
    {
        var flow = FlowOf(engine, place);
        LaneProgress[] lanes = [.. flow.ByLane.Where(lane => Has(place, lane))];
        return lanes.Length > 0 || place.Topic is null
            ? lanes
            : flow.Status == FlowStatus.Starting || flow is { Status: FlowStatus.Waiting, HasRun: false }
            ? throw new Refusal(StatusCodes.Status503ServiceUnavailable, $"{place.Flow} has not looked at its topics yet",
                flow.Cause ?? "ask again in a second")
            : throw new Refusal(StatusCodes.Status404NotFound, $"there is no lane of {place}");
    }

    private static int Number(string text) =>
        int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new Refusal(StatusCodes.Status404NotFound, $"'{text}' is not the number of a partition");
}
