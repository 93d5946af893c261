using System.Globalization;
using Heliostat.Output;

namespace Heliostat.Status;

/// <summary>How a mirror is: what is lost before what stands still, and that before how far behind it is.</summary>
internal static class Sentence
{
    private const string Running = "running";

    /// <summary>So long before the source deletes what is not mirrored yet, it is said.</summary>
    private static readonly TimeSpan TellsBefore = TimeSpan.FromHours(4);

    /// <summary>Kinds that say that records are missing, or may be.</summary>
    private static readonly string[] Missing = ["gap", "recreated", "truncated", "shrunk", "gone"];

    public static Health HealthOf(IReadOnlyList<FlowDocument> flows) =>
        Lost(flows).Any() ? Health.Lost
        : flows.All(flow => flow.State != Running) ? Health.Down
        : flows.All(flow => flow.State == Running && flow.Cause is null && !flow.Paused && flow.Lanes.Live == flow.Lanes.All
            && flow.Lanes.PausedByOperator == 0) ? Health.Live
        : Health.Degraded;

    public static string Of(IReadOnlyList<FlowDocument> flows, IReadOnlyList<TroubleDocument> troubles, DateTimeOffset at)
    {
        var lost = Lost(flows).ToList();
        var standing = Standing(flows, troubles) + AboutToBeLost(flows, at);
        if (lost.Count > 0)
        {
            var (flow, loss) = lost[0];
            var what = loss.Records > 0 ? Counted.Of(loss.Records, "record") : "records, nobody knows how many,";
            var more = lost.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", and {lost.Count - 1} more");
            return $"Lost since the start: {what} of {loss.Topic} in {flow} ({loss.Kind}){more}. {standing}";
        }

        return standing;
    }

    /// <summary>Without the commands that help, which stand with what stands still.</summary>
    public static string? Said(string? cause) => cause?.Split("; what helps: ")[0];

    private static string AboutToBeLost(IReadOnlyList<FlowDocument> flows, DateTimeOffset at) =>
        flows.Where(flow => flow.DeletedAt - at < TellsBefore).MinBy(flow => flow.DeletedAt) is { DeletedAt: { } first } flow
            ? first <= at
                ? $" {flow.Source} deletes now what is not mirrored yet."
                : string.Create(CultureInfo.InvariantCulture,
                    $" {flow.Source} deletes what is not mirrored yet from {first.UtcDateTime:HH:mm:ss}Z on.")
            : "";

    private static IEnumerable<(string Flow, LossDocument Loss)> Lost(IReadOnlyList<FlowDocument> flows) =>
        from flow in flows
        from loss in flow.Losses
        where Missing.Contains(loss.Kind)
        orderby loss.Records descending
        select (flow.Flow, loss);

    /// <summary>What is not as it should be now; else how far behind.</summary>
    private static string Standing(IReadOnlyList<FlowDocument> flows, IReadOnlyList<TroubleDocument> troubles)
    {
        if (flows.Count == 0)
        {
            return "Nothing is mirrored: there is no flow.";
        }

        if (flows.FirstOrDefault(flow => flow.State is "refused" or "waiting") is { } still)
        {
            var all = flows.All(flow => flow.State != Running) ? "Nothing is mirrored: " : "";
            return $"{all}{still.Flow} {(still.State == "refused" ? "does not run" : "waits")}: "
                + $"{Ended(still.Cause)}{Others(troubles.Count - 1)}";
        }

        // What stands still says more than what is short of it because of the same.
        if (troubles.FirstOrDefault(trouble => trouble.Lanes > 0) is { } worst)
        {
            var of = flows.First(flow => flow.Flow == worst.Flow).Lanes.All;
            var next = worst.RetryAt is { } at
                ? string.Create(CultureInfo.InvariantCulture, $" Next try {at.UtcDateTime:HH:mm:ss}Z.")
                : " Until somebody acts.";
            var standing = troubles.Where(trouble => trouble.Flow == worst.Flow).Sum(trouble => trouble.Lanes);
            var some = standing > worst.Lanes ? $", {Number(worst.Lanes)} of them" : "";
            return $"{Number(standing)} of {Counted.Of(of, "lane")} of {worst.Flow} {(standing == 1 ? "stands" : "stand")} still{some}: "
                + $"{Ended(Said(worst.Cause))}{next}{Others(troubles.Count - 1)}";
        }

        if (troubles is [var first, ..])
        {
            return $"{first.Flow}: {Ended(first.Cause)}{Others(troubles.Count - 1)}";
        }

        return Held(flows) ?? Begun(flows) ?? Behind(flows);
    }

    private static string? Held(IReadOnlyList<FlowDocument> flows) => flows.FirstOrDefault(flow => flow.Paused) is { } paused
        ? $"{paused.Flow} is paused by an operator. {Behind(flows)}"
        : flows.FirstOrDefault(flow => flow.Lanes.PausedByOperator > 0) is { } some
            ? $"{Counted.Of(some.Lanes.PausedByOperator, "lane")} of "
                + $"{some.Flow} {(some.Lanes.PausedByOperator == 1 ? "is" : "are")} paused by an operator. {Behind(flows)}"
            : null;

    private static string? Begun(IReadOnlyList<FlowDocument> flows) =>
        flows.FirstOrDefault(flow => flow.State != Running) is { } other ? $"{other.Flow} is {other.State}."
        : flows.FirstOrDefault(flow => flow.Lanes.Waiting > 0) is { } opening
            ? $"{Counted.Of(opening.Lanes.Waiting, "lane")} of {opening.Flow} {(opening.Lanes.Waiting == 1 ? "is" : "are")} being opened."
        : null;

    private static string Behind(IReadOnlyList<FlowDocument> flows)
    {
        var who = flows.Any(flow => flow.Paused) ? ""
            : flows.Count == 1 ? $"{flows[0].Flow} is live"
            : flows.Count == 2 ? "Both flows are live"
            : $"All {flows.Count} flows are live";
        var lanes = Counted.Of(flows.Sum(flow => flow.Lanes.All), "lane");
        var lag = flows.Sum(flow => flow.LagAtLeast);
        var unknown = flows.Sum(flow => flow.Lanes.LagUnknown);
        var how = unknown > 0 ? $"the lag of {Counted.Of(unknown, "lane")} is not known yet"
            : lag == 0 ? "nothing is behind"
            : $"{Counted.Of(lag, "record")} behind{Late(flows)}"
                + $"{(flows.MaxBy(flow => flow.LagAtLeast)?.WorstTopic is { } topic ? $", most of {topic}" : "")}";
        return who.Length == 0 ? $"{char.ToUpperInvariant(how[0])}{how[1..]}." : $"{who}: {lanes}, {how}.";
    }

    private static string Late(IReadOnlyList<FlowDocument> flows) =>
        flows.Max(flow => flow.LagSeconds) is { } seconds and >= 1 ? $" by {Quantity.Time(seconds)}" : "";

    private static string Others(int more) => more <= 0 ? "" : $" {Counted.Of(more, "other trouble")}.";

    private static string Ended(string? cause) =>
        cause is null ? "the cause is not known." : cause.TrimEnd('.', ' ').ReplaceLineEndings(" ") + ".";

    private static string Number(int count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
