namespace Heliostat.Protocol.Records;

/// <summary>Whose clock gave a record its timestamp (KIP-32).</summary>
public enum TimestampType : byte
{
    /// <summary>The producer's.</summary>
    CreateTime = 0,

    /// <summary>The broker's: every record of the batch has the batch's maximum timestamp.</summary>
    LogAppendTime = 1,
}
