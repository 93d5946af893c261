using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>What a lane does about batches that its target refuses. Behind the lane's lock.</summary>
internal sealed class Refusals(LanePlan plan, LaneContext context, SizeLimit limit, Intake intake)
{
    private const string MaxMessageBytes = "max.message.bytes";
    private const string SegmentBytes = "segment.bytes";

    private bool _isForSegment;

    /// <summary>Whether a limit decides about what a lane waits for.</summary>
    public static bool IsForLimit(IReadOnlyList<string> waitsFor) => waitsFor.Contains(MaxMessageBytes) || waitsFor.Contains(SegmentBytes);

    /// <summary>A batch at <paramref name="position"/> was refused, for the <paramref name="times"/>th time in a row.</summary>
    public Verdict Judge(ILaneOutlet outlet, ErrorCode code, string? message, long position, int times)
    {
        var isForSize = code is ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge;
        _isForSegment = code == ErrorCode.RecordListTooLarge || (_isForSegment && !isForSize);
        if (isForSize && limit.TryRefuse())
        {
            return new Verdict(Target(TroubleKind.BatchRefused,
                $"{outlet.Target} refused a batch for its size; looking up the topic's limit to split it"), [], IsAgain: true);
        }

        if (code == ErrorCode.CorruptMessage && times <= 2)
        {
            intake.Verify();
            return new Verdict(Target(TroubleKind.BatchRefused, $"{outlet.Target} found a batch corrupt; fetching it again"), [],
                IsAgain: true);
        }

        if (intake.Letters.TryIsolate(code, message, isAlone: isForSize))
        {
            return new Verdict(Target(TroubleKind.BatchRefused,
                $"{outlet.Target} refused a batch ({code.Name()}); the record goes to the dead letters"), [], IsAgain: true);
        }

        var cause =
            $"{outlet.Target} did not take the batch at source offset {position}: {code.Name()}{(message is null ? "" : $" ({message})")}";
        var configs = TargetRefusal.Of(code)?.Deciding(message).Select(config => config.Name).ToArray() ?? [];
        if (!isForSize)
        {
            return new Verdict(Target(TroubleKind.BatchRefused,
                $"{cause}{LaneCauses.Advice(outlet, context.TargetServers, code, message)}"), configs);
        }

        limit.RefuseOne();
        return new Verdict(Target(TroubleKind.RecordTooLarge,
            $"{cause}; it is one record, and the topic's max.message.bytes may not be read"), configs);
    }

    /// <summary>One record needs a batch that no limit known now lets in.</summary>
    public Verdict TooLarge(ILaneOutlet outlet, long offset, int bytes)
    {
        var needs = $"the record at offset {offset} of {plan.Source} needs a batch of {bytes} bytes, and ";
        var (code, config, takes) = _isForSegment
            ? (ErrorCode.RecordListTooLarge, SegmentBytes, $"a segment of topic '{plan.TargetTopic}' is smaller")
            : (ErrorCode.MessageTooLarge, MaxMessageBytes, $"topic '{plan.TargetTopic}' takes at most {limit.Max}");
        limit.RefuseOne();
        return new Verdict(Target(TroubleKind.RecordTooLarge,
            $"{needs}{takes} ({config}){LaneCauses.Advice(outlet, context.TargetServers, code, needed: bytes)}"), [config]);
    }

    private static Trouble Target(TroubleKind kind, string detail) => new(kind, TroubleSide.Target, detail);

    /// <summary>What to do.</summary>
    /// <param name="Trouble">Why the lane stands still.</param>
    /// <param name="WaitsFor">Configs of the target's topic that decide about it.</param>
    /// <param name="IsAgain">It is tried again at once, in another way; otherwise it cannot be delivered.</param>
    internal readonly record struct Verdict(Trouble Trouble, IReadOnlyList<string> WaitsFor, bool IsAgain = false);
}
