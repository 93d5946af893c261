using Heliostat.Mirroring.Sharing;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Ownership;

/// <summary>What a <see cref="WorkerGroup"/> tells.</summary>
internal static partial class WorkerLog
{
    /// <summary>What a worker is to have.</summary>
    public static void Told(ILogger logger, WorkerIdentity worker, WorkerShare share)
    {
        var (slots, controls) = (worker.Slots, share.Slots.Contains(worker.Slots.Control));
        var count = share.Slots.Count(slot => slot < slots.Count);
        Share(logger, worker.Name, count, slots.Count, share.Workers, controls ? ", topics and heartbeats" : "");
        if (share.Differs.Count > 0)
        {
            Differs(logger, string.Join(", ", share.Differs));
        }
    }

    [LoggerMessage(EventIds.WorkerShare, LogLevel.Information,
        "worker {Worker} has slots: {Count} of {All}{Control}; workers of the flow: {Workers}")]
    public static partial void Share(ILogger logger, string worker, int count, int all, int workers, string control);

    [LoggerMessage(EventIds.WorkerGaveUp, LogLevel.Information, "slots given up to another worker: {Count}, with lanes: {Lanes}")]
    public static partial void GivenUp(ILogger logger, int count, int lanes);

    [LoggerMessage(EventIds.WorkerDiffers, LogLevel.Warning,
        "the other workers of this flow have another file; this one mirrors nothing until they are alike. What differs: {Keys}")]
    public static partial void Differs(ILogger logger, string keys);

    [LoggerMessage(EventIds.OtherWorkerDiffers, LogLevel.Warning,
        "worker {Worker} has another file than most workers of this flow, and gets nothing. What differs: {Keys}")]
    public static partial void Other(ILogger logger, string worker, string keys);

    [LoggerMessage(EventIds.WorkerAlone, LogLevel.Warning,
        "{Cause}; the flow runs without it: a second process on the same file would mirror everything twice, unseen")]
    public static partial void Alone(ILogger logger, string cause);

    [LoggerMessage(EventIds.WorkerUnread, LogLevel.Warning,
        "what others stored of lanes that this worker takes over cannot be read now: {Cause}; trying on")]
    public static partial void Unread(ILogger logger, string cause);
}
