using Heliostat.Client;
using Heliostat.Client.Fetching;
using Heliostat.Protocol.Messages;

namespace Heliostat.Mirroring.Pump;

/// <summary>Why lanes stand still, in words: whose fault it is, where, and what it is.</summary>
internal static class LaneCauses
{
    /// <summary>What the source answered, which is likely to pass.</summary>
    public static string Of(TopicPartition source, in FetchFailure failure, long position) => failure.Kind switch
    {
        FetchFailureKind.NotAuthorized => $"source: {source}: not authorized to read ({failure.Code})",
        FetchFailureKind.Corrupt => $"source: {source} at offset {position}: the broker finds its log corrupt ({failure.Code})",
        _ => $"source: {source} at offset {position}: {failure.Code}",
    };

    /// <summary>What makes a lane doubt whether the log is the one that its position is of.</summary>
    public static string Suspicion(TopicPartition source, in FetchFailure failure, long position) => failure.Kind switch
    {
        FetchFailureKind.OffsetOutOfRange => $"source: {source}: position {position} is not in the log, which is from {failure.LogStartOffset} to {failure.EndOffset}",
        FetchFailureKind.Diverged => $"source: {source}: the log parts at {failure.EndOffset} from what was read up to {position}",
        FetchFailureKind.TopicGone when failure.NewTopicId != Guid.Empty => $"source: {source}: the topic has another id",
        FetchFailureKind.Reappeared => $"source: {source}: the topic was not known for a while",
        _ => $"source: {source}: the topic is gone",
    };

    /// <summary>Retention took what was not mirrored yet.</summary>
    public static string Gap(TopicPartition source, long position, long logStart) =>
        $"source: {source}: offsets {position} to {logStart - 1} were deleted by retention before they were mirrored: {logStart - position} offsets are skipped";

    /// <summary>What lets the target take what it refused, where somebody can do something; empty otherwise.</summary>
    public static string Advice(ILaneOutlet outlet, string servers, ErrorCode code, string? message = null, long? needed = null) =>
        TargetRefusal.Of(code) is { } refusal ? $": {refusal.Advice(outlet.Target.Topic, servers, message, needed)}" : "";

    /// <summary>What a silent target said last, or that it said nothing.</summary>
    public static string Silence(ILaneOutlet[] outlets, string servers, TimeSpan silent)
    {
        foreach (var outlet in outlets)
        {
            if (outlet.Trouble is { } trouble)
            {
                return $"{trouble}{Advice(outlet, servers, outlet.TroubleCode)}";
            }
        }

        return $"target: {outlets[0].Target} has not acknowledged anything for {silent.TotalSeconds:0} s";
    }
}
