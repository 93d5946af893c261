namespace Heliostat.Protocol.Records;

/// <summary>What the broker wrote a control record for (ControlRecordType).</summary>
public enum ControlRecordType : short
{
    /// <summary>The producer's transaction ended, and its records in this partition do not count.</summary>
    Abort = 0,

    /// <summary>The producer's transaction ended, and its records in this partition count.</summary>
    Commit = 1,

    LeaderChange = 2,
    SnapshotHeader = 3,
    SnapshotFooter = 4,
    KRaftVersion = 5,
    KRaftVoters = 6,
}
