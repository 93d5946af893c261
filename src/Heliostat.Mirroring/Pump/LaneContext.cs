using Heliostat.Configuration.Losses;
using Heliostat.Mirroring.Records;
using Heliostat.Mirroring.Troubles;
using Heliostat.Transport;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Pump;

/// <summary>What all lanes of a stream share.</summary>
internal sealed record LaneContext
{
    public required TimeProvider Time { get; init; }

    public required FramePool Frames { get; init; }

    public required RecordPathPool RecordPaths { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Leave out aborted transactions and stay below the last stable offset (<c>isolation.level</c>).</summary>
    public required bool ReadCommitted { get; init; }

    /// <summary>Verify the source's checksum of batches that are opened (<c>check.crcs</c>).</summary>
    public required bool CheckCrcs { get; init; }

    /// <summary>Records that are built anew are gathered into batches of this size (<c>batch.size</c>).</summary>
    public required int BatchBytes { get; init; }

    /// <summary>Small batches that came together are merged, whether or not anything else waits (<c>linger.ms</c>).</summary>
    public bool Lingers { get; init; }

    /// <summary>Bytes that may wait for one target partition before its lane stops fetching.</summary>
    public required long QueueBytes { get; init; }

    /// <summary>Told of records that were lost to retention; answers what is to be done about it.</summary>
    public Func<Loss, LossAction> Lost { get; init; } = static _ => LossAction.Record;

    /// <summary>Takes the records that lanes do not mirror and are not to lose; null where they have no such place.</summary>
    public ILaneOutlet? DeadLetters { get; init; }

    /// <summary>Told of each that is there.</summary>
    public Action<Loss> PutAside { get; init; } = static _ => { };

    /// <summary>What the flow is called in the headers of dead letters.</summary>
    public string Connector { get; init; } = "";

    /// <summary>
    /// Called when a lane cannot tell any more whether its logs are the same, and has nothing in flight: it is to be closed, looked at, and
    /// opened again.
    /// </summary>
    public Action Doubtful { get; init; } = static () => { };

    /// <summary>The target's address, for commands that a person may copy.</summary>
    public string TargetServers { get; init; } = "TARGET";

    /// <summary>Looks at lanes when they are due; null where somebody else sees to that.</summary>
    public ILaneClock? Clock { get; init; }

    /// <summary>Called when a batch is refused for good and the mirror shall end on that; null to pause the lane instead.</summary>
    public required Action<Trouble>? Abort { get; init; }
}
